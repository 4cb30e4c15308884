/**
 * The end of a process that we have started, with all that it has started in turn, however those have made themselves
 * independent: they are of its session, or they carry its mark in their environment.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { allProcesses, environmentOf, hasEnded, isBecoming, signal, statOf } from "./proc.js";

/** A process of ours, or one that is about to be. */
export interface StartedProcess {
  /** In the environment of the process and of what it starts, as MARK=… */
  readonly mark: string;
  /** It leads a session of its own; undefined until it has begun. */
  readonly pid?: number;
  readonly beginning?: string | undefined;
  /** Who is asked to end: the process alone (dlv, which ends its program itself), or its group. */
  readonly asks: "process" | "group";
  /** How long it may take to end when it is asked. */
  readonly patienceMs: number;
}

export const MARK = "GODIAG_STARTED_AS";

const LOOK_MS = 10;
/** Processes that are killed are gone at once, save those that wait for a disk. */
const KILL_LIMIT_MS = 5_000;
/** Another program needs no longer to begin, on a busy machine too; one without arguments and environment may stay so. */
const BECOMING_LIMIT_MS = 1_000;

/** Resolves when none of them is left. */
export async function endProcesses(started: StartedProcess): Promise<void> {
  const { pid, beginning, asks, patienceMs } = started;
  if (pid !== undefined && !hasEnded(pid, beginning)) {
    signal(asks === "group" && process.platform !== "win32" ? -pid : pid, "SIGTERM");
    const giveUpAt = performance.now() + patienceMs;
    while (!hasEnded(pid, beginning) && performance.now() < giveUpAt) await sleep(LOOK_MS);
    // What the process has left behind may still be on its way out.
    while (asks === "group" && membersOf(started).length > 0 && performance.now() < giveUpAt) await sleep(LOOK_MS);
  }
  const giveUpAt = performance.now() + KILL_LIMIT_MS;
  const knownAt = performance.now() + BECOMING_LIMIT_MS;
  do {
    if (pid !== undefined && !hasEnded(pid, beginning)) signal(process.platform === "win32" ? pid : -pid, "SIGKILL");
    // Who is about to show its mark was started in the moment in which we ended: looked for first.
    const isAllKnown = performance.now() > knownAt || !allProcesses().some(isBecoming);
    const members = membersOf(started);
    if (members.length === 0 && (pid === undefined || hasEnded(pid, beginning)) && isAllKnown) return;
    for (const member of members) signal(member, "SIGKILL");
    await sleep(LOOK_MS);
  } while (performance.now() < giveUpAt);
}

/** The process and all that descends from it, as far as it lives. Empty where /proc does not tell. */
export function membersOf({ mark, pid, beginning }: StartedProcess): number[] {
  const leader = pid === undefined ? undefined : statOf(pid);
  // A number that another process has been given since says nothing.
  const session = leader === undefined || leader.beginning === beginning ? pid : undefined;
  const entry = `${MARK}=${mark}\0`;
  const since = Number(beginning ?? 0);
  return allProcesses().filter((one) => {
    if (one === process.pid) return false;
    const stat = statOf(one);
    if (stat === undefined || stat.state === "Z" || stat.state === "X" || Number(stat.beginning) < since) return false;
    return (session !== undefined && stat.session === session) || `${environmentOf(one)}\0`.includes(entry);
  });
}
