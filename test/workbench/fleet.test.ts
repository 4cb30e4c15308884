/** Many instances in the editor: an engine of the settings is chosen, its fleet diagnosed, an instance opened. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type StandIn, startStandIn } from "../support/engine-stand-in.js";
import { plantFleet } from "../support/planted-fleet.js";
import { keepEvidence } from "./evidence.js";
import { closeAllEditors, editorInFront } from "./page-objects/editors.js";
import { toast } from "./page-objects/notifications.js";
import { answer, pick, quickOpen, runCommand } from "./page-objects/palette.js";
import * as viewer from "./page-objects/viewer.js";
import { openWorkbench, type Workbench } from "./workbench.js";

let workbench: Workbench | undefined;
let engine: StandIn | undefined;
const TOKEN = "a-token-of-this-test";

beforeAll(async () => {
  engine = await startStandIn((request, response) => {
    if (request.headers.authorization !== `Bearer ${TOKEN}`) response.writeHead(401).end("{}");
  });
  const shape = { points: 12, intervalMs: 60_000, endMs: Date.now() - 5000 };
  const planted = plantFleet({ ...shape, service: "shop", instances: 30, leaking: 5, goroutines: true });
  for (const { labels, bytes } of planted) engine.keep(labels, bytes);
  workbench = await openWorkbench({
    name: "fleet",
    files: { "heap.pb.gz": planted[0].bytes },
    settings: {
      "goDiagnostics.fleet.engines": [
        `pyroscope+${engine.url}?selector={service_name="shop"}`,
        `parca+${engine.url}?selector={job="shop"}`,
      ],
    },
  });
});
afterAll(async () => {
  await workbench?.stop();
  await engine?.stop();
});
afterEach(() => closeAllEditors(workbench!.page));
keepEvidence(() => workbench);

test("an engine is chosen, wants a token, and its fleet is diagnosed; an instance opens as series and by itself", async () => {
  const { page } = workbench!;
  await runCommand(page, "Diagnose Go Memory");
  await page
    .locator(".quick-input-widget:visible .monaco-list-row")
    .filter({ hasText: "many instances" })
    .first()
    .waitFor();
  await workbench!.screenshot("fleet-picker");
  await pick(page, "pyroscope+http");
  await answer(page, TOKEN);
  const diagnosis = viewer.view(page, "diagnosis");
  await diagnosis.locator("[data-verdict=leak]").waitFor({ timeout: 90_000 });
  const finding = diagnosis.locator('[data-finding*="(*Book).keep"]').first();
  expect(await finding.innerText()).toMatch(
    /5 of 30 instances \(pod\).*All 5 of version=1\.4\.2 leak, none of the 25 others/s,
  );
  await workbench!.screenshot("fleet-diagnosis-light");
  await workbench!.useTheme("dark");
  await workbench!.screenshot("fleet-diagnosis-dark");

  await runCommand(page, "Open an Instance of the Fleet");
  await pick(page, "version=1.4.2");
  await pick(page, "Heap, over time");
  await viewer.view(page, "growth").waitFor({ timeout: 60_000 });
  await workbench!.screenshot("fleet-instance-growth");
  await closeAllEditors(page);

  await runCommand(page, "Open an Instance of the Fleet");
  await pick(page, "shop-003");
  await pick(page, "Heap, last profile");
  await editorInFront(page, "shop-003");
  expect((await viewer.drawnFrames(page)).some((label) => label.includes("(*Book).keep, "))).toBe(true);
  await workbench!.screenshot("fleet-instance-flame");
  await closeAllEditors(page);

  await runCommand(page, "Open an Instance of the Fleet");
  await pick(page, "shop-003");
  await pick(page, "version 1.4.2");
  await editorInFront(page, "version 1.4.2");
  await viewer.drawnFrames(page);
  await workbench!.screenshot("fleet-versions");
});

test("Parca's fleet with the token that is kept", async () => {
  const { page } = workbench!;
  await runCommand(page, "Diagnose Go Memory");
  await pick(page, "parca+http");
  await viewer.view(page, "diagnosis").locator("[data-verdict=leak]").waitFor({ timeout: 90_000 });
});

test("a profile is sent to an engine", async () => {
  const { page } = workbench!;
  await quickOpen(page, "heap.pb.gz");
  await editorInFront(page, "heap.pb.gz");
  await runCommand(page, "Send Profile to an Engine");
  await pick(page, "parca+http");
  await answer(page, "sent");
  await toast(page, /Sent to parca\+http:\S* .*as job=sent/).waitFor();
  expect(engine!.requests.some(({ path }) => path === "/api/profiles/writeraw")).toBe(true);
});
