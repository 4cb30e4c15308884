/** Memory profiling of a program that never imported pprof: switched on at its entry and told, or left as it is. */
import { resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { ProfileBody, StatusBody } from "../../../src/delve/session/requests.js";
import { connection, INITIALIZE } from "../../support/conversation.js";
import { delve } from "../../support/delve.js";

const folder = resolve("test/fixtures/no-pprof");
const machine = { version: "1.27.1", dlv: delve, env: process.env };

test.each([
  { engine: "rpc", memoryProfiling: true, buildFlags: "" },
  { engine: "dap", memoryProfiling: true, buildFlags: "" },
  { engine: "rpc", memoryProfiling: true, buildFlags: "-tags=dynamic" },
  { engine: "dap", memoryProfiling: true, buildFlags: "-tags=dynamic" },
  { engine: "rpc", memoryProfiling: false, buildFlags: "" },
  { engine: "dap", memoryProfiling: false, buildFlags: "" },
] as const)("$engine engine, wanted: $memoryProfiling $buildFlags", async ({ engine, memoryProfiling, buildFlags }) => {
  const { talk, close } = await connection(machine, engine, folder, { memoryProfiling });
  onTestFinished(close);
  await talk.ask("initialize", INITIALIZE);
  talk.send("launch", { program: ".", buildFlags });
  await talk.event("initialized");
  await talk.ask("setFunctionBreakpoints", { breakpoints: [{ name: "main.remember" }] });
  await talk.ask("configurationDone");
  await talk.event("stopped");
  const status = (await talk.ask("goDiagnostics/status")).body as unknown as StatusBody;
  expect(status.memoryProfiling).toBe(memoryProfiling ? "switched-on" : undefined);
  const { notes } = (await talk.ask("goDiagnostics/profile", { kind: "heap" })).body as unknown as ProfileBody;
  const isOff = expect.stringMatching(
    /^Memory profiling is off: the linker.*goDiagnostics\.proxy\.memoryProfiling/,
  ) as string;
  if (memoryProfiling) expect(notes).not.toContainEqual(isOff);
  else expect(notes).toContainEqual(isOff);
  await talk.ask("disconnect", { terminateDebuggee: true });
});
