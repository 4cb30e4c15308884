/**
 * What is promised of the viewer, in headless Chromium: the page as it ships, an editor's stand-in that hands it bytes,
 * and the same browser for the others. Times are by the clock, from the act to the second frame after the change, when
 * it has been painted; medians over rounds in new pages. The page draws on a canvas and, in turns with that, as SVG by
 * d3-flame-graph fed the same frames, as it does where there is no canvas.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { build } from "esbuild";
import { type Browser, chromium as playwright, type Page } from "playwright-core";
import { callTreeOf } from "../../src/core/views/call-tree.js";
import { framesOf, stacksOf } from "../../src/core/profile/frames.js";
import { htmlPage } from "../../src/core/views/page.js";
import { decodeProfile } from "../../src/core/pprof/decode.js";
import { weightsOf } from "../../src/core/profile/weights.js";
import { chromium } from "../workbench/places.js";
import { fixture } from "./decode.js";
import { median, ms, type Row } from "./measure.js";
import { syntheticProfile } from "./synthetic.js";

const ROUNDS = 5;
const BUNDLE_BYTES = 300_000;

export async function viewerRows(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "viewer-bench-"));
  const server = serve({ "/speedscope": "node_modules/speedscope/dist/release", "/": folder });
  const browser = await playwright.launch({ executablePath: chromium(), args: ["--no-sandbox", "--disable-gpu"] });
  try {
    await writePages(folder);
    const origin = await server.origin;
    const rows = [bundleRow()];
    const trees: Tree[] = [
      { name: "compile-ssa.mem", bytes: readFileSync(fixture("compile-ssa.mem")), sampleType: "inuse_space" },
      { name: "synthetic", bytes: syntheticProfile(60_000) },
    ];
    const real = compilersOfGo();
    if (real) trees.push({ name: "build of cmd/go", bytes: real, sampleType: "alloc_space" });
    for (const tree of trees) rows.push(...(await pictureRows(browser, origin, folder, tree)));
    rows.push(...(await graphRows(browser, origin, folder)));
    rows.push(await wholeTreeRow(browser, origin, folder), await speedscopeRow(browser, origin, folder));
    return rows;
  } finally {
    await browser.close();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function bundleRow(): Row {
  const sizes = ["viewer.js", "viewer-worker.js", "viewer.css"].map((name) => readFileSync(`dist/${name}`).length);
  const sum = sizes.reduce((all, size) => all + size, 0);
  const [page, worker, style] = sizes.map((size) => `${(size / 1000).toFixed(0)} kB`);
  return {
    what: "The page's bundles, minified, of 300 kB",
    on: "script, worker, style",
    figures: `${page}, ${worker}, ${style}`,
    measured: BUNDLE_BYTES / sum,
    unit: "x",
    wanted: 1,
  };
}

interface Tree {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** The profile's default where it is left out. */
  readonly sampleType?: string;
}

interface Measured {
  readonly opened: number;
  readonly drawn: number;
  readonly zoom: number;
  readonly search: number;
  readonly longest: number;
  readonly elements: number;
}

async function pictureRows(browser: Browser, origin: string, folder: string, tree: Tree): Promise<Row[]> {
  const { name, bytes, sampleType } = tree;
  writeFileSync(join(folder, "profile.bin"), bytes);
  const view = JSON.stringify(sampleType === undefined ? {} : { sampleType });
  const canvas: Measured[] = [];
  const svg: Measured[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    canvas.push(await inNewPage(browser, `${origin}/ours.html`, (page) => oneRound(page, view)));
    svg.push(await inNewPage(browser, `${origin}/ours.html?svg`, (page) => oneRound(page, view)));
  }
  const on = `${name}, ${nodesOf(bytes, sampleType).toLocaleString("en")} nodes`;
  const row = (what: string, of: (one: Measured) => number, wanted: number, more = ""): Row => {
    const [ours, theirs] = [canvas, svg].map((rounds) => median(rounds.map(of)));
    const figures = `${ms(ours)}${more}; as SVG by d3-flame-graph ${ms(theirs)}`;
    return { what, on, figures, measured: ours, unit: "ms", wanted, atMost: true };
  };
  const of = (pick: (one: Measured) => number) => median(canvas.map(pick));
  const fromBytes = `, from the file's bytes ${ms(of(({ opened }) => opened))}`;
  const elements = `, ${of((one) => one.elements)} elements of 6,000`;
  return [
    row("Picture, from its data to paint", ({ drawn }) => drawn, 150, fromBytes),
    row("Zoom, from click to paint", ({ zoom }) => zoom, 150),
    row("Search, from Enter to paint", ({ search }) => search, 100),
    row("The page's longest task in all of it", ({ longest }) => longest, 100, elements),
  ];
}

