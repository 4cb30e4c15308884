/**
 * Reads goroutines from what a command was pointed at: a dump, a goroutine profile or its text form, a program
 * that runs or is paused.
 */
import { targetKind } from "../../capture/target-text.js";
import { gunzipped } from "../../capture/gunzip.js";
import { FormatError } from "../../core/text/format-error.js";
import type { Goroutines } from "../../core/goroutines/goroutine.js";
import { openGoroutines } from "../../core/open.js";
import { Failure } from "../failure.js";
import { dumpOf, goroutineProfileOf } from "./live-dump.js";
import { type BesideGoroutines, isPausedTarget, type PausedMoment, readPaused } from "./read-paused.js";
import { formatFailure } from "./format-failure.js";
import type { CoreOptions } from "./open-program.js";
import { readInput } from "./read-input.js";
import type { PauseOptions } from "./pause-options.js";
import type { RunOptions } from "./run-options.js";
import { accessOf, type TargetOptions } from "./target-options.js";
import type { Terminal } from "../terminal.js";

export interface MomentOptions extends TargetOptions, RunOptions, PauseOptions, CoreOptions {}

/** The goroutines of one moment, and what is known beside them where they are read from a paused program. */
export async function readMoment(
  terminal: Terminal,
  arg: string,
  options: MomentOptions,
  beside: BesideGoroutines,
): Promise<PausedMoment> {
  if (!(await isPausedTarget(arg, terminal))) {
    if (targetKind(arg) !== undefined) return { goroutines: await readServed(terminal, arg, options) };
    return { goroutines: goroutinesIn(await readInput(terminal, arg), arg) };
  }
  const isProcess = targetKind(arg) === "pid";
  // A program that has pprof pages or a gops agent needs no stop of ours.
  const asked = () => readServed(terminal, arg, options).catch(() => undefined);
  if (isProcess && options.delve !== true) {
    const served = await asked();
    if (served !== undefined) {
      terminal.err(
        `godiag: ${arg} was asked itself, and not stopped; --delve reads its memory too, and stops it for that`,
      );
      return { goroutines: served };
    }
  }
  try {
    return await readPaused(terminal, arg, options, beside);
  } catch (error) {
    if (!(error instanceof Failure) || !isProcess || options.delve !== true || terminal.signal.aborted) throw error;
    // The system may not let its memory be read, and a server rarely has Delve.
    const served = await asked();
    if (served === undefined) throw error;
    terminal.err(
      `godiag: warning: ${error.what}: ${error.why}. The program was asked itself: what it waits for is not known`,
    );
    return { goroutines: served };
  }
}

/** The goroutines of a program that serves profiles, as its profile has them; undefined for any other target. */
export async function profiledGoroutines(
  terminal: Terminal,
  arg: string,
  options: TargetOptions,
): Promise<Goroutines | undefined> {
  const kind = targetKind(arg);
  if (kind === undefined || kind === "dlv" || kind === "core") return undefined;
  const bytes = await goroutineProfileOf(arg, await accessOf(options, terminal), terminal);
  return bytes && goroutinesIn(gunzipped(bytes), arg);
}

/** As the running program answers. */
async function readServed(terminal: Terminal, arg: string, options: TargetOptions): Promise<Goroutines> {
  const bytes = await dumpOf(arg, await accessOf(options, terminal), terminal);
  return goroutinesIn(gunzipped(bytes), arg);
}

function goroutinesIn(bytes: Uint8Array, arg: string): Goroutines {
  const shown = arg === "-" ? "standard input" : arg;
  try {
    return openGoroutines(bytes);
  } catch (error) {
    const isOther = error instanceof FormatError && error.code === "not-goroutines";
    throw formatFailure(error, isOther ? `cannot list the goroutines of ${shown}` : `cannot read ${shown}`);
  }
}
