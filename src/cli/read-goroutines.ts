/**
 * Reads goroutines from what a command was pointed at: a dump, a goroutine profile or its text form, a program
 * that runs or is paused.
 */
import { targetKind } from "../capture/target-words.js";
import { gunzipped } from "../capture/gunzip.js";
import { FormatError } from "../core/format-error.js";
import { parseDump } from "../core/goroutine-dump.js";
import { goroutineSampleType, goroutinesOfProfile } from "../core/goroutine-profile.js";
import type { Goroutines } from "../core/goroutine.js";
import { openProfile, recognise } from "../core/open.js";
import { Failure } from "./failure.js";
import { dumpOf } from "./live-dump.js";
import { isPausedTarget, readPaused } from "./read-paused.js";
import { readInput } from "./read-input.js";
import type { RunOptions } from "./run-options.js";
import { accessOf, type TargetOptions } from "./target-options.js";
import type { Terminal } from "./terminal.js";

export async function readGoroutines(
  terminal: Terminal,
  arg: string,
  options: TargetOptions & RunOptions = {},
): Promise<Goroutines> {
  if (await isPausedTarget(arg, terminal)) return (await readPaused(terminal, arg, options, "nothing")).goroutines;
  if (targetKind(arg) === undefined) return goroutinesIn(await readInput(terminal, arg), arg);
  const bytes = await dumpOf(arg, await accessOf(options, terminal), terminal);
  return goroutinesIn(gunzipped(bytes), arg);
}

function goroutinesIn(bytes: Uint8Array, arg: string): Goroutines {
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
