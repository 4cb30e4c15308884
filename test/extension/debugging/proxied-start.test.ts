import { expect, test } from "vitest";
import {
  type Attributes,
  completed,
  envFileValues,
  isOfChild,
  planStart,
  type StartFacts,
} from "../../../src/extension/debugging/proxied-start.js";

const facts: StartFacts = {
  dlv: "/go/bin/dlv",
  env: { PATH: "/bin", HOME: "/home/me" },
  engine: "auto",
  loadAll: false,
  childSessions: false,
  memoryProfiling: true,
  recordStarters: false,
  folder: "/shop",
};
/** What golang.go makes of a launch in its second stage. */
const launch = { type: "go", request: "launch", mode: "debug", program: ".", __buildDir: "/shop/cmd/web" };

function planned(configuration: Attributes, more: Partial<StartFacts> = {}) {
  const plan = planStart(configuration, { ...facts, ...more });
  if ("without" in plan) throw new Error(plan.without);
  return plan;
}

test("dlv runs in the package's folder, and the program is whole", () => {
  expect(planned(launch)).toEqual({
    options: { engine: "auto", dlv: "/go/bin/dlv", env: facts.env, cwd: "/shop/cmd/web" },
    configuration: { ...launch, program: "/shop/cmd/web", dlvCwd: "/shop/cmd/web" },
  });
});

test.each<[string, Attributes, Attributes]>([
  ["a file", { program: "./main.go" }, { program: "/shop/cmd/web/main.go" }],
  ["a dlvCwd of their own stays", { dlvCwd: "/tmp" }, { dlvCwd: "/tmp", program: "/shop/cmd/web" }],
  ["a binary has no package", { __buildDir: undefined, mode: "exec", program: "/bin/x" }, { program: "/bin/x" }],
])("%s", (_, more, expected) => expect(planned({ ...launch, ...more }).configuration).toMatchObject(expected));

test("the program's environment is dlv's, too, since dlv builds with it", () => {
  const env = { CGO_ENABLED: "0", HOME: "/tmp", GONE: null };
  expect(planned({ ...launch, env }).options.env).toEqual({ PATH: "/bin", HOME: "/tmp", CGO_ENABLED: "0" });
});

test("children are sessions of their own where the setting says so, and those start nothing", () => {
  expect(planned(launch, { childSessions: true }).options.childSessions).toBe(true);
  expect(isOfChild({ type: "go", request: "attach", mode: "remote", port: 4711, __childOf: 12 })).toBe(true);
  expect(isOfChild(launch)).toBe(false);
});

test("memory profiling stays off where the setting says so", () => {
  expect(planned(launch, { memoryProfiling: false }).options.memoryProfiling).toBe(false);
});

test("golang.go's dlv wins over the one that we found", () => {
  expect(planned({ ...launch, dlvToolPath: "/opt/dlv" }).options.dlv).toBe("/opt/dlv");
});

test.each<[Attributes, object]>([
  [
    { request: "attach", mode: "remote", port: 2345 },
    { host: "127.0.0.1", port: 2345 },
  ],
  [
    { request: "attach", mode: "remote", host: "10.0.0.7", port: 2345 },
    { host: "10.0.0.7", port: 2345 },
  ],
  [
    { ...launch, port: 4000 },
    { host: "127.0.0.1", port: 4000 },
  ],
])("a Delve that is there already is connected to: %j", (configuration, connect) => {
  expect(planned(configuration).options).toEqual({ engine: "auto", connect });
});

test("an attach to a process starts dlv in the folder", () => {
  const attach = { request: "attach", mode: "local", processId: 7 };
  expect(planned(attach)).toMatchObject({ options: { dlv: "/go/bin/dlv", cwd: "/shop" }, configuration: attach });
});

test("the setting asks for all goroutines; the configuration has the last word", () => {
  expect(planned(launch, { loadAll: true }).configuration["dlvLoadAll"]).toBe(true);
  expect(planned({ ...launch, dlvLoadAll: false }, { loadAll: true }).configuration["dlvLoadAll"]).toBe(false);
});

test.each<[Attributes, RegExp]>([
  [{ ...launch, debugAdapter: "legacy" }, /legacy adapter/],
  [{ ...launch, debugServer: 4711 }, /debugServer/],
  [{ ...launch, noDebug: true }, /without debugging/],
  [{ ...launch, showLog: true }, /showLog/],
  [{ request: "attach", mode: "remote" }, /needs a port/],
])("%j starts without the proxy", (configuration, why) => {
  expect(planStart(configuration, facts)).toEqual({ without: expect.stringMatching(why) as string });
});

test("without a dlv there is no proxy", () => {
  expect(planStart(launch, { ...facts, dlv: undefined })).toEqual({ without: "there is no dlv" });
});

const about = { folder: "/shop", openFile: "/shop/web/main.go", isFile: false, envFile: {} };

test.each<[Attributes, Partial<typeof about>, Attributes]>([
  [{ program: "web" }, {}, { mode: "debug", program: "/shop/web", dlvCwd: "/shop/web" }],
  [{ program: "/shop/web", mode: "auto" }, { openFile: "/shop/web/a_test.go" }, { mode: "test", program: "/shop/web" }],
  [{ program: "/shop/web/a_test.go" }, { isFile: true }, { mode: "test", program: "/shop/web", dlvCwd: "/shop/web" }],
  [{ program: "/shop/x.go" }, { isFile: true }, { mode: "debug", program: "/shop/x.go", dlvCwd: "/shop" }],
  [{ program: "bin/web", mode: "exec" }, { isFile: true }, { mode: "exec", program: "/shop/bin/web" }],
  [{ program: "/x", env: { A: "1" } }, { envFile: { A: "0", B: "2" } }, { env: { A: "1", B: "2" } }],
])("our own type completes %j", (configuration, more, expected) => {
  expect(completed({ request: "launch", ...configuration }, { ...about, ...more })).toMatchObject(expected);
});

test("an attach is local unless it says otherwise", () => {
  expect(completed({ request: "attach", processId: 7 }, about)).toEqual({
    request: "attach",
    processId: 7,
    mode: "local",
  });
});

test("files of variables", () => {
  const text = `# a comment\nA=1\nexport B = two words \nC="line\\nbreak"\nD='$x'\nnot a line\n E=\n`;
  expect(envFileValues(text)).toEqual({ A: "1", B: "two words", C: "line\nbreak", D: "$x", E: "" });
});
