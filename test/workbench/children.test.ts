/** A program and its child in one debug session, in a real workbench with a real dlv: each with threads of its own. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, test } from "vitest";
import { delve } from "../support/delve.js";
import { keepEvidence } from "./evidence.js";
import { setBreakpoint, stoppedAtLine, stoppedIn } from "./page-objects/debugging.js";
import { editorInFront } from "./page-objects/editors.js";
import * as goroutines from "./page-objects/goroutines.js";
import { pick, quickOpen, runCommand } from "./page-objects/palette.js";
import { until } from "./until.js";
import { openWorkbench, type Workbench } from "./workbench.js";

const program = "test/fixtures/children";
const launchJson = {
  version: "0.2.0",
  configurations: [
    {
      name: "Family",
      type: "go-diagnostics",
      request: "launch",
      mode: "debug",
      program: "${workspaceFolder}",
      args: ["${workspaceFolder}/greeter", "one"],
      followExec: true,
    },
  ],
};

let workbench: Workbench;

beforeAll(async () => {
  workbench = await openWorkbench({
    name: "children",
    files: { ".": program, ".vscode/launch.json": Buffer.from(JSON.stringify(launchJson)) },
    env: {
      PATH: [dirname(resolve(delve)), process.env["PATH"]].join(delimiter),
      GOCACHE: execFileSync("go", ["env", "GOCACHE"], { encoding: "utf8" }).trim(),
    },
  });
  const { folder } = workbench;
  execFileSync("go", ["build", "-gcflags=all=-N -l", "-o", join(folder, "greeter"), "./child"], { cwd: folder });
});
afterAll(() => workbench?.stop());
keepEvidence(() => workbench);

const threads = () => workbench.page.locator(".debug-call-stack .monaco-list-row");

test("a breakpoint in the child is hit, and the goroutines are those of the child", async () => {
  const { page } = workbench;
  await quickOpen(page, `greeter.go:${lineOf("child/greeter.go", "#greet")}`);
  await editorInFront(page, "greeter.go");
  await setBreakpoint(page);
  await page.keyboard.press("F5");
  await stoppedIn(page, "main.greet");
  await goroutines.open(page);
  await goroutines.summary(page, /process greeter \d+/);
  await goroutines.row(page, "7 × chan receive");
  await threads()
    .filter({ hasText: /main\.greet .*· greeter \d+/ })
    .first()
    .waitFor();
});

test.each(["light", "dark"] as const)("Switch to process shows the parent, which waits for it (%s)", async (theme) => {
  const { page } = workbench;
  await workbench.useTheme(theme);
  await workbench.screenshot(`children-child-${theme}`);
  await runCommand(page, "Go Diagnostics: Switch to Process…");
  await pick(page, "__debug_bin");
  await goroutines.summary(page, /process __debug_bin\d+ \d+/);
  await goroutines.row(page, "3 × sleep");
  await threads()
    .filter({ hasText: /· __debug_bin\d+ \d+/ })
    .first()
    .waitFor();
  await workbench.screenshot(`children-parent-${theme}`);
  await runCommand(page, "Go Diagnostics: Switch to Process…");
  await pick(page, /^greeter \d/);
  await goroutines.row(page, "7 × chan receive");
});

test("both go on, and the session ends with the parent", async () => {
  const { page, folder } = workbench;
  // For the next test: it is read while this one runs.
  writeFileSync(join(folder, ".vscode/settings.json"), JSON.stringify({ "goDiagnostics.proxy.childSessions": true }));
  await page.keyboard.press("F5");
  await goroutines.row(page, "What changed");
  await page.keyboard.press("F5");
  await page.locator(".debug-toolbar").waitFor({ state: "hidden" });
  await until("the threads to be gone", async () => (await threads().count()) === 0);
});

test("where children are sessions of their own, the child is a second one, which stops, steps and ends", async () => {
  const { page } = workbench;
  await workbench.useTheme("light");
  await quickOpen(page, `greeter.go:${lineOf("child/greeter.go", "#greet")}`);
  await editorInFront(page, "greeter.go");
  await page.keyboard.press("F5");
  await stoppedIn(page, "main.greet");
  await goroutines.summary(page, /process greeter \d+/);
  await goroutines.row(page, "7 × chan receive");
  await threads()
    .filter({ hasText: /^Family\s*stopped with greeter \d+/i })
    .first()
    .waitFor();
  await threads()
    .filter({ hasText: /^greeter \d+\s*paused on breakpoint/i })
    .first()
    .waitFor();
  await workbench.screenshot("children-sessions-light");
  await page.keyboard.press("F10");
  await stoppedAtLine(page, lineOf("child/greeter.go", "#greet") + 1);
  await workbench.useTheme("dark");
  await workbench.screenshot("children-sessions-dark");
  await page.keyboard.press("F5");
  await stoppedAtLine(page, lineOf("child/greeter.go", "#greet"));
  await page.keyboard.press("F5");
  await page.locator(".debug-toolbar").waitFor({ state: "hidden" });
  await until("the threads to be gone", async () => (await threads().count()) === 0);
});

function lineOf(file: string, marker: string): number {
  const lines = readFileSync(join(program, file), "utf8").split("\n");
  return lines.findIndex((line) => line.includes(marker)) + 1;
}
