/** Attributes that `dlv dap` reads, as the command line of a headless dlv; and what is left to Delve, with why. */
import { expect, test } from "vitest";
import { type Attributes, planOf } from "../../../src/delve/engine/launch-plan.js";
import { parseVersion } from "../../../src/delve/dlv/delve-versions.js";

const facts = {
  engine: "auto",
  version: parseVersion("1.27.1"),
  canStart: true,
  flags: [],
  hasTerminal: true,
} as const;
const HEADLESS = "--headless --accept-multiclient --api-version=2 --only-same-user";

/** The command line; environment, folder of dlv and what the remote attach is told where there is any of it. */
function line(request: "launch" | "attach", attributes: Attributes): string {
  const plan = planOf(request, attributes, facts);
  if (plan.kind !== "headless") return `${plan.kind}: ${plan.reason}`;
  const args = plan.programArgs.length > 0 ? ` -- ${plan.programArgs.join(" ")}` : "";
  const { mode, ...attach } = plan.attach;
  const more = {
    ...(plan.cwd !== undefined && { cwd: plan.cwd }),
    ...(Object.keys(plan.env).length > 0 && { env: plan.env }),
    ...(Object.keys(attach).length > 0 && { attach }),
  };
  expect(mode).toBe("remote");
  const told = Object.keys(more).length > 0 ? ` ${JSON.stringify(more)}` : "";
  return `${plan.args.join(" ").replace(HEADLESS, "…")}${args}${told}`;
}

test.each<[object, string]>([
  [{ program: "." }, "debug … ."],
  [{ program: "/a b", mode: "test", args: ["-test.run=X", "a b"] }, "test … /a b -- -test.run=X a b"],
  [
    { program: "bin", mode: "exec", cwd: "/w", stopOnEntry: true },
    'exec … --wd=/w bin {"attach":{"stopOnEntry":true}}',
  ],
  [{ program: ".", buildFlags: "-tags x -race" }, "debug … --build-flags=-tags x -race ."],
  [{ program: ".", buildFlags: ["-tags=a b", "-race"] }, "debug … --build-flags='-tags=a b' -race ."],
  [{ program: "bin", mode: "exec", buildFlags: "-race" }, "exec … bin"],
  [{ program: ".", output: "out", backend: "native" }, "debug … --backend=native --output=out ."],
  [
    { program: ".", stdinFrom: "in", stdoutTo: "o", stderrTo: "e" },
    "debug … --redirect=stdin:in --redirect=stdout:o --redirect=stderr:e .",
  ],
  [{ program: ".", env: { A: "1", B: null }, dlvCwd: "/d" }, 'debug … . {"cwd":"/d","env":{"A":"1"}}'],
  [
    {
      program: ".",
      stackTraceDepth: 7,
      showPprofLabels: ["*"],
      substitutePath: [{ from: "/a", to: "/b" }],
      maxStringLen: 9,
    },
    'debug … . {"attach":{"stackTraceDepth":7,"showPprofLabels":["*"],"substitutePath":[{"from":"/a","to":"/b"}],"maxStringLen":9}}',
  ],
  [
    { program: ".", dlvFlags: ["--check-go-version=false", "--log-output", "dap"] },
    "debug … --check-go-version=false --log-output dap .",
  ],
  [
    { program: ".", dlvFlags: ["--headless", "--listen=:1", "--continue", "--allow-non-terminal-interactive"] },
    "debug … .",
  ],
])("launch %o", (attributes, command) => {
  expect(line("launch", attributes as Attributes)).toBe(command);
});

test.each<[object, RegExp]>([
  [{ program: ".", dlvFlags: ["--backend=lldb"] }, /^dap: `dlv dap` says whether it knows --backend=lldb\.$/],
  [{ program: ".", dlvFlags: ["-check-go-version=false"] }, /^dap: `dlv dap` says whether it knows -check-go-version/],
  [{ program: ".", args: "one" }, /^pass: `args` is not what Delve expects/],
  [{ program: ".", env: { A: 1 } }, /^pass: `env` is not/],
  [{ program: 3 }, /^pass: `program` is not/],
  [{}, /^pass: Delve says what is wrong with `program`/],
  [{ program: "--oops" }, /^pass: Delve says what is wrong with `program`/],
  [{ program: ".", buildFlags: ["it's"] }, /^pass: These `buildFlags`/],
  [{ program: ".", mode: "launch" }, /^pass: The mode launch is Delve's own/],
  [{ mode: "core", program: "b", coreFilePath: "c" }, /^pass: The mode core is Delve's own/],
  [{ mode: "replay", traceDirPath: "t" }, /^pass: The mode replay is Delve's own/],
  [{ program: ".", backend: "rr" }, /^pass: The backend rr plays a recording/],
  [{ program: ".", noDebug: true }, /^pass: Without debugging/],
  [{ program: ".", stdoutTo: "o", outputMode: "remote" }, /^pass: Delve says what is wrong with `outputMode`/],
  [{ program: ".", console: "integratedTerminal" }, /^dap: dlv runs in the terminal/],
  [{ program: ".", console: "externalTerminal", asRoot: true }, /^dap: dlv runs in the terminal/],
])("launch %o is not for a headless dlv", (attributes, reason) => {
  expect(line("launch", attributes as Attributes)).toMatch(reason);
});

test.each<[object, string | RegExp]>([
  [{ mode: "local", processId: 7 }, "attach … 7"],
  [
    { processId: 7, stopOnEntry: true, backend: "native" },
    `attach … --backend=native 7 {"attach":{"stopOnEntry":true}}`,
  ],
  [{ processId: "7" }, /^pass: `processId` is not/],
  [{ waitFor: "server" }, /^pass: Delve waits for the process/],
  [{ mode: "remote", host: "h", port: 7 }, /^remote: A Delve that runs at h:7/],
  [{ mode: "remote" }, /^pass: A remote attach needs a port/],
])("attach %o", (attributes, command) => {
  const said = line("attach", attributes as Attributes);
  if (typeof command === "string") expect(said).toBe(command);
  else expect(said).toMatch(command);
});

test("what the session has not cannot be used", () => {
  const launch = (more: object) =>
    planOf("launch", { program: ".", console: "integratedTerminal" }, { ...facts, ...more });
  expect(launch({ hasTerminal: false }).kind).toBe("headless");
  expect(launch({ canStart: false }).kind).toBe("pass");
  expect(launch({ hasTerminal: false, engine: "dap" }).kind).toBe("pass");
  expect(launch({ hasTerminal: false, version: undefined }).kind).toBe("pass");
  expect(launch({ hasTerminal: false, version: undefined, engine: "rpc" }).kind).toBe("headless");
});
