/** Live numbers in a real workbench: they move while a program is debugged, and a moment that is clicked leads to a capture. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { devNull } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Load, startLoad } from "../../src/capture/demo-load.js";
import { startShop } from "../../src/capture/example-shop.js";
import { seriousFindings } from "../support/accessibility.js";
import { delve } from "../support/delve.js";
import { freePort } from "../support/free-port.js";
import { keepEvidence } from "./evidence.js";
import { stopDebugging } from "./page-objects/debugging.js";
import { closeAllEditors, editorInFront } from "./page-objects/editors.js";
import * as live from "./page-objects/live.js";
import { chooseFile, pick, runCommand } from "./page-objects/palette.js";
import * as viewer from "./page-objects/viewer.js";
import { succeeds, until } from "./until.js";
import { openWorkbench, type Workbench } from "./workbench.js";

let workbench: Workbench | undefined;
let load: Load | undefined;
let port: number;

beforeAll(async () => {
  // What the debugger is going to build, so that a session does not begin with a minute of compiling Go's own packages.
  execFileSync("go", ["build", "-gcflags=all=-N -l", "-o", devNull, "."], { cwd: "examples/leaky" });
  port = await freePort();
  const launch = { type: "go-diagnostics", request: "launch", mode: "debug", program: "${workspaceFolder}" };
  const configurations = [{ ...launch, name: "Leaky", args: ["-leaks", "all", "-addr", `127.0.0.1:${port}`] }];
  workbench = await openWorkbench({
    name: "live",
    files: {
      ".": "examples/leaky",
      ".vscode/launch.json": Buffer.from(JSON.stringify({ version: "0.2.0", configurations })),
    },
    env: {
      PATH: [dirname(resolve(delve)), process.env["PATH"]].join(delimiter),
      GOCACHE: execFileSync("go", ["env", "GOCACHE"], { encoding: "utf8" }).trim(),
    },
    settings: { "goDiagnostics.launch.atStart": "off" },
  });
});
afterAll(async () => {
  await load?.stop();
  await workbench?.stop();
});
keepEvidence(() => workbench);

test("a program is debugged, and the live numbers move; a moment that is clicked leads to its capture, and to what changed since", async () => {
  const { page } = workbench!;
  await runCommand(page, "Debug: Select and Start Debugging");
  await pick(page, "Leaky");
  await page.locator(".debug-toolbar").waitFor({ timeout: 90_000 });
  const url = `http://127.0.0.1:${port}`;
  await until("the shop to open", () => succeeds(fetch(url)), { everyMs: 300 });
  load = startLoad(url, 16);
  const view = await live.open(page);
  await live.rowsReach(view, 5);
  expect(await live.said(view, "goroutines")).toMatch(/^\d\d:\d\d:\d\d: goroutines \d+$/);
  const drawn = () => view.locator("[data-chart=heap] .live-line-0:not(.live-compared)").first().getAttribute("d");
  const before = await drawn();
  await expect.poll(drawn, { timeout: 10_000 }).not.toBe(before);
  for (const theme of ["light", "dark", "high-contrast"] as const) {
    await workbench!.useTheme(theme);
    await workbench!.screenshot(`live-view-${theme}`);
  }
  await workbench!.useTheme("light");

  await live.plot(view, "heap").click();
  await view.locator(".live-moment").getByRole("button", { name: "Capture Heap Now" }).click();
  await editorInFront(page, "Heap of Leaky");
  await viewer.drawnFrames(page);
  await closeAllEditors(page);

  const mark = view.locator("[data-mark=capture]").first();
  await mark.click();
  const moment = view.locator(".live-moment");
  await moment.getByRole("button", { name: /^Open Heap of/ }).click();
  await editorInFront(page, "Heap of Leaky");
  await viewer.drawnFrames(page);
  await workbench!.screenshot("live-captured");
  await closeAllEditors(page);
  await moment.getByRole("button", { name: /^Heap: Changes since/ }).click();
  await editorInFront(page, "Heap of Leaky: changes");
  await viewer.drawnFrames(page);
  await closeAllEditors(page);
});

test("at a pause the clock stands, and the line is dashed", async () => {
  const { page } = workbench!;
  const view = await live.open(page);
  await runCommand(page, "Debug: Pause");
  await view.locator("body[data-state=stopped]").waitFor({ timeout: 30_000 });
  const stood = await live.rows(view);
  await page.locator(".debug-toolbar .codicon-debug-continue").click();
  await live.rowsReach(view, stood + 3);
  expect(await view.locator("[data-chart=heap] .live-dashed").first().getAttribute("d")).toMatch(/^M/);
  expect(await view.locator("[data-mark=stop]").count()).toBeGreaterThan(0);
});

test("the wide tab is for the keyboard and for screen readers, too", async () => {
  const { page } = workbench!;
  await runCommand(page, "Open Live Numbers in a Tab");
  const tab = live.wide(page);
  await live.plot(tab, "heap").waitFor();
  await until("the charts to be drawn", async () => (await live.said(tab, "heap")) !== "");
  for (const theme of ["dark", "high-contrast", "light"] as const) {
    await workbench!.useTheme(theme);
    await workbench!.screenshot(`live-tab-${theme}`);
  }
  const frame = await (await tab.locator("body").elementHandle())?.ownerFrame();
  expect(await seriousFindings(frame!)).toEqual([]);
  await live.plot(tab, "heap").focus();
  const now = await live.said(tab, "heap");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  await expect.poll(() => live.said(tab, "heap")).not.toBe(now);
  const cursor = tab.locator("[data-chart=goroutines] .live-cursor");
  await cursor.waitFor();
  await page.keyboard.press("ArrowDown");
  expect(
    await live.plot(tab, "process").evaluate((plot: { matches(selector: string): boolean }) => plot.matches(":focus")),
  ).toBe(true);
  await page.keyboard.press("Enter");
  await tab.locator(".live-moment").waitFor();
  await page.keyboard.press("Escape");
  await tab.locator(".live-moment").waitFor({ state: "detached" });
});

test("a run is saved, opened again, and compared with", async () => {
  const { page, folder } = workbench!;
  await closeAllEditors(page);
  await runCommand(page, "Open Live Numbers in a Tab");
  await live.wide(page).getByRole("button", { name: "Save…" }).click();
  const file = join(folder, "run.golive");
  await chooseFile(page, file);
  await until("the run to be saved", () => existsSync(file));
  await live.wide(page).getByRole("button", { name: "Compare…" }).click();
  await chooseFile(page, file);
  await live.wide(page).getByText("Dotted: run.golive").waitFor();
  const other = live.wide(page).locator("[data-chart=heap] .live-compared").first();
  await expect.poll(() => other.getAttribute("d")).toMatch(/^M/);
  await closeAllEditors(page);
  await stopDebugging(page);
  await runCommand(page, "File: Open File");
  await chooseFile(page, file);
  await live.wide(page).locator("body[data-state=file]").waitFor();
  await expect.poll(() => live.said(live.wide(page), "heap")).toMatch(/live \d/);
  await workbench!.screenshot("live-file");
});

test("a program that nobody debugs is picked and watched, until it ends", async () => {
  const { page, folder } = workbench!;
  await closeAllEditors(page);
  const started = await startShop(folder, ["-healthy"], process.env, AbortSignal.timeout(200_000));
  if (!started.ok) throw new Error(JSON.stringify(started.problem));
  const shop = started.value;
  try {
    await runCommand(page, "Watch a Go Program");
    await pick(page, `process ${shop.pid}`);
    const tab = live.wide(page);
    await live.rowsReach(tab, 3);
    await tab.getByRole("button", { name: "Capture Goroutines" }).first().click();
    await editorInFront(page, "Goroutines of");
    await closeAllEditors(page);
  } finally {
    await shop.stop();
  }
  await runCommand(page, "Open Live Numbers in a Tab");
  await live.wide(page).getByText("has ended").waitFor();
});