async function oneRound(page: Page, view: string): Promise<Measured> {
  const act = (what: string) => page.evaluate<number>(`bench.${what}`);
  const opened = await act(`open('/profile.bin', ${view})`);
  const drawn = await act("drawn()");
  await page.waitForTimeout(500); // labels of the filter bar are looked up after the picture
  const zoom = await act("zoom()");
  await page.waitForTimeout(500);
  const search = await act("search('alloc|new|get|method1')");
  return { opened, drawn, zoom, search, longest: await act("longest()"), elements: await act("elements()") };
}

/** The call graph from the click to paint: its layout in the worker is part of it. */
async function graphRows(browser: Browser, origin: string, folder: string): Promise<Row[]> {
  writeFileSync(join(folder, "profile.bin"), readFileSync(fixture("compile-ssa.mem")));
  const sizes = [80, 500];
  const runs: { readonly tookMs: number; readonly boxes: number; readonly longestMs: number }[][] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    await inNewPage(browser, `${origin}/ours.html`, async (page) => {
      const act = (what: string) => page.evaluate<number>(`bench.${what}`);
      await act("open('/profile.bin')");
      await page.waitForTimeout(500);
      for (const [at, size] of sizes.entries()) {
        const tookMs = await act(`graph(${size})`);
        runs[at].push({ tookMs, boxes: await act("boxes()"), longestMs: await act("longest()") });
      }
    });
  }
  return sizes.map((size, at) => {
    const tookMs = median(runs[at].map((run) => run.tookMs));
    const longest = ms(median(runs[at].map((run) => run.longestMs)));
    return {
      what: `Call graph of up to ${size} boxes, from click to paint`,
      on: `compile-ssa.mem, ${runs[at][0].boxes} boxes`,
      figures: `${ms(tookMs)}; the page's longest task ${longest}`,
      measured: tookMs,
      unit: "ms",
      wanted: size === 80 ? 150 : 1000,
      atMost: true,
    };
  });
}

/** d3-flame-graph fed the whole tree against ours, on the same profile of about 100,000 nodes. */
async function wholeTreeRow(browser: Browser, origin: string, folder: string): Promise<Row> {
  const bytes = syntheticProfile(4_200);
  writeFileSync(join(folder, "profile.bin"), bytes);
  const ours: number[] = [];
  const whole: number[] = [];
  for (let round = 0; round < 3; round++) {
    ours.push(
      await inNewPage(browser, `${origin}/ours.html`, async (page) => {
        await page.evaluate("bench.open('/profile.bin')");
        return page.evaluate<number>("bench.drawn()");
      }),
    );
    whole.push(
      await inNewPage(browser, `${origin}/whole.html`, (page) => page.evaluate<number>("draw('/profile.bin')")),
    );
  }
  return {
    what: "Picture, against d3-flame-graph fed the whole tree",
    on: `synthetic, ${nodesOf(bytes).toLocaleString("en")} nodes`,
    figures: `${ms(median(ours))}, other ${ms(median(whole))}`,
    measured: median(whole) / median(ours),
    unit: "x",
    wanted: 30,
  };
}

async function speedscopeRow(browser: Browser, origin: string, folder: string): Promise<Row> {
  const file = fixture("compile-ssa.mem");
  writeFileSync(join(folder, "profile.bin"), readFileSync(file));
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(
      await inNewPage(browser, `${origin}/ours.html`, (page) => page.evaluate<number>("bench.open('/profile.bin')")),
    );
    theirs.push(await inNewPage(browser, `${origin}/speedscope/index.html`, (page) => openInSpeedscope(page, file)));
  }
  return {
    what: "From the file to its picture, against speedscope's page",
    on: "compile-ssa.mem.pb.gz",
    figures: `${ms(median(ours))}, other ${ms(median(theirs))}`,
    measured: median(theirs) / median(ours),
    unit: "x",
    wanted: 3,
  };
}

