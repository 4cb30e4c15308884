/** The viewer inside VS Code: what needs the editor around it. What the page does by itself: test/webview. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { decodeProfile } from "../../src/core/pprof/decode.js";
import { writtenProfile } from "../support/written-profile.js";
import { keepEvidence } from "./evidence.js";
import { closeAllEditors, cursorOnLine, editorInFront } from "./page-objects/editors.js";
import { dialog, pressDialogButton } from "./page-objects/debugging.js";
import { filesMenu, openFile } from "./page-objects/explorer.js";
import { pressToastButton } from "./page-objects/notifications.js";
import { answer, chooseFile, pick, runCommand } from "./page-objects/palette.js";
import * as viewer from "./page-objects/viewer.js";
import { until } from "./until.js";
import { openWorkbench, type Workbench } from "./workbench.js";

const fixtures = "test/fixtures";
const HOSTILE = `main.<img src=x onerror="window.top.hacked=1">`;
let workbench: Workbench;

/** The profile names /home/dev/pprof/goprog/main.go; here it is somewhere else. */
const source = ["package main", "", ...Array.from({ length: 140 }, (_, i) => `// line ${i + 3}`)].join("\n");

beforeAll(async () => {
  workbench = await openWorkbench({
    name: "viewer",
    files: {
      "app.heap.pb.gz": `${fixtures}/profiles/app.heap.pb.gz`,
      "early.pb.gz": `${fixtures}/gopls-series/14-growth.heap.pb.gz`,
      "late.pb.gz": `${fixtures}/gopls-series/21-growth.heap.pb.gz`,
      "hostile.pprof": writtenProfile([["main.main", HOSTILE]]),
      "elsewhere.pprof": writtenProfile([["main.main", "/app/shop.serve"]]),
      "goprog/main.go": Buffer.from(source),
    },
  });
});
afterEach(() => closeAllEditors(workbench.page));
afterAll(() => workbench?.stop());
keepEvidence(() => workbench);

async function open(name: string): Promise<string[]> {
  await openFile(workbench.page, name);
  return viewer.drawnFrames(workbench.page);
}

test("a frame opens its hottest line, costs stand beside the code, and the code finds its frame again", async () => {
  const { page } = workbench;
  await open("app.heap.pb.gz");
  await viewer.frameMenu(page, "main.work", "Open source");
  await editorInFront(page, "main.go");
  // go tool pprof -list main.work: 512kB of its 886.35kB are on line 69.
  await cursorOnLine(page, 69);
  await runCommand(page, "Show or Focus Hover");
  const hover = page.locator(".monaco-hover").filter({ hasText: "with all that it calls" });
  await hover.waitFor();
  // Text in Markdown has its spaces escaped.
  expect((await hover.innerText()).replaceAll("\u00a0", " ")).toMatch(
    /app\.heap\.pb\.gz: Live bytes now[\s\S]*in main\.work/,
  );
  await workbench.screenshot("source-costs");
  await page.keyboard.press("Escape");
  await runCommand(page, "Show in Flame Graph");
  await viewer.viewer(page).getByLabel("Zoomed stack").getByRole("button", { name: "main.work" }).waitFor();
  await runCommand(page, "Hide Profile Costs in the Editor");
});

test("another open profile becomes the base, and is found again after a reload with all that was chosen", async () => {
  const { page } = workbench;
  await open("early.pb.gz");
  await open("late.pb.gz");
  await viewer.viewer(page).getByLabel("Minus (base)").selectOption("− another profile…");
  await pick(page, "early.pb.gz");
  await viewer.frame(page, "Live bytes now").and(viewer.viewer(page).locator("[aria-label*='55.69MB']")).waitFor();
  await viewer.frame(page, "golang.org/x/sync/errgroup.(*Group).Go.func1").first().click();
  const zoomed = () => viewer.viewer(page).locator(".frame[data-row='0']").getAttribute("aria-label");
  await until("the zoom", async () => (await zoomed())?.startsWith("golang.org/x/sync/errgroup"));
  await viewer.showTab(page, "table");
  await viewer.viewer(page).getByText("Growth", { exact: true }).first().waitFor();
  await runCommand(page, "Developer: Reload Window");
  await viewer.view(page, "table").waitFor({ timeout: 60_000 });
  await viewer.viewer(page).locator(".hint", { hasText: "Minus early.pb.gz" }).waitFor();
  await viewer.showTab(page, "flame");
  await until("the zoom after the reload", async () => (await zoomed())?.startsWith("golang.org/x/sync/errgroup"));
  await workbench.screenshot("diff-after-reload");
});

test("several selected files open as a difference", async () => {
  const { page } = workbench;
  await filesMenu(page, ["late.pb.gz", "early.pb.gz"], "Compare Go Profiles");
  await editorInFront(page, "late.pb.gz − early.pb.gz");
  await viewer.frame(page, "Live bytes now").and(viewer.viewer(page).locator("[aria-label*='55.69MB']")).waitFor();
});

