/**
 * Whatever ends a process that has started others: they end, its folder goes, and what it has attached to goes on. With
 * real processes, and a real dlv.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { buildSync } from "esbuild";
import { afterAll, beforeAll, describe, expect, test, type TestContext } from "vitest";
import { membersOf } from "../../src/process/end-processes.js";
import { statOf, tracingOf } from "../../src/process/proc.js";
import { changedCode } from "../../src/process/traps.js";
import { delve } from "../support/delve.js";
import { built } from "../support/paused-debuggee.js";

const root = mkdtempSync(join(tmpdir(), "guard-test-"));
const heartbeat = built("test/fixtures/heartbeat", ".", "go1.26.8");
beforeAll(() => {
  const shared = { bundle: true, platform: "node", target: "node20", format: "cjs", outdir: root } as const;
  const entryPoints = { starter: "test/support/starter.ts", guard: "src/process/guard-main.ts" };
  buildSync({ ...shared, entryPoints, outExtension: { ".js": ".cjs" } });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Starter {
  readonly process: ChildProcess;
  readonly folder: string;
  readonly pids: readonly number[];
}

type Finished = Pick<TestContext, "onTestFinished">;

async function starter(
  { onTestFinished }: Finished,
  commands: readonly string[][],
  attach: { dlv: string; pid: number } | null,
): Promise<Starter> {
  const child = spawn(process.execPath, [join(root, "starter.cjs"), JSON.stringify([commands, attach])], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, TMPDIR: root },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const line = await new Promise<string>((resolve) => child.stdout.once("data", (text) => resolve(String(text))));
  return { process: child, ...(JSON.parse(line) as { folder: string; pids: number[] }) };
}

const isAlive = (pid: number) => !["Z", "X", undefined].includes(statOf(pid)?.state);

async function until(what: string, isSo: () => boolean): Promise<void> {
  for (let wait = 0; !isSo(); wait += 20) {
    if (wait > 20_000) throw new Error(`in vain: ${what}`);
    await sleep(20);
  }
}

/** Each ends the starter; what it started is to end whatever it is. */
const ENDS: readonly [string, (one: ChildProcess) => unknown][] = [
  ["SIGKILL", (one) => one.kill("SIGKILL")],
  ["SIGTERM", (one) => one.kill("SIGTERM")],
  ["its own end", (one) => one.stdin?.end()],
];

describe.each(ENDS)("ended by %s", (_name, end) => {
  test.concurrent("nothing that it has started is left, however independent it is", async (context) => {
    const { expect } = context;
    const number = String(100_000 + Math.floor(Math.random() * 1e9));
    const { process: one, folder } = await starter(
      context,
      [
        ["/bin/sleep", number],
        ["/bin/sh", "-c", `sleep ${number} & wait`],
        ["/bin/sh", "-c", `setsid sleep ${number} & exit`],
        ["/bin/sh", "-c", `env -i sleep ${number} & trap '' TERM HUP INT; wait; sleep ${number}`],
        ["/bin/sh", "-c", `kill -STOP $$; sleep ${number}`],
      ],
      null,
    );
    const left = () =>
      execFileSync("ps", ["-axo", "stat=,args="], { encoding: "utf8" }).match(
        new RegExp(`^[^Z].*sleep ${number}`, "gm"),
      ) ?? [];
    await until("all have begun", () => left().length >= 5);
    expect(existsSync(folder)).toBe(true);
    end(one);
    await until("they are gone", () => left().length === 0);
    await until("the folder is gone", () => !existsSync(folder));
  });

  test.concurrent.for([0, 30, 60, 90, 120, 160, 200, 250, 300, 400, 600])(
    "a process that is attached to goes on, %i ms after the attach began",
    async (afterMs, context) => {
      const { expect } = context;
      const target = spawn(heartbeat, ["-goroutines=100"], { stdio: ["ignore", "pipe", "ignore"] });
      context.onTestFinished(() => void target.kill("SIGKILL"));
      await new Promise((resolve) => target.stdout.once("data", resolve));
      const pid = target.pid ?? 0;
      const { process: one, folder, pids } = await starter(context, [], { dlv: delve, pid });
      await sleep(afterMs);
      end(one);
      await until("dlv is gone", () => pids.every((dlv) => !isAlive(dlv)));
      await until("the folder is gone", () => !existsSync(folder));
      expect(target.exitCode ?? target.signalCode).toBe(null);
      expect(tracingOf(String(pid))?.tracer).toBe(0);
      expect(statOf(pid)?.state).toMatch(/[RSD]/);
      expect([...changedCode(pid)]).toEqual([]);
      const before = userTicks(pid);
      await until("it does its work", () => userTicks(pid) > before);
    },
  );
});

test("what was started in the moment in which it was killed does not stay", async () => {
  const number = String(100_000 + Math.floor(Math.random() * 1e9));
  const commands = [["/bin/sh", "-c", `sleep ${number} & sleep ${number}`]];
  for (let i = 0; i < 5; i++) {
    const env = { ...process.env, TMPDIR: root };
    spawnSync(process.execPath, [join(root, "starter.cjs"), JSON.stringify([commands, null, "at once"])], { env });
  }
  const left = () => execFileSync("ps", ["-axo", "args="], { encoding: "utf8" }).includes(`sleep ${number}`);
  await until("they are gone", () => !left());
  await until("the folders are gone", () => readdirSync(root).every((name) => !name.startsWith("godiag-")));
});

test("a process that somebody else has stopped stays so", async (context) => {
  const target = spawn(heartbeat, [], { stdio: ["ignore", "pipe", "ignore"] });
  context.onTestFinished(() => void target.kill("SIGKILL"));
  await new Promise((resolve) => target.stdout.once("data", resolve));
  const pid = target.pid ?? 0;
  target.kill("SIGSTOP");
  await until("it stands still", () => statOf(pid)?.state === "T");
  const { process: one, folder } = await starter(context, [], { dlv: delve, pid });
  await sleep(150);
  one.kill("SIGKILL");
  await until("the folder is gone", () => !existsSync(folder));
  expect(statOf(pid)?.state).toBe("T");
  expect(tracingOf(String(pid))?.tracer).toBe(0);
});

test("a number that was given to another process says nothing", () => {
  expect(membersOf({ mark: "none", pid: process.pid, beginning: "1", asks: "group", patienceMs: 0 })).toEqual([]);
});

function userTicks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\)/s, "").split(" ");
  return Number(fields[12]) + Number(fields[13]);
}
