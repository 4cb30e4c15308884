/** `godiag watch TARGET`: the live numbers of a running Go program, read without stopping it. */
import { setTimeout as sleep } from "node:timers/promises";
import { type Command, InvalidArgumentError } from "commander";
import { findProgram } from "../capture/find-target.js";
import type { Captured } from "../capture/capture-problem.js";
import {
  type Published,
  publishedAt,
  publishedByGops,
  type PublishedSample,
} from "../capture/live/published-numbers.js";
import { processNamed, targetKind } from "../capture/target-text.js";
import type { LiveSample, LiveSource } from "../core/live/live-sample.js";
import { asProblem, type GoProgram, openProcess } from "../process/go-program.js";
import { LiveRuntime } from "../process/live/live-runtime.js";
import { ProcessFiles } from "../process/live/process-numbers.js";
import { ProcessProblem } from "../process/memory/process-problem.js";
import { beginningOf, hasEnded } from "../process/proc.js";
import { UnreadableMemory } from "../process/memory/memory.js";
import { Failure } from "./failure.js";
import { accessOf, addTargetOptions, type TargetOptions } from "./input/target-options.js";
import { captureFailure } from "./output/capture-failure.js";
import { liveHeader, liveLine, liveTable } from "./output/live-text.js";
import { DONE, type ExitCode, type Terminal } from "./terminal.js";

interface Options extends TargetOptions {
  readonly interval?: number;
  readonly seconds?: number;
  readonly json?: boolean;
}

/** What is read from memory costs the program nothing; what it publishes, it computes. */
const INTERVAL_SECONDS = 1;
const PUBLISHED_INTERVAL_SECONDS = 15;
const MIN_INTERVAL_SECONDS = 0.05;
const MAX_SECONDS = 604_800;
/** The system walks the page tables of the program for it. */
const PSS_INTERVAL_MS = 10_000;

export function addWatch(program: Command, terminal: Terminal, exit: (code: ExitCode) => void): void {
  const command = program
    .command("watch")
    .argument("<target>", "pid:N, a running Go program; http://HOST:PORT/metrics or /debug/vars; gops:PID")
    .description("live numbers of a running program: heap, GC, scheduler, goroutines, threads, RSS; it is not stopped")
    .option(
      "--interval <s>",
      `seconds between two samples (default: ${INTERVAL_SECONDS}; ${PUBLISHED_INTERVAL_SECONDS} of what the program publishes)`,
      secondsFrom(MIN_INTERVAL_SECONDS),
    )
    .option("--seconds <n>", "end after so many seconds", secondsFrom(0))
    .option("--json", "one JSON object a line")
    .action(async (arg: string, options: Options) => exit(await watch(arg, options, terminal)));
  addTargetOptions(command);
}

function secondsFrom(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && value >= least && value <= MAX_SECONDS) return value;
    throw new InvalidArgumentError(`It must be a number of seconds from ${least} to ${MAX_SECONDS}.`);
  };
}

async function watch(arg: string, options: Options, terminal: Terminal): Promise<ExitCode> {
  const kind = targetKind(arg);
  if (kind === "url" || kind === "gops")
    return watchPublished(await published(arg, options, terminal), options, terminal);
  return watchProcess(arg, { interval: INTERVAL_SECONDS, ...options }, terminal);
}

async function published(arg: string, options: Options, terminal: Terminal): Promise<Published> {
  const access = await accessOf(options, terminal);
  if (targetKind(arg) === "url") {
    if (!URL.canParse(arg))
      throw new Failure("usage", "wrong usage", `${arg} is no address`, "Give http://HOST:PORT/metrics");
    const url = new URL(arg);
    if (/^https?:$/.test(url.protocol)) return publishedAt(url, access);
    const todo = "Give http://HOST:PORT/metrics";
    throw new Failure("usage", "wrong usage", "only http and https addresses are watched", todo);
  }
  const found = await findProgram(arg, access, terminal.env, terminal.signal);
  if (!found.ok) throw captureFailure(found.problem);
  if ("agent" in found.value) return publishedByGops(arg, found.value.agent);
  throw new Failure("target", `cannot watch ${arg}`, "it has no gops agent", "Give pid:N");
}

