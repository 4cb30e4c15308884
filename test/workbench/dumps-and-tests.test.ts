/** What needs no debug session: goroutine dumps from a file and a terminal, profiles of tests, tasks. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { delimiter } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { keepEvidence } from "./evidence.js";
import { closeAllEditors, cursorOnLine, editorInFront } from "./page-objects/editors.js";
import { filesMenu } from "./page-objects/explorer.js";
import * as goroutines from "./page-objects/goroutines.js";
import { answer, pick, quickOpen, runCommand } from "./page-objects/palette.js";
import { lens } from "./page-objects/problems.js";
import * as viewer from "./page-objects/viewer.js";
import { succeeds, until } from "./until.js";
import { openWorkbench, type Workbench } from "./workbench.js";

let workbench: Workbench;

const tasks = {
  version: "2.0.0",
  tasks: [
    {
      label: "leaks of the dump",
      type: "go-diagnostics",
      command: "leaks",
      args: ["deadlock.goroutines"],
      problemMatcher: ["$go-diagnostics-leaks"],
    },
  ],
};

beforeAll(async () => {
  workbench = await openWorkbench({
    name: "dumps-and-tests",
    files: {
      ".": "test/fixtures/tested-program",
      "deadlock.goroutines": "test/fixtures/dumps/deadlock-go1.26.8.txt",
      "many.goroutines": manyGoroutines(),
      "earlier.goroutines": manyGoroutines(5),
      "cgo.trace": "test/fixtures/traces/cgo-go1.26.8.trace",
      "dumps/main.go": "test/fixtures/dumps/deadlock.go.txt",
      ".vscode/tasks.json": Buffer.from(JSON.stringify(tasks)),
    },
    // Drawn as text that can be read, not as a picture.
    settings: { "terminal.integrated.gpuAcceleration": "off" },
    env: {
      PATH: [execFileSync("go", ["env", "GOROOT"], { encoding: "utf8" }).trim() + "/bin", process.env["PATH"]].join(
        delimiter,
      ),
      GOCACHE: execFileSync("go", ["env", "GOCACHE"], { encoding: "utf8" }).trim(),
    },
  });
});
afterEach(() => closeAllEditors(workbench.page));
afterAll(() => workbench?.stop());
keepEvidence(() => workbench);

/** 3,000 that wait for work, and 40 that were left behind. */
function manyGoroutines(leftBehind = 40): Buffer {
  const one = (id: number, state: string, name: string, line: number) =>
    `goroutine ${id} [${state}]:\nmain.${name}(0x1)\n\t/src/main.go:${line} +0x1d\ncreated by main.main in goroutine 1\n\t/src/main.go:5 +0x2a\n`;
  const waiting = Array.from({ length: 3000 }, (_, i) => one(i + 10, "chan receive", "worker", 7));
  const left = Array.from({ length: leftBehind }, (_, i) => one(i + 5000, "chan send, 7 minutes", "answer", 9));
  return Buffer.from(["goroutine 1 [running]:\nmain.main()\n\t/src/main.go:3 +0x1d\n", ...waiting, ...left].join("\n"));
}

test("a dump opens in the Goroutines view: groups, leaks, pages, filter", async () => {
  const { page } = workbench;
  await quickOpen(page, "many.goroutines");
  await goroutines.summary(page, "3,041 goroutines");
  await goroutines.row(page, "3,000 × chan receive");
  await goroutines.row(page, /Likely leaks/);
  await workbench.screenshot("dump-light");
  await goroutines.expand(page, "3,000 × chan receive");
  await goroutines.row(page, /^10 chan receive/);
  await runCommand(page, "Go Diagnostics: Filter Goroutines…");
  await answer(page, "state:chan send id:5000-5009");
  await goroutines.summary(page, "10 of 3,041");
  await goroutines.row(page, "10 × chan send");
  await workbench.screenshot("dump-filtered");
  await runCommand(page, "Go Diagnostics: Filter Goroutines…");
  const input = page.locator(".quick-input-widget:visible input.input");
  await input.fill("wait>soon");
  await page
    .locator(".quick-input-widget:visible")
    .getByText(/^Column \d+: /)
    .waitFor();
  await workbench.screenshot("dump-filter-error");
  await page.keyboard.press("Escape");
  await runCommand(page, "Go Diagnostics: Clear the Goroutine Filter");
  await goroutines.summary(page, "3,041 goroutines");
});

test("an earlier dump of the process says what is new and what is stuck", async () => {
  const { page } = workbench;
  await quickOpen(page, "many.goroutines");
  await goroutines.summary(page, "3,041 goroutines");
  await runCommand(page, "Go Diagnostics: Compare the goroutine dump with an earlier one");
  await pick(page, "earlier.goroutines");
  await goroutines.summary(page, "many.goroutines, compared with earlier.goroutines");
  await goroutines.row(page, /What changed.*\+35 −0/);
  await goroutines.row(page, /^Created35$/);
  await workbench.screenshot("dump-compared");
  await runCommand(page, "Go Diagnostics: Close the Goroutine Dump");
});

