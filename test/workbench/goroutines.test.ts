/**
 * Debugging with every goroutine at hand, in a real workbench with a real dlv: sessions of our own debug type, from stop
 * to stop, of a program with thousands of goroutines and of the example.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { delve } from "../support/delve.js";
import { freePort } from "../support/free-port.js";
import { keepEvidence } from "./evidence.js";
import {
  record,
  setBreakpoint,
  stopDebugging,
  stoppedAtLine,
  stoppedIn,
  variableText,
} from "./page-objects/debugging.js";
import { cursorOnLine, editorInFront } from "./page-objects/editors.js";
import * as goroutines from "./page-objects/goroutines.js";
import { answer, byKeyboard, pick, quickOpen, runCommand, typed } from "./page-objects/palette.js";
import { lens } from "./page-objects/problems.js";
import * as viewer from "./page-objects/viewer.js";
import { until } from "./until.js";
import { openWorkbench, type Workbench } from "./workbench.js";

const program = "test/fixtures/crowd-program";
const pricing = "internal/orders/pricing.go";
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
    {
      name: "Shop",
      type: "go-diagnostics",
      request: "launch",
      mode: "exec",
      program: "${workspaceFolder}/leaky/shop",
      args: ["-leaks", "goroutine", "-addr", "127.0.0.1:0"],
    },
  ],
};

let workbench: Workbench;

beforeAll(async () => {
  workbench = await openWorkbench({
    name: "goroutines",
    files: { ".": program, leaky: "examples/leaky", ".vscode/launch.json": Buffer.from(JSON.stringify(launchJson)) },
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
    // A stale word on a stack may keep one of the ten within reach.
    const leak = await goroutines.row(page, /(9|10) × main\.ask/);
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
  await runCommand(page, "Go Diagnostics: Filter Goroutines…");
  await answer(page, "func:main.wait id:5000");
  await goroutines.summary(page, /1 of 5,01\d goroutines/);
  await goroutines.expand(page, "1 × chan receive");
  await (await goroutines.row(page, /^5000 chan receive/)).hover();
  await runCommand(page, "Go Diagnostics: Switch to Goroutine…");
  await goroutines.chosenByNumber(page, "5000");
  await stoppedIn(page, "main.wait");
  await goroutines.showVariables(page);
  // What its own argument and variable are, of 5,000.
  await until("its variables", async () => /9\d{3}/.test(await variableText(page, "double")), {
    seen: () => variableText(page, ""),
  });
  await workbench.screenshot("goroutines-switched");
  await runCommand(page, "Go Diagnostics: Clear the Goroutine Filter");
});

test("the flame graph of all goroutines opens by itself", async () => {
  const { page } = workbench;
  await runCommand(page, "Go Diagnostics: Show Goroutines as a Flame Graph");
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
  await record(page, "paused", "Goroutines");
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
  await runCommand(page, "Go Diagnostics: Add Profile Point…");
  await pick(page, "Goroutines");
  await lens(page, "Goroutines profile point: nothing captured yet").waitFor();
  await runCommand(page, "Debug: Continue");
  await lens(page, /profile point: [2-9] captured/).waitFor();
  await workbench.screenshot("profile-point");
  await lens(page, "remove").click();
  await lens(page, "profile point").waitFor({ state: "detached" });
  await stopDebugging(page);
});

describe("examples/leaky", () => {
  let shop: string;

  test("a leak is named at the breakpoint, with what memory says of it", async () => {
    const { page, folder } = workbench;
    const port = await freePort();
    shop = `http://127.0.0.1:${port}`;
    // The standard library as it is built already: what is looked at is the shop's own.
    const flags = ["-gcflags=example.com/leaky/...=-N -l", "-o", "shop"];
    execFileSync("go", ["build", ...flags, "."], { cwd: join(folder, "leaky") });
    const launch = readFileSync(join(folder, ".vscode/launch.json"), "utf8");
    writeFileSync(join(folder, ".vscode/launch.json"), launch.replace("127.0.0.1:0", `127.0.0.1:${port}`));
    await runCommand(page, "Debug: Select and Start Debugging");
    await pick(page, "Shop");
    await until("the shop to listen", () => order(1, 1), { everyMs: 300 });
    await Promise.all(Array.from({ length: 12 }, (_, i) => order(i)));
    await breakAtPricing();
    void order(12);
    await stoppedAtLine(page, lineOf("go p.compute", "examples/leaky", pricing));
    await goroutines.open(page);
    await goroutines.alone(page, true);
    await goroutines.row(page, /^12 × chan send.*\(\*Pricer\)\.compute/);
    await goroutines.expand(page, "Likely leaks");
    await goroutines.row(page, /^12 × orders\.\(\*Pricer\)\.compute/);
    await goroutines.expand(page, /^12 × orders\.\(\*Pricer\)\.compute/);
    await goroutines.row(page, "nothing that may still run reaches what they wait for");
  });

  test.each(["light", "dark", "high-contrast"] as const)("it can be read (%s)", async (theme) => {
    await workbench.useTheme(theme);
    await workbench.screenshot(`leaky-goroutines-${theme}`);
  });

  test("after it went on, the view says what changed", async () => {
    const { page } = workbench;
    await workbench.useTheme("light");
    await runCommand(page, "Remove All Breakpoints");
    await runCommand(page, "Debug: Continue");
    await Promise.all(Array.from({ length: 5 }, (_, i) => order(i)));
    await breakAtPricing();
    void order(18);
    await stoppedAtLine(page, lineOf("go p.compute", "examples/leaky", pricing));
    await goroutines.open(page);
    await goroutines.alone(page, true);
    await goroutines.row(page, /^What changed\+/);
    await goroutines.row(page, /^18 × chan send.*6 new.*12 stuck/);
    await goroutines.expand(page, "What changed");
    await goroutines.row(page, /\+6 started by orders\.\(\*Pricer\)\.Price/);
    await workbench.screenshot("leaky-changed");
  });

  test("with the keyboard alone: filter, open, switch, explain, break only there", async () => {
    const { page } = workbench;
    await byKeyboard(page, "Go Diagnostics: Filter Goroutines…");
    await typed(page, "Filter goroutines", "state:chan send created:Price");
    await goroutines.summary(page, /^18 of \d+ goroutines/);

    // The rows of the view, from the top, down to a goroutine that was stuck.
    await byKeyboard(page, "Go Diagnostics: Show Goroutines");
    const focused = goroutines.rows(page).and(page.locator(".focused"));
    await page.keyboard.press("End");
    await until(
      "the keyboard to reach what a goroutine waits for",
      async () => {
        if (/^waits for/.test((await focused.textContent()) ?? "")) return true;
        await page.keyboard.press("ArrowRight");
        return false;
      },
      { everyMs: 400, seen: () => focused.textContent() },
    );
    expect(await focused.textContent()).toMatch(/^waits fora channel at 0x[0-9a-f]+ \(unbuffered, 1 sending\)/);
    await workbench.screenshot("leaky-waits-for");
    await page.keyboard.press("ArrowLeft");
    const id = /^(\d+) chan send/.exec((await focused.textContent()) ?? "")?.[1] ?? "";
    expect(id).not.toBe("");

    await byKeyboard(page, "Go Diagnostics: Explain a Goroutine…");
    await goroutines.chosenByNumber(page, id);
    await editorInFront(page, `Goroutine ${id}`);
    await page.locator(".view-lines").filter({ hasText: "It waits for a channel at 0x" }).first().waitFor();
    await workbench.screenshot("leaky-explained");

    await byKeyboard(page, "Go Diagnostics: Switch to Goroutine…");
    await goroutines.chosenByNumber(page, id);
    await stoppedAtLine(page, lineOf("#leak", "examples/leaky", pricing));
    await goroutines.showVariables(page);
    await until("its variables", async () => /\b60\b/.test(await variableText(page, "lines")), {
      seen: () => variableText(page, ""),
    });

    await byKeyboard(page, "Go Diagnostics: Go to the go Statement of a Goroutine…");
    await goroutines.chosenByNumber(page, id);
    await cursorOnLine(page, lineOf("go p.compute", "examples/leaky", pricing));

    await byKeyboard(page, "Go Diagnostics: Break Only in a Goroutine…");
    await goroutines.chosenByNumber(page, id);
    await page.locator(".quick-input-widget:visible").getByText("New breakpoint").waitFor();
    await page.keyboard.press("Enter");
    await page.locator(".glyph-margin-widgets [class*=codicon-debug-breakpoint-conditional]").first().waitFor();
    await workbench.screenshot("leaky-break-only-here");
    await stopDebugging(page);
  });

  /** One that takes 60 ms to price and leaves its goroutine behind; whether the shop answered. */
  async function order(number: number, lines = 60): Promise<boolean> {
    const answered = await fetch(`${shop}/orders/${number}?lines=${lines}`).catch(() => undefined);
    await answered?.body?.cancel();
    return answered !== undefined;
  }

  async function breakAtPricing(): Promise<void> {
    const { page } = workbench;
    await quickOpen(page, `pricing.go:${lineOf("go p.compute", "examples/leaky", pricing)}`);
    await editorInFront(page, "pricing.go");
    await setBreakpoint(page);
    // Not before Delve has it: the program runs.
    await page.locator(".glyph-margin-widgets .codicon-debug-breakpoint").first().waitFor();
  }
});

function lineOf(marker: string, folder = program, file = "main.go"): number {
  const lines = readFileSync(join(folder, file), "utf8").split("\n");
  return lines.findIndex((line) => line.includes(marker)) + 1;
}
