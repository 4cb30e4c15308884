/** `godiag watch TARGET`: the live numbers of a running Go program, read without stopping it. */
import { setTimeout as sleep } from "node:timers/promises";
import { type Command, InvalidArgumentError } from "commander";
import { processNamed, targetKind } from "../capture/target-text.js";
import type { LiveSample } from "../core/live/live-sample.js";
import { asProblem, type GoProgram, openProcess } from "../process/go-program.js";
import { LiveRuntime } from "../process/live/live-runtime.js";
import { ProcessFiles } from "../process/live/process-numbers.js";
import { ProcessProblem } from "../process/memory/process-problem.js";
import { beginningOf, hasEnded } from "../process/proc.js";
import { UnreadableMemory } from "../process/memory/memory.js";
import { Failure } from "./failure.js";
import { liveHeader, liveLine, liveTable } from "./output/live-text.js";
import { DONE, type ExitCode, type Terminal } from "./terminal.js";

interface Options {
  readonly interval: number;
  readonly seconds?: number;
  readonly json?: boolean;
}

const INTERVAL_SECONDS = 1;
const MIN_INTERVAL_SECONDS = 0.05;
const MAX_SECONDS = 604_800;
/** The system walks the page tables of the program for it. */
const PSS_INTERVAL_MS = 10_000;

export function addWatch(program: Command, terminal: Terminal, exit: (code: ExitCode) => void): void {
  program
    .command("watch")
    .argument("<target>", "pid:N, a running Go program")
    .description("live numbers of a running program: heap, GC, scheduler, goroutines, threads, RSS; it is not stopped")
    .option("--interval <s>", "seconds between two samples", secondsFrom(MIN_INTERVAL_SECONDS), INTERVAL_SECONDS)
    .option("--seconds <n>", "end after so many seconds", secondsFrom(0))
    .option("--json", "one JSON object a line")
    .action(async (arg: string, options: Options) => exit(await watch(arg, options, terminal)));
}

function secondsFrom(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && value >= least && value <= MAX_SECONDS) return value;
    throw new InvalidArgumentError(`It must be a number of seconds from ${least} to ${MAX_SECONDS}.`);
  };
}

async function watch(arg: string, options: Options, terminal: Terminal): Promise<ExitCode> {
  const pid = pidOf(arg);
  const beginning = beginningOf(pid);
  let program: GoProgram | undefined;
  let files: ProcessFiles | undefined;
  try {
    program = openProcess(pid);
    const runtime = await LiveRuntime.open(program);
    const { version } = program.executable;
    files = new ProcessFiles(pid);
    await watchRuntime({ files, runtime, title: `${arg}, ${version}` }, options, terminal);
  } catch (error) {
    if (error instanceof UnreadableMemory && beginning !== undefined) {
      const what = hasEnded(pid, beginning) ? "has ended" : "runs another program now: watch it again to see that one";
      terminal.err(`${arg} ${what}`);
      return DONE;
    }
    const problem = asProblem(error);
    if (!(problem instanceof ProcessProblem)) throw error;
    throw new Failure("target", `cannot watch ${arg}`, problem.message, problem.todo);
  } finally {
    files?.close();
    program?.close();
  }
  return DONE;
}

function pidOf(arg: string): number {
  const pid = processNamed(arg);
  if (pid !== undefined) return pid;
  const isProcess = targetKind(arg) === "pid";
  const why = isProcess
    ? `${arg} names no process`
    : `${arg} is no process of this machine, and only these are watched`;
  throw new Failure("usage", "wrong usage", why, "Give pid:N, where N is the number of a running Go program");
}

interface Watched {
  readonly files: ProcessFiles;
  readonly runtime: LiveRuntime;
  readonly title: string;
}

/** Ends when it is time or when the user says so; throws `UnreadableMemory` when the program ends. */
async function watchRuntime({ files, runtime, title }: Watched, options: Options, terminal: Terminal): Promise<void> {
  const { signal } = terminal;
  const show = shownOn(terminal, options, title);
  const intervalMs = options.interval * 1_000;
  const began = performance.now();
  const endsAt = options.seconds === undefined ? Infinity : began + options.seconds * 1_000;
  let pssAt = -Infinity;
  for (let next = began; next <= endsAt && !signal.aborted;) {
    const now = performance.now();
    const withPss = now - pssAt >= PSS_INTERVAL_MS;
    if (withPss) pssAt = now;
    const atMs = Date.now();
    const numbers = await runtime.sample();
    show({ atMs, source: "memory", stopsOfTheWorld: 0, ...numbers, ...files.look({ withPss }).numbers });
    // After a long sleep of the machine it goes on with the next moment, not with all that were missed.
    next += intervalMs * Math.max(1, Math.ceil((performance.now() - next) / intervalMs));
    await sleep(Math.max(0, Math.min(next, endsAt) - performance.now()), undefined, { signal }).catch(() => undefined);
  }
}

function shownOn(terminal: Terminal, { json, interval }: Options, title: string): (sample: LiveSample) => void {
  if (json === true) return (sample) => terminal.document(`${JSON.stringify(sample)}\n`, "json");
  terminal.out(`${title}, every ${interval} s, read from its memory: 0 stops of the world. Ctrl-C ends it.\n`);
  let first: LiveSample | undefined;
  let before: LiveSample | undefined;
  let pss: number | undefined;
  let lines = 0;
  if (terminal.columns === undefined) terminal.out(liveHeader());
  return (sample) => {
    first ??= sample;
    pss = sample.pss ?? pss;
    if (terminal.columns === undefined) terminal.out(liveLine(sample, before));
    else {
      const table = liveTable(sample, { first, before, pss });
      terminal.redraw(lines, table);
      lines = table.split("\n").length - 1;
    }
    before = sample;
  };
}
