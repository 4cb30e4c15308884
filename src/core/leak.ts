/**
 * Which goroutines will never end, judged from one dump or profile, better from two, best with the program's memory.
 *
 * Goroutines are taken together by what they wait for and where. What a dump can prove: the runtime's own verdict
 * (`(leaked)`, the goroutineleak profile), a deadlock that it found, a wait that nothing can end (nil channel, empty
 * select). A walk through the memory of the paused program comes close to that (see memory-reading.ts). All else is
 * likelihood, and is judged against healthy programs that look alike: a pool of workers waits too, but was started by
 * one goroutine; what requests leave behind was started by many that are long gone.
 */
import { closeness, STANDARD } from "./allocation-blame.js";
import {
  type GoroutineFrameIndex,
  type GoroutineRow,
  type Goroutines,
  isWaiting,
  LEAKED,
  NO_FRAME,
  SYSTEM,
  tellingFrame,
  UNKNOWN_ID,
  UNKNOWN_WAIT,
} from "./goroutine.js";
import { compareGoroutines, type GoroutineChanges } from "./goroutine-diff.js";
import { groupGoroutines, type GoroutineGroup } from "./goroutine-group.js";
import { isIdleByDesign, LEAK_WORDS, type LeakPattern, patternOfWait } from "./leak-pattern.js";
import type { MemoryReading } from "./memory-reading.js";

export type LeakLevel = "suspect" | "confirmed";

/**
 * What a verdict rests on, the surest first: the runtime's own proof, a wait that nothing can end, a walk through
 * memory that found nobody who could wake them, growth since an earlier moment, likelihood.
 */
export type LeakBasis = "runtime" | "wait" | "memory" | "growth" | "likelihood";

export interface LeakFinding {
  readonly level: LeakLevel;
  readonly basis: LeakBasis;
  readonly pattern: LeakPattern;
  readonly count: number;
  /** The line to open first: the user's line that blocks, else the user's `go` statement. */
  readonly function: string;
  readonly file: string;
  readonly line: number;
  /** Leaf first, of the goroutine that came first. */
  readonly stack: readonly LeakFrame[];
  /** The `go` statement that started most of them. */
  readonly createdBy?: LeakFrame;
  readonly explanation: string;
  readonly advice: string;
  /** What the verdict rests on, one sentence each. */
  readonly evidence: readonly string[];
  /** Ids of the goroutines, where known; at most MOST_IDS. */
  readonly ids: readonly number[];
}

interface LeakFrame {
  readonly function: string;
  readonly file: string;
  readonly line: number;
}

/**
 * Findings, the surest and largest first. `base` is an earlier moment of the same process, `memory` what was read in
 * the paused process at the moment of `goroutines`.
 */
export function findLeaks(goroutines: Goroutines, base?: Goroutines, memory?: MemoryReading): LeakFinding[] {
  const earlier = base === undefined ? undefined : earlierMoment(base, goroutines);
  const alive = new Set(goroutines.id);
  const isDeadlock = goroutines.cause?.startsWith("fatal error: all goroutines are asleep") ?? false;
  const inCycle = new Set(memory?.cycles.flat());
  const findings: LeakFinding[] = [];
  for (const whole of groupGoroutines(goroutines, waitingRows(goroutines), "wait")) {
    for (const group of bySureness(goroutines, whole, memory, inCycle)) {
      const finding = judge({ goroutines, group, earlier, alive, isDeadlock, memory, inCycle });
      if (finding !== undefined) findings.push(finding);
    }
  }
  return findings.sort(
    (a, b) => Number(b.level === "confirmed") - Number(a.level === "confirmed") || b.count - a.count,
  );
}

const MOST_IDS = 1000;
const MINUTE_NS = 60e9;

/** Least numbers for a suspicion; what they separate is said where they are used. */
const FEW = 5;
const MANY = 100;
const VERY_MANY = 1000;

interface Earlier {
  readonly countAt: ReadonlyMap<string, number>;
  readonly changes: GoroutineChanges;
}

interface Case {
  readonly goroutines: Goroutines;
  readonly group: GoroutineGroup;
  readonly earlier: Earlier | undefined;
  readonly alive: ReadonlySet<number>;
  readonly isDeadlock: boolean;
  readonly memory: MemoryReading | undefined;
  readonly inCycle: ReadonlySet<number>;
}

interface Verdict {
  readonly level: LeakLevel;
  readonly basis: LeakBasis;
  readonly reason: string;
}

function waitingRows(goroutines: Goroutines): Uint32Array {
  const { count, flags, states, state } = goroutines;
  const isUnknown = (text: string) => text === "unknown" || text === "waiting";
  const rows: number[] = [];
  for (let row = 0; row < count; row++) {
    const text = states[state[row]];
    if (flags[row] & LEAKED || (!(flags[row] & SYSTEM) && (isWaiting(text) || isUnknown(text)))) rows.push(row);
  }
  return Uint32Array.from(rows);
}

