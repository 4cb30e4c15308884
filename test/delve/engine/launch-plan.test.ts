/** What a launch becomes, by the dlv that is there: only which engine, and who follows children. */
import { expect, test } from "vitest";
import { planOf } from "../../../src/delve/engine/launch-plan.js";
import { parseVersion } from "../../../src/delve/dlv/delve-versions.js";

const facts = { engine: "auto", canStart: true, flags: [], hasTerminal: true } as const;

test.each<[string, object, string, string | undefined]>([
  ["1.20.2", {}, "pass", undefined],
  ["1.20.2", { followExec: true }, "pass", ""],
  ["1.22.0", {}, "pass", undefined],
  ["1.22.0", { followExec: true }, "headless", ""],
  ["1.24.0", { dlvFlags: ["--follow-fork=worker"] }, "headless", "worker"],
  ["1.24.0", { dlvFlags: ["--follow-fork=false"] }, "headless", undefined],
  ["1.24.0", { subprocess: "child", followForkFilter: "worker" }, "headless", "worker"],
  ["1.24.0", { followExec: true, console: "integratedTerminal" }, "dap", ""],
  ["1.27.1", { followExec: true, followExecRegex: "worker" }, "headless", "worker"],
  ["1.27.1", { followExec: true, noDebug: true }, "pass", ""],
])("dlv %s, %o: %s, follows %o", (version, attributes, kind, follow) => {
  const plan = planOf("launch", { program: ".", ...attributes }, { ...facts, version: parseVersion(version) });
  expect([plan.kind, plan.ours.follow]).toEqual([kind, follow]);
});
