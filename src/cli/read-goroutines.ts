/**
 * Reads goroutines from what a command was pointed at: a dump, a goroutine profile or its text form, a paused program.
 */
import { FormatError } from "../core/format-error.js";
import { parseDump } from "../core/goroutine-dump.js";
import { goroutineSampleType, goroutinesOfProfile } from "../core/goroutine-profile.js";
import type { Goroutines } from "../core/goroutine.js";
import { openProfile, recognise } from "../core/open.js";
import { Failure } from "./failure.js";
import { isPausedTarget, readPaused } from "./read-paused.js";
import { readInput } from "./read-input.js";
import type { Terminal } from "./terminal.js";

export async function readGoroutines(terminal: Terminal, arg: string): Promise<Goroutines> {
  if (isPausedTarget(arg)) return (await readPaused(terminal, arg, false)).goroutines;
  const target = LIVE.exec(arg)?.[1];
  if (target !== undefined) {
    throw new Failure(
      "target",
      `cannot list the goroutines of ${arg}`,
      `${target} targets are not supported here yet`,
      "Give dlv:HOST:PORT, pid:N or a file: a goroutine profile or the text of /debug/pprof/goroutine?debug=2, a panic or SIGQUIT (- for stdin)",
    );
  }
  const bytes = await readInput(terminal, arg);
  const shown = arg === "-" ? "standard input" : arg;
  try {
    if (recognise(bytes) === "goroutine-dump") return parseDump(bytes);
    const profile = openProfile(bytes);
    const sampleType = goroutineSampleType(profile);
    if (sampleType !== undefined) return goroutinesOfProfile(profile, sampleType);
    const types = profile.sampleTypes.map(({ type }) => type).join(", ");
    throw new Failure(
      "not-goroutines",
      `cannot list the goroutines of ${shown}`,
      `it is a profile of ${types || "nothing"}`,
      "Give a goroutine profile or dump",
    );
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const where = error.offset === undefined ? "" : ` (at byte ${error.offset})`;
    throw new Failure(error.code, `cannot read ${shown}`, error.message + where, "Capture it again", error.offset);
  }
}

const LIVE = /^(https?:\/\/|gops:)/;
