/** One run: begins, is ended in some way at some moment, and what is to be found afterwards. */
import { execFileSync, spawn } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, readSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { allProcesses, environmentOf, signal, statOf, threadsOf, tracingOf } from "../../src/process/proc.js";
import { changedCode } from "../../src/process/traps.js";
import type { Begun, Kind } from "./kinds.js";

export type End =
  | "SIGINT"
  | "SIGTERM"
  | "SIGHUP"
  | "SIGKILL"
  /** To the whole group, as the terminal sends it. */
  | "Ctrl-C"
  /** The client has gone: its end of the pipe or of the socket is closed. */
  | "client gone"
  | "disconnect";

export const ENDS: readonly End[] = ["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL", "Ctrl-C", "client gone", "disconnect"];

export interface Run {
  readonly kind: Kind;
  readonly end: End;
  /** From the start of the process. */
  readonly atMs: number;
}

export interface Machine {
  readonly godiag: string;
  readonly dlvFolder: string;
  readonly binary: string;
  readonly sources: string;
  /** Folder of all runs. */
  readonly root: string;
}

/** Of one that ends before anything is asked of it, nothing is known but that it harms nobody. */
const CODES: Partial<Record<End, number>> = { SIGINT: 130, "Ctrl-C": 130, SIGTERM: 143, SIGHUP: 129 };
const MARK = "HARM_RUN";
/** From the end of the process until all must be as it was, on a busy machine. */
const SETTLE_MS = 20_000;
const END_LIMIT_MS = 40_000;
/** After that time, and when it has worked for so long, it has loaded. */
const STARTED_MS = 2_000;
const STARTED_NS = 250e6;
/** Each millisecond, were it alone: on a busy machine it may not have its turn for a second. */
const WORK_LIMIT_MS = 10_000;

