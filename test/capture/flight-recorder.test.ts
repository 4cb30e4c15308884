/** A flight recorder (Go 1.25) of a real program that serves it; and a program that does not. */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseTarget } from "../../src/capture/pprof-endpoint.js";
import { fetchProfile } from "../../src/capture/pprof-http.js";
import { analyseTrace, piecesOf } from "../../src/core/trace/read-trace.js";
import { traceReport } from "../../src/core/trace/trace-report.js";

const folder = mkdtempSync(join(tmpdir(), "flight-recorder-"));
let program: ChildProcess | undefined;
let address = "";

beforeAll(async () => {
  copyFileSync("test/fixtures/traces/programs/recorder.go.txt", join(folder, "main.go"));
  writeFileSync(join(folder, "go.mod"), "module example.com/recorder\n\ngo 1.25\n");
  execFileSync("go", ["build", "-o", "recorder", "."], { cwd: folder });
  const file = join(folder, "address");
  program = spawn(join(folder, "recorder"), [file], { stdio: ["ignore", "ignore", "inherit"] });
  while (address === "") {
    if (program.exitCode !== null) throw new Error(`the program ended with ${program.exitCode}`);
    await sleep(50);
    if (existsSync(file)) address = readFileSync(file, "utf8");
  }
});
afterAll(() => {
  program?.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

async function fetched(url: string) {
  const target = parseTarget(url);
  if (!target.ok) throw new Error(target.problem.why);
  return fetchProfile(target.value, target.value.kind ?? "flightrecorder");
}

test("the last seconds of a running program", async () => {
  const found = await fetched(`http://${address}/debug/pprof/flightrecorder`);
  if (!found.ok) throw new Error(JSON.stringify(found.problem));
  const { bytes } = found.value;
  const { kinds, warnings } = traceReport(analyseTrace(() => piecesOf(bytes)));
  expect(kinds.find(({ name }) => name === "main.tick")?.count).toBe(1);
  expect(warnings).toEqual([]);
});

test("a program that does not serve it: what it has to do", async () => {
  const found = await fetched(`http://${address}/elsewhere/debug/pprof/flightrecorder`);
  expect(found).toMatchObject({
    ok: false,
    problem: { todo: expect.stringContaining("trace.FlightRecorder") as string },
  });
});
