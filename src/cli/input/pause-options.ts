/** How long a process may stand still to be read, the same for every command that reads one. */
import { type Command, InvalidArgumentError } from "commander";
import type { Pauses } from "../../core/diagnosis/diagnosis.js";
import type { Terminal } from "../terminal.js";

export interface PauseOptions {
  /** Seconds. */
  readonly maxPause?: number;
  /** Of a process: through Delve, though it can be read without, or serves its profiles. */
  readonly delve?: boolean;
}

const MAX_PAUSE_SECONDS = 1;

export function addPauseOptions(command: Command): Command {
  const words = `of pid:N: the longest that it may be stopped; what takes longer is not begun, or ended (${MAX_PAUSE_SECONDS})`;
  return command
    .option("--max-pause <seconds>", words, seconds)
    .option("--delve", "of pid:N: read its memory through Delve, though it serves its profiles or can be read without");
}

/** In milliseconds. */
export function maxPauseOf({ maxPause = MAX_PAUSE_SECONDS }: PauseOptions): number {
  return maxPause * 1000;
}

export function onePause(ms: number): Pauses {
  return { count: 1, maxMs: ms, totalMs: ms };
}

/** Of several readings of a process; undefined where none has stopped it. */
export function allPauses(readings: readonly (Pauses | undefined)[]): Pauses | undefined {
  const known = readings.filter((one) => one !== undefined);
  if (known.length === 0) return undefined;
  return known.reduce((all, one) => ({
    count: all.count + one.count,
    maxMs: Math.max(all.maxMs, one.maxMs),
    totalMs: all.totalMs + one.totalMs,
  }));
}

/** For people, after the answer: a program that was stopped for it. */
export function tellPauses(terminal: Terminal, target: string, pauses: Pauses | undefined): void {
  if (pauses === undefined) return;
  const { count, maxMs, totalMs } = pauses;
  const times = count === 1 ? "once" : `${count} times, for ${Math.round(maxMs)} ms at most`;
  terminal.err(`godiag: ${target} stood still for ${Math.round(totalMs)} ms, ${times}`);
}

function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value > 0 && value <= 86_400) return value;
  throw new InvalidArgumentError("It must be a number above 0.");
}