/** What is wrong afterwards, a sentence each. */
export async function oneRun({ kind, end, atMs }: Run, machine: Machine): Promise<readonly string[]> {
  const folder = mkdtempSync(join(machine.root, "run-"));
  mkdirSync(join(folder, "tmp"));
  const target = kind.attaches ? await startTarget(machine.binary) : undefined;
  const env = { ...process.env, PATH: `${machine.dlvFolder}:${process.env["PATH"]}`, [MARK]: folder };
  try {
    const begun = kind.begin({ ...machine, folder, env, pid: target?.pid ?? 0 });
    const problems = await endOf(begun, end, atMs);
    return [...problems, ...(await leftOf(folder, target))];
  } finally {
    target?.process.kill("SIGKILL");
    for (const pid of markedWith(folder)) signal(pid, "SIGKILL");
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function startTarget(binary: string) {
  const child = spawn(binary, ["-goroutines=50"], { stdio: ["ignore", "pipe", "ignore"] });
  await new Promise((resolve) => child.stdout.once("data", resolve));
  child.stdout.resume();
  const pid = child.pid ?? 0;
  const settings = settingsOf(binary);
  return { process: child, pid, settings, before: valuesOf(pid, settings) };
}

type Target = Awaited<ReturnType<typeof startTarget>>;

/** What a series changes in a program for a while, and where it is. */
const settingsOf = (() => {
  let found: ReadonlyMap<string, number> | undefined;
  return (binary: string): ReadonlyMap<string, number> => {
    if (found !== undefined) return found;
    const symbols = execFileSync("go", ["tool", "nm", binary], { encoding: "utf8", maxBuffer: 1 << 26 });
    const named = symbols.matchAll(/^\s*([0-9a-f]+) \w (runtime\.(?:forcegcperiod|MemProfileRate))$/gm);
    return (found = new Map([...named].map(([, address, name]) => [name, parseInt(address, 16)])));
  };
})();

function valuesOf(pid: number, settings: ReadonlyMap<string, number>): string {
  const memory = openSync(`/proc/${pid}/mem`, "r");
  try {
    const word = Buffer.alloc(8);
    return [...settings]
      .map(([name, address]) => `${name} ${(readSync(memory, word, 0, 8, address), word.readBigInt64LE())}`)
      .sort()
      .join(", ");
  } finally {
    closeSync(memory);
  }
}

/** Ends it, and waits for its end. */
async function endOf({ process: child, leave }: Begun, end: End, atMs: number): Promise<readonly string[]> {
  let ended: { readonly code: number | null; readonly by: NodeJS.Signals | null } | undefined;
  const exit = new Promise<void>((resolve) =>
    child.once("exit", (code, by) => {
      ended = { code, by };
      resolve();
    }),
  );
  await Promise.race([sleep(atMs), exit]);
  if (ended !== undefined) return ended.code === 0 ? [] : [`it ended by itself with ${ended.code ?? ended.by}`];
  const hasLoaded = atMs >= STARTED_MS && workOf(child.pid ?? 0) >= STARTED_NS;
  switch (end) {
    case "Ctrl-C":
      signal(-(child.pid ?? 0), "SIGINT");
      break;
    case "client gone":
      leave?.vanish();
      break;
    case "disconnect":
      leave?.disconnect();
      // A client closes its side when it has its answer, or has waited long enough.
      void sleep(3_000).then(() => leave?.vanish());
      break;
    default:
      child.kill(end);
  }
  await Promise.race([exit, sleep(END_LIMIT_MS)]);
  const how = ended as { readonly code: number | null; readonly by: NodeJS.Signals | null } | undefined;
  if (how === undefined) {
    child.kill("SIGKILL");
    return ["it does not end"];
  }
  if (end === "SIGKILL") return how.by === "SIGKILL" || how.code === 0 ? [] : [`it ended with ${how.code ?? how.by}`];
  const code = CODES[end] ?? 0;
  // Before it listens to signals they end it, which shells show as the same code; and it may have ended just then.
  const early = !hasLoaded && how.by === (end === "Ctrl-C" ? "SIGINT" : end);
  return how.code === code || early || (how.code === 0 && leave === undefined)
    ? []
    : [`it ended with ${how.code ?? how.by}`];
}

/** Waits until nothing is left and the target is well; then says what still is not so. */
async function leftOf(folder: string, target: Target | undefined): Promise<readonly string[]> {
  const pid = target?.pid;
  const giveUpAt = performance.now() + SETTLE_MS;
  const problems = () => [
    ...markedWith(folder).map((one) => `left: ${commandOf(one)}`),
    ...readdirSync(join(folder, "tmp")).flatMap((name) => (name === "heap.pb.gz" ? [] : [`left: ${name}`])),
    ...(target === undefined ? [] : illnesses(target)),
  ];
  while (problems().length > 0 && performance.now() < giveUpAt) await sleep(50);
  if (pid === undefined || problems().length > 0) return problems();
  // A stop, or the end at a breakpoint, may come late.
  const before = workOf(pid);
  const idleAt = performance.now() + WORK_LIMIT_MS;
  await sleep(300);
  while (workOf(pid) === before && performance.now() < idleAt) await sleep(100);
  return [...problems(), ...(workOf(pid) === before ? ["the target does not work"] : [])];
}

function illnesses({ pid, settings, before }: Target): readonly string[] {
  const stat = statOf(pid);
  if (stat === undefined || stat.state === "Z") return ["the target is dead"];
  if (/[Tt]/.test(stat.state)) return [`the target is stopped (${stat.state})`];
  if (tracingOf(String(pid))?.tracer !== 0) return ["the target is traced"];
  if (changedCode(pid).size > 0) return ["the target has breakpoints left"];
  const now = valuesOf(pid, settings);
  return now === before ? [] : [`the target has ${now} in place of ${before}`];
}

function markedWith(folder: string): number[] {
  return allProcesses().filter(
    (pid) => pid !== process.pid && statOf(pid)?.state !== "Z" && environmentOf(pid).includes(`${MARK}=${folder}\0`),
  );
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").slice(0, 120);
  } catch {
    return String(pid);
  }
}

/**
 * Nanoseconds that its threads have worked (schedstat): the ticks of its stat may miss a heartbeat that works for
 * microseconds at a time.
 */
function workOf(pid: number): number {
  return threadsOf(pid).reduce((sum, thread) => {
    try {
      const [ns] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "latin1").split(" ");
      return sum + Number(ns);
    } catch {
      return sum; // it has ended
    }
  }, 0);
}
