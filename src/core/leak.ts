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
  NO_ANCESTRY,
  NO_FRAME,
  type StackIndex,
  SYSTEM,
  tellingFrame,
  UNKNOWN_ID,
} from "./goroutine.js";
import { compareGoroutines } from "./goroutine-diff.js";
import { groupGoroutines, type GoroutineGroup, groupOfRows } from "./goroutine-group.js";
import {
  type Case,
  countIn,
  type Earlier,
  familyOf,
  isMain,
  type LeakBasis,
  type LeakLevel,
  MINUTE_NS,
  type Verdict,
} from "./leak-case.js";
import { FEW, grown, likely } from "./leak-likelihood.js";
import { isIdleByDesign, LEAK_WORDS, type LeakPattern, patternOfWait } from "./leak-pattern.js";
import { likelyHolder } from "./lock-holder.js";
import type { MemoryReading } from "./memory-reading.js";

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
  const family = familyOf(goroutines);
  const inCycle = new Set(memory?.cycles.flat());
  const isGoleak = goroutines.cause?.startsWith("found unexpected goroutines") ?? false;
  const about = { goroutines, earlier, family, memory, inCycle, isGoleak };
  const groups = groupGoroutines(goroutines, waitingRows(goroutines), "wait");
  let open = groups.flatMap((group) => bySureness(goroutines, group, memory, inCycle));
  const findings: LeakFinding[] = [];
  // Who waits for a goroutine that is lost is lost, too: each round may show more of them.
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const rest: GoroutineGroup[] = [];
    for (const group of open) {
      const isReachable = memory !== undefined && group.rows.every((row) => memory.reachable.has(goroutines.id[row]));
      const isMemoryKnown = memory !== undefined;
      const pattern = patternOf(goroutines, group, memory);
      const finding = judge({ ...about, group, isReachable, isMemoryKnown, pattern });
      if (finding === undefined) rest.push(group);
      else {
        findings.push(finding);
        for (const row of group.rows) family.lost.add(goroutines.id[row]);
      }
    }
    if (rest.length === open.length) break;
    open = rest;
  }
  return findings.sort(
    (a, b) => Number(b.level === "confirmed") - Number(a.level === "confirmed") || b.count - a.count,
  );
}

const MOST_IDS = 1000;
const MOST_ROUNDS = 8;

interface JudgedCase extends Case {
  readonly memory: MemoryReading | undefined;
  readonly inCycle: ReadonlySet<number>;
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
  const changes = compareGoroutines(base, now);
  return {
    countAt: new Map(groups.map((group) => [group.title, group.count])),
    changes,
    stuck: new Set(changes.stuck),
    moved: new Set(changes.moved),
  };
}

function isDeadlock({ cause }: Goroutines): boolean {
  return cause?.startsWith("fatal error: all goroutines are asleep") ?? false;
}

function patternOf(goroutines: Goroutines, group: GoroutineGroup, memory: MemoryReading | undefined): LeakPattern {
  if (isDeadlock(goroutines)) return "deadlock";
  const first = group.rows[0];
  const pattern = patternOfWait(goroutines.states[goroutines.state[first]], functionsOf(goroutines, first));
  const isOnTimer = pattern === "chan-receive" || pattern === "range-not-closed" || pattern === "select";
  return isOnTimer && memory?.onTimer?.has(goroutines.id[first]) === true ? "timer-loop" : pattern;
}

/**
 * What is known of single goroutines is not told of their neighbours at the same line: those that the runtime proved,
 * those that the walk through memory found beyond reach, and all others are judged apart.
 */
function bySureness(
  goroutines: Goroutines,
  whole: GoroutineGroup,
  memory: MemoryReading | undefined,
  inCycle: ReadonlySet<number>,
): GoroutineGroup[] {
  const { flags, id } = goroutines;
  const parts: GoroutineRow[][] = [[], [], []];
  for (const row of whole.rows) {
    const isBeyondReach = memory?.unreachable.has(id[row]) === true || inCycle.has(id[row]);
    parts[flags[row] & LEAKED ? 0 : isBeyondReach ? 1 : 2].push(row);
  }
  if (parts.some((rows) => rows.length === whole.rows.length)) return [whole];
  return parts
    .filter((rows) => rows.length > 0)
    .map((rows) => groupOfRows(goroutines, whole.title, Uint32Array.from(rows)));
}

