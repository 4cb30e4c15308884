/**
 * What lets suspect a leak where nothing proves it: growth, age, numbers, and whom the goroutines could be waiting for.
 *
 * Each rule is held against healthy programs that look alike. A pool of workers waits too, but was started by one
 * goroutine; what requests leave behind was started by many that are long gone. Many wait for a busy lock, but somebody
 * is awake who holds it. A coordinator waits for its workers all day, but they are not stuck themselves.
 */
import { type Goroutines, isWaiting, LEAKED, NO_FRAME, SYSTEM, tellingFrame, UNKNOWN_ID } from "./goroutine.js";
import { CREATED, type GoroutineChanges, STUCK } from "./goroutine-diff.js";
import type { GoroutineGroup } from "./goroutine-group.js";
import type { LeakPattern } from "./leak-pattern.js";
import { type Case, isMain, MINUTE_NS, stuckIn, type Verdict } from "./leak-case.js";

/** Least numbers for a suspicion; what they separate is said where they are used. */
export const FEW = 5;
const MANY = 100;
const VERY_MANY = 1000;

/** More of them than at the earlier moment, while those that were there then have not moved. */
export function grown({ goroutines, group, earlier, pattern }: Case, evidence: string[]): Verdict | undefined {
  if (earlier === undefined) return undefined;
  const before = earlier.countAt.get(group.title) ?? 0;
  const more = group.count - before;
  if (more < FEW) return undefined;
  const reason = `There were ${before} of them before: ${more} more now.`;
  if (!earlier.changes.isComparable) {
    // Without ids a burst of load looks the same as a leak: it must be much.
    return more < Math.max(2 * FEW, before) ? undefined : { level: "suspect", basis: "growth", reason };
  }
  const stayed = stuckIn(group.rows, earlier);
  if (stayed < 0.9 * before) return undefined;
  if (pattern === "http-server-connection") {
    if (more < MANY) return undefined;
  } else if (before === 0 && more < VERY_MANY && parentsOf(goroutines, group.rows).size === 1) {
    return undefined; // a pool that was started in between looks like that
  }
  if (before > 0) evidence.push(`${stayed} of the ${before} that waited here before have not moved since.`);
  // How many connections wait for their next request is decided by the clients that keep them open.
  const isSure = more >= 2 * FEW && before >= FEW && pattern !== "http-server-connection";
  return { level: isSure ? "confirmed" : "suspect", basis: "growth", reason };
}

/** What one moment alone lets suspect. */
export function likely(about: Case, evidence: string[]): Verdict | undefined {
  const { goroutines, group, pattern } = about;
  if (group.rows.length === 0) return undefined;
  const minutes = minutesOf(group);
  const suspect = (reason: string): Verdict => ({ level: "suspect", basis: "likelihood", reason });
  if (about.isGoleak) return suspect("goleak found them still there when the test had ended.");
  const left = (): Verdict | undefined => {
    const orphans = orphanhood(about);
    // Subscribers of a hub are left alone as well; memory shows that somebody has them in a list.
    if (orphans === undefined || about.isReachable || comesAndGoes(about)) return undefined;
    const { parents, gone, lost } = orphans;
    const fate = lost === 0 ? "have ended" : "have ended or are stuck themselves";
    evidence.push(`${parents} different goroutines started them, and ${gone + lost} of those ${fate}.`);
    if (!HARDLY_IDLE.has(pattern)) doubt("subscribers whom somebody still has in a list");
    return suspect(`${group.count} of them are left behind by goroutines that ${fate}.`);
  };
  const many = (): Verdict | undefined => {
    if (group.count < VERY_MANY || about.isReachable) return undefined;
    doubt("workers of a large pool that wait for work");
    return suspect(`${group.count} of them wait at the same line.`);
  };
  const doubt = (who: string) => {
    if (about.isMemoryKnown) return;
    evidence.push(
      `It may be no leak: ${who} look the same from outside. The memory of the program, paused in the debugger, tells them apart.`,
    );
  };
  switch (pattern) {
    case "finalizer":
      return blockedFinalizer(about);
    case "chan-send":
      return left() ?? unserved(about);
    case "mutex":
      return neverUnlocked(about);
    case "http-body-not-closed":
      if (group.count >= FEW || (group.count >= 2 && minutes >= 1)) {
        return suspect(`${group.count} connections wait for their response body to be closed.`);
      }
      return undefined;
    case "http-client-per-request":
      // One Transport keeps at most 100 idle connections (http.DefaultTransport.MaxIdleConns).
      return group.count > MANY
        ? suspect(`${group.count} idle connections are more than one Transport keeps.`)
        : undefined;
    case "http-server-not-closed":
      return left();
    case "waitgroup":
      if (minutes >= 1 && group.count >= 2 && !group.rows.some((row) => isMain(goroutines, row))) {
        return left() ?? suspect(`They have waited for up to ${minutes} minutes.`);
      }
      return left() ?? lostChildren(about);
    case "io-wait":
    case "http-server-connection":
      return undefined; // a silent connection and an idle one look the same
    case "timer-loop":
      return left(); // the clock wakes however many there are
    case "chan-receive":
    case "range-not-closed":
    case "cond":
      return left() ?? lostChildren(about) ?? many();
    default:
      return left() ?? many();
  }
}

