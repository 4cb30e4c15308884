import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Load, startLoad } from "../../src/capture/demo-load.js";
import { type Shop, startShop } from "../../src/capture/example-shop.js";
import { keepEvidence } from "./evidence.js";
import { closeAllEditors, cursorOnLine, editorInFront } from "./page-objects/editors.js";
import { pressToastButton, toast } from "./page-objects/notifications.js";
import { outputLines } from "./page-objects/output.js";
import { answer, runCommand } from "./page-objects/palette.js";
import * as viewer from "./page-objects/viewer.js";
import { openWorkbench, type Workbench } from "./workbench.js";

let workbench: Workbench | undefined;
let shop: Shop | undefined;
let load: Load | undefined;

beforeAll(async () => {
  workbench = await openWorkbench({
    name: "diagnose",
    files: { ".": "examples/leaky" },
    settings: { "goDiagnostics.diagnose.samples": 8, "goDiagnostics.diagnose.intervalSeconds": 1 },
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
  await runCommand(workbench!.page, "Diagnose Go memory");
  await answer(workbench!.page, url);
}

/** File and line of a leak's marker in the example's sources. */
function marker(file: string, leak: string): { name: string; line: number } {
  const lines = readFileSync(join("examples/leaky", file), "utf8").split("\n");
  const line = lines.findIndex((text) => text.includes(`// #leak ${leak}`)) + 1;
  return { name: file.slice(file.lastIndexOf("/") + 1), line };
}

test("Diagnose Go memory finds the leaks of a running program, and each finding opens its line", async () => {
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

test("cancelling keeps what was sampled until then", async () => {
  const { page } = workbench!;
  await diagnose(shop!.pprofUrl);
  await toast(page, /snapshot [23] of 8/).waitFor();
  await pressToastButton(page, "Diagnosing Go memory", "Cancel");
  await viewer.view(page, "diagnosis").locator("[data-note=partial]").waitFor();
});

test("a port that nobody listens on is one clear sentence, and more in the log", async () => {
  const { page } = workbench!;
  await diagnose("http://127.0.0.1:1/debug/pprof/");
  const sentence = /Cannot read http:\/\/127\.0\.0\.1:1\S*: nothing listens on 127\.0\.0\.1:1\. Start the program/;
  await pressToastButton(page, sentence, "Show Log");
  await outputLines(page).filter({ hasText: "nothing listens on" }).waitFor();
});
