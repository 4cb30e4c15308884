/** The extension without Node: VS Code's extension host for browsers, a worker, runs the `browser` entry. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { keepEvidence } from "./evidence.js";
import { cursorOnLine, editorInFront } from "./page-objects/editors.js";
import { openFile } from "./page-objects/explorer.js";
import * as viewer from "./page-objects/viewer.js";
import { openWorkbench, type Workbench } from "./workbench.js";

let workbench: Workbench;

beforeAll(async () => {
  workbench = await openWorkbench({
    name: "web",
    files: {
      "app.heap.pb.gz": "test/fixtures/profiles/app.heap.pb.gz",
      "goprog/main.go": Buffer.from("package main\n".padEnd(200, "\n")),
    },
    settings: {
      "remote.extensionKind": { "go-diagnostics.go-diagnostics": ["web"] },
      "extensions.webWorker": true,
    },
  });
});
afterAll(() => workbench?.stop());
keepEvidence(() => workbench);

/**
 * The extensions that the hosts with Node started, by their logs. Where CI is set those also list
 * every extension that is installed, so only the line that tells of a start counts.
 */
function startedWithNode(): string[] {
  const logs = join(workbench.server.extensionsFolder, "..", "user-data", "logs");
  return readdirSync(logs, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith("exthost.log"))
    .flatMap((file) =>
      [...readFileSync(join(logs, file), "utf8").matchAll(/_doActivateExtension ([^,\s]+)/g)].map(([, id]) => id),
    );
}

test("profiles open, and lead to their source, without Node", async () => {
  const { page } = workbench;
  await openFile(page, "app.heap.pb.gz");
  const frames = await viewer.drawnFrames(page);
  expect(frames.find((label) => label.startsWith("main.work, "))).toMatch(/92\.[89]/);
  await viewer.frameMenu(page, "main.work", "Open source");
  await editorInFront(page, "main.go");
  await cursorOnLine(page, 69);
  await workbench.screenshot("web-extension-host");
  expect(startedWithNode()).toContain("vscode.git");
  expect(startedWithNode()).not.toContain("go-diagnostics.go-diagnostics");
});