/** Where nobody waits on purpose for long. */
const HARDLY_IDLE: ReadonlySet<LeakPattern> = new Set(["chan-send", "mutex", "http-server-not-closed"]);

/**
 * A sender waits for somebody who is late; receivers wait for work all day. Where others are beyond the same send and
 * at work, the channel limits how many may be (`slots <- struct{}{}`).
 */
function unserved({ goroutines, group, earlier, isReachable }: Case): Verdict | undefined {
  if (isReachable) return undefined;
  const suspect = (reason: string): Verdict => ({ level: "suspect", basis: "likelihood", reason });
  const isSame = earlier !== undefined && stuckIn(group.rows, earlier) >= FEW;
  if (group.count >= (isSame ? FEW : 2 * FEW) && !isAnybodyBeyond(goroutines, group.rows)) {
    return suspect(`${group.count} senders wait at the same line.`);
  }
  const minutes = minutesOf(group);
  if (minutes < 1 || (minutes < 5 && group.count === 1)) return undefined;
  return suspect(`No receiver came for ${minutes === 1 ? "a minute" : `${minutes} minutes`}.`);
}

/** Where a finalizer may wait for a moment: for the disk, the network, a system call. */
const PASSING = /^(?:IO wait|sleep|syscall|unknown|waiting)/;

/** There is one goroutine for all finalizers: seen in the same wait twice, or for a minute, it is stuck. */
function blockedFinalizer({ goroutines, group, earlier }: Case): Verdict | undefined {
  const minutes = minutesOf(group);
  if (minutes >= 1) {
    const reason = `It has waited for ${minutes === 1 ? "a minute" : `${minutes} minutes`}; finalizers must not wait.`;
    return { level: "confirmed", basis: "likelihood", reason };
  }
  const isAgain = (earlier?.countAt.get(group.title) ?? 0) > 0;
  if (!isAgain && PASSING.test(goroutines.states[goroutines.state[group.rows[0]]])) return undefined;
  return isAgain
    ? { level: "confirmed", basis: "growth", reason: "It waited at the same line at the earlier moment." }
    : { level: "suspect", basis: "likelihood", reason: "Finalizers must not wait; this one did at that moment." };
}

/** Whole minutes that the longest of them is known to have waited. */
function minutesOf(group: GoroutineGroup): number {
  return Math.floor((group.longestWaitNs ?? 0) / MINUTE_NS);
}

/**
 * Whether goroutines that are no more left these behind: each was started by another one, and hardly any of those is
 * still there, or still gets anywhere. Workers of a pool have one parent; helpers of running requests have parents that
 * wait for them.
 */
function orphanhood({ goroutines, group, family }: Case): { parents: number; gone: number; lost: number } | undefined {
  if (group.count < FEW || !goroutines.complete) return undefined;
  const parents = parentsOf(goroutines, group.rows);
  if (parents.has(UNKNOWN_ID) || parents.size < FEW || parents.size < group.count / 4) return undefined;
  let gone = 0;
  let lost = 0;
  for (const parent of parents) {
    if (!family.alive.has(parent)) gone++;
    else if (family.lost.has(parent)) lost++;
  }
  return gone + lost >= 0.8 * parents.size ? { parents: parents.size, gone, lost } : undefined;
}

/** A program that has started so many goroutines is under load: its ids are a clock. */
const UNDER_LOAD = 500;
/** Of so many started, what requests leave behind for a moment is below this part. */
const PASSING_PART = 0.01;

/**
 * Whether goroutines of that place end as others begin, judged by the program's own pace and not by seconds, which pass
 * slowly on a busy machine: most of those at the earlier moment have ended; or there are few, for how many the program
 * has started, and all of them belong to the later half of those.
 */
function comesAndGoes({ goroutines, group, earlier }: Case): boolean {
  const before = earlier?.countAt.get(group.title) ?? 0;
  if (earlier?.changes.isComparable === true && before > 0) {
    let stayed = 0;
    for (const row of group.rows) if (earlier.changes.change[row] !== CREATED) stayed++;
    if (stayed < before / 2) return true;
  }
  if (minutesOf(group) >= 1) return false;
  const newest = goroutines.id.reduce((most, id) => Math.max(most, id), 0);
  if (newest < UNDER_LOAD || group.count >= PASSING_PART * newest) return false;
  return group.rows.every((row) => goroutines.id[row] > newest / 2);
}