test("a panic in a terminal opens at a click", async () => {
  const { page } = workbench;
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await runCommand(page, "Terminal: Create New Terminal");
  await page.locator(".xterm-rows").filter({ hasText: /[$#]/ }).first().waitFor();
  await runCommand(page, "View: Toggle Maximized Panel"); // the whole dump is seen
  await page.keyboard.type("clear; cat deadlock.goroutines\n");
  const line = page.locator(".xterm-rows > div").filter({ hasText: /^goroutine 17 \[sync\.Mutex\.Lock\]:/ });
  await line.first().waitFor();
  await until(
    "the click to open the dump",
    async () => {
      // Links are found when the mouse comes over them.
      const box = await line.first().boundingBox();
      if (!box) return false;
      await page.mouse.move(box.x + 60, box.y + box.height / 2);
      await page.keyboard.down("Control");
      await page.mouse.move(box.x + 70, box.y + box.height / 2);
      await page.mouse.click(box.x + 70, box.y + box.height / 2, { delay: 50 });
      await page.keyboard.up("Control");
      return succeeds(goroutines.summary(page, /^3 goroutines · in (bash|sh|zsh)/, 3_000));
    },
    { everyMs: 500 },
  );
  await goroutines.row(page, "main.main.func1");
  await workbench.screenshot("dump-of-terminal");
  await runCommand(page, "View: Toggle Maximized Panel");
  await runCommand(page, "Terminal: Kill the Active Terminal Instance");
  await runCommand(page, "Go Diagnostics: Close the Goroutine Dump");
});

test("an execution trace is shown whole by Go's own tool", async () => {
  const { page } = workbench;
  await filesMenu(page, ["cgo.trace"], "Open Go execution trace in the browser");
  const listens = page.locator(".xterm-rows").filter({ hasText: /listening on http:\/\/127\.0\.0\.1:\d+/ });
  await listens.first().waitFor();
  await workbench.screenshot("trace-whole");
  await runCommand(page, "Terminal: Kill the Active Terminal Instance");
});

test("a row leads to its source, and with the keyboard alone", async () => {
  const { page } = workbench;
  await quickOpen(page, "deadlock.goroutines");
  await goroutines.summary(page, /3 goroutines · in deadlock\.goroutines/);
  await runCommand(page, "Go Diagnostics: Show Goroutines");
  // The last group, its only goroutine, down the stack of that to the user's frame.
  const focused = goroutines.rows(page).and(page.locator(".focused"));
  await until(
    "the last group to have the focus", // before the view has it, the key is lost
    async () => {
      await page.keyboard.press("End");
      const text = await focused.textContent({ timeout: 1000 }).catch(() => "");
      return text?.startsWith("1 × sync.Mutex.Lock");
    },
    { everyMs: 400 },
  );
  await until(
    "the keyboard to reach the frame",
    async () => {
      const isFrame = (await focused.getAttribute("aria-level")) === "3";
      if (isFrame && (await focused.textContent())?.startsWith("main.main.func2")) return true;
      await page.keyboard.press(isFrame ? "ArrowDown" : "ArrowRight");
      return false;
    },
    { everyMs: 400, seen: () => focused.textContent() },
  );
  await page.keyboard.press("Enter");
  await editorInFront(page, "main.go");
  await cursorOnLine(page, 12);
});

test("a panic on the clipboard opens as goroutines", async () => {
  const { page } = workbench;
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const text = readFileSync("test/fixtures/dumps/deadlock-go1.26.8.txt", "utf8");
  await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
  await runCommand(page, "Go Diagnostics: Close the Goroutine Dump");
  await runCommand(page, "Go Diagnostics: Open Goroutine Dump from the Clipboard");
  await goroutines.summary(page, "3 goroutines · in clipboard");
  await goroutines.row(page, "main.main.func1");
  await workbench.screenshot("dump-of-clipboard");
});

test("profile heap above a test shows where it allocates", async () => {
  const { page } = workbench;
  await quickOpen(page, "fill_test.go:5");
  await editorInFront(page, "fill_test.go");
  await lens(page, "profile heap").first().waitFor();
  await workbench.screenshot("test-lens");
  await lens(page, "profile heap").first().click();
  const frames = await viewer.drawnFrames(page);
  expect(frames.some((label) => label.startsWith("example.com/tested.fill, "))).toBe(true);
  await workbench.screenshot("test-profile");
});

test("a task of type go-diagnostics puts what it finds into the Problems panel", async () => {
  const { page } = workbench;
  await until("the task to be picked", async () => {
    await runCommand(page, "Tasks: Run Task"); // now and then its list is gone before it can be read
    return succeeds(pick(page, "leaks of the dump", { timeout: 10_000 }));
  });
  // By the function, which the Goroutines view's own problems of an open dump do not have.
  const rows = page.locator(".markers-panel .monaco-list-row").filter({ hasText: "goroutine is asleep" });
  await until(
    "the task's problem",
    async () => {
      await runCommand(page, "Problems: Focus on Problems View"); // the task's terminal comes to the front when it starts
      const found = rows.filter({ hasText: "main.main.func2" }).first();
      return succeeds(found.waitFor({ timeout: 3000 }));
    },
    { limitMs: 90_000 },
  );
  await workbench.screenshot("task-problems");
});
