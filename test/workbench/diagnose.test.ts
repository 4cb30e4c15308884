import { existsSync, readFileSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { execFileSync } from "node:child_process";
import { devNull } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Load, startLoad } from "../../src/capture/demo-load.js";
import { type Shop, startShop } from "../../src/capture/example-shop.js";
import { leakMarkers } from "../../src/cli/input/leak-markers.js";
import { delve } from "../support/delve.js";
import { freePort } from "../support/free-port.js";
import { keepEvidence } from "./evidence.js";
import { artefact } from "./places.js";
import { closeAllEditors, cursorOnLine, editorInFront } from "./page-objects/editors.js";
import { record, stopDebugging } from "./page-objects/debugging.js";
import { pressToastButton, toast } from "./page-objects/notifications.js";
import { outputLines } from "./page-objects/output.js";
import { answer, chooseFile, pick, runCommand } from "./page-objects/palette.js";
import * as live from "./page-objects/live.js";
import * as viewer from "./page-objects/viewer.js";
import { succeeds, until } from "./until.js";
import { openWorkbench, type Workbench } from "./workbench.js";

let workbench: Workbench | undefined;
let shop: Shop | undefined;
let load: Load | undefined;
/** Of the shop under the debugger. */
let shopPort: number;

beforeAll(async () => {
  // What the debugger is going to build, so that a session does not begin with a minute of compiling Go's own packages.
  execFileSync("go", ["build", "-gcflags=all=-N -l", "-o", devNull, "."], { cwd: "examples/leaky" });
  shopPort = await freePort();
  const launch = { type: "go-diagnostics", request: "launch", mode: "debug", program: "${workspaceFolder}" };
  const configurations = [
    { ...launch, name: "All leaks", args: ["-leaks", "all", "-addr", `127.0.0.1:${shopPort}`] },
    { ...launch, name: "Healthy", args: ["-healthy", "-addr", `127.0.0.1:${shopPort}`] },
    { ...launch, name: "Without pprof", program: "${workspaceFolder}/no-pprof", args: ["serve"] },
  ];
  workbench = await openWorkbench({
    name: "diagnose",
    files: {
      ".": "examples/leaky",
      "no-pprof": "test/fixtures/no-pprof",
      ".vscode/launch.json": Buffer.from(JSON.stringify({ version: "0.2.0", configurations })),
    },
    env: {
      PATH: [dirname(resolve(delve)), process.env["PATH"]].join(delimiter),
      GOCACHE: execFileSync("go", ["env", "GOCACHE"], { encoding: "utf8" }).trim(),
    },
    settings: {
      "goDiagnostics.launch.atStart": "off",
      "goDiagnostics.diagnose.samples": 8,
      "goDiagnostics.diagnose.intervalSeconds": 2,
    },
  });
  const started = await startShop(
    workbench.folder,
    ["-leaks", "cache,goroutine"],
    process.env,
    AbortSignal.timeout(200_000),
  );
  if (!started.ok) throw new Error(JSON.stringify(started.problem));
  shop = started.value;
  load = startLoad(shop.url, 40);
});
afterAll(async () => {
  await load?.stop();
  await shop?.stop();
  await workbench?.stop();
});
afterEach(() => closeAllEditors(workbench!.page));
keepEvidence(() => workbench);

/** From the palette, with the address typed into the box that it opens. */
async function diagnose(url: string): Promise<void> {
  await runCommand(workbench!.page, "Diagnose Go Memory");
  await answer(workbench!.page, url);
}

/** File and line of a leak's marker in the example's sources. */
function marker(file: string, leak: string): { name: string; line: number } {
  const lines = readFileSync(join("examples/leaky", file), "utf8").split("\n");
  const line = lines.findIndex((text) => text.includes(`// #leak ${leak}`)) + 1;
  return { name: file.slice(file.lastIndexOf("/") + 1), line };
}