/** They wait for goroutines that they started, and each of those that is left is accused itself. */
function lostChildren({ goroutines, group, family }: Case): Verdict | undefined {
  if (!goroutines.complete) return undefined;
  let children = 0;
  for (const row of group.rows) {
    if (isMain(goroutines, row)) return undefined;
    const started = family.startedBy(goroutines.id[row]);
    if (started.length === 0 || !started.every((child) => family.lost.has(goroutines.id[child]))) return undefined;
    children += started.length;
  }
  const who = group.count === 1 ? "it" : "they";
  const reason = `Of the goroutines that ${who} started, ${children} are left, and all of them are stuck themselves.`;
  return { level: "suspect", basis: "likelihood", reason };
}

/**
 * A lock has a holder, or a waiter that was woken to take it. Where hardly anybody is awake who could be that, or where
 * nobody who works in the same code got anywhere since an earlier moment, the holder is likely stuck itself.
 */
function neverUnlocked({ goroutines, group, earlier, isReachable }: Case): Verdict | undefined {
  const minutes = minutesOf(group);
  const suspect = (reason: string): Verdict => ({ level: "suspect", basis: "likelihood", reason });
  if (minutes >= 1)
    return suspect(`The lock was not released for ${minutes === 1 ? "a minute" : `${minutes} minutes`}.`);
  if (isReachable) return undefined;
  if (group.count >= MANY) return suspect(`${group.count} of them wait for a lock at the same line.`);

  const locks = new Set<number>();
  for (const row of group.rows) if (goroutines.waitsFor[row] !== 0) locks.add(goroutines.waitsFor[row]);
  if (locks.size >= FEW && goroutines.complete) {
    const awake = awakeCount(goroutines);
    if (awake < locks.size) {
      return suspect(
        `They wait for ${locks.size} different locks, but only ${awake} ${awake === 1 ? "goroutine is" : "goroutines are"} awake that could release them.`,
      );
    }
  }

  if (earlier === undefined || !earlier.changes.isComparable) return undefined;
  const stayed = stuckIn(group.rows, earlier);
  if (stayed === 0 || somebodyElseMoves(goroutines, group.rows, earlier.changes)) return undefined;
  const who = stayed === 1 ? "1 of them has" : `${stayed} of them have`;
  return suspect(`${who} waited for the lock since the earlier moment, and nobody in the same code has moved since.`);
}

/** Whether somebody is at another line of the function that the group waits in, and does not wait for others. */
function isAnybodyBeyond(goroutines: Goroutines, rows: Uint32Array): boolean {
  const { count, stack, stacks, frames, states, state } = goroutines;
  const at = tellingFrame(goroutines, stack[rows[0]]);
  if (at === NO_FRAME) return false;
  const isBeyond = new Uint8Array(stacks.count);
  for (let index = 0; index < stacks.count; index++) {
    for (let i = stacks.start[index]; i < stacks.start[index + 1]; i++) {
      const frame = stacks.frame[i];
      if (frames.function[frame] === frames.function[at] && frames.line[frame] !== frames.line[at]) isBeyond[index] = 1;
    }
  }
  const isAtWork = awakeStates(states);
  for (let row = 0; row < count; row++) if (isBeyond[stack[row]] && isAtWork[state[row]]) return true;
  return false;
}

/** By state: whether it goes on without others, as it runs, is about to, sleeps, or is in the operating system. */
function awakeStates(states: readonly string[]): boolean[] {
  return states.map((text) => !isWaiting(text) || text === "sleep" || text === "IO wait");
}

function awakeCount({ count, flags, states, state, multiplicity }: Goroutines): number {
  const isAwake = awakeStates(states);
  let awake = 0;
  for (let row = 0; row < count; row++) {
    if (isAwake[state[row]] && !(flags[row] & (SYSTEM | LEAKED))) awake += multiplicity[row];
  }
  return awake;
}

/** Whether a goroutine that is not stuck works in the function of the group, or was started where the group was. */
function somebodyElseMoves(
  { count, stack, creator, stacks, frames, flags }: Goroutines,
  rows: Uint32Array,
  { change }: GoroutineChanges,
): boolean {
  const { frame } = stacks;
  const at = tellingFrame({ stacks, frames }, stack[rows[0]]);
  const name = at === NO_FRAME ? undefined : frames.function[at];
  const isThere = new Uint8Array(stacks.count);
  for (let index = 0; index < stacks.count; index++) {
    for (let i = stacks.start[index]; i < stacks.start[index + 1]; i++) {
      if (frames.function[frame[i]] === name) isThere[index] = 1;
    }
  }
  const creators = new Set(Array.from(rows, (row) => creator[row]));
  creators.delete(NO_FRAME);
  for (let row = 0; row < count; row++) {
    if (change[row] === STUCK || flags[row] & SYSTEM) continue;
    if (isThere[stack[row]] || creators.has(creator[row])) return true;
  }
  return false;
}

function parentsOf({ creatorId }: Goroutines, rows: Uint32Array): Set<number> {
  const parents = new Set<number>();
  for (const row of rows) parents.add(creatorId[row]);
  return parents;
}
