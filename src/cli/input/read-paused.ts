/**
 * Goroutines of a program that is still: at a headless Delve (`dlv:HOST:PORT`), a process that is stopped for the moment
 * of reading (`pid:N`), without Delve where the system allows it, or a core file.
 */
import { delveNamed, processNamed, targetKind } from "../../capture/target-text.js";
import type { Goroutines } from "../../core/goroutines/goroutine.js";
import type { MemoryReading } from "../../core/goroutines/memory-reading.js";
import type { WaitGraph } from "../../core/goroutines/wait-graph.js";
import type { Pauses } from "../../core/diagnosis/diagnosis.js";
import { maxPauseOf, onePause, type PauseOptions } from "./pause-options.js";
import type { RunOptions } from "./run-options.js";
import { memoryEvidence, readWaitGraph } from "../../delve/memory/memory-evidence.js";
import { pausedAt, pausedProcessAt, type PausedTarget, whileAttached } from "../../delve/target/target-session.js";
import { StoppedProcess } from "../../delve/target/stopped-process.js";
import type { DelveAddress } from "../../delve/dlv/json-rpc.js";
import { asProblem, type GoProgram, openProcess } from "../../process/go-program.js";
import { type HeapReading, readHeap } from "../../process/heap-reading.js";
import { ProcessProblem } from "../../process/memory/process-problem.js";
import { isPackage } from "../diagnosis/diagnose-package.js";
import { Failure } from "../failure.js";
import { whileRun } from "./while-run.js";
import type { Terminal } from "../terminal.js";
import { type CoreOptions, isOfThisMachine, openCoreNamed } from "./open-program.js";
import { stoppedProcess } from "./stopped-process.js";
import { reading, withDelve } from "./with-delve.js";

export interface PausedMoment {
  readonly goroutines: Goroutines;
  /** Who can still be woken, where that was asked for. */
  readonly memory?: MemoryReading;
  readonly waits?: WaitGraph;
  /** Of a process that was stopped for it. */
  readonly pauses?: Pauses;
}

/** A program that stands still. */
type Still = Pick<PausedTarget, "reader" | "program" | "scanOptions">;

/** What is read beside them: nothing, what they wait for, or who can still be woken as well. */
export type BesideGoroutines = "nothing" | "waits" | "memory";

/** Whether a target is read while it stands still; a package is run for that. */
export async function isPausedTarget(arg: string, terminal: Terminal): Promise<boolean> {
  return isReadPaused(arg) || (await isPackage(arg, terminal));
}

export function readPaused(
  terminal: Terminal,
  arg: string,
  options: RunOptions & PauseOptions & CoreOptions,
  beside: BesideGoroutines,
): Promise<PausedMoment> {
  const read = async ({ reader, program, scanOptions }: Still, heap?: HeapReading) => {
    const scan = await reader.scan(scanOptions);
    const { goroutines } = scan;
    if (beside === "nothing") return { goroutines };
    const { signal } = scanOptions;
    if (beside === "waits") return { goroutines, waits: await readWaitGraph(program, scan, signal) };
    const { reading: memory, graph: waits } = await memoryEvidence(program, scan, { signal, heap });
    return { goroutines, memory, waits };
  };
  return reading(`cannot read the goroutines of ${arg}`, async () => {
    if (!isReadPaused(arg)) return whileRun(terminal, arg, options, read);
    const { result, pauses } = await whilePaused(terminal, arg, options, read, beside === "memory");
    return { ...result, ...(pauses && { pauses }) };
  });
}

/** What `read` makes of the program at `dlv:HOST:PORT`, `pid:N` or in `core:FILE` while it stands still. */
export async function whilePaused<Result>(
  terminal: Terminal,
  arg: string,
  options: PauseOptions & CoreOptions,
  read: (target: Still, heap?: HeapReading) => Promise<Result>,
  wantsHeap = false,
): Promise<{ readonly result: Result; readonly pauses?: Pauses }> {
  const { signal } = terminal;
  const rehearse = async ({ reader, program, scanOptions }: Still) =>
    readWaitGraph(program, await reader.scan(scanOptions), signal);
  const readOnce = (process: StoppedProcess) =>
    wantsHeap ? process.withHeap(read, rehearse, signal) : process.copied((at) => read(at), signal);
  const address = delveNamed(arg);
  if (address !== undefined) {
    const target = await pausedAt(address, signal);
    const heap = wantsHeap ? await heapHeldBy(address, signal) : undefined;
    return { result: await read(target, heap).finally(() => target.release()) };
  }
  if (targetKind(arg) === "core") {
    const core = new StoppedProcess(openCoreNamed(terminal, arg, options), 0, Infinity);
    return { result: (await readOnce(core).finally(() => core.stop())).result };
  }
  const pid = processNamed(arg);
  if (pid === undefined) {
    throw new Failure("usage", "wrong usage", `${arg} is no target`, "Use dlv:HOST:PORT, pid:NUMBER or core:FILE");
  }
  const maxPauseMs = maxPauseOf(options);
  const process = options.delve === true ? undefined : stoppedProcess(pid, maxPauseMs);
  if (process instanceof StoppedProcess) {
    const { result, pausedMs } = await readOnce(process).finally(() => process.stop());
    return { result, pauses: onePause(pausedMs) };
  }
  const { result, pausedMs } = await withDelve(`cannot read the memory of ${arg}`, terminal, (dlv) =>
    whileAttached(pid, dlv, { signal, maxPauseMs }, read),
  );
  return { result, pauses: onePause(pausedMs) };
}

/** The heap of a program that Delve holds on this machine, where the system lets it be read. */
async function heapHeldBy(address: DelveAddress, signal: AbortSignal): Promise<HeapReading | undefined> {
  if ("host" in address && !isOfThisMachine(address.host)) return undefined;
  let program: GoProgram | undefined;
  try {
    program = openProcess(await pausedProcessAt(address, signal));
    return readHeap(program);
  } catch (error) {
    if (asProblem(error) instanceof ProcessProblem) return undefined;
    throw error;
  } finally {
    program?.close();
  }
}

function isReadPaused(arg: string): boolean {
  const kind = targetKind(arg);
  return kind === "dlv" || kind === "pid" || kind === "core";
}