function earlierMoment(base: Goroutines, now: Goroutines): Earlier {
  const groups = groupGoroutines(base, waitingRows(base), "wait");
  return {
    countAt: new Map(groups.map((group) => [group.title, group.count])),
    changes: compareGoroutines(base, now),
  };
}

/**
 * What is known of single goroutines is not told of their neighbours at the same line: those that the runtime proved,
 * those that the walk through memory found beyond reach, and all others are judged apart.
 */
function bySureness(
  { flags, id, multiplicity, waitNs }: Goroutines,
  whole: GoroutineGroup,
  memory: MemoryReading | undefined,
  inCycle: ReadonlySet<number>,
): GoroutineGroup[] {
  const parts: GoroutineRow[][] = [[], [], []];
  for (const row of whole.rows) {
    const isBeyondReach = memory?.unreachable.has(id[row]) === true || inCycle.has(id[row]);
    parts[flags[row] & LEAKED ? 0 : isBeyondReach ? 1 : 2].push(row);
  }
  if (parts.some((rows) => rows.length === whole.rows.length)) return [whole];
  return parts
    .filter((rows) => rows.length > 0)
    .map((rows) => {
      let count = 0;
      let longest = UNKNOWN_WAIT;
      for (const row of rows) {
        count += multiplicity[row];
        longest = Math.max(longest, waitNs[row]);
      }
      const longestWaitNs = longest === UNKNOWN_WAIT ? undefined : longest;
      return { title: whole.title, count, rows: Uint32Array.from(rows), longestWaitNs };
    });
}

function judge(about: Case): LeakFinding | undefined {
  const { goroutines, group, isDeadlock, memory } = about;
  const first = group.rows[0];
  const state = goroutines.states[goroutines.state[first]];
  const frames = framesOf(goroutines, first);
  const functions = frames.map((frame) => frame.function);
  const pattern = isDeadlock ? "deadlock" : patternOfWait(state, functions);

  const evidence: string[] = [];
  const verdict =
    provenBy(about, pattern) ??
    foundInMemory(about, evidence) ??
    (isIdleByDesign(state, functions) ? undefined : (grown(about, evidence) ?? likely(about, pattern, evidence)));
  if (verdict === undefined) return undefined;

  const creator = commonCreator(goroutines, group.rows);
  const createdBy = creator === NO_FRAME ? undefined : frameAt(goroutines, creator);
  if (group.longestWaitNs !== undefined) {
    evidence.push(`The longest has waited for ${Math.floor(group.longestWaitNs / MINUTE_NS)} minutes.`);
  }
  const object = memory?.waitsOn.get(goroutines.id[first]) ?? sameLock(goroutines, group.rows);
  if (object !== undefined) evidence.push(object);
  if (createdBy !== undefined) evidence.push(`Started by ${createdBy.function} (${createdBy.file}:${createdBy.line}).`);
  const words = LEAK_WORDS[pattern];
  const culprit = culpritOf(frames, createdBy, tellingFrameOf(goroutines, first));
  const ids = Array.from(group.rows, (row) => goroutines.id[row]);
  return {
    level: verdict.level,
    basis: verdict.basis,
    pattern,
    count: group.count,
    ...culprit,
    stack: frames,
    ...(createdBy !== undefined && { createdBy }),
    explanation: explanationOf(group.count, words, verdict.basis),
    advice: words.advice,
    evidence: [verdict.reason, ...evidence],
    ids: ids.filter((id) => id !== UNKNOWN_ID).slice(0, MOST_IDS),
  };
}

/** What needs no likelihood: the runtime says so, or the wait cannot end. */
function provenBy({ goroutines, group, isDeadlock }: Case, pattern: LeakPattern): Verdict | undefined {
  const first = group.rows[0];
  if (goroutines.flags[first] & LEAKED) {
    const reason = "Proved by the Go runtime: nothing that can still run reaches what they wait for.";
    return { level: "confirmed", basis: "runtime", reason };
  }
  if (isDeadlock) {
    const reason = "Proved by the Go runtime: it found all goroutines asleep.";
    return { level: "confirmed", basis: "runtime", reason };
  }
  if (pattern !== "nil-channel" && pattern !== "select-no-cases") return undefined;
  // Parking a goroutine like that is an idiom (select {}, <-ctx.Done()), and one does no harm; a send is a mistake.
  const others = group.rows.filter((row) => !isMain(goroutines, row));
  const count = sum(goroutines, others);
  const isSend = goroutines.states[goroutines.state[first]].startsWith("chan send");
  if (count < (isSend ? 1 : 2)) return undefined;
  const reason = "Nothing can ever wake a goroutine that waits like that.";
  return { level: isSend || count >= FEW ? "confirmed" : "suspect", basis: "wait", reason };
}

