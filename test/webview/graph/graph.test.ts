/** The call graph, as people use it, in headless Chromium on real profiles. */
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import type { PageProfile } from "../../../src/core/views/page.js";
import { encodeProfile } from "../../../src/core/pprof/encode.js";
import { profileOf } from "../../support/folded.js";
import { viewerBrowser } from "../../support/browser.js";
import { sectionsOf } from "../../support/golden.js";

const open = viewerBrowser();
const real = (path: string): PageProfile => ({
  name: path.slice(path.lastIndexOf("/") + 1),
  base64: readFileSync(`test/fixtures/${path}`).toString("base64"),
});
const box = (page: Page, name: string) => page.locator(`.graph-box[data-function="${name}"]`);
const functionsOf = async (page: Page, selector: string) =>
  Promise.all((await page.locator(selector).all()).map((one) => one.getAttribute("data-function")));
const boxes = (page: Page) => functionsOf(page, ".graph-box");
const inFocus = (page: Page) => page.locator(".graph-box:focus").getAttribute("data-function");

async function graphOf(profile: PageProfile): Promise<Page> {
  const { page, said } = await open({ profiles: [profile] });
  await page.getByRole("tab", { name: "Call Graph" }).click();
  await page.locator(".graph-box").first().waitFor();
  expect(said).toEqual([]);
  return page;
}

test("the boxes are those of pprof, and what is hidden is said and can be shown", async () => {
  const page = await graphOf(real("profiles/app.heap.pb.gz"));
  const [{ text }] = sectionsOf("graphs").filter(
    ({ profile, options }) => /app\.heap/.test(profile) && options["nodecount"] === "80",
  );
  const expected = [...text.matchAll(/^N\d+ \[label=.* tooltip="(.*?) \(\d+B\)"/gm)].map(([, name]) => name);
  expect((await boxes(page)).sort()).toEqual(expected.sort());
  await page.getByText(/^Hidden: \d+ functions below 4\.\d+kB/).waitFor();
  await page.getByLabel("Boxes").selectOption("20");
  await expect.poll(async () => (await boxes(page)).length).toBeLessThan(21);
  await page.getByText(/Hidden: \d+ functions below .*, \d+ more/).waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect.poll(async () => (await boxes(page)).length).toBe(expected.length);
});

test("keys walk along the heaviest calls, and focus on a function; undo takes it back", async () => {
  const made = profileOf("main;serve;read 5\nmain;serve;write 9\nmain;gc 3\nmain;serve;read;copy 2");
  const page = await graphOf({ name: "made", base64: Buffer.from(encodeProfile(made)).toString("base64") });
  await box(page, "main").focus();
  for (const [key, name] of [
    ["ArrowDown", "serve"],
    ["ArrowDown", "write"],
    ["ArrowUp", "serve"],
    ["ArrowUp", "main"],
    ["ArrowDown", "serve"],
  ] as const) {
    await page.keyboard.press(key);
    expect(await inFocus(page)).toBe(name);
  }
  // Which of the two stands to the right is the layout's choice.
  await page.keyboard.press("ArrowRight");
  if ((await inFocus(page)) === "serve") await page.keyboard.press("ArrowLeft");
  expect(await inFocus(page)).toBe("gc");
  await page.keyboard.press("Enter");
  await page.locator("[data-chip=focus]", { hasText: "gc" }).waitFor();
  await expect.poll(async () => (await boxes(page)).sort()).toEqual(["gc", "main"]);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect.poll(async () => (await boxes(page)).length).toBe(6);
});

test("a click selects the function in every view, a search marks boxes, the menu begins stacks there", async () => {
  const page = await graphOf(real("profiles/app.heap.pb.gz"));
  await box(page, "main.work").click();
  await page.locator(".graph-box.selected[data-function='main.work']").waitFor();
  await page.getByRole("searchbox").fill("json");
  await expect.poll(() => page.locator(".graph-box.match").count()).toBeGreaterThan(0);
  for (const name of await functionsOf(page, ".graph-box.match")) expect(name).toContain("json");
  await box(page, "main.work").click({ button: "right" });
  await page.getByRole("menuitem", { name: "Show from here" }).click();
  await page.locator("[data-chip=showFrom]", { hasText: "main.work" }).waitFor();
  await expect.poll(() => box(page, "runtime/pprof.Do").count()).toBe(0);
  await page.getByRole("tab", { name: "Callers" }).click();
  await page.locator("[data-view=callers] .middle", { hasText: "main.work" }).waitFor();
});

test("names are text, not markup", async () => {
  const page = await graphOf(real("profiles/app.heap.pb.gz"));
  const texts = await page.locator(".graph-box text").allTextContents();
  expect(texts).toContain("work");
  expect(await page.locator(".graph-sheet script, .graph-sheet foreignObject").count()).toBe(0);
});
