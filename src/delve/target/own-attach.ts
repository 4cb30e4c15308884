/**
 * A Delve of our own that attaches to a process of this machine, and what it says where it cannot: it listens before it
 * attaches, and ends when that fails.
 */
import { type DlvProcess, HEADLESS, startDlv } from "../dlv/dlv-process.js";
import { MemoryProblem } from "../../process/paused-program.js";
import { LET_GO_MS } from "./pause-bound.js";
import { TargetProblem } from "./target-problem.js";

const ATTACH_LIMIT_MS = 30_000;

/**
 * What `use` makes of it; when that fails Delve is ended, in a hurry where `signal` has been aborted. Rejects with a `TargetProblem` in Delve's own words when it
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
  const start = { path: dlv, args, attachTo: pid, limitMs: ATTACH_LIMIT_MS, signal };
  const started = await startDlv(start, (_, text) => {
    said += text;
  });
  if ("code" in started) {
    if (started.code === "not-found") throw notAttached(`${dlv} was not found`);
    throw notAttached(started.said || said);
  }
  try {
    return await use(started);
  } catch (error) {
    await started.stop(signal?.aborted === true ? LET_GO_MS : undefined);
    const isCut = error instanceof MemoryProblem && error.code === "disconnected";
    throw isCut ? notAttached(said) : error;
  }
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