/** Beyond the reach of all that may still run. A second sign that time passes and nothing happens makes it sure. */
function foundInMemory({ goroutines, group, earlier, memory, inCycle }: Case, evidence: string[]): Verdict | undefined {
  if (memory === undefined) return undefined;
  const ids = Array.from(group.rows, (row) => goroutines.id[row]);
  const isInCycle = ids.every((id) => inCycle.has(id));
  if (!isInCycle && !ids.every((id) => memory.unreachable.has(id) || inCycle.has(id))) {
    if (ids.every((id) => memory.reachable.has(id))) {
      evidence.push("Something that may still run can reach what they wait for; whether it ever will is not known.");
    }
    return undefined;
  }
  const cycle = memory.cycles.find((circle) => circle.includes(ids[0]));
  if (cycle !== undefined) {
    evidence.push(`They wait for each other in a circle: goroutines ${[...cycle, cycle[0]].join(" → ")}.`);
  }
  const stuck = new Set(earlier?.changes.stuck);
  const stayed = group.rows.reduce((count, row) => count + (stuck.has(row) ? 1 : 0), 0);
  if (stayed > 0) evidence.push(`${stayed} of them were there before and have not moved since.`);
  evidence.push(...memory.limits);
  const isOld = (group.longestWaitNs ?? 0) >= MINUTE_NS;
  return {
    level: isOld || stayed > 0 ? "confirmed" : "suspect",
    basis: "memory",
    reason: "Likely for good: in the memory of the program nothing that may still run reaches what they wait for.",
  };
}

/** More of them than at the earlier moment, while those that were there then have not moved. */
function grown({ group, earlier }: Case, evidence: string[]): Verdict | undefined {
  if (earlier === undefined) return undefined;
  const before = earlier.countAt.get(group.title) ?? 0;
  const more = group.count - before;
  if (more < FEW) return undefined;
  const { changes } = earlier;
  if (!changes.isComparable) {
    // Without ids a burst of load looks the same as a leak: it must be much.
    if (more < Math.max(2 * FEW, before)) return undefined;
    return { level: "suspect", basis: "growth", reason: `There were ${before} of them before: ${more} more now.` };
  }
  const stuck = new Set(changes.stuck);
  const stayed = group.rows.reduce((count, row) => count + (stuck.has(row) ? 1 : 0), 0);
  if (stayed < 0.9 * before) return undefined;
  if (before > 0) evidence.push(`${stayed} of the ${before} that waited here before have not moved since.`);
  return {
    level: more >= 2 * FEW && before >= FEW ? "confirmed" : "suspect",
    basis: "growth",
    reason: `There were ${before} of them before: ${more} more now.`,
  };
}

/** What one moment alone lets suspect. */
function likely(about: Case, pattern: LeakPattern, evidence: string[]): Verdict | undefined {
  const { goroutines, group } = about;
  const waited = group.longestWaitNs ?? 0;
  const minutes = Math.floor(waited / MINUTE_NS);
  const isOld = waited >= MINUTE_NS;
  const suspect = (reason: string): Verdict => ({ level: "suspect", basis: "likelihood", reason });
  const orphans = orphanhood(about);
  const left = () => {
    if (orphans === undefined) return undefined;
    evidence.push(`${orphans.parents} different goroutines started them, and ${orphans.gone} of those have ended.`);
    return suspect(`${group.count} of them are left behind by goroutines that have ended.`);
  };
  const many = () => (group.count >= VERY_MANY ? suspect(`${group.count} of them wait at the same line.`) : undefined);
  switch (pattern) {
    case "chan-send":
      // A sender waits for somebody who is late; receivers wait for work all day.
      if (group.count >= FEW) return left() ?? suspect(`${group.count} senders wait at the same line.`);
      if (isOld && (group.count >= 2 || minutes >= 5)) return suspect(`No receiver came for ${minutes} minutes.`);
      return undefined;
    case "mutex":
      if (isOld) return suspect(`The lock was not released for ${minutes} minutes.`);
      return group.count >= MANY ? suspect(`${group.count} of them wait for a lock at the same line.`) : undefined;
    case "http-body-not-closed":
      if (group.count >= FEW || (group.count >= 2 && isOld)) {
        return suspect(`${group.count} connections wait for their response body to be closed.`);
      }
      return undefined;
    case "http-client-per-request":
      // One Transport keeps at most 100 idle connections (http.DefaultTransport.MaxIdleConns).
      return group.count > MANY
        ? suspect(`${group.count} idle connections are more than one Transport keeps.`)
        : undefined;
    case "waitgroup":
      if (isOld && group.count >= 2 && !group.rows.some((row) => isMain(goroutines, row))) {
        return left() ?? suspect(`They have waited for up to ${minutes} minutes.`);
      }
      return left();
    case "io-wait":
      return undefined; // a silent connection and an idle one look the same
    default:
      return left() ?? many();
  }
}

