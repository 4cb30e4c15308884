/**
 * `godiag diagnose ./cmd/service --load "CMD"`: builds a Go program, runs it, puts load on it, samples it, stops it.
 *
 * Where it listens is found out by what it listens on. A program that serves no pprof pages runs under Delve, which
 * reads its memory at pauses of a moment. The load command sees it as GODIAG_PID and, in GODIAG_PPROF, the address of
 * its pprof pages. Program and load are always stopped at the end, with what they started.
 */
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Captured, problem, quoted } from "../../capture/capture-problem.js";
import { findPprof, type FoundPprof } from "../../capture/find-pprof.js";
import { RECORD_STARTERS, SAMPLE_FINELY, withGodebug } from "../../capture/starters/godebug.js";
import { buildProgram, importsAny, type RunningProgram, startProgram } from "../../capture/go-program.js";
import { sampledOverHttp } from "../../capture/sampled.js";
import type { Note } from "../../core/diagnosis/diagnosis.js";
import { startUnderDelve } from "../../delve/target/running-target.js";
import { captureFailure } from "../output/capture-failure.js";
import { type JudgedProfiles, type LiveOptions, sample } from "./diagnose-live.js";
import { Failure } from "../failure.js";
import { words } from "../input/run-options.js";
import { sampledAtPauses } from "../input/sampled-at-pauses.js";
import { accessOf } from "../input/target-options.js";
import { withDelve } from "../input/with-delve.js";
import type { Terminal } from "../terminal.js";

export interface PackageOptions extends LiveOptions {
  readonly load?: string;
  /** Arguments for the program, as one text. */
  readonly args?: string;
  /** False does not let the runtime keep who started each goroutine. */
  readonly ancestors?: boolean;
  /** False leaves runtime.MemProfileRate as the program has it. */
  readonly fineSampling?: boolean;
  /** Seconds until it must listen. */
  readonly wait: number;
  /** Seconds under load before the first snapshot: caches fill, connections open. */
  readonly warmUp: number;
}

/** Whether a target is a folder of this machine, or the path of a package as `go build` knows it. */
export async function isPackage(target: string, terminal: Terminal): Promise<boolean> {
  try {
    return (await stat(resolve(terminal.cwd, target))).isDirectory();
  } catch {
    return false;
  }
}

export async function diagnosePackage(
  name: string,
  options: PackageOptions,
  terminal: Terminal,
): Promise<JudgedProfiles> {
  const { signal, env } = terminal;
  const settings = {
    ...(options.ancestors !== false && RECORD_STARTERS),
    ...(options.fineSampling !== false && SAMPLE_FINELY),
  };
  const programEnv = withGodebug(env, settings);
  const progress = (text: string) => (terminal.interactive ? terminal.err(text) : undefined);
  progress(`Building ${name} …`);
  const folder = resolve(terminal.cwd, name);
  const built = required(await buildProgram(folder, ".", env, signal));
  let program: RunningProgram | undefined;
  let load: RunningProgram | undefined;
  try {
    if (!(await importsAny(SERVE_PROFILES, folder, env, signal))) {
      return await underDelve(
        name,
        built.binary,
        options,
        { ...terminal, env: programEnv },
        startersNote(env, programEnv),
      );
    }
    program = required(
      await startProgram(built.binary, words(options.args ?? ""), { env: programEnv, cwd: terminal.cwd }),
    );
    progress("Waiting until it listens …");
    const found = required(await waitForPprof(program, name, options, terminal));
    const notes = startersNote(env, programEnv);
    if (options.load !== undefined) {
      load = required(await startLoad(options.load, program.pid, found.name, terminal));
      watchLoad(load, notes);
    }
    progress(`Sampling ${found.name} …`);
    await sleep(options.warmUp * 1000, undefined, { signal }).catch(() => {}); // sampling sees the signal too
    const asked = { ...options, ...SURELY, holdersOf: program.pid };
    const judged = await sample(sampledOverHttp(found.target), asked, terminal, () => notes);
    return { ...judged, diagnosis: { ...judged.diagnosis, target: name } };
  } finally {
    await load?.stop();
    await program?.stop();
    built.remove();
  }
}

/** Finer sampling shows smaller growth: what it leaves open is sampled for longer. */
const SURELY = { adaptive: true } as const;

