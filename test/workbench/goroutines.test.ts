/**
 * Debugging with every goroutine at hand, in a real workbench with a real dlv: one session of our own debug type, from
 * stop to stop.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { delve } from "../support/delve.js";
import { keepEvidence } from "./evidence.js";
import { setBreakpoint, stopDebugging, stoppedIn, variableText } from "./page-objects/debugging.js";
import { cursorOnLine, editorInFront } from "./page-objects/editors.js";
import * as goroutines from "./page-objects/goroutines.js";
import { answer, pick, quickOpen, runCommand } from "./page-objects/palette.js";
import { lens } from "./page-objects/problems.js";
import * as viewer from "./page-objects/viewer.js";
import { until } from "./until.js";
import { openWorkbench, type Workbench } from "./workbench.js";

const program = "test/fixtures/crowd-program";
const launchJson = {
  version: "0.2.0",
  configurations: [
    {
      name: "Crowd",
      type: "go-diagnostics",
      request: "launch",
      mode: "debug",
      program: "${workspaceFolder}",
      args: ["long"],
    },
  ],
};

let workbench: Workbench;

beforeAll(async () => {
  workbench = await openWorkbench({
    name: "goroutines",
    files: { ".": program, ".vscode/launch.json": Buffer.from(JSON.stringify(launchJson)) },
    env: {
      PATH: [dirname(resolve(delve)), process.env["PATH"]].join(delimiter),
      GOCACHE: execFileSync("go", ["env", "GOCACHE"], { encoding: "utf8" }).trim(),
    },
  });
});
afterAll(() => workbench?.stop());
keepEvidence(() => workbench);

test("a session of type go-diagnostics stops at a breakpoint, and all goroutines are there", async () => {
  const { page } = workbench;
  await quickOpen(page, `main.go:${lineOf("#stop")}`);
  await editorInFront(page, "main.go");
  await setBreakpoint(page);
  await page.keyboard.press("F5");
  await stoppedIn(page, "main.report");
  await page.locator(".statusbar-item").filter({ hasText: "Go proxy" }).waitFor();
  await goroutines.open(page);
  // main, 5,000 that wait, 10 that were left behind, and the runtime's own.
  await goroutines.summary(page, /5,01\d goroutines/);
  await goroutines.row(page, "5,000 × chan receive");
});

test.each(["light", "dark", "high-contrast"] as const)(
  "the leak is named, in the list and in Problems (%s)",
  async (theme) => {
    const { page } = workbench;
    await workbench.useTheme(theme);
    await goroutines.expand(page, "Likely leaks");
    const leak = await goroutines.row(page, /10 × main\.ask/);
    await leak.waitFor();
    await workbench.screenshot(`goroutines-${theme}`);
    if (theme !== "light") return;
    await leak.click();
    await cursorOnLine(page, lineOf("#leak"));
    await page.locator(".editor-instance .squiggly-info").first().waitFor();
  },
);

test("Switch to goroutine reaches number 5,000 of them, and shows its variables", async () => {
  const { page } = workbench;
  await workbench.useTheme("light");
  await runCommand(page, "Go Diagnostics: Filter goroutines…");
  await answer(page, "func:main.wait id:5000");
  await goroutines.summary(page, /1 of 5,01\d goroutines/);
  await goroutines.expand(page, "1 × chan receive");
  await (await goroutines.row(page, /^5000 chan receive/)).hover();
  await runCommand(page, "Go Diagnostics: Switch to goroutine…");
  await answer(page, "5000");
  await stoppedIn(page, "main.wait");
  await goroutines.showVariables(page);
  // What its own argument and variable are, of 5,000.
  await until("its variables", async () => /9\d{3}/.test(await variableText(page, "double")), {
    seen: () => variableText(page, ""),
  });
  await workbench.screenshot("goroutines-switched");
  await runCommand(page, "Go Diagnostics: Clear the goroutine filter");
});

test("the flame graph of all goroutines opens by itself", async () => {
  const { page } = workbench;
  await runCommand(page, "Go Diagnostics: Show goroutines as a flame graph");
  const frames = await viewer.drawnFrames(page);
  expect(frames.find((label) => label.startsWith("main.wait, "))).toMatch(/^main\.wait, 5[, ]?000/);
  await workbench.screenshot("goroutines-flame-graph");
  await runCommand(page, "View: Close Editor");
});

test("after the next stop the view says what changed", async () => {
  const { page } = workbench;
  await runCommand(page, "Debug: Continue");
  await goroutines.open(page);
  await goroutines.row(page, /What changed.*\+10/);
  await goroutines.expand(page, "What changed");
  await goroutines.row(page, /^Created10$/);
  await goroutines.row(page, /\+10 started by main\.ask/);
  await workbench.screenshot("goroutines-changed");
});

test("the record button of the session takes a profile of the paused program", async () => {
  const { page } = workbench;
  await page.locator(".debug-toolbar .codicon-record").click();
  await pick(page, "Goroutines");
  await pick(page, "Now");
  expect((await viewer.drawnFrames(page)).some((label) => label.startsWith("main.ask"))).toBe(true);
  await workbench.screenshot("capture");
  await runCommand(page, "View: Close Editor");
});

test("a profile point captures and goes on", async () => {
  const { page } = workbench;
  await quickOpen(page, `main.go:${lineOf("#stop")}`);
  await page.keyboard.press("F9");
  await quickOpen(page, `main.go:${lineOf("#point")}`);
  await runCommand(page, "Go Diagnostics: Add profile point…");
  await pick(page, "Goroutines");
  await lens(page, "Goroutines profile point: nothing captured yet").waitFor();
  await runCommand(page, "Debug: Continue");
  await lens(page, /profile point: [2-9] captured/).waitFor();
  await workbench.screenshot("profile-point");
  await lens(page, "remove").click();
  await lens(page, "profile point").waitFor({ state: "detached" });
  await stopDebugging(page);
});

function lineOf(marker: string): number {
  const lines = readFileSync(join(program, "main.go"), "utf8").split("\n");
  return lines.findIndex((line) => line.includes(marker)) + 1;
}
