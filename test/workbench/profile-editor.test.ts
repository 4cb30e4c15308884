import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { keepEvidence } from "./evidence.js";
import { closeAllEditors } from "./page-objects/editors.js";
import { openFile } from "./page-objects/explorer.js";
import * as viewer from "./page-objects/viewer.js";
import { until } from "./until.js";
import { openWorkbench, type Workbench } from "./workbench.js";

const profiles = "test/fixtures/profiles";
let workbench: Workbench;

beforeAll(async () => {
  workbench = await openWorkbench({
    name: "profile-editor",
    files: {
      "app.heap.pb.gz": `${profiles}/app.heap.pb.gz`,
      "compile.cpu.pb.gz": `${profiles}/compile-ssa.cpu.pb.gz`,
      "damaged.pb.gz": readFileSync(`${profiles}/app.heap.pb.gz`).subarray(0, 200),
      "labels.goroutine.pb.gz": `${profiles}/g100k.goroutine.pb.gz`,
      "half.pb.gz": readFileSync(`${profiles}/app.heap.pb.gz`).subarray(0, 20_000),
      "answer.prof": Buffer.from("<!doctype html><title>404</title><p>not found"),
      "empty.pprof": Buffer.alloc(0),
    },
  });
});
afterEach(() => closeAllEditors(workbench.page));
afterAll(() => workbench?.stop());
keepEvidence(() => workbench);

/** Opens a file by double click and waits for what it shows. */
async function open(name: string): Promise<string[]> {
  await openFile(workbench.page, name);
  return viewer.drawnFrames(workbench.page);
}

test("a click on a profile draws its flame graph", async () => {
  const frames = await open("app.heap.pb.gz");
  // go tool pprof: main.work has 886.35kB cumulative, 92.85 % of 954.64kB.
  expect(frames.find((label) => label.startsWith("main.work, "))).toMatch(/^main\.work, .*, 92\.[89]/);
  expect(frames.length).toBeGreaterThan(10);
});

test("zooming into a frame and out again, with the mouse and with the keyboard", async () => {
  const before = await open("app.heap.pb.gz");
  await viewer.frame(workbench.page, "encoding/json.Marshal").first().click();
  const crumbs = viewer.viewer(workbench.page).getByLabel("Zoomed stack");
  await crumbs.getByRole("button", { name: "json.Marshal" }).waitFor();
  const zoomed = await viewer.drawnFrames(workbench.page);
  expect(zoomed[0]).toMatch(/^encoding\/json\.Marshal, /);
  expect(zoomed.some((label) => label.startsWith("go/internal/gcimporter"))).toBe(false);
  await crumbs.getByRole("button", { name: "Reset Zoom" }).click();
  const whole = async () => (await viewer.drawnFrames(workbench.page)).length === before.length;
  await until("the whole picture", whole);
  await viewer.frame(workbench.page, "encoding/json.Marshal").first().focus();
  await workbench.page.keyboard.press("Enter");
  await crumbs.getByRole("button", { name: "json.Marshal" }).waitFor();
  // The stack is zoomed out of frame by frame.
  await until("the whole picture", async () => {
    await workbench.page.keyboard.press("Escape");
    return whole();
  });
});

test("a function between its callers and callees", async () => {
  await open("app.heap.pb.gz");
  await viewer.frameMenu(workbench.page, "main.work", "Callers and callees");
  // go tool pprof -peek: main.work has 886.35kB cumulative.
  await viewer
    .view(workbench.page, "callers")
    .locator(".middle", { hasText: "cumulative 886.35kB (92.85%)" })
    .waitFor();
  await viewer
    .view(workbench.page, "callers")
    .getByRole("list", { name: "Callees" })
    .getByText("json.Marshal")
    .waitFor();
});

test("a filter by label leaves what has it", async () => {
  const before = await open("labels.goroutine.pb.gz");
  const page = viewer.viewer(workbench.page);
  await page.getByRole("button", { name: "+ Filter" }).click();
  await page.getByLabel("Kind of filter").selectOption("Label");
  const filter = await page.locator("#label-values option").first().getAttribute("value");
  await page.getByRole("combobox", { name: "Filter", exact: true }).fill(filter!);
  await workbench.page.keyboard.press("Enter");
  await page.locator("[data-chip]", { hasText: "Label" }).waitFor();
  await until("another picture", async () => (await viewer.drawnFrames(workbench.page))[0] !== before[0]);
});

test("the table ranks functions by their own cost, as go tool pprof does", async () => {
  await open("compile.cpu.pb.gz");
  await viewer.showTab(workbench.page, "table");
  const names = await viewer.tableFunctions(workbench.page);
  expect(names.slice(0, 4)).toEqual([
    "runtime.step",
    "runtime.pcvalue",
    "runtime.asyncPreempt",
    "runtime.tryDeferToSpanScan",
  ]);
});

test("another sample type redraws the graph", async () => {
  const live = await open("app.heap.pb.gz");
  await viewer.showSampleType(workbench.page, "Bytes allocated since start");
  const allocated = await until("another picture", async () => {
    const frames = await viewer.drawnFrames(workbench.page);
    return frames[0] !== live[0] && frames;
  });
  expect(allocated[0]).toMatch(/^Bytes allocated since start, /);
});

test("search marks the frames that match and says how much they are", async () => {
  await open("app.heap.pb.gz");
  await viewer.search(workbench.page, "json");
  const status = viewer.viewer(workbench.page).locator(".found");
  await until("the search's answer", async () => /function/.test(await status.innerText()));
  expect(await viewer.frames(workbench.page).and(workbench.page.locator(".match")).count()).toBeGreaterThan(0);
});

test.each([
  ["damaged.pb.gz", /cannot be read.*cut off.*byte 200/is],
  ["answer.prof", /cannot be read.*HTML/is],
  ["empty.pprof", /cannot be read.*0 bytes/is],
])("%s says what is wrong with it", async (name, words) => {
  await openFile(workbench.page, name);
  const message = viewer.view(workbench.page, "message");
  await message.waitFor();
  expect(await message.innerText()).toMatch(words);
  await workbench.screenshot(`damaged-${name}`);
});

test("half of a file shows what could be read, and what is wrong with the rest", async () => {
  const frames = await open("half.pb.gz");
  expect(frames.some((label) => label.startsWith("0x"))).toBe(true);
  const { page } = workbench;
  await viewer.viewer(page).locator(".hint .warning", { hasText: "cut off (at byte 20000)" }).waitFor();
  await workbench.screenshot("damaged-half");
});

test.each(["light", "dark"] as const)("a profile in the %s theme, as a screenshot", async (theme) => {
  await workbench.useTheme(theme);
  expect((await open("compile.cpu.pb.gz")).length).toBeGreaterThan(50);
  await workbench.screenshot(`profile-${theme}`);
  await viewer.showTab(workbench.page, "table");
  await workbench.screenshot(`table-${theme}`);
});
