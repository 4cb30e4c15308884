/** The page as people use it, in headless Chromium, on real profiles. */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import type { Diagnosis } from "../../../src/core/diagnosis/diagnosis.js";
import type { PageProfile } from "../../../src/core/views/page.js";
import { viewerBrowser } from "../../support/browser.js";
import { writtenProfile } from "../../support/written-profile.js";

const open = viewerBrowser();

const real = (name: string): PageProfile => ({
  name,
  base64: readFileSync(`test/fixtures/profiles/${name}`).toString("base64"),
});
const frames = (page: Page) => page.locator("[data-view=flame] .frame");
const frame = (page: Page, words: string) => page.locator(`[data-view=flame] .frame[aria-label^="${words}"]`);
const crumbs = (page: Page) => page.locator(".crumb").allInnerTexts();
/** The words of the frame that has the focus. */
const focused = (page: Page) => page.evaluate<string>("document.activeElement.getAttribute('aria-label')");

const written = (stacks: readonly (readonly string[])[]): PageProfile => ({
  name: "written.pb",
  base64: Buffer.from(writtenProfile(stacks)).toString("base64"),
});

test("draws a real profile with at most a thousand frames and their placeholders", async () => {
  const { page, said } = await open({ profiles: [real("compile-ssa.mem.pb.gz")] });
  await frame(page, "Live bytes now, 516.13MB, 100%").waitFor();
  await frame(page, "cmd/compile/internal/gc.Main,").waitFor();
  const count = await frames(page).count();
  expect(count).toBeGreaterThan(300);
  expect(await page.locator("[data-view=flame] .frame:not(.smaller)").count()).toBeLessThanOrEqual(1000);
  expect(await page.evaluate("document.querySelectorAll('*').length")).toBeLessThan(6000);
  expect(await page.locator("[data-view=flame] title").count()).toBe(0);
  expect(said).toEqual([]);
});

test("may compile WebAssembly in its worker, which reads the profile, and evaluate no text", async () => {
  const { page } = await open({ profiles: [real("app.heap.pb.gz")] });
  await frames(page).first().waitFor();
  const [worker] = page.workers();
  // In a task of its own, because for the debugger itself the page's policy does not hold.
  const outcome = (expression: string) =>
    worker.evaluate<string>(`new Promise((resolve) => setTimeout(() => {
      try { ${expression}; resolve("done"); } catch (error) { resolve(error.name); }
    }))`);
  expect(await outcome("new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0))")).toBe("done");
  expect(await outcome("(0, eval)('1')")).toBe("EvalError");
});

test("zooms by click, leads back by the zoomed stack, and out at once", async () => {
  const { page } = await open({ profiles: [real("compile-ssa.mem.pb.gz")] });
  await frame(page, "cmd/compile/internal/ssagen.Compile,").first().click();
  await frame(page, "cmd/compile/internal/ssagen.Compile,").and(page.locator("[data-row='0']")).waitFor();
  expect((await crumbs(page)).map((crumb) => crumb.replace(/^› ?/, ""))).toEqual([
    "Live bytes now",
    "runtime.goexit",
    "gc.compileFunctions.func3.1",
    "gc.compileFunctions.func5.1",
    "ssagen.Compile",
  ]);
  const box = await page.locator(".frame[data-row='0']").boundingBox();
  expect(box!.width).toBeGreaterThan(1000);
  await page.locator(".crumb", { hasText: "runtime.goexit" }).click();
  await frame(page, "runtime.goexit,").and(page.locator("[data-row='0']")).waitFor();
  await page.getByRole("button", { name: "Reset Zoom" }).click();
  await frame(page, "Live bytes now,").waitFor();
});

test("spreads out what was too small to draw", async () => {
  const { page } = await open({ profiles: [real("compile-ssa.mem.pb.gz")] });
  const rest = page.locator(".frame.smaller").first();
  const words = await rest.getAttribute("aria-label");
  expect(words).toMatch(/^\(\d+ smaller\), [\d.]+[kM]?B, /);
  await rest.click();
  await page.locator(".frame[data-row='0'][aria-label*='smaller']").waitFor();
  expect(await frames(page).count()).toBeGreaterThan(1);
});