/** From the file's choice to the frame after the one in which the page names the profile, which it draws with it. */
async function openInSpeedscope(page: Page, file: string): Promise<number> {
  await page.locator("input[type=file]").waitFor({ state: "attached" });
  await page.evaluate(`
    document.querySelector("input[type=file]").addEventListener("change", () => (window.began = performance.now()), true);
    window.ended = new Promise((resolve) => {
      const look = () =>
        /Left Heavy/.test(document.body.innerText) && document.title !== window.titleBefore
          ? requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - window.began)))
          : requestAnimationFrame(look);
      window.titleBefore = document.title;
      look();
    });
    undefined`);
  await page.locator("input[type=file]").setInputFiles(file);
  return page.evaluate<number>("window.ended");
}

async function inNewPage<Result>(browser: Browser, url: string, run: (page: Page) => Promise<Result>): Promise<Result> {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  try {
    page.setDefaultTimeout(120_000);
    await page.goto(url);
    return await run(page);
  } finally {
    await page.close();
  }
}

/** The page as the editor shows it, with a stand-in for the editor; and d3-flame-graph alone. */
async function writePages(folder: string): Promise<void> {
  const text = (name: string) => readFileSync(`dist/${name}`, "utf8");
  const page = htmlPage({
    title: "bench",
    assets: { script: text("viewer.js"), worker: text("viewer-worker.js"), style: text("viewer.css") },
    nonce: "YmVuY2gtbm9uY2U=",
    data: { profiles: [] },
  });
  // The stand-in fetches the file before the clock starts; the policy of the shipped page forbids that.
  const policy = page.replace("default-src 'none'", "default-src 'none'; connect-src 'self'");
  writeFileSync(
    join(folder, "ours.html"),
    policy.replace("<body>", `<body><script nonce="YmVuY2gtbm9uY2U=">${STAND_IN}</script>`),
  );
  const { outputFiles } = await build({
    entryPoints: ["test/bench/whole-tree.mjs"],
    bundle: true,
    write: false,
    outdir: "out",
    format: "iife",
    minify: true,
    mainFields: ["module", "main"],
    logLevel: "error",
  });
  writeFileSync(
    join(folder, "whole.html"),
    `<!DOCTYPE html><body><div id="graph"></div><script>${outputFiles.find(({ path }) => path.endsWith(".js"))!.text}</script>`,
  );
}

