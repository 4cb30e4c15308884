/** The tables of flags and log components, held against what real dlvs say about themselves. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { acceptsFlag } from "../../../src/delve/dlv/capabilities.js";
import { dlvLacks } from "../../../src/launch/dlv-version.js";
import { FLAGS, LOG_OUTPUT, type Subcommand } from "../../../src/launch/flags.js";
import { startDap } from "../../support/dap-session.js";
import { delve } from "../../support/delve.js";
import { dlv } from "../../support/launch-case.js";

const old = resolve(".tools/dlv-1.24/dlv");
if (!existsSync(old)) throw new Error("Delve 1.24 is missing. Run: node setup.mjs test");

/** Flags whose first version nobody looked up; no configuration can use them. */
const undated = ["rr-cleanup"];

describe.each([
  ["1.27.1", delve],
  ["1.24.0", old],
])("dlv %s", (version, path) => {
  const facts = dlv(version);

  test.each<Subcommand>(["dap", "debug", "exec", "attach", "test"])("knows these flags for %s", async (command) => {
    const names = Object.keys(FLAGS).filter((name) => !undated.includes(name) && name !== "help");
    const said = await Promise.all(
      names.map(async (name) => `${name} ${await acceptsFlag(path, command, `--${name}`)}`),
    );
    const expected = names.map(
      (name) => `${name} ${FLAGS[name].on.includes(command) && !dlvLacks(facts, FLAGS[name].since)}`,
    );
    expect(said).toEqual(expected);
  });

  test.each(["follow-fork", "continue-on-start", "preload", "load-all"])("has never heard of --%s", async (name) => {
    for (const command of ["dap", "debug", "exec", "attach", "test", "trace", "core"])
      expect(await acceptsFlag(path, command, `--${name}`)).toBe(false);
  });

  test("knows these log components", async () => {
    const known = Object.keys(LOG_OUTPUT).filter((name) => !dlvLacks(facts, LOG_OUTPUT[name].since));
    const printed = async (names: readonly string[]) => {
      const { session, stop } = await startDap(path, ["--log", `--log-output=${names.join(",")}`], ".", process.env);
      await stop();
      return session.output();
    };
    expect(await printed(known)).not.toContain("unknown log output");
    expect(await printed([...known, "debugline"])).toContain('unknown log output value "debugline"');
  });
});
