/** The Live page in a real Chromium: what comes is drawn, one cursor for all, zoom by dragging, hostile names, marks. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { type Browser, chromium as playwright, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { encodeRun } from "../../../src/core/live/live-file.js";
import { LiveHistory } from "../../../src/core/live/live-history.js";
import { MEASURES } from "../../../src/core/live/live-measures.js";
import { HEAT_ROWS, type LiveRow } from "../../../src/core/live/live-row.js";
import { htmlPage } from "../../../src/core/views/page.js";
import type { FromLive, LiveAbout } from "../../../webview/protocol.js";
import { seriousFindings } from "../../support/accessibility.js";
import { chromium } from "../../workbench/places.js";

let browser: Browser;
let folder: string;
let file: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "live-page-"));
  const { outputFiles } = await build({
    entryPoints: { live: "webview/live/main.ts" },
    ...{ bundle: true, write: false, outdir: "out", target: "es2022", format: "iife", minify: true },
    logLevel: "silent",
  });
  const text = (end: string) => outputFiles.find(({ path }) => path.endsWith(end))!.text;
  const assets = { script: text("live.js"), worker: "", style: text("live.css") };
  file = join(folder, "live.html");
  writeFileSync(file, htmlPage({ title: "Live", assets, nonce: "dGVzdC1ub25jZQ==", data: { profiles: [] } }));
  browser = await playwright.launch({ executablePath: chromium(), args: ["--no-sandbox", "--disable-gpu"] });
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

function row(i: number, hasGap = false): LiveRow {
  const counts = new Uint32Array(HEAT_ROWS);
  counts[5] = i;
  return {
    axisMs: i * 1_000,
    atMs: 1_700_000_000_000 + i * 1_000,
    hasGap,
    values: Float64Array.from(MEASURES, (_, m) => (i + 1) * (m + 1) * 1_000),
    heats: { pauses: counts, latencies: counts },
  };
}

const about: LiveAbout = {
  ...{ title: "shop <b>x</b>", state: "running", source: "Read from memory.", lacking: [], captures: true },
  isNarrow: false,
};

/** A page that was told of a run; what it says is kept. */
async function opened(rows: number, measures = MEASURES): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1_200, height: 900 } });
  await page.addInitScript({
    content: `window.said = []; let kept; window.acquireVsCodeApi = () => ({
      postMessage: (message) => said.push(message), getState: () => kept, setState: (state) => (kept = state) });`,
  });
  await page.goto(pathToFileURL(file).href);
  const history = new LiveHistory(measures);
  for (let i = 0; i < rows; i++) history.add(row(i, i === 5));
  history.addMark({ kind: "capture", axisMs: 4_000, atMs: 1_700_000_004_000, label: "Heap", kept: "file:///heap" });
  const run = Buffer.from(encodeRun({ program: "shop", goVersion: "", history })).toString("base64");
  await page.evaluate(
    `window.postMessage({ type: "live", about: ${JSON.stringify(about)}, run: Uint8Array.from(atob("${run}"), (c) => c.charCodeAt(0)) })`,
  );
  await expect.poll(() => page.locator(".live-charts").getAttribute("data-rows")).toBe(String(rows));
  return page;
}

const said = (page: Page) => page.evaluate<FromLive[]>("said");
const text = (page: Page, chart: string) =>
  page.locator(`[data-chart=${chart}] .live-plot`).getAttribute("aria-valuetext");
const time = (text: string | null) => text?.slice(0, 8);

test("a run is drawn: lines, dashes across a gap, heat maps, marks; and it is fit for everybody", async () => {
  const page = await opened(60);
  const path = (name: string) => page.locator(`[data-chart=heap] .${name}`).first().getAttribute("d");
  expect(await path("live-line-0:not(.live-compared)")).toMatch(/^M.*M/s);
  expect(await path("live-dashed")).toMatch(/^M/);
  expect(await path("live-bands")).toMatch(/^M/);
  expect(await page.locator(".live-title").textContent()).toBe("shop <b>x</b>");
  const painted = `(() => { const c = document.querySelector("[data-chart=latency] canvas");
    return c.getContext("2d").getImageData(0, 0, c.width, c.height).data.some((value) => value > 0); })()`;
  expect(await page.evaluate(painted)).toBe(true);
  expect(await seriousFindings(page)).toEqual([]);
  await page.close();
});

test("one cursor for all charts, zoom by dragging, and back", async () => {
  const page = await opened(60);
  const plot = page.locator("[data-chart=heap] .live-plot");
  const box = (await plot.boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + 20);
  await expect.poll(async () => time(await text(page, "goroutines"))).toBe(time(await text(page, "heap")));
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.75, box.y + 20, { steps: 4 });
  await page.mouse.up();
  const back = page.getByRole("button", { name: "Back to Now" });
  await back.waitFor();
  expect(Number(await plot.getAttribute("aria-valuemax"))).toBeLessThan(59_000);
  await back.click();
  await expect.poll(() => plot.getAttribute("aria-valuemax")).toBe("59000");
  await page.close();
});

test("a moment offers what is kept near it and what can be taken now", async () => {
  const page = await opened(60);
  await page.locator("[data-mark=capture]").click();
  const moment = page.locator(".live-moment");
  await moment.getByRole("button", { name: /^Open Heap of/ }).click();
  await moment.getByRole("button", { name: /^Heap: Changes since/ }).click();
  await moment.getByRole("button", { name: "Capture Heap Now" }).click();
  expect((await said(page)).slice(-3)).toEqual([
    { type: "openKept", kept: "file:///heap" },
    { type: "compareSince", kept: "file:///heap" },
    { type: "capture", kind: "heap" },
  ]);
  await moment.getByRole("button", { name: "Close" }).click();
  await moment.waitFor({ state: "detached" });
  await page.close();
});

test("a page that is hidden draws nothing until it is seen again", async () => {
  const page = await opened(10);
  const line = page.locator("[data-chart=heap] .live-line-0:not(.live-compared)").first();
  const hide = (hidden: boolean) =>
    page.evaluate(`Object.defineProperty(document, "hidden", { value: ${hidden}, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"))`);
  const settled = () =>
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
  await settled();
  const before = await line.getAttribute("d");
  await hide(true);
  const rowJson = `{ type: "row", row: { axisMs: 60000, atMs: 1700000060000, hasGap: false,
    values: new Float64Array(${MEASURES.length}).fill(7), heats: { pauses: new Uint32Array(${HEAT_ROWS}), latencies: new Uint32Array(${HEAT_ROWS}) } } }`;
  await page.evaluate(`window.postMessage(${rowJson})`);
  await settled();
  expect(await line.getAttribute("d")).toBe(before);
  await hide(false);
  await expect.poll(() => line.getAttribute("d")).not.toBe(before);
  await page.close();
});

test("names that a file or a program gives are text", async () => {
  const hostile = "<img src=x onerror=alert(1)>\u202e";
  const page = await opened(5, [{ id: "x", name: hostile, unit: "count", chart: hostile }]);
  expect(await page.locator(".live-chart img").count()).toBe(0);
  expect(await page.locator(".live-chart h2").textContent()).not.toContain("\u202e");
  await page.close();
});

test("a file that is none is said, and nothing is drawn", async () => {
  const page = await opened(5);
  const wrong = { ...about, state: "file" };
  await page.evaluate(`window.postMessage({ type: "live", about: ${JSON.stringify(wrong)}, run: new Uint8Array(50) })`);
  await page.getByText("this is no history of live numbers").waitFor();
  await page.close();
});
