/** The views beyond the first picture, as people use them, in headless Chromium on real profiles. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { decodeProfile } from "../../../src/core/pprof/decode.js";
import type { PageProfile } from "../../../src/core/views/page.js";
import { seriousFindings } from "../../support/accessibility.js";
import { viewerBrowser } from "../../support/browser.js";
import { drawnColour } from "../../support/drawn-colour.js";

const open = viewerBrowser();
const folder = "test/fixtures";
const real = (path: string): PageProfile => ({
  name: path.slice(path.lastIndexOf("/") + 1),
  base64: readFileSync(`${folder}/${path}`).toString("base64"),
});
const early = "gopls-series/14-growth.heap.pb.gz";
const late = "gopls-series/21-growth.heap.pb.gz";
const frame = (page: Page, words: string) => page.locator(`[data-view=flame] .frame[aria-label^="${words}"]`).first();
const rootFrame = (page: Page) => page.locator("[data-view=flame] .frame[data-row='0']");
const tab = (page: Page, name: string) => page.getByRole("tab", { name }).click();
const row = (page: Page, name: string) => page.locator(`[data-function="${name}"]`);
const menuItem = (page: Page, name: string) => page.getByRole("menuitem", { name, exact: true });
const chips = (page: Page) => page.locator("[data-chip]");
const viewItem = async (page: Page, name: string) => {
  await page.getByRole("button", { name: "View ▾" }).click();
  await page.locator("[role^=menuitem]", { hasText: new RegExp(`^${name}$`) }).click();
};

test("a function between its callers and callees, from the menu of its frame", async () => {
  const { page, said } = await open({ profiles: [real("profiles/app.heap.pb.gz")] });
  await frame(page, "main.work,").click({ button: "right" });
  await menuItem(page, "Callers and callees").click();
  const view = page.locator("[data-view=callers]");
  // go tool pprof -peek: main.work has 886.35kB cumulative, all of it called by main.main.func1 and the like.
  await view.locator(".middle", { hasText: "cumulative 886.35kB (92.85%)" }).waitFor();
  await view.locator(".frame[aria-label^='encoding/json.Marshal,']").first().waitFor();
  await page.getByRole("list", { name: "Callees" }).getByRole("button").first().click();
  await view.locator(".middle", { hasNotText: "main.work" }).waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await view.locator(".middle", { hasText: "main.work" }).waitFor();
  expect(said).toEqual([]);
});

test("filters as chips: added from the menu and by hand, removed, undone", async () => {
  const { page } = await open({ profiles: [real("profiles/app.heap.pb.gz")] });
  await frame(page, "encoding/json.Marshal,").click({ button: "right" });
  await menuItem(page, "Focus on this function").click();
  await chips(page).filter({ hasText: "Focus" }).filter({ hasText: "encoding/json.Marshal" }).waitFor();
  await expect.poll(() => frame(page, "go/internal/gcimporter").count()).toBe(0);
  await page.getByRole("button", { name: "+ Filter" }).click();
  await page.getByLabel("Kind of filter").selectOption("Hide");
  await page.getByRole("textbox", { name: "Filter" }).fill("(");
  await page.keyboard.press("Enter");
  await page.getByText("is not a regular expression").waitFor();
  await page.getByRole("textbox", { name: "Filter" }).fill("^no such function");
  await page.keyboard.press("Enter");
  await chips(page).filter({ hasText: "matches nothing" }).waitFor();
  await page.getByRole("button", { name: "Remove filter: Focus encoding/json.Marshal" }).click();
  await expect.poll(() => chips(page).count()).toBe(1);
  await page.locator("h1").click();
  await page.keyboard.press("Control+z");
  await expect.poll(() => chips(page).count()).toBe(2);
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  await expect.poll(() => chips(page).count()).toBe(0);
  await page.keyboard.press("Control+y");
  await expect.poll(() => chips(page).count()).toBe(1);
});

test("labels split the picture and filter it", async () => {
  const { page } = await open({ profiles: [real("profiles/g100k.goroutine.pb.gz")] });
  const split = page.getByLabel("Split by label");
  await split.locator("option").nth(1).waitFor({ state: "attached" });
  const key = (await split.locator("option").nth(1).getAttribute("value"))!;
  const before = await page.locator(".frame[aria-level='2']").count();
  await split.selectOption(key);
  await expect.poll(() => page.locator(".frame[aria-level='2']").count()).not.toBe(before);
  await split.selectOption("");
  await page.getByRole("button", { name: "+ Filter" }).click();
  await page.getByLabel("Kind of filter").selectOption("Label");
  const filter = (await page.locator("#label-values option").first().getAttribute("value"))!;
  const whole = await rootFrame(page).getAttribute("aria-label");
  await page
    .getByRole("textbox", { name: "Filter" })
    .or(page.getByRole("combobox", { name: "Filter", exact: true }))
    .fill(filter);
  await page.keyboard.press("Enter");
  await chips(page).filter({ hasText: "Label" }).waitFor();
  await expect.poll(() => rootFrame(page).getAttribute("aria-label")).not.toBe(whole);
});

test("a difference draws both signs, and sums what go tool pprof -base sums", async () => {
  const { page } = await open({ profiles: [real(early), real(late)] });
  await page.getByLabel("Profile", { exact: true }).selectOption("21-growth.heap.pb.gz");
  await page.getByLabel("Minus (base)").selectOption("− 14-growth.heap.pb.gz (the one before)");
  await frame(page, "Live bytes now, 55.69MB").waitFor();
  // A branch that shrank inside one that grew.
  const shrunk = page.locator(".frame[aria-label*=', -']").first();
  const parent = page.locator(".frame:not([aria-label*=', -'])[aria-level='2']").first();
  expect(await drawnColour(shrunk)).toMatch(/^--shrank-\d$/);
  expect(await drawnColour(parent)).toMatch(/^--grew-\d$/);
  await tab(page, "Table");
  const ask = ["tool", "pprof", "-top", "-nodecount=12", "-sample_index=inuse_space", "-symbolize=none"];
  const top = execFileSync("go", [...ask, "-base", `${folder}/${early}`, `${folder}/${late}`], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const rows = [...top.matchAll(/^ *(\S+) +\S+ +\S+ +(\S+) +\S+ {2}(.+?)( \(inline\))?$/gm)];
  expect(rows.length).toBe(12);
  for (const [, flat, cum, name] of rows) {
    await page.getByRole("searchbox").fill(`^${name.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")}$`);
    const values = row(page, name).locator(".value");
    await expect
      .poll(() => values.allInnerTexts(), { message: name })
      .toEqual([flat, cum].map((one) => (one.startsWith("-") || one === "0" ? one : `+${one}`)));
  }
  await page.getByRole("searchbox").fill("");
  await page.getByRole("button", { name: "Growth", exact: true }).click();
  await page.getByText("new", { exact: true }).first().waitFor();
});

test("a difference as wide as one side, coloured by change, and swapped", async () => {
  const { page } = await open({ profiles: [real(early), real(late)], view: { profile: 1, base: 0 } });
  await frame(page, "Live bytes now, 55.69MB").waitFor();
  await viewItem(page, "The profile, coloured by change");
  await page.locator(".frame[data-row='0'][aria-label$='since before']").waitFor();
  expect(await rootFrame(page).getAttribute("aria-label")).toMatch(/\+55\.69MB since before$/);
  await viewItem(page, "Swap profile and base");
  await expect.poll(() => rootFrame(page).getAttribute("aria-label")).toMatch(/-55\.69MB since before$/);
});

test("a series: a chart per function, a slider, and its ends subtracted", async () => {
  const { page, said } = await open({ profiles: [real(early), real("gopls-series/17-growth.heap.pb.gz"), real(late)] });
  await tab(page, "Growth");
  const growth = page.locator("[data-view=growth]");
  await growth.locator("svg.sparkline").first().waitFor();
  const words = await row(page, "golang.org/x/sync/errgroup.(*Group).Go.func1").innerText();
  expect(words).toContain("+18.41MB");
  const slider = page.getByRole("slider", { name: "Profile of the series" });
  await slider.focus();
  await page.keyboard.press("End");
  await page.locator("h1", { hasText: "21-growth" }).waitFor();
  await page.getByText("3 of 3: 21-growth.heap.pb.gz").waitFor();
  await page.getByRole("button", { name: "Last minus first" }).click();
  await frame(page, "Live bytes now, 55.69MB").waitFor();
  expect(said).toEqual([]);
});

test("hot lines, and those of one function", async () => {
  const { page } = await open({ profiles: [real("profiles/app.heap.pb.gz")] });
  await frame(page, "main.work,").click({ button: "right" });
  await menuItem(page, "Costs by line").click();
  const lines = page.locator("[data-view=source] [data-function]");
  await lines.first().waitFor();
  expect(
    new Set(
      await lines.evaluateAll((all: { dataset: { function: string } }[]) => all.map((one) => one.dataset.function)),
    ),
  ).toEqual(new Set(["main.work"]));
  await page.getByRole("button", { name: "Lines of all functions" }).click();
  await expect.poll(() => lines.count()).toBeGreaterThan(5);
});

test("the whole stays in sight when zoomed, and leads elsewhere", async () => {
  const { page } = await open({ profiles: [real("profiles/compile-ssa.mem.pb.gz")] });
  const overview = page.locator(".overview-map");
  await frame(page, "cmd/compile/internal/ssagen.Compile,").click();
  await overview.waitFor();
  expect(await overview.locator("*").count()).toBeLessThan(60);
  await overview.click({ position: { x: 40, y: 4 } });
  await page.locator(".crumb[aria-current]:not([title*='ssagen.Compile'])").waitFor();
});

test("flames grow upwards when one wants them to, and arrows follow", async () => {
  const { page } = await open({ profiles: [real("profiles/app.heap.pb.gz")], view: { upright: true } });
  await frame(page, "main.work,").waitFor();
  // The picture is drawn again once the page knows its size: until then a frame may have no box.
  const isAbove = async () => {
    const [root, work] = await Promise.all([rootFrame(page).boundingBox(), frame(page, "main.work,").boundingBox()]);
    return root !== null && work !== null && work.y < root.y;
  };
  await expect.poll(isAbove).toBe(true);
  const levelAbove = async () => {
    await rootFrame(page).focus();
    await page.keyboard.press("ArrowUp");
    return page.evaluate("document.activeElement.getAttribute('aria-level')");
  };
  await expect.poll(levelAbove).toBe("2");
});

test("frames are packages, files or lines when one wants them to be; recursion folds", async () => {
  const { page } = await open({ profiles: [real("profiles/app.heap.pb.gz")] });
  await viewItem(page, "Package");
  await frame(page, "encoding/json,").waitFor();
  await viewItem(page, "Function and line");
  await page.locator(".frame[aria-label^='main.work:']").first().waitFor();
  await viewItem(page, "Fold direct recursion");
  await viewItem(page, "Program, modules, std, runtime");
  await expect.poll(() => drawnColour(page.locator(".frame[aria-label^='main.work:']").first())).toBe("--own-0");
});

test.each([
  ["SVG picture…", "app.heap.svg", (bytes: Buffer) => /^<\?xml[^>]*>\n<svg/.test(bytes.toString("utf8"))],
  [
    "PNG picture…",
    "app.heap.png",
    (bytes: Buffer) => bytes.readUInt32BE(16) > 1000 && bytes.subarray(1, 4).toString() === "PNG",
  ],
  ["Folded stacks…", "app.heap.folded.txt", (bytes: Buffer) => /;main\.work;.* \d+\n/.test(bytes.toString("utf8"))],
  [
    "speedscope JSON…",
    "app.heap.speedscope.json",
    (bytes: Buffer) => (JSON.parse(bytes.toString("utf8")) as { profiles: unknown[] }).profiles.length === 4,
  ],
  [
    "pprof profile, as filtered…",
    "app.heap.filtered.pb.gz",
    (bytes: Buffer) => decodeProfile(gunzipSync(bytes)).sampleTypes.length === 4,
  ],
])("exports %s", async (item, name, holds) => {
  const { page, said } = await open({ profiles: [real("profiles/app.heap.pb.gz")] });
  await frame(page, "main.work,").waitFor();
  await page.getByRole("button", { name: "Export ▾" }).click();
  const [download] = await Promise.all([page.waitForEvent("download"), menuItem(page, item).click()]);
  expect(download.suggestedFilename()).toBe(name);
  expect(holds(readFileSync(await download.path()))).toBe(true);
  expect(said).toEqual([]);
});

test("the HTML export is this page with this view, and so is its link", async () => {
  const { page } = await open({
    profiles: [real("profiles/app.heap.pb.gz")],
    view: { chips: [{ kind: "focus", pattern: "json" }] },
  });
  await chips(page).first().waitFor();
  await frame(page, "encoding/json.Marshal,").click();
  await page.getByRole("button", { name: "Reset Zoom" }).waitFor();
  await page.getByRole("button", { name: "Export ▾" }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    menuItem(page, "HTML page with everything in it…").click(),
  ]);
  const file = `${await download.path()}.html`;
  await download.saveAs(file);
  await page.goto(`file://${file}`);
  await frame(page, "encoding/json.Marshal,").and(page.locator("[data-row='0']")).waitFor();
  expect(await chips(page).count()).toBe(1);
  await tab(page, "Table");
  await page.getByRole("button", { name: "Export ▾" }).click();
  await menuItem(page, "Copy link to this view").click();
  await expect.poll(() => page.url()).toContain("#view=");
  await page.reload();
  await page.locator("[data-view=table]").waitFor();
  expect(await chips(page).count()).toBe(1);
});

test.each([false, true])("axe finds nothing in any view (dark: %s)", async (dark) => {
  const { page } = await open({ profiles: [real(early), real(late)] }, { dark });
  await frame(page, "Live bytes now").waitFor();
  const findings: string[] = [];
  const check = async (where: string) =>
    findings.push(...(await seriousFindings(page)).map((one) => `${where}: ${one}`));
  await check("flame graph");
  await page.locator(".frame[data-row='2']").click();
  await page.locator(".overview-map").waitFor();
  await check("zoomed");
  await page.getByRole("button", { name: "View ▾" }).click();
  await check("menu");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "+ Filter" }).click();
  await check("filter form");
  for (const name of ["Call Graph", "Table", "Callers", "Source", "Growth"]) {
    await tab(page, name);
    await page.locator(`[data-view=${name.replace("Call ", "").toLowerCase()}]`).waitFor();
    await check(name);
  }
  expect(findings).toEqual([]);
});
