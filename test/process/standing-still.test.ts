/** What stands still for us goes on, whatever becomes of us. */
import { spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { build } from "esbuild";
import { expect, onTestFinished, test } from "vitest";
import { whileStill } from "../../src/process/memory/standing-still.js";
import { GUARD_SCRIPT } from "../support/guard-script.js";

function sleeping(): number {
  const child = spawn("sleep", ["600"], { stdio: "ignore" });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child.pid ?? 0;
}

/** T while it is stopped. */
function stateOf(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  return stat.charAt(stat.lastIndexOf(")") + 2);
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(5);
}

test("a process stands still while it is read, and goes on", async () => {
  const pid = sleeping();
  const { result, pausedMs } = whileStill(pid, (threads) => [stateOf(pid), threads.length]);
  expect(result).toEqual(["T", 1]);
  expect(pausedMs).toBeGreaterThan(0);
  await until(() => stateOf(pid) === "S");
});

test("it goes on when reading fails", async () => {
  const pid = sleeping();
  expect(() =>
    whileStill(pid, () => {
      throw new Error("as asked");
    }),
  ).toThrow("as asked");
  await until(() => stateOf(pid) === "S");
});

test("one that somebody else has stopped stays stopped", async () => {
  const pid = sleeping();
  process.kill(pid, "SIGSTOP");
  await until(() => stateOf(pid) === "T");
  expect(whileStill(pid, () => "read")).toEqual({ result: "read", pausedMs: 0 });
  await sleep(50);
  expect(stateOf(pid)).toBe("T");
});

test("it goes on when we are killed while it stands still", async () => {
  const pid = sleeping();
  const folder = mkdtempSync(join(tmpdir(), "still-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const script = join(folder, "reader.cjs");
  await build({
    stdin: {
      contents: `import { whileStill } from "./standing-still.js";
        whileStill(${pid}, () => { for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000); });`,
      resolveDir: resolve("src/process/memory"),
      loader: "ts",
    },
    bundle: true,
    platform: "node",
    outfile: script,
  });
  copyFileSync(GUARD_SCRIPT, join(folder, "guard.cjs"));
  const reader = spawn(process.execPath, [script], { stdio: "ignore" });
  await until(() => stateOf(pid) === "T");
  reader.kill("SIGKILL");
  await until(() => stateOf(pid) === "S");
});
