import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { acceptsFlag, delveVersion, findDelve } from "../../../src/delve/dlv/capabilities.js";
import { askProgram } from "../../../src/process/run-to-end.js";
import { delve } from "../../support/delve.js";

const scratch = mkdtempSync(join(tmpdir(), "go-diagnostics-delve-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** A program that behaves as a shell script says. */
function program(path: string, script: string): string {
  const file = join(scratch, path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

/** Neither gone nor a zombie that nobody has waited for yet. */
function isRunning(pid: number): boolean {
  const ps = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
  return ps.status === 0 && !ps.stdout.startsWith("Z");
}

test("the pinned Delve tells its version", async () => expect(await delveVersion(delve)).toEqual([1, 27, 1]));

test.each([
  ["dap", "--listen", true],
  ["dap", "--listen=127.0.0.1:0", true],
  ["dap", "--only-same-user", true],
  ["dap", "--allow-non-terminal-interactive=true", true], // hidden from its help
  ["dap", "--headless", true],
  ["dap", "--follow-fork", false],
  ["dap", "--continue-on-start", false],
  ["dap", "--continue", false],
  ["dap", "--preload", false],
  ["debug", "--continue", true],
  ["debug", "--rr-cleanup", true],
  ["debug", "--follow-fork", false],
  ["exec", "--wd", true],
  ["test", "--continue", false],
  ["attach", "--waitfor=x", true],
  ["nosuch", "--listen", undefined],
  ["dap", "--", undefined],
  ["dap", "program", undefined],
])("dlv %s %s: %s", async (command, flag, expected) => {
  expect(await acceptsFlag(delve, command, flag)).toBe(expected);
});

test("the order in which Delve is looked for", async () => {
  const says = (version: string) => `echo "Delve Debugger"; echo "Version: ${version}"; echo 'Build: $Id$'`;
  const env = {
    // An empty entry and a relative one are the folder that is examined: nobody is looked for there.
    PATH: `:.:.tools/bin:${join(scratch, "empty")}:${join(scratch, "path")}`,
    GOBIN: join(scratch, "gobin"),
    GOPATH: join(scratch, "gopath"),
  };
  const found = async (setting?: string) => {
    const delve = await findDelve({ setting, env });
    return delve && `${delve.from} ${delve.version?.join(".")}`;
  };
  expect(await found()).toBe(undefined);
  program(".tools/bin/dlv", says("1.0.1"));
  expect(await found()).toBe(undefined);
  program("gopath/bin/dlv", says("1.0.2"));
  expect(await found()).toBe("GOPATH 1.0.2");
  program("gobin/dlv", says("1.0.3"));
  expect(await found()).toBe("GOBIN 1.0.3");
  program("path/dlv", says("1.0.4"));
  expect(await found()).toBe("PATH 1.0.4");
  expect(await found(program("mine", says("1.0.5")))).toBe("setting 1.0.5");
  expect(await found(join(scratch, "nowhere"))).toBe(undefined);
});

test("a dlv that never answers is ended, with whatever it started", async () => {
  const pidFile = join(scratch, "grandchild");
  const stuck = program("stuck", `sleep 600 & echo $! > ${pidFile}; sleep 600`);
  expect(await askProgram(stuck, ["version"], { limitMs: 500 })).toBe("timed-out");
  await vi.waitFor(() => expect(isRunning(Number(readFileSync(pidFile, "utf8")))).toBe(false));
  expect(await acceptsFlag(stuck, "dap", "--listen")).toBe(undefined);
});

test.each([
  ["says nothing", "exit 0"],
  ["is another program", "echo usage"],
  ["crashes", "kill -9 $$"],
  ["writes without end", "yes"],
])("a dlv that %s has no version", async (name, script) => {
  expect(await delveVersion(program(`odd-${name}`, script))).toBe(undefined);
});