test("Diagnose Go Memory finds the leaks of a running program, and each finding opens its line", async () => {
  const { page } = workbench!;
  await diagnose(shop!.pprofUrl);
  const diagnosis = viewer.view(page, "diagnosis");
  await diagnosis.waitFor({ timeout: 90_000 });
  await workbench!.screenshot("diagnosis-light");
  await workbench!.useTheme("dark");
  await workbench!.screenshot("diagnosis-dark");
  expect(await diagnosis.locator("[data-verdict]").getAttribute("data-verdict")).toBe("leak");

  const leaks = {
    "(*Cache).put": marker("internal/reports/cache.go", "cache"),
    "(*Pricer).compute": marker("internal/orders/pricing.go", "goroutine"),
  };
  for (const [called, { name, line }] of Object.entries(leaks)) {
    const finding = diagnosis.locator(`[data-finding*="${called}"][data-line="${line}"]`).first();
    await finding.locator("[data-open=source]").click();
    await editorInFront(page, name);
    await cursorOnLine(page, line);
  }
  await workbench!.screenshot("diagnosis-jump");
});

test("a diagnosis is under way in sight of the live numbers, and ended early it keeps what was sampled", async () => {
  const { page } = workbench!;
  await diagnose(shop!.pprofUrl);
  const strip = live.wide(page).locator("[data-diagnosis]");
  await strip.filter({ hasText: /snapshot [34] of 8/ }).waitFor();
  await live.wide(page).locator("[data-mark=capture]").first().waitFor();
  await workbench!.screenshot("diagnosis-live");
  await strip.getByRole("button", { name: "Judge Now" }).click();
  await viewer.view(page, "diagnosis").locator("[data-note=partial]").waitFor();
});

test("a port that nobody listens on is one clear sentence, and more in the log", async () => {
  const { page } = workbench!;
  await diagnose("http://127.0.0.1:1/debug/pprof/");
  const sentence = /Cannot read http:\/\/127\.0\.0\.1:1\S*: nothing listens on 127\.0\.0\.1:1\. Start the program/;
  await pressToastButton(page, sentence, "Show Log");
  await outputLines(page).filter({ hasText: "nothing listens on" }).waitFor();
});

/** The diagnosis in front, as one page without the folders of this machine. */
async function saveAsPage(): Promise<void> {
  const { page, folder } = workbench!;
  await runCommand(page, "Save Diagnosis as HTML");
  await pick(page, "Shortened paths");
  const file = join(folder, "diagnosis.html");
  await chooseFile(page, file);
  const saved = await until("the page to be saved", () => {
    const text = existsSync(file) ? readFileSync(file, "utf8") : "";
    return Promise.resolve(text.endsWith("</html>\n") ? text : undefined);
  });
  expect(saved).toContain("(*Cache).put");
  expect(saved).not.toContain(folder);
  // It stands by itself.
  const opened = await page.context().browser()!.newPage();
  await opened.goto(`file://${file}`);
  await opened.locator("[data-verdict=leak]").waitFor();
  await opened.screenshot({ path: artefact("diagnosis-saved.png") });
  await opened.close();
}

test("a running program is in the list, and is compared with the baseline that was kept", async () => {
  const { page } = workbench!;
  await runCommand(page, "Diagnose Go Memory");
  await pick(page, `process ${shop!.pid}`);
  const diagnosis = viewer.view(page, "diagnosis");
  await diagnosis.locator("[data-verdict=leak]").waitFor({ timeout: 90_000 });
  await runCommand(page, "Keep Diagnosis as Baseline");
  await toast(page, /Kept as the baseline/).waitFor();
  await saveAsPage();
  await closeAllEditors(page);
  await diagnose(shop!.pprofUrl);
  await diagnosis.locator("[data-finding*='(*Cache).put'] [data-baseline=unchanged]").waitFor({ timeout: 90_000 });
  await workbench!.screenshot("diagnosis-baseline");
});

/** A shop under the debugger, with customers, diagnosed from the list. */
async function diagnoseDebugged(configuration: string): Promise<void> {
  const { page } = workbench!;
  await startDebugging(configuration);
  const url = `http://127.0.0.1:${shopPort}`;
  await until("the shop to open", () => succeeds(fetch(url)), { everyMs: 300 });
  debuggedLoad = startLoad(url, 16);
  await sleep(4000); // until caches that have a limit are full
  await runCommand(page, "Diagnose Go Memory");
  await pick(page, "the program that is being debugged");
}