/**
 * Whether goroutines that have ended left these behind: each was started by another goroutine, and hardly any of those
 * is still there. Workers of a pool have one parent; helpers of running requests have parents that wait for them.
 */
function orphanhood({ goroutines, group, alive }: Case): { parents: number; gone: number } | undefined {
  if (group.count < FEW || !goroutines.complete) return undefined;
  const parents = new Set<number>();
  for (const row of group.rows) {
    if (goroutines.creatorId[row] === UNKNOWN_ID) return undefined;
    parents.add(goroutines.creatorId[row]);
  }
  let gone = 0;
  for (const parent of parents) if (!alive.has(parent)) gone++;
  return parents.size >= FEW && parents.size >= group.count / 4 && gone >= 0.8 * parents.size
    ? { parents: parents.size, gone }
    : undefined;
}

function isMain(goroutines: Goroutines, row: GoroutineRow): boolean {
  const { stack, stacks, frames } = goroutines;
  if (goroutines.id[row] === 1) return true;
  for (let i = stacks.start[stack[row]]; i < stacks.start[stack[row] + 1]; i++) {
    if (frames.function[stacks.frame[i]] === "main.main") return true;
  }
  return false;
}

/** "All wait for the same one", where the text shows addresses. */
function sameLock(goroutines: Goroutines, rows: Uint32Array): string | undefined {
  const addresses = new Set<number>();
  for (const row of rows) if (goroutines.waitsFor[row] !== 0) addresses.add(goroutines.waitsFor[row]);
  if (addresses.size === 0) return undefined;
  const [address] = addresses;
  return addresses.size === 1
    ? `${rows.length === 1 ? "It waits" : "All wait"} for the one at 0x${address.toString(16)}.`
    : `They wait for ${addresses.size} different ones.`;
}

function commonCreator(goroutines: Goroutines, rows: Uint32Array): GoroutineFrameIndex {
  const counts = new Map<GoroutineFrameIndex, number>();
  let best: GoroutineFrameIndex = NO_FRAME;
  for (const row of rows) {
    const creator = goroutines.creator[row];
    if (creator === NO_FRAME) continue;
    counts.set(creator, (counts.get(creator) ?? 0) + goroutines.multiplicity[row]);
    if (best === NO_FRAME || (counts.get(creator) ?? 0) > (counts.get(best) ?? 0)) best = creator;
  }
  return best;
}

/** The user's blocking line; where only the library's code is on the stack, the user's `go` statement. */
function culpritOf(frames: readonly LeakFrame[], createdBy: LeakFrame | undefined, telling: LeakFrame): LeakFrame {
  const candidates = createdBy === undefined ? frames : [...frames, createdBy];
  let best = telling;
  let bestCloseness: number = STANDARD;
  for (const frame of candidates) {
    const here = closeness(frame.function, frame.file);
    if (here < bestCloseness) {
      best = frame;
      bestCloseness = here;
    }
  }
  return best;
}

function framesOf(goroutines: Goroutines, row: GoroutineRow): LeakFrame[] {
  const { stack, stacks } = goroutines;
  const list = stacks.frame.subarray(stacks.start[stack[row]], stacks.start[stack[row] + 1]);
  return Array.from(list, (frame) => frameAt(goroutines, frame));
}

function frameAt({ frames }: Goroutines, frame: GoroutineFrameIndex): LeakFrame {
  const file = frames.file[frame];
  return { function: frames.function[frame], file, line: file === "" ? 0 : frames.line[frame] };
}

function tellingFrameOf(goroutines: Goroutines, row: GoroutineRow): LeakFrame {
  const frame = tellingFrame(goroutines, goroutines.stack[row]);
  return frame === NO_FRAME ? { function: "", file: "", line: 0 } : frameAt(goroutines, frame);
}

function sum(goroutines: Goroutines, rows: Uint32Array): number {
  return rows.reduce((total, row) => total + goroutines.multiplicity[row], 0);
}

function explanationOf(count: number, words: { what: string; why: string }, basis: LeakBasis): string {
  const who = count === 1 ? `A goroutine ${singular(words.what)}` : `${count} goroutines ${words.what}`;
  return `${who}; ${basis === "runtime" || basis === "wait" ? "" : "likely "}${words.why}.`;
}

/** The verbs that LEAK_WORDS begins with. */
function singular(what: string): string {
  return what.replace(/^(are|wait|sleep|serve|keep|watch)\b/, (verb) => VERBS[verb] ?? verb);
}

const VERBS: Readonly<Record<string, string>> = {
  are: "is",
  wait: "waits",
  sleep: "sleeps",
  serve: "serves",
  keep: "keeps",
  watch: "watches",
};
