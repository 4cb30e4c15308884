/**
 * The programs of test/leaks/programs: each leaks through a library, or does the same requests right. Diagnosed as
 * `godiag diagnose` does with a program that it starts.
 */
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findPprof } from "../../src/capture/find-pprof.js";
import { type BuiltProgram, buildProgram, startProgram } from "../../src/capture/go-program.js";
import { RECORD_STARTERS, SAMPLE_FINELY, withGodebug } from "../../src/capture/starters/godebug.js";
import { sampledOverHttp } from "../../src/capture/sampled.js";
import { type SeriesOptions, takeSeries } from "../../src/capture/series.js";
import { diagnose, isUndecided } from "../../src/core/diagnosis/diagnose.js";
import type { Diagnosis } from "../../src/core/diagnosis/diagnosis.js";

const FOLDER = "test/leaks/programs";
const MARK = "// #leak";
const WARM_UP_MS = 4000;

export interface LibraryProgram {
  readonly name: string;
  readonly file: string;
  /** The line to be named. */
  readonly line: number;
}

export function libraryPrograms(): LibraryProgram[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(".go"))
    .sort()
    .flatMap((file) => {
      const lines = readFileSync(resolve(FOLDER, file), "utf8").split("\n");
      const line = lines.findIndex((text) => text.endsWith(MARK)) + 1;
      return line === 0 ? [] : [{ name: file.replace(/\.go$/, "").replaceAll("_", "-"), file, line }];
    });
}

/** All are one binary. */
export async function buildLibraryPrograms(): Promise<BuiltProgram> {
  const built = await buildProgram(resolve(FOLDER), ".", process.env, new AbortController().signal);
  if (!built.ok) throw new Error(built.problem.why);
  return built.value;
}

export async function diagnoseLibraryProgram(
  binary: string,
  args: readonly string[],
  series: Pick<SeriesOptions, "samples" | "intervalMs">,
): Promise<Diagnosis> {
  const started = await startProgram(binary, args, {
    env: withGodebug(process.env, { ...RECORD_STARTERS, ...SAMPLE_FINELY }),
  });
  if (!started.ok) throw new Error(started.problem.why);
  const program = started.value;
  try {
    await sleep(WARM_UP_MS);
    const found = await findPprof(program.pid);
    if (!found.ok) throw new Error(`${args.join(" ")}: ${found.problem.why} ${program.output()}`);
    const sampled = sampledOverHttp(found.value.target);
    const wantsMore: SeriesOptions["wantsMore"] = (taken) => isUndecided(diagnose(args[0], taken));
    const { taken, partial } = await takeSeries(sampled, { ...series, wantsMore });
    if (partial !== undefined) throw new Error(`${partial.what}: ${partial.why} ${program.output()}`);
    return diagnose(
      args[0],
      taken.map(({ snapshot }) => snapshot),
    );
  } finally {
    await program.stop();
  }
}
