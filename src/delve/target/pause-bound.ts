/**
 * The bound of a pause: how long a process may stand still to be read through Delve. A reading that would take longer is
 * not begun, or is ended in time, which includes the time that Delve takes to let go.
 *
 * Delve reads the program's debug information while the program stands still, which most of the time of a reading goes
 * to; how long that takes is estimated from its size.
 */
import { debugBytesOf } from "../../process/elf/debug-bytes.js";
import { type FirstStop, watchFirstStop } from "../../process/first-stop.js";
import { TargetProblem } from "./target-problem.js";

export interface AttachOptions {
  readonly signal?: AbortSignal | undefined;
  /** The most that one stop of the process may last, in milliseconds. */
  readonly maxPauseMs: number;
}

/** Attaching and letting go, and reading the debug information: 1.8 MB took 350–630 ms, 13 MB 1,900–2,500 (busy, 2 cores). */
const BASE_MS = 300;
const PER_MB_MS = 100;
/** Delve lets go within that, or is killed and its stop undone. */
export const LET_GO_MS = 100;
/** What of the bound is kept for it, on a busy machine too. */
const RESERVE_MS = 250;
/** A stop between two runs under a Delve that has read its debug information: it goes on when it is told to. */
const CONTINUE_RESERVE_MS = 50;

const CHEAPER = 'serve pprof on localhost (import _ "net/http/pprof"), which needs no stop';

/** Throws a `TargetProblem` when attaching to the process is expected to stop it for longer than is allowed. */
export function expectShortAttach(pid: number, maxPauseMs: number): void {
  const bytes = debugBytesOf(`/proc/${pid}/exe`) ?? 0;
  const megabytes = bytes / 1e6;
  const expectedMs = BASE_MS + PER_MB_MS * megabytes;
  if (expectedMs <= maxPauseMs) return;
  const why = megabytes < 1 ? "" : ` (it has ${Math.round(megabytes)} MB of debug information, which Delve reads)`;
  throw new TargetProblem(
    `that would stop it for about ${inSeconds(expectedMs)}${why}, and ${inSeconds(maxPauseMs)} is allowed: it was not begun`,
    `Allow a longer pause (--max-pause ${Math.ceil((2 * expectedMs) / 1000)}), or ${CHEAPER}`,
    "max-pause",
  );
}

/** One stop for an attach, watched from the moment in which the process stands still. */
export class AttachPause {
  /** Aborted when the stop has to end, or the caller's is. */
  readonly signal: AbortSignal;
  readonly #maxPauseMs: number;
  readonly #stop: FirstStop;
  readonly #over = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor(pid: number, { signal, maxPauseMs }: AttachOptions) {
    this.#maxPauseMs = maxPauseMs;
    this.signal = signal === undefined ? this.#over.signal : AbortSignal.any([signal, this.#over.signal]);
    const onStop = () => {
      this.#timer = setTimeout(() => this.#over.abort(), Math.max(0, maxPauseMs - RESERVE_MS));
    };
    this.#stop = watchFirstStop(pid, onStop);
    // Where nothing tells when it stands still, it may from now on.
    if (process.platform !== "linux") onStop();
  }

  /** Of a process that was told to go on: how long it stood still, in milliseconds. */
  over(): Promise<number> {
    clearTimeout(this.#timer);
    return this.#stop.over();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#stop.close();
  }

  /** What `error` is to the user: that the pause became too long, where that ended the reading. */
  problemOf(error: unknown): unknown {
    return this.#over.signal.aborted ? tooLong(this.#maxPauseMs) : error;
  }
}

/** What `work` comes to at a stop, which has lasted for `spentMs`, of a process that Delve lets run again at once. */
export async function withinPause<Result>(
  { signal, maxPauseMs }: AttachOptions,
  spentMs: number,
  work: (signal: AbortSignal | undefined) => Promise<Result>,
): Promise<Result> {
  if (maxPauseMs === Infinity) return work(signal);
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), Math.max(0, maxPauseMs - spentMs - CONTINUE_RESERVE_MS));
  try {
    return await work(signal === undefined ? over.signal : AbortSignal.any([signal, over.signal]));
  } catch (error) {
    throw over.signal.aborted ? tooLong(maxPauseMs) : error;
  } finally {
    clearTimeout(timer);
  }
}

export function tooLong(maxPauseMs: number): TargetProblem {
  return new TargetProblem(
    `reading it takes longer than the pause of ${inSeconds(maxPauseMs)} that is allowed: it was ended, and the program goes on`,
    `Allow a longer pause (--max-pause ${Math.ceil((3 * maxPauseMs) / 1000)}), or ${CHEAPER}`,
    "max-pause",
  );
}

function inSeconds(ms: number): string {
  return `${Number((ms / 1000).toPrecision(2))} s`;
}
