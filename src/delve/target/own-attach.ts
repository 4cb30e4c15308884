/**
 * A Delve of our own that attaches to a process of this machine, and what it says where it cannot: it listens before it
 * attaches, and ends when that fails.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type DlvProcess, HEADLESS, LET_GO_LIMIT_MS, startDlv } from "../dlv/dlv-process.js";
import type { RpcClient } from "../dlv/json-rpc.js";
import { MemoryProblem } from "../../process/paused-program.js";
import { endWithUs } from "../engine/rpc-engine.js";
import { TargetProblem } from "./target-problem.js";

const ATTACH_LIMIT_MS = 30_000;

/**
 * What `use` makes of it; when that fails Delve is ended. Rejects with a `TargetProblem` in Delve's own words when it
 * could not attach.
 */
export async function withAttached<Result>(
  pid: number,
  dlv: string,
  signal: AbortSignal | undefined,
  use: (delve: DlvProcess) => Promise<Result>,
): Promise<Result> {
  let said = "";
  const args = ["attach", String(pid), ...HEADLESS, "--check-go-version=false"];
  const started = await startDlv({ path: dlv, args, limitMs: ATTACH_LIMIT_MS, signal }, (_, text) => {
    said += text;
  });
  if ("code" in started) {
    if (started.code === "not-found") throw notAttached(`${dlv} was not found`);
    throw notAttached(started.said || said);
  }
  void started.ended.then(endWithUs(started.pid));
  try {
    return await use(started);
  } catch (error) {
    await started.stop();
    const isCut = error instanceof MemoryProblem && error.code === "disconnected";
    throw isCut ? notAttached(said) : error;
  }
}

/** Lets the process go on, which without this would end with its debugger, and ends Delve. */
export async function letGo(client: RpcClient, delve: DlvProcess): Promise<void> {
  const detached = client.call("Detach", { Kill: false }).catch(() => {});
  await Promise.race([detached, sleep(LET_GO_LIMIT_MS, undefined, { ref: false })]);
  await delve.stop();
}

function notAttached(said: string): TargetProblem {
  const words = said.trim().split("\n", 1)[0].slice(0, 300);
  return new TargetProblem(words || "Delve could not attach to it", todoOf(said));
}

/** What helps, by what Delve said. */
function todoOf(said: string): string {
  if (/already being debugged/i.test(said)) return "End the other debugger first";
  return /ptrace|not permitted/i.test(said)
    ? "Allow tracing (kernel.yama.ptrace_scope=0), or run as its user"
    : "See that it is a Go process of this user: dlv attach PID";
}