async function startDebugging(configuration: string): Promise<void> {
  const { page } = workbench!;
  await runCommand(page, "Debug: Select and Start Debugging");
  await pick(page, configuration);
  await page.locator(".debug-toolbar").waitFor({ timeout: 90_000 });
}

let debuggedLoad: Load | undefined;
afterEach(async () => {
  if (await workbench!.page.locator(".debug-toolbar").isVisible()) await stopDebugging(workbench!.page);
  await debuggedLoad?.stop();
  debuggedLoad = undefined;
});

test("under the debugger, one click leads to the line of each leak", async () => {
  const { page } = workbench!;
  await diagnoseDebugged("All leaks");
  const diagnosis = viewer.view(page, "diagnosis");
  await diagnosis.locator("[data-verdict=leak]").waitFor({ timeout: 120_000 });
  await workbench!.screenshot("diagnosis-debugged");
  for (const { leak, file, line } of await leakMarkers("examples/leaky")) {
    const finding = diagnosis.locator(`[data-finding][data-line="${line}"]`).first();
    await finding.locator("[data-open=source]").click();
    await editorInFront(page, file.slice(file.lastIndexOf("/") + 1));
    await cursorOnLine(page, line);
    expect(leak).not.toBe("");
  }
  await recordHeap("running");
  await runCommand(page, "Debug: Pause");
  await page.locator(".debug-toolbar .codicon-debug-continue").waitFor({ timeout: 30_000 });
  await recordHeap("paused");
});

/** The record button of the session: over the program's endpoint while it runs, from its memory while it is paused. */
async function recordHeap(state: "running" | "paused"): Promise<void> {
  const { page } = workbench!;
  await closeAllEditors(page);
  await record(page, state, "Heap");
  await pick(page, "Now");
  await editorInFront(page, "Heap of All leaks");
  const frames = await viewer.drawnFrames(page);
  expect(frames.some((label) => label.includes("(*Cache).put, "))).toBe(true);
  if (await page.locator(".part.panel").isVisible()) await page.keyboard.press("Control+J"); // the log of other tests
  for (const theme of ["dark", "light"] as const) {
    await workbench!.useTheme(theme);
    await workbench!.screenshot(`capture-heap-${state}-${theme}`);
  }
}

test("under the debugger, the healthy shop does not grow", async () => {
  const { page } = workbench!;
  await diagnoseDebugged("Healthy");
  const diagnosis = viewer.view(page, "diagnosis");
  await diagnosis.waitFor({ timeout: 120_000 });
  await workbench!.screenshot("diagnosis-healthy");
  expect(await diagnosis.locator("[data-verdict]").getAttribute("data-verdict")).toBe("no-growth");
});

test("a program that never imported pprof is diagnosed from its memory, and the editor sees no stop", async () => {
  const { page } = workbench!;
  await startDebugging("Without pprof");
  await sleep(2000); // until it has been started
  await runCommand(page, "Diagnose Go Memory");
  const offered = page.locator(".quick-input-widget:visible .monaco-list-row").filter({ hasText: "from its memory" });
  await offered.waitFor({ timeout: 30_000 });
  await workbench!.screenshot("diagnosis-picker");
  await pick(page, "from its memory");
  const diagnosis = viewer.view(page, "diagnosis");
  await diagnosis.locator("[data-verdict=leak]").waitFor({ timeout: 120_000 });
  const paused = diagnosis.locator("[data-note=paused]").filter({ hasText: "was paused" });
  expect(await paused.textContent()).toMatch(/was paused (?:8|9|1\d) times, for \d+ ms/);
  await workbench!.screenshot("diagnosis-paused");
  expect(await page.locator(".debug-top-stack-frame-line").count()).toBe(0);
  const lines = readFileSync("test/fixtures/no-pprof/main.go", "utf8").split("\n");
  const line = lines.findIndex((text) => text.includes("// #session")) + 1;
  await diagnosis.locator(`[data-finding][data-line="${line}"] [data-open=source]`).first().click();
  await editorInFront(page, "main.go");
  await cursorOnLine(page, line);
});