test("a link opens a profile at its view, and asks before it leaves the folder", async () => {
  const { page, folder } = workbench;
  const link = (file: string, view: object) =>
    `vscode://go-diagnostics.go-diagnostics/profile?${new URLSearchParams({ file: pathToFileURL(file).href, view: JSON.stringify(view) }).toString()}`;
  await runCommand(page, "Developer: Open URL");
  await answer(page, link(join(folder, "app.heap.pb.gz"), { tab: "table", pattern: "json" }));
  await pressDialogButton(page, "Open"); // VS Code asks before any extension gets a link
  await editorInFront(page, "app.heap.pb.gz");
  await viewer.view(page, "table").waitFor();
  expect(await viewer.viewer(page).getByRole("searchbox").inputValue()).toBe("json");
  await runCommand(page, "Developer: Open URL");
  await answer(page, link("/etc/hostname", {}));
  await pressDialogButton(page, "Open");
  await dialog(page).filter({ hasText: "outside of the open folders" }).waitFor();
  await page.keyboard.press("Escape");
});

test("somebody says where a source is, once", async () => {
  const { page, folder } = workbench;
  const outside = join(dirname(folder), "outside", "shop.serve.go");
  mkdirSync(dirname(outside));
  writeFileSync(outside, source);
  await open("elsewhere.pprof");
  await viewer.frameMenu(page, "/app/shop.serve", "Open source");
  await pressToastButton(page, "is not on this machine", "Locate File…");
  await chooseFile(page, outside);
  await editorInFront(page, "shop.serve.go");
  await cursorOnLine(page, 7);
  const settings = await until("the mapping to be remembered", () => {
    const file = join(folder, ".vscode", "settings.json");
    return existsSync(file) && readFileSync(file, "utf8");
  });
  expect(JSON.parse(settings)).toEqual({
    "goDiagnostics.source.pathMappings": { "/app/": `${dirname(outside)}/` },
  });
  await closeAllEditors(page);
  await open("elsewhere.pprof");
  await viewer.frameMenu(page, "/app/shop.serve", "Open source");
  await editorInFront(page, "shop.serve.go");
});

test.each<[string, string, (bytes: Buffer) => boolean]>([
  ["SVG picture…", "app.heap.svg", (bytes) => bytes.toString("utf8").includes("<svg")],
  ["PNG picture…", "app.heap.png", (bytes) => bytes.subarray(1, 4).toString() === "PNG"],
  ["HTML page", "app.heap.html", (bytes) => bytes.toString("utf8").startsWith("<!DOCTYPE html>")],
  ["Folded stacks…", "app.heap.folded.txt", (bytes) => /;main\.work;.* \d+\n/.test(bytes.toString("utf8"))],
  ["speedscope JSON…", "app.heap.speedscope.json", (bytes) => JSON.parse(bytes.toString("utf8")) !== null],
  ["pprof profile", "app.heap.filtered.pb.gz", (bytes) => decodeProfile(gunzipSync(bytes)).samples.count > 0],
])("exports %s", async (item, name, holds) => {
  const { page } = workbench;
  await open("app.heap.pb.gz");
  await viewer.barMenu(page, "Export", item);
  const dialog = page.locator(".quick-input-widget:visible input.input");
  await until("the dialog to propose a name", async () => (await dialog.inputValue()).endsWith(name));
  const file = join(workbench.folder, name);
  await until(
    "the file",
    async () => {
      if (!existsSync(file)) await dialog.press("Enter", { timeout: 1000 }).catch(() => undefined);
      return existsSync(file) && readFileSync(file).length > 0;
    },
    { everyMs: 300 },
  );
  expect(holds(readFileSync(file))).toBe(true);
});

test("a hostile name is text wherever it is shown", async () => {
  const { page } = workbench;
  await open("hostile.pprof");
  await viewer.frame(page, "main.main").first().waitFor();
  expect(await viewer.viewer(page).locator("img").count()).toBe(0);
  await viewer.showTab(page, "table");
  await viewer.view(page, "table").getByText(HOSTILE).first().waitFor();
  expect(await page.evaluate("'hacked' in window.top")).toBe(false);
});

test.each([
  ["light", "Light Modern"],
  ["dark", "Dark Modern"],
  ["high-contrast", "Dark High Contrast"],
  ["high-contrast-light", "Light High Contrast"],
])("in the %s theme, as screenshots", async (name, theme) => {
  const { page } = workbench;
  await runCommand(page, "Preferences: Color Theme");
  await page.locator(".quick-input-widget:visible input.input").fill(theme);
  await pick(page, theme);
  await open("late.pb.gz");
  await viewer.frame(page, "golang.org/x/sync/errgroup.(*Group).Go.func1").first().waitFor();
  await workbench.screenshot(`viewer-${name}-flame`);
  await viewer.showTab(page, "table");
  await workbench.screenshot(`viewer-${name}-table`);
});
