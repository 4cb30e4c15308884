/** The time line of an execution trace, as people use it, in headless Chromium on real traces. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { analyseTrace, piecesOf } from "../../../src/core/trace/read-trace.js";
import { traceReport } from "../../../src/core/trace/trace-report.js";
import type { PageProfile } from "../../../src/core/views/page.js";
import { seriousFindings } from "../../support/accessibility.js";
import { viewerBrowser } from "../../support/browser.js";

const open = viewerBrowser();
const file = (name: string) => `test/fixtures/traces/${name}.trace.gz`;
const real = (name: string): PageProfile => ({
  name: `${name}.trace`,
  base64: readFileSync(file(name)).toString("base64"),
});
const view = (page: Page) => page.locator("[data-view=time]");
const canvas = (page: Page) => page.getByRole("application", { name: "Time line" });
const words = (page: Page) => page.locator(".moment-words");
const table = (page: Page) => page.getByRole("region", { name: "Table of the trace" });
const seen = async (page: Page) =>
  (await page.locator(".timeline-bar [role=status]").innerText()).replace(/^.*Seen: /, "");
const isRead = (page: Page) => page.locator("[data-view=time][aria-busy=false]").waitFor();

function reportOf(name: string, range?: { fromNs: number; toNs: number }) {
  const bytes = new Uint8Array(gunzipSync(readFileSync(file(name))));
  return traceReport(analyseTrace(() => piecesOf(bytes), range ? { range } : {}));
}

test("a trace opens as its time line, with tables of the whole", async () => {
  const { page, said } = await open({ profiles: [real("hog-go1.26.8")] });
  await view(page).waitFor();
  await isRead(page);
  await page.getByText("Of the whole trace").waitFor();
  const { kinds, worst } = reportOf("hog-go1.26.8");
  await page.getByLabel("Table", { exact: true }).selectOption("kinds");
  expect(await table(page).locator("tbody tr").count()).toBe(kinds.length);
  await page.getByLabel("Table", { exact: true }).selectOption("worst");
  const row = table(page).locator("tbody tr").first();
  await row.getByText("main.serve").waitFor();
  await row.getByText("main.hog", { exact: true }).waitFor();
  // Its first cell leads to the place on the time line, on the line of that goroutine.
  await row.getByRole("button").first().click();
  await words(page)
    .filter({ hasText: `goroutine ${worst[0].goroutine} of main.serve` })
    .waitFor();
  await words(page).filter({ hasText: "waited for a processor" }).waitFor();
  await words(page).filter({ hasText: "by main.hog" }).waitFor();
  await page.getByRole("button", { name: `Hide Goroutine ${worst[0].goroutine}` }).waitFor();
  expect(said).toEqual([]);
});

test("a part that is dragged is what tables and flame graphs are about; undone with Ctrl+Z", async () => {
  const { page, said } = await open({ profiles: [real("steady-go1.26.8")] });
  await isRead(page);
  const box = (await canvas(page).boundingBox())!;
  const across = box.width - 220;
  await page.mouse.move(box.x + 220 + across * 0.25, box.y + 80);
  await page.mouse.down();
  await page.mouse.move(box.x + 220 + across * 0.4, box.y + 80, { steps: 3 });
  await page.mouse.move(box.x + 220 + across * 0.5, box.y + 80, { steps: 3 });
  await page.mouse.up();
  const chosen = page.locator(".chosen");
  await chosen.filter({ hasText: /^Chosen: 0\.8\d+s to 1\.7\d+s$/ }).waitFor();
  await page
    .locator(".trace-tables")
    .getByText(/^Of 0\.8\d+s to 1\.7\d+s$/)
    .waitFor();
  await page.getByLabel("Table", { exact: true }).selectOption("kinds");
  const running = await table(page)
    .locator("tbody tr", { hasText: "main.steady.func1" })
    .locator("td")
    .nth(1)
    .innerText();
  const whole = reportOf("steady-go1.26.8").kinds.find(({ name }) => name === "main.steady.func1")!;
  expect(parseFloat(running)).toBeLessThan((whole.runningNs / 1e6) * 0.5);
  expect(parseFloat(running)).toBeGreaterThan(0);
  await page.getByRole("tab", { name: "Flame Graph" }).click();
  await page.locator("[data-view=flame] .frame").first().waitFor();
  await page.getByText(/Only from 0\.8\d+s to 1\.7\d+s of the trace/).waitFor();
  const part = await page.locator("[data-view=flame] .frame[data-row='0']").getAttribute("aria-label");
  await page.getByRole("tab", { name: "Time Line" }).click();
  await canvas(page).focus();
  await page.keyboard.press("Control+z");
  await chosen.waitFor({ state: "hidden" });
  await page.getByText("Of the whole trace").waitFor();
  await page.getByRole("tab", { name: "Flame Graph" }).click();
  await expect
    .poll(() => page.locator("[data-view=flame] .frame[data-row='0']").getAttribute("aria-label"))
    .not.toBe(part);
  expect(said).toEqual([]);
});

test("everything with the keyboard: lines, runs, zoom, pan, a part", async () => {
  const { page } = await open({ profiles: [real("gc-go1.27.3")] });
  await isRead(page);
  const all = await seen(page);
  await canvas(page).focus();
  await page.keyboard.press("ArrowDown");
  await words(page)
    .filter({ hasText: /^Processor 1: goroutine \d+ of \S+ ran on processor 1 for / })
    .waitFor();
  const first = await words(page).innerText();
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => words(page).innerText()).not.toBe(first);
  await page.keyboard.press("ArrowLeft");
  await expect.poll(() => words(page).innerText()).toBe(first);
  await page.keyboard.press("Enter");
  await expect.poll(() => seen(page)).not.toBe(all);
  const zoomed = await seen(page);
  await page.keyboard.press("d");
  await expect.poll(() => seen(page)).not.toBe(zoomed);
  await page.keyboard.press("a");
  await expect.poll(() => seen(page)).toBe(zoomed);
  await page.keyboard.press("s");
  await expect.poll(() => seen(page)).not.toBe(zoomed);
  await page.keyboard.press("r");
  await page.locator(".chosen").waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".chosen").waitFor({ state: "hidden" });
  await page.keyboard.press("0");
  await expect.poll(() => seen(page)).toBe(all);
  await page.keyboard.press("ArrowDown");
  await words(page)
    .filter({ hasText: /^runtime\.gcBgMarkWorker: goroutine/ })
    .waitFor();
});

test.each([
  { theme: "light", dark: false, forced: false },
  { theme: "dark", dark: true, forced: false },
  { theme: "high contrast", dark: true, forced: true },
])("nothing that axe finds, $theme", async ({ dark, forced }) => {
  const { page } = await open({ profiles: [real("gc-go1.27.3")] }, { dark });
  if (forced) await page.emulateMedia({ forcedColors: "active" });
  await isRead(page);
  await page.getByText("Of the whole trace").waitFor();
  await canvas(page).focus();
  await page.keyboard.press("ArrowDown");
  await words(page).filter({ hasText: "ran on processor" }).waitFor();
  expect(await seriousFindings(page)).toEqual([]);
});

test("a link to a time line opens a profile that is no trace as a flame graph", async () => {
  const heap = readFileSync("test/fixtures/profiles/app.heap.pb.gz").toString("base64");
  const { page } = await open({
    profiles: [{ name: "heap", base64: heap }],
    view: { tab: "time", range: { fromNs: 1, toNs: 2 } },
  });
  await page.locator("[data-view=flame] .frame").first().waitFor();
  expect(await page.getByRole("tab", { name: "Time Line" }).count()).toBe(0);
});
