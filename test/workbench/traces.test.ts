/** Execution traces: recorded while debugging, of a test, from a file; a part, its flame graph, its source. Delve's log. */
import { execFileSync } from "node:child_process";
import { devNull } from "node:os";
import { delimiter, dirname, resolve } from "node:path";
import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Load, startLoad } from "../../src/capture/demo-load.js";
import { delve } from "../support/delve.js";
import { freePort } from "../support/free-port.js";
import { keepEvidence } from "./evidence.js";
import { record, stopDebugging } from "./page-objects/debugging.js";
import { closeAllEditors, editorInFront } from "./page-objects/editors.js";
import { filesMenu } from "./page-objects/explorer.js";
import { answer, pick, quickOpen, runCommand } from "./page-objects/palette.js";
import { lens } from "./page-objects/problems.js";
import * as viewer from "./page-objects/viewer.js";
import { webview } from "./page-objects/webview.js";
import { packageStandInGo } from "./stand-in-go/vsix.js";
import { succeeds, until } from "./until.js";
import { openWorkbench, type Workbench } from "./workbench.js";

let workbench: Workbench;
let load: Load | undefined;
let port: number;

beforeAll(async () => {
  execFileSync("go", ["build", "-gcflags=all=-N -l", "-o", devNull, "."], { cwd: "examples/leaky" });
  port = await freePort();
  const launch = { request: "launch", mode: "debug", program: "${workspaceFolder}" };
  const args = ["-leaks", "cache", "-addr", `127.0.0.1:${port}`];
  const configurations = [
    { ...launch, name: "Shop", type: "go-diagnostics", args },
    { ...launch, name: "Short", type: "go", program: "${workspaceFolder}/short" },
  ];
  workbench = await openWorkbench({
    name: "traces",
    files: {
      ".": "examples/leaky",
      "tested/": "test/fixtures/tested-program",
      "hog.trace": "test/fixtures/traces/mmap-go1.27.3.trace",
      "short/main.go": Buffer.from('package main\n\nfunc main() { println("done") }\n'),
      "session.log": "test/fixtures/delve-logs/dap-1.27.txt",
      "calls.log": "test/fixtures/delve-logs/trace-1.27.txt",
      ".vscode/launch.json": Buffer.from(JSON.stringify({ version: "0.2.0", configurations })),
    },
    extensions: [await packageStandInGo()],
    env: {
      GO_DIAGNOSTICS_DLV: resolve(delve),
      PATH: [
        dirname(resolve(delve)),
        `${execFileSync("go", ["env", "GOROOT"], { encoding: "utf8" }).trim()}/bin`,
        process.env["PATH"],
      ].join(delimiter),
      GOCACHE: execFileSync("go", ["env", "GOCACHE"], { encoding: "utf8" }).trim(),
    },
    settings: { "goDiagnostics.launch.atStart": "off" },
  });
});
afterEach(async () => {
  if (await workbench.page.locator(".debug-toolbar").isVisible()) await stopDebugging(workbench.page);
  await load?.stop();
  load = undefined;
  await closeAllEditors(workbench.page);
});
afterAll(() => workbench?.stop());
keepEvidence(() => workbench);

const timeline = (page: Page): Locator => viewer.view(page, "time");
const canvas = (page: Page): Locator => timeline(page).getByRole("application");

async function isRead(page: Page): Promise<void> {
  await webview(page).locator("[data-view=time][aria-busy=false]").waitFor({ timeout: 60_000 });
  await webview(page).getByText("Of the whole trace").waitFor();
}

test("recorded while debugging: the time line, a part of it, its flame graph, its source", async () => {
  const { page } = workbench;
  await runCommand(page, "Debug: Select and Start Debugging");
  await pick(page, "Shop");
  await page.locator(".debug-toolbar").waitFor({ timeout: 90_000 });
  const url = `http://127.0.0.1:${port}`;
  await until("the shop to open", () => succeeds(fetch(url)), { everyMs: 300 });
  load = startLoad(url, 16);
  await record(page, "running", "Execution trace");
  await answer(page, "2");
  await editorInFront(page, "Execution trace of Shop");
  await isRead(page);
  for (const theme of ["light", "dark", "high-contrast"] as const) {
    await workbench.useTheme(theme);
    await workbench.screenshot(`trace-${theme}`);
  }
  await workbench.useTheme("light");
  // Closer, until tables and flame graphs of what is seen are another thing than those of the whole.
  await canvas(page).focus();
  for (const key of ["w", "w", "r"]) await page.keyboard.press(key);
  await webview(page).locator(".chosen").filter({ hasText: "Chosen: " }).waitFor();
  await webview(page)
    .locator(".trace-tables .faint")
    .filter({ hasText: /^Of \d/ })
    .waitFor();
  await page.keyboard.press("ArrowDown");
  await webview(page).locator(".moment-words").filter({ hasText: "goroutine" }).waitFor();
  await workbench.screenshot("trace-part");
  await webview(page).locator("[data-tab=flame]").click();
  const frames = await viewer.drawnFrames(page);
  expect(frames.length).toBeGreaterThan(1);
  await webview(page)
    .getByText(/Only from .* of the trace/)
    .waitFor();
  await workbench.screenshot("trace-part-flame");
  await webview(page).locator("[data-tab=time]").click();
  await webview(page).getByLabel("Table", { exact: true }).selectOption("waits");
  const place = webview(page).locator(".trace-table td button[title*='/internal/']").first();
  const file = /([^/]+\.go):\d+$/.exec((await place.getAttribute("title"))!)![1];
  await place.click();
  await editorInFront(page, file);
  await workbench.screenshot("trace-source");
});

test("a file opens by a click, and by its menu", async () => {
  const { page } = workbench;
  await quickOpen(page, "hog.trace");
  await editorInFront(page, "hog.trace");
  await isRead(page);
  await workbench.screenshot("trace-file");
  await closeAllEditors(page);
  await filesMenu(page, ["hog.trace"], "Open Go execution trace");
  await editorInFront(page, "hog.trace");
  await isRead(page);
});

test("an execution trace of a test, from above the test", async () => {
  const { page } = workbench;
  await quickOpen(page, "fill_test.go:5");
  await editorInFront(page, "fill_test.go");
  await lens(page, /^trace$/)
    .first()
    .click();
  await editorInFront(page, "trace of TestFill");
  await isRead(page);
  await workbench.screenshot("trace-test");
});

test("Delve's log of a file is tables: errors with what they mean, the life of the session, requests", async () => {
  const { page } = workbench;
  await filesMenu(page, ["session.log"], "Explain Delve's log");
  const shown = webview(page).locator("table");
  await shown.filter({ hasText: "What it means" }).filter({ hasText: "build-flags" }).waitFor();
  await shown.filter({ hasText: "the session is ready for breakpoints" }).waitFor();
  await shown.filter({ hasText: "setVariable" }).last().waitFor();
  await workbench.screenshot("delve-log");
  await closeAllEditors(page);
  await filesMenu(page, ["calls.log"], "Explain Delve's log");
  await shown.filter({ hasText: "main.(*Cart).add" }).first().waitFor();
  await workbench.screenshot("dlv-trace");
});

test("a configuration started with Delve's log: the log opens when the session has ended", async () => {
  const { page } = workbench;
  await runCommand(page, "Go Diagnostics: Start with Delve's Log");
  await pick(page, "Short");
  const shown = webview(page).locator("table");
  await shown.filter({ hasText: "configurationDone" }).first().waitFor({ timeout: 90_000 });
  await shown.filter({ hasText: "the session ends" }).waitFor();
  await workbench.screenshot("delve-log-of-session");
});
