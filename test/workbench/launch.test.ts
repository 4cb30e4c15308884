import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { parse } from "jsonc-parser";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { check } from "../../src/launch/check.js";
import { delve } from "../support/delve.js";
import { keepEvidence } from "./evidence.js";
import { dialog, pressDialogButton, setBreakpoint, stopDebugging, stoppedIn } from "./page-objects/debugging.js";
import { closeAllEditors, editorInFront } from "./page-objects/editors.js";
import { pick, quickOpen, runCommand, tick } from "./page-objects/palette.js";
import { applyQuickFix, goToNextProblem, lens, squiggles } from "./page-objects/problems.js";
import { packageStandInGo } from "./stand-in-go/vsix.js";
import { succeeds, until } from "./until.js";
import { openWorkbench, type Workbench } from "./workbench.js";

const program = "test/fixtures/launch-program";
/** As articles have it: nothing of it is what dlv reads. */
const broken = `{
  // Copied from an article.
  "version": "0.2.0",
  "configurations": [
    {
      "name": "Worker",
      "type": "go",
      "request": "launch",
      "mode": "launch", // so they say
      "program": "\${workspaceFolder}",
      "dlvFlags": ["--follow-fork"],
      "stackTraceDepth": "100",
      "env": { "GODEBUG": "gctrace=1" }
    }
  ]
}
`;

let workbench: Workbench;
const launchJson = () => join(workbench.folder, ".vscode", "launch.json");
const onDisk = () => readFileSync(launchJson(), "utf8");
const problems = (text: string) =>
  check(text, "launch", { goos: "linux", proxy: false }).filter(({ severity }) => severity !== "information");

beforeAll(async () => {
  workbench = await openWorkbench({
    name: "launch",
    files: { ".": program, ".vscode/launch.json": Buffer.from(broken) },
    extensions: [await packageStandInGo()],
    env: {
      GO_DIAGNOSTICS_DLV: resolve(delve),
      PATH: [dirname(resolve(delve)), process.env["PATH"]].join(delimiter),
    },
  });
});
afterEach(async () => {
  await closeAllEditors(workbench.page);
  writeFileSync(launchJson(), broken);
});
afterAll(() => workbench?.stop());
keepEvidence(() => workbench);

async function openLaunchJson(): Promise<void> {
  await quickOpen(workbench.page, "launch.json");
  await editorInFront(workbench.page, "launch.json");
  // What the test before saved may be what VS Code still has, and it may have missed the writing after that.
  await until("launch.json as it is on the disk", async () => {
    if (await succeeds(squiggles(workbench.page).first().waitFor({ timeout: 5_000 }))) return true;
    writeFileSync(launchJson(), broken);
    return false;
  });
}

test("a broken launch.json is underlined, and the lightbulb fixes one thing", async () => {
  const { page } = workbench;
  await openLaunchJson();
  await lens(page, "Start").waitFor();
  await lens(page, "Fix 3 problems").waitFor();
  await workbench.useTheme("light");
  await workbench.screenshot("launch-light");
  await workbench.useTheme("dark");
  await workbench.screenshot("launch-dark");
  await goToNextProblem(page);
  await applyQuickFix(page, 'Write mode: "auto"');
  await page.keyboard.press("Control+S");
  const saved = await until("the file to be saved", () => (onDisk() !== broken ? onDisk() : undefined));
  expect(saved).toBe(broken.replace('"mode": "launch"', '"mode": "auto"'));
});

test("Fix launch.json fixes everything on the disk, and keeps comments", async () => {
  await openLaunchJson();
  await runCommand(workbench.page, "Go Diagnostics: Fix launch.json");
  // Empty is what it is for a moment while it is written.
  await until("the file to be fixed", () => onDisk() !== "" && problems(onDisk()).length === 0, { seen: onDisk });
  expect(onDisk()).toContain("// Copied from an article.");
  expect(onDisk()).toContain("// so they say");
  await squiggles(workbench.page).first().waitFor({ state: "detached" });
});