function judge(about: JudgedCase): LeakFinding | undefined {
  const { goroutines, pattern, memory } = about;
  const evidence: string[] = [];
  let { group } = about;
  let verdict = provenBy(about) ?? foundInMemory(about, evidence);
  if (verdict === undefined) {
    if (isIdleByDesign(functionsOf(goroutines, group.rows[0]))) return undefined;
    verdict = grown(about, evidence);
  }
  if (verdict === undefined) {
    group = withoutMoved(about);
    verdict = likely({ ...about, group }, evidence);
  }
  if (verdict === undefined) return undefined;

  const first = group.rows[0];
  const frames = framesOf(goroutines, first);

  const creator = commonCreator(goroutines, group.rows);
  const createdBy = creator === NO_FRAME ? undefined : frameAt(goroutines, creator);
  const minutes = Math.floor((group.longestWaitNs ?? 0) / MINUTE_NS);
  if (minutes >= 1) {
    evidence.push(`The longest has waited for ${minutes} ${minutes === 1 ? "minute" : "minutes"}.`);
  }
  if (pattern === "deadlock") evidence.push(`Its state: ${goroutines.states[goroutines.state[first]]}.`);
  const object = memory?.waitsOn.get(goroutines.id[first]) ?? sameLock(goroutines, group.rows);
  if (object !== undefined) evidence.push(object);
  const isLock = pattern === "mutex" || (pattern === "deadlock" && goroutines.waitsFor[first] !== 0);
  const holder = isLock ? likelyHolder(goroutines, group.rows) : undefined;
  if (holder !== undefined) evidence.push(holder);
  if (createdBy !== undefined) evidence.push(`Started by ${createdBy.function} (${createdBy.file}:${createdBy.line}).`);
  const words = LEAK_WORDS[pattern];
  const starters = [...(createdBy === undefined ? [] : [createdBy]), ...ancestorFrames(goroutines, first)];
  const culprit = culpritOf([...frames, ...starters], tellingFrameOf(goroutines, first));
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
function provenBy({ goroutines, group, pattern }: Case): Verdict | undefined {
  const first = group.rows[0];
  if (goroutines.flags[first] & LEAKED) {
    const reason = "Proved by the Go runtime: nothing that can still run reaches what they wait for.";
    return { level: "confirmed", basis: "runtime", reason };
  }
  if (pattern === "deadlock") {
    const reason = "Proved by the Go runtime: it found all goroutines asleep.";
    return { level: "confirmed", basis: "runtime", reason };
  }
  if (pattern !== "nil-channel" && pattern !== "select-no-cases") return undefined;
  // Parking main is an idiom. One more that parks itself (select {}, <-context.Background().Done()) does little harm
  // and yet never ends; a send is a mistake.
  const others = group.rows.filter((row) => !isMain(goroutines, row));
  const count = sum(goroutines, others);
  const isSend = goroutines.states[goroutines.state[first]].startsWith("chan send");
  if (count === 0) return undefined;
  const reason = "Nothing can ever wake a goroutine that waits like that.";
  return { level: isSend || count >= FEW ? "confirmed" : "suspect", basis: "wait", reason };
}

/** Beyond the reach of all that may still run. A second sign that time passes and nothing happens makes it sure. */
function foundInMemory(about: JudgedCase, evidence: string[]): Verdict | undefined {
  const { goroutines, group, earlier, memory, inCycle } = about;
  if (memory === undefined) return undefined;
  const ids = Array.from(group.rows, (row) => goroutines.id[row]);
  const isInCycle = ids.every((id) => inCycle.has(id));
  if (!isInCycle && !ids.every((id) => memory.unreachable.has(id) || inCycle.has(id))) {
    if (about.isReachable) {
      evidence.push("Something that may still run can reach what they wait for; whether it ever will is not known.");
    }
    return undefined;
  }
  const cycle = memory.cycles.find((circle) => circle.includes(ids[0]));
  if (cycle !== undefined) {
    evidence.push(`They wait for each other in a circle: goroutines ${[...cycle, cycle[0]].join(" → ")}.`);
  }
  const stayed = earlier === undefined ? 0 : countIn(group.rows, earlier.stuck);
  if (stayed > 0) evidence.push(`${stayed} of them were there before and have not moved since.`);
  evidence.push(...memory.limits);
  const isOld = (group.longestWaitNs ?? 0) >= MINUTE_NS;
  return {
    level: isOld || stayed > 0 ? "confirmed" : "suspect",
    basis: "memory",
    reason: "Likely for good: in the memory of the program nothing that may still run reaches what they wait for.",
  };
}

/** Who came here only after the earlier moment has not waited long enough to be counted with those that did. */
function withoutMoved({ goroutines, group, earlier }: Case): GoroutineGroup {
  if (earlier === undefined || earlier.moved.size === 0) return group;
  return groupOfRows(
    goroutines,
    group.title,
    group.rows.filter((row) => !earlier.moved.has(row)),
  );
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

/**
 * The user's blocking line; where only the library's code is on the stack, the user's `go` statement, or, with
 * GODEBUG=tracebackancestors=N, the user's line that led to it. `frames` are in that order.
 */
function culpritOf(frames: readonly LeakFrame[], telling: LeakFrame): LeakFrame {
  let best = telling;
  let bestCloseness: number = STANDARD;
  for (const frame of frames) {
    const here = closeness(frame.function, frame.file);
    if (here < bestCloseness) {
      best = frame;
      bestCloseness = here;
    }
  }
  return best;
}

function ancestorFrames(goroutines: Goroutines, row: GoroutineRow): LeakFrame[] {
  if (goroutines.ancestry[row] === NO_ANCESTRY) return [];
  return goroutines.ancestries[goroutines.ancestry[row]].flatMap(({ stack, creator }) => [
    ...Array.from(stackFrames(goroutines, stack), (frame) => frameAt(goroutines, frame)),
    ...(creator === NO_FRAME ? [] : [frameAt(goroutines, creator)]),
  ]);
}

function framesOf(goroutines: Goroutines, row: GoroutineRow): LeakFrame[] {
  return Array.from(stackFrames(goroutines, goroutines.stack[row]), (frame) => frameAt(goroutines, frame));
}

function functionsOf(goroutines: Goroutines, row: GoroutineRow): string[] {
  return Array.from(stackFrames(goroutines, goroutines.stack[row]), (frame) => goroutines.frames.function[frame]);
}

function stackFrames({ stacks }: Goroutines, stack: StackIndex): Int32Array {
  return stacks.frame.subarray(stacks.start[stack], stacks.start[stack + 1]);
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
  return what.replace(/^(are|wait|sleep|serve|keep|watch|range|wake)\b/, (verb) => VERBS[verb] ?? verb);
}

const VERBS: Readonly<Record<string, string>> = {
  are: "is",
  wait: "waits",
  sleep: "sleeps",
  serve: "serves",
  keep: "keeps",
  watch: "watches",
  range: "ranges",
  wake: "wakes",
};