test("is walked and zoomed with the keyboard alone", async () => {
  const { page } = await open({
    profiles: [
      written([
        ["main.main", "main.left"],
        ["main.main", "main.right", "main.deep"],
      ]),
    ],
  });
  await frame(page, "Live bytes now,").focus();
  await page.keyboard.press("ArrowDown");
  expect(await focused(page)).toBe("main.main, 2kB, 100%");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  const right = await focused(page);
  await page.keyboard.press("ArrowLeft");
  expect([right, await focused(page)].sort()).toEqual(["main.left, 1kB, 50.00%", "main.right, 1kB, 50.00%"]);
  await frame(page, "main.right,").focus();
  await page.keyboard.press("Enter");
  await frame(page, "main.right,").and(page.locator("[data-row='0']")).waitFor();
  expect(await focused(page)).toBe("main.right, 1kB, 50.00%");
  await page.keyboard.press("Escape");
  await frame(page, "main.main,").and(page.locator("[data-row='0']")).waitFor();
});

test("searches by regular expression and sums what matches once", async () => {
  const { page } = await open({
    profiles: [
      written([
        ["main.main", "main.walk", "main.walk"],
        ["main.main", "main.run"],
      ]),
    ],
  });
  await frame(page, "main.walk,").first().waitFor();
  await page.getByRole("searchbox").fill("WALK|walk");
  await page.getByText("1 function: 1kB, 50.00%").waitFor();
  expect(await page.locator(".frame.match").count()).toBe(2);
  await page.getByRole("searchbox").fill("walk(");
  await page.getByText("is not a regular expression").waitFor();
  expect(await page.locator(".frame.match").count()).toBe(0);
  await page.getByRole("searchbox").fill("nothing here");
  await page.getByText("No match").waitFor();
});

test("switches sample types in plain words, and keeps the zoomed stack", async () => {
  const { page } = await open({ profiles: [real("compile-ssa.mem.pb.gz")] });
  await frame(page, "cmd/compile/internal/gc.Main,").first().click();
  await frame(page, "cmd/compile/internal/gc.Main,").and(page.locator("[data-row='0']")).waitFor();
  expect(await page.getByLabel("What to show").locator("option").allInnerTexts()).toEqual([
    "Objects allocated since start",
    "Bytes allocated since start",
    "Live objects now",
    "Live bytes now",
  ]);
  await page.getByLabel("What to show").selectOption("Bytes allocated since start");
  await page.getByText("also what was freed long ago").waitFor();
  expect((await crumbs(page)).at(-1)).toContain("gc.Main");
});

test("turns the stacks over", async () => {
  const { page } = await open({ profiles: [written([["main.main", "main.leaf"]])] });
  await frame(page, "main.main,").waitFor();
  await page.getByRole("button", { name: "Bottom-up" }).click();
  await frame(page, "main.leaf,").and(page.locator("[aria-level='2']")).waitFor();
});

test("lists functions, sorts them, and finds one in the flame graph", async () => {
  const { page } = await open({ profiles: [real("compile-ssa.mem.pb.gz")] });
  await page.getByRole("tab", { name: "Table" }).click();
  const rows = page.locator("[data-view=table] [data-function]");
  await rows.first().waitFor();
  expect(await rows.first().getAttribute("data-function")).toBe("cmd/compile/internal/ir.NewNameAt");
  expect(await rows.count()).toBeLessThan(80);
  await page.getByRole("button", { name: "Cumulative" }).click();
  await page.locator("[data-function='runtime.goexit']").waitFor();
  await page.getByRole("searchbox").fill("NewNameAt");
  await page.locator("[data-view=table]:not(:has([data-function='runtime.goexit']))").waitFor();
  expect(await rows.count()).toBe(1);
  await rows.first().getByRole("button").first().click();
  await page.locator("[data-view=flame] .frame.match").first().waitFor();
  await page.getByText("1 function: 48.15MB").waitFor();
});

test.each([
  "app.goroutine.debug2.txt",
  "app.goroutine.debug1.txt",
  "app.cpu.pb.gz",
  "deep.cpu.pb.gz",
  "g100k.goroutine.pb.gz",
])("opens %s", async (name) => {
  const { page, said } = await open({ profiles: [real(name)] });
  await frames(page).nth(2).waitFor();
  expect(said).toEqual([]);
});

test("says what is wrong with a damaged file, and where", async () => {
  const damaged = readFileSync("test/fixtures/profiles/app.heap.pb.gz").subarray(0, 200);
  const { page } = await open({ profiles: [{ name: "cut.pb.gz", base64: damaged.toString("base64") }] });
  await page.getByRole("heading", { name: "This file cannot be read as a profile" }).waitFor();
  expect(await page.locator("[data-view=message] p").innerText()).toMatch(/cut off.*at byte 200/);
});

test("shows what can be read of a damaged file, and says what is lost", async () => {
  const damaged = readFileSync("test/fixtures/profiles/app.heap.pb.gz").subarray(0, 20_000);
  const { page, said } = await open({ profiles: [{ name: "cut.pb.gz", base64: damaged.toString("base64") }] });
  await frame(page, "0x").first().waitFor();
  expect(await page.locator(".hint .warning").innerText()).toMatch(
    /damaged: the compressed file is cut off \(at byte 20000\)\. Shown is what could be read: \d+ stacks\. The names of \d+ functions are lost/,
  );
  expect(said).toEqual([]);
});