test("fixes on save when the editor is set to", async () => {
  const { page } = workbench;
  const settings = join(workbench.folder, ".vscode", "settings.json");
  writeFileSync(
    settings,
    JSON.stringify({ "editor.codeActionsOnSave": { "source.fixAll.goDiagnostics": "explicit" } }),
  );
  await openLaunchJson();
  await until("a save to fix the file", async () => {
    await page.keyboard.press("Control+S");
    return onDisk() !== "" && problems(onDisk()).length === 0;
  });
  rmSync(settings);
});

test("hovers say what an attribute does, and what this dlv does with it", async () => {
  const { page } = workbench;
  await openLaunchJson();
  await quickOpen(page, "launch.json:12:10");
  await runCommand(page, "Show or Focus Hover");
  const hover = page.locator(".monaco-hover:visible");
  await hover.filter({ hasText: "Read by every dlv that speaks DAP." }).waitFor();
  await workbench.screenshot("launch-hover");
  await page.keyboard.press("Escape");
});

test("completes attributes that this dlv reads", async () => {
  const { page } = workbench;
  await openLaunchJson();
  await quickOpen(page, "launch.json:12");
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await page.keyboard.type('"showR');
  const row = page.locator(".suggest-widget:visible .monaco-list-row");
  await row.filter({ hasText: "showRawStrings" }).first().waitFor();
  await workbench.screenshot("launch-completion");
  await page.keyboard.press("Escape");
  await runCommand(page, "File: Revert File");
});

test("Add Go Configuration… writes one that starts, and traces are switched on in it", async () => {
  const { page } = workbench;
  rmSync(launchJson());
  await runCommand(page, "Go Diagnostics: Add Go Configuration…");
  await page.getByText("Debug with the race detector").first().waitFor();
  await workbench.screenshot("launch-add");
  await pick(page, "Debug with the race detector");
  await editorInFront(page, "launch.json");
  const configurations = () =>
    (parse(existsSync(launchJson()) ? onDisk() : "{}") as { configurations?: unknown[] }).configurations;
  const ready = { name: "Debug with the race detector", type: "go", request: "launch", mode: "debug" };
  const added = { ...ready, program: "${workspaceFolder}", buildFlags: ["-race"] };
  await until("the configuration to be written", () => configurations()?.length === 1, { seen: configurations });
  expect(configurations()).toEqual([added]);

  await runCommand(page, "Go Diagnostics: Edit Runtime Traces (GODEBUG)…");
  await tick(page, "GC trace");
  await until("the trace to be written", () => onDisk().includes("GODEBUG"), { seen: onDisk });
  expect(configurations()).toEqual([{ ...added, env: { GODEBUG: "gctrace=1" } }]);
});

test.each([
  { button: "Fix and Start", fixesFile: true },
  { button: "Fix This Start Only", fixesFile: false },
])("F5 on a broken configuration: $button stops at the breakpoint", async ({ button, fixesFile }) => {
  const { page } = workbench;
  await quickOpen(page, `main.go:${lineOf("#stop")}`);
  await editorInFront(page, "main.go");
  await setBreakpoint(page);
  await page.keyboard.press("F5");
  await dialog(page).filter({ hasText: '"Worker" cannot start as it is written.' }).waitFor();
  await workbench.screenshot(`launch-start-${fixesFile ? "file" : "once"}`);
  await pressDialogButton(page, button);
  await stoppedIn(page, "main.sum");
  await workbench.screenshot("launch-stopped");
  expect(problems(onDisk()).length === 0).toBe(fixesFile);
  await stopDebugging(page);
  await page.keyboard.press("F9");
});

function lineOf(marker: string): number {
  return (
    readFileSync(join(program, "main.go"), "utf8")
      .split("\n")
      .findIndex((line) => line.includes(marker)) + 1
  );
}
