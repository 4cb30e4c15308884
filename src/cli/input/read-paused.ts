/**
 * Goroutines of a program that is still: at a headless Delve (`dlv:HOST:PORT`), or a process that is stopped for the
 * moment of reading (`pid:N`).
 */
import { delveNamed, processNamed, targetKind } from "../../capture/target-text.js";
import type { Goroutines } from "../../core/goroutines/goroutine.js";
import type { MemoryReading } from "../../core/goroutines/memory-reading.js";
import type { WaitGraph } from "../../core/goroutines/wait-graph.js";
import type { Pauses } from "../../core/diagnosis/diagnosis.js";
import { maxPauseOf, onePause, type PauseOptions } from "./pause-options.js";
import type { RunOptions } from "./run-options.js";
import { memoryEvidence, readWaitGraph } from "../../delve/memory/memory-evidence.js";
import { pausedAt, type PausedTarget, whileAttached } from "../../delve/target/target-session.js";
import { isPackage } from "../diagnose-package.js";
import { Failure } from "../failure.js";
import { whileRun } from "./while-run.js";
import type { Terminal } from "../terminal.js";
import { reading, withDelve } from "./with-delve.js";

export interface PausedMoment {
  readonly goroutines: Goroutines;
  /** Who can still be woken, where that was asked for. */
  readonly memory?: MemoryReading;
  readonly waits?: WaitGraph;
  /** Of a process that was stopped for it. */
  readonly pauses?: Pauses;
}

/** What is read beside them: nothing, what they wait for, or who can still be woken as well. */
export type BesideGoroutines = "nothing" | "waits" | "memory";

/** Whether a target is read while it stands still; a package is run for that. */
export async function isPausedTarget(arg: string, terminal: Terminal): Promise<boolean> {
  return isReadPaused(arg) || (await isPackage(arg, terminal));
}

export function readPaused(
  terminal: Terminal,
  arg: string,
  options: RunOptions & PauseOptions,
  beside: BesideGoroutines,
): Promise<PausedMoment> {
  const read = async ({ reader, program, scanOptions }: Pick<PausedTarget, "reader" | "program" | "scanOptions">) => {
    const scan = await reader.scan(scanOptions);
    const { goroutines } = scan;
    if (beside === "nothing") return { goroutines };
    const { signal } = scanOptions;
    if (beside === "waits") return { goroutines, waits: await readWaitGraph(program, scan, signal) };
    const { reading: memory, graph: waits } = await memoryEvidence(program, scan, { signal });
    return { goroutines, memory, waits };
  };
  return reading(`cannot read the goroutines of ${arg}`, async () => {
    if (!isReadPaused(arg)) return whileRun(terminal, arg, options, read);
    const { result, pauses } = await whilePaused(terminal, arg, options, read);
    return { ...result, ...(pauses && { pauses }) };
  });
}

/** What `read` makes of the program at `dlv:HOST:PORT` or `pid:N` while it stands still. */
export async function whilePaused<Result>(
  terminal: Terminal,
  arg: string,
  options: PauseOptions,
  read: (target: PausedTarget) => Promise<Result>,
): Promise<{ readonly result: Result; readonly pauses?: Pauses }> {
  const { signal } = terminal;
  const address = delveNamed(arg);
  if (address !== undefined) {
    const target = await pausedAt(address, signal);
    return { result: await read(target).finally(() => target.release()) };
  }
  const pid = processNamed(arg);
  if (pid === undefined) {
    throw new Failure("usage", "wrong usage", `${arg} is no target`, "Use dlv:HOST:PORT or pid:NUMBER");
  }
  const bound = { signal, maxPauseMs: maxPauseOf(options) };
  const { result, pausedMs } = await withDelve(`cannot read the memory of ${arg}`, terminal, (dlv) =>
    whileAttached(pid, dlv, bound, read),
  );
  return { result, pauses: onePause(pausedMs) };
}

function isReadPaused(arg: string): boolean {
  const kind = targetKind(arg);
  return kind === "dlv" || kind === "pid";
}