/** What was set for the program is told. */
function startersNote(env: NodeJS.ProcessEnv, programEnv: NodeJS.ProcessEnv): Note[] {
  if (env === programEnv) return [];
  const message = `The program ran with GODEBUG=${programEnv["GODEBUG"]}, so that goroutines of libraries can be traced back to its own lines (--no-ancestors leaves that out) and small leaks are seen (--no-fine-sampling).`;
  return [{ code: "godebug", message }];
}

/** What a program has in it that can be asked for profiles. */
const SERVE_PROFILES = ["net/http/pprof", "github.com/google/gops/agent"];

async function underDelve(
  name: string,
  binary: string,
  options: PackageOptions,
  terminal: Terminal,
  notes: Note[],
): Promise<JudgedProfiles> {
  const { signal, env, cwd } = terminal;
  let output = "";
  const start = { binary, args: words(options.args ?? ""), cwd, env, signal };
  const onOutput = (text: string) => {
    if (output.length < OUTPUT_KEPT) output += text;
  };
  const what = `cannot diagnose ${name}`;
  const target = await withDelve(what, terminal, (dlv) => startUnderDelve({ dlv, ...start, onOutput }));
  let load: RunningProgram | undefined;
  try {
    if (options.load !== undefined) {
      load = required(await startLoad(options.load, target.pid, "", terminal));
      watchLoad(load, notes);
    }
    if (terminal.interactive) terminal.err(`Sampling ${name} at pauses, under Delve …`);
    await Promise.race([sleep(options.warmUp * 1000, undefined, { signal }).catch(() => {}), target.ended]);
    const { sampled } = sampledAtPauses(name, target, options.interval * 1000);
    return await sample(sampled, { ...options, ...SURELY }, terminal, () => [...sampled.notes(), ...notes]);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "died" || output === "") throw error;
    throw new Failure(
      error.code,
      what,
      `it ended, and said ${quoted(output)}`,
      "Start it by hand with the same --args",
    );
  } finally {
    await load?.stop();
    await target.stop();
  }
}

const OUTPUT_KEPT = 65_536;
const POLL_MS = 250;

async function waitForPprof(
  program: RunningProgram,
  name: string,
  options: PackageOptions,
  { signal, ...terminal }: Terminal,
): Promise<Captured<FoundPprof>> {
  const access = await accessOf(options, { signal, ...terminal });
  const until = performance.now() + options.wait * 1000;
  let hasEnded = false;
  void program.ended.then(() => (hasEnded = true));
  for (;;) {
    const found = await findPprof(program.pid, signal, access);
    if (hasEnded) {
      const said = quoted(program.output());
      const why = `it ended before it could be sampled${said === "" ? "" : `, and said ${said}`}`;
      return problem("died", `cannot diagnose ${name}`, why, "Start it by hand with the same --args");
    }
    if (found.ok || found.problem.code !== "no-endpoint" || performance.now() > until) return found;
    await sleep(POLL_MS, undefined, { signal }).catch(() => {});
  }
}

function startLoad(
  command: string,
  pid: number,
  pprof: string,
  { env, cwd }: Terminal,
): Promise<Captured<RunningProgram>> {
  const [shell, ...args] = process.platform === "win32" ? ["cmd.exe", "/d", "/s", "/c"] : ["/bin/sh", "-c"];
  return startProgram(shell, [...args, command], {
    cwd,
    env: { ...env, GODIAG_PID: String(pid), GODIAG_PPROF: pprof },
  });
}

/** Load that ends early explains a curve that bends. */
function watchLoad(load: RunningProgram, notes: Note[]): void {
  const startedMs = performance.now();
  let isOver = false;
  void load.ended.then(() => {
    if (isOver) return;
    isOver = true;
    const seconds = Math.round((performance.now() - startedMs) / 1000);
    const said = quoted(load.output().trimEnd().split("\n").at(-1) ?? "");
    // First: it explains the curve, what was set for the program does not.
    notes.unshift({
      code: "load-ended",
      message: `The load ended after ${seconds} s, before the last snapshot${said === "" ? "" : `, with ${said}`}: what follows is the program at rest.`,
    });
  });
}

function required<T>(result: Captured<T>): T {
  if (!result.ok) throw captureFailure(result.problem);
  return result.value;
}
