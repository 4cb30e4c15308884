/**
 * Sessions of type `go`, which another extension starts (a stand-in for golang.go that connects to `host` and `port` as
 * golang.go does), through our proxy; and without it where it is off or cannot start.
 */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { delve } from "../support/delve.js";
import { ended, listening } from "../support/dap-session.js";
import { keepEvidence } from "./evidence.js";
import { setBreakpoint, stopDebugging, stoppedIn } from "./page-objects/debugging.js";
import { closeAllEditors, editorInFront } from "./page-objects/editors.js";
import { pick, quickOpen, runCommand } from "./page-objects/palette.js";
import { packageStandInGo } from "./stand-in-go/vsix.js";
import { openWorkbench, type Workbench } from "./workbench.js";

const program = "test/fixtures/crowd-program";
const binaries = mkdtempSync(join(tmpdir(), "go-diagnostics-crowd-"));
const binary = join(binaries, "crowd");
const running: ChildProcess[] = [];

let workbench: Workbench;

beforeAll(async () => {
  execFileSync("go", ["build", "-gcflags=all=-N -l", "-o", binary, "."], { cwd: program });
  const child = started(spawn(binary, ["long"], { stdio: "ignore" }));
  const headless = ["exec", binary, "--headless", "--accept-multiclient", "--api-version=2", "--listen=127.0.0.1:0"];
  const server = started(
    spawn(resolve(delve), [...headless, "--log-dest=3", "--", "long"], { stdio: ["ignore", "pipe", "pipe", "pipe"] }),
  );
  const { address } = await listening(server);
  const launch = { request: "launch", mode: "debug", program: "${workspaceFolder}" };
  const substitutePath = [{ from: "${workspaceFolder}", to: resolve(program) }];
  const configurations = [
    { name: "Launch", ...launch },
    { name: "Terminal", ...launch, console: "integratedTerminal" },
    { name: "Process", request: "attach", mode: "local", processId: child.pid, substitutePath },
    { name: "Remote", request: "attach", mode: "remote", port: Number(address.split(":")[1]), substitutePath },
  ].map((one) => ({ ...one, type: "go" }));
  workbench = await openWorkbench({
    name: "proxied-go",
    files: {
      ".": program,
      ".vscode/launch.json": Buffer.from(JSON.stringify({ version: "0.2.0", configurations })),
    },
    settings: { "goDiagnostics.launch.atStart": "off" },
    extensions: [await packageStandInGo()],
    env: {
      GO_DIAGNOSTICS_DLV: resolve(delve),
      PATH: [dirname(resolve(delve)), process.env["PATH"]].join(delimiter),
      GOCACHE: execFileSync("go", ["env", "GOCACHE"], { encoding: "utf8" }).trim(),
    },
  });
  await quickOpen(workbench.page, `main.go:${lineOf("#stop")}`);
  await editorInFront(workbench.page, "main.go");
  await setBreakpoint(workbench.page);
});
afterAll(async () => {
  await workbench?.stop();
  for (const child of running) await ended(child);
  rmSync(binaries, { recursive: true });
});
keepEvidence(() => workbench);

const proxyStatus = () => workbench.page.locator(".statusbar-item").filter({ hasText: "Go proxy" });

async function start(name: string): Promise<void> {
  await runCommand(workbench.page, "Debug: Select and Start Debugging");
  await pick(workbench.page, name);
  await stoppedIn(workbench.page, "main.report");
}

test.each(["Launch", "Terminal", "Process", "Remote"])("%s goes through the proxy", async (name) => {
  await start(name);
  await proxyStatus().waitFor();
  await workbench.screenshot(`proxied-go-${name.toLowerCase()}`);
  await stopDebugging(workbench.page);
  await proxyStatus().waitFor({ state: "hidden" });
});

test.each([
  ["switched off", { "goDiagnostics.proxy.enabled": false }],
  // There is no such dlv for us; the stand-in has its own.
  ["failing", { "go.alternateTools": { dlv: "/nowhere/dlv" } }],
])("with the proxy %s the session starts as if it were not there", async (_, settings) => {
  writeFileSync(join(workbench.folder, ".vscode", "settings.json"), JSON.stringify(settings));
  await start("Launch");
  expect(await proxyStatus().count()).toBe(0);
  await stopDebugging(workbench.page);
});

test("afterwards no dlv of ours remains", async () => {
  await closeAllEditors(workbench.page);
  // With their environment, which tells ours from those of another workbench.
  const left = execFileSync("ps", ["axeww", "-o", "args"], { encoding: "utf8" })
    .split("\n")
    .filter((line) => [resolve(delve), "--only-same-user", dirname(workbench.folder)].every((of) => line.includes(of)));
  expect(left).toEqual([]);
});

function started(child: ChildProcess): ChildProcess {
  running.push(child);
  return child;
}

function lineOf(marker: string): number {
  const lines = readFileSync(join(program, "main.go"), "utf8").split("\n");
  return lines.findIndex((line) => line.includes(marker)) + 1;
}