test("shows the goroutines before the damage of a compressed dump", async () => {
  const text = readFileSync("test/fixtures/profiles/app.goroutine.debug2.txt");
  const damaged = gzipSync(text).subarray(0, -100);
  const { page } = await open({ profiles: [{ name: "cut.txt.gz", base64: damaged.toString("base64") }] });
  await frames(page).nth(2).waitFor();
  await page.locator(".hint .warning", { hasText: "This file is damaged" }).waitFor();
});

test("says that an empty file is empty", async () => {
  const { page } = await open({ profiles: [{ name: "empty.pb.gz", base64: "" }] });
  expect(await page.locator("[data-view=message] p").innerText()).toMatch(/0 bytes/);
});

test("says that a sample type has no samples", async () => {
  const { page } = await open({ profiles: [written([])] });
  await page.getByRole("heading", { name: "Nothing to draw" }).waitFor();
});

const HOSTILE = `<img src=x onerror="window.hacked=1">`;
const CLOSING = `</script><script>window.hacked=1</script>`;

test("shows hostile names and runs none of them", async () => {
  const profile = written([[`main.${HOSTILE}`, `main.${CLOSING}`]]);
  const { page, said } = await open({
    profiles: [{ ...profile, name: `${HOSTILE}${CLOSING}` }],
    diagnosis: { ...diagnosis, target: HOSTILE, notes: [{ code: "x", message: CLOSING }] },
  });
  await page.locator("[data-note]", { hasText: CLOSING }).waitFor();
  await page.getByRole("tab", { name: "Flame Graph" }).click();
  await page.getByRole("treeitem", { name: `main.${HOSTILE}` }).hover();
  await page.locator(".tooltip", { hasText: HOSTILE }).waitFor();
  await page.getByRole("tab", { name: "Table" }).click();
  await page.locator("[data-function]", { hasText: CLOSING }).waitFor();
  expect(await page.locator("img").count()).toBe(0);
  expect(await page.evaluate("'hacked' in window")).toBe(false);
  expect(said).toEqual([]);
});

test("computes in the page itself where there is no worker", async () => {
  const { page, said } = await open(
    { profiles: [real("app.heap.pb.gz")] },
    { before: "Object.defineProperty(window, 'Worker', { value: undefined })" },
  );
  await frames(page).nth(2).waitFor();
  expect(said).toEqual([expect.stringContaining("no worker")]);
});

const diagnosis: Diagnosis = {
  target: "http://localhost:6060/debug/pprof/",
  verdict: "leak",
  snapshots: [0, 1, 2, 3].map((i) => ({ atMs: i * 5000, rss: 1e7 + i * 1e6, goroutines: 10 + i })),
  findings: [
    {
      kind: "heap-stack",
      level: "confirmed",
      function: "main.(*cache).put",
      file: "shop/cache.go",
      line: 41,
      stack: [{ function: "main.(*cache).put", file: "shop/cache.go", line: 41 }],
      sampleType: "inuse_space",
      first: 1024,
      last: 4096,
      slopePerMinute: 2048,
      z: 3.1,
      dz: 9,
      share: 0.5,
      series: [1024, 2048, 3072, 4096],
      explanation: "It grows.",
      advice: "Evict.",
    },
  ],
  notes: [{ code: "rate", message: "Sampled." }],
};

test("shows a diagnosis with its evidence, and the frames of a finding", async () => {
  const { page, said } = await open(
    {
      profiles: [
        real("app.goroutine.pb.gz"),
        { ...written([["main.main", "main.(*cache).put"]]), name: "heap, last snapshot" },
      ],
      diagnosis,
    },
    { dark: true },
  );
  const finding = page.locator("[data-finding='main.(*cache).put']");
  await finding.waitFor();
  const words = await finding.innerText();
  for (const part of ["shop/cache.go:41", "1kB → 4kB", "+2kB per minute", "50.00%", "It grows.", "Evict."])
    expect(words).toContain(part);
  expect(await finding.locator("svg.chart").getAttribute("aria-label")).toContain("from 1kB to 4kB");
  await finding.getByRole("button", { name: "Show in Flame Graph" }).click();
  await page.locator(".frame.match[aria-label*='put']").waitFor();
  await page.getByRole("tab", { name: "Diagnosis" }).click();
  await finding.waitFor();
  expect(said).toEqual([]);
});