/** Ends with a sentence when the program does. */
async function watchPublished(source: Published, options: Options, terminal: Terminal): Promise<ExitCode> {
  const { signal } = terminal;
  const first = await source.sample(signal);
  if (signal.aborted) return DONE;
  if (!first.ok) throw captureFailure(first.problem);
  const interval = options.interval ?? PUBLISHED_INTERVAL_SECONDS;
  const show = shownOn(terminal, { ...options, interval }, source.name, READ_FROM[first.value.source]);
  let next: Captured<PublishedSample> | undefined = first;
  await paced({ ...options, interval }, signal, async () => {
    const atMs = Date.now();
    const sample = next ?? (await source.sample(signal));
    next = undefined;
    if (sample.ok) show({ atMs, ...sample.value });
    else if (!signal.aborted) terminal.err(`${sample.problem.what}: ${sample.problem.why}`);
    return sample.ok;
  });
  return DONE;
}

const READ_FROM: Readonly<Record<LiveSource, string>> = {
  memory: "read from its memory: 0 stops of the world",
  metrics: "read from its metrics: 0 stops of the world, but the program computes them",
  expvar: "read from its expvar: 1 stop of the world a sample",
  gops: "read from its gops agent: 1 stop of the world a sample",
};

async function watchProcess(arg: string, options: Paced & Options, terminal: Terminal): Promise<ExitCode> {
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
  throw new Failure(
    "usage",
    "wrong usage",
    why,
    "Give pid:N, where N is the number of a running Go program, or the address of its /metrics or /debug/vars",
  );
}

interface Watched {
  readonly files: ProcessFiles;
  readonly runtime: LiveRuntime;
  readonly title: string;
}

/** Throws `UnreadableMemory` when the program ends. */
async function watchRuntime(
  { files, runtime, title }: Watched,
  options: Paced & Options,
  terminal: Terminal,
): Promise<void> {
  const show = shownOn(terminal, options, title, READ_FROM.memory);
  let pssAt = -Infinity;
  await paced(options, terminal.signal, async () => {
    const now = performance.now();
    const withPss = now - pssAt >= PSS_INTERVAL_MS;
    if (withPss) pssAt = now;
    const atMs = Date.now();
    const numbers = await runtime.sample();
    show({ atMs, source: "memory", stopsOfTheWorld: 0, ...numbers, ...files.look({ withPss }).numbers });
    return true;
  });
}

interface Paced {
  readonly interval: number;
  readonly seconds?: number;
}

/** Ends when it is time, when the user says so, and when `once` says that there is no more. */
async function paced({ interval, seconds }: Paced, signal: AbortSignal, once: () => Promise<boolean>): Promise<void> {
  const intervalMs = interval * 1_000;
  const began = performance.now();
  const endsAt = seconds === undefined ? Infinity : began + seconds * 1_000;
  for (let next = began; next <= endsAt && !signal.aborted;) {
    if (!(await once())) return;
    // After a long sleep of the machine it goes on with the next moment, not with all that were missed.
    next += intervalMs * Math.max(1, Math.ceil((performance.now() - next) / intervalMs));
    await sleep(Math.max(0, Math.min(next, endsAt) - performance.now()), undefined, { signal }).catch(() => undefined);
  }
}

function shownOn(
  terminal: Terminal,
  { json, interval }: Paced & Options,
  title: string,
  readFrom: string,
): (sample: LiveSample) => void {
  if (json === true) return (sample) => terminal.document(`${JSON.stringify(sample)}\n`, "json");
  terminal.out(`${title}, every ${interval} s, ${readFrom}. Ctrl-C ends it.\n`);
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