const STAND_IN = `
  const painted = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))));
  if (location.search === "?svg") HTMLCanvasElement.prototype.getContext = () => null;
  // A canvas is set back before it is drawn on.
  let paints = 0;
  const size = Object.getOwnPropertyDescriptor(HTMLCanvasElement.prototype, "width");
  Object.defineProperty(HTMLCanvasElement.prototype, "width", { ...size, set(value) { paints++; size.set.call(this, value); } });
  const pictures = () => paints + document.querySelectorAll("[data-view=flame] g.frame").length;
  const tasks = [];
  new PerformanceObserver((list) => tasks.push(...list.getEntries())).observe({ type: "longtask", buffered: true });
  let answered = 0;
  const RealWorker = Worker;
  window.Worker = class extends RealWorker {
    set onmessage(listener) {
      super.onmessage = (event) => {
        if (event.data.answer && event.data.answer.layout && !answered) answered = performance.now();
        listener(event);
      };
    }
  };
  window.acquireVsCodeApi = () => ({ postMessage() {}, getState() {}, setState() {} });
  const once = (holds) => new Promise((done) => {
    const look = () => (holds() ? done(painted()) : requestAnimationFrame(look));
    look();
  });
  let firstPaint = 0, began = 0;
  const frames = () => document.querySelectorAll("[data-view=flame] .frame");
  const rootLabel = () => document.querySelector("[data-view=flame] .frame[data-row='0']").getAttribute("aria-label");
  window.bench = {
    async open(url, view) {
      const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
      await painted();
      tasks.length = 0;
      began = performance.now();
      window.postMessage({ type: "show", profiles: [{ name: "profile", bytes }], view }, "*");
      firstPaint = await once(() => pictures() > 0);
      return firstPaint - began;
    },
    drawn: () => firstPaint - answered,
    async graph(boxes) {
      const choice = document.querySelector("[aria-label=Boxes]");
      const start = performance.now();
      if (choice) {
        choice.value = String(boxes);
        document.querySelectorAll(".graph-box").forEach((box) => box.remove());
        choice.dispatchEvent(new Event("change"));
      } else [...document.querySelectorAll("[role=tab]")].find((tab) => tab.textContent === "Call Graph").click();
      const end = await once(() => document.querySelector(".graph-box"));
      return end - start;
    },
    boxes: () => document.querySelectorAll(".graph-box").length,
    async zoom() {
      await once(() => frames().length > 1);
      // A frame that takes a good part of the picture and has much below it.
      const all = [...frames()].map((g) => ({ g, width: g.getBoundingClientRect().width }));
      const { g } = all.filter(({ width }) => width < 900 && width > 100)[0] ?? all[1];
      const label = g.getAttribute("aria-label");
      const start = performance.now();
      const before = paints;
      g.dispatchEvent(new MouseEvent("click", { bubbles: true }));
      const end = await once(() => (before > 0 ? paints > before : rootLabel() === label));
      return end - start;
    },
    async search(pattern) {
      const input = document.querySelector("input[type=search]");
      input.value = pattern;
      const start = performance.now();
      input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
      const end = await once(() => document.querySelector(".found").textContent !== "");
      return end - start;
    },
    longest: () => Math.max(0, ...tasks.map(({ duration }) => duration)),
    elements: () => document.querySelectorAll("*").length,
  };
`;

function nodesOf(bytes: Uint8Array, sampleType?: string): number {
  const profile = decodeProfile(bytes[0] === 0x1f ? gunzipSync(bytes) : bytes);
  const named = profile.sampleTypes.findIndex(({ type }) => type === sampleType);
  const frames = framesOf(profile, "function");
  const weights = weightsOf(profile, named >= 0 ? named : profile.defaultSampleType);
  return callTreeOf(frames, stacksOf(profile, frames), weights).count;
}

/**
 * The heap profiles that the compiler writes while it builds cmd/go, merged: about 1.5 million nodes when it samples
 * every 8 KB (at the usual 512 KB they are 25,000). Made once, in some minutes; undefined where there is no Go.
 */
function compilersOfGo(): Uint8Array | undefined {
  const kept = ".tools/bench/build-cmdgo.mem.pb.gz";
  if (!existsSync(kept)) {
    mkdirSync(".tools/bench", { recursive: true });
    const folder = mkdtempSync(join(tmpdir(), "build-cmdgo-"));
    try {
      const quiet = { stdio: "ignore" as const, maxBuffer: 1 << 30 };
      execFileSync(
        "go",
        ["build", "-a", `-gcflags=all=-memprofile=${folder} -memprofilerate=8192`, "-o", join(folder, "go"), "cmd/go"],
        quiet,
      );
      const profiles = readdirSync(folder).filter((name) => name.endsWith(".memprof"));
      const merged = ["tool", "pprof", "-proto", `-output=${kept}`, "-symbolize=none"];
      execFileSync("go", [...merged, ...profiles.map((name) => join(folder, name))], quiet);
    } catch {
      return undefined;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return readFileSync(kept);
}

/** Files over loopback, by the start of the path. */
function serve(roots: Readonly<Record<string, string>>): { readonly origin: Promise<string>; close(): void } {
  const types: Readonly<Record<string, string>> = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
  };
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    const [start, root] = Object.entries(roots).find(([prefix]) => path.startsWith(prefix)) ?? ["/", ""];
    const file = join(root, path.slice(start.length));
    if (path.includes("..") || !existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    response.setHeader("content-type", types[extname(file)] ?? "application/octet-stream");
    response.end(readFileSync(file));
  });
  const origin = new Promise<string>((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)),
  );
  return { origin, close: () => server.close() };
}
