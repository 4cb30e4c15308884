/**
 * Which goroutines will never end, judged from one dump or profile, better from two, best with the program's memory.
 *
 * Goroutines are taken together by what they wait for and where. What a dump can prove: the runtime's own verdict
 * (`(leaked)`, the goroutineleak profile), a deadlock that it found, a wait that nothing can end (nil channel, empty
 * select). A walk through the memory of the paused program comes close to that (see memory-reading.ts). All else is
 * likelihood, and is judged against healthy programs that look alike: a pool of workers waits too, but was started by
 * one goroutine; what requests leave behind was started by many that are long gone.
 */
import { compareGoroutines, MOVED } from "./goroutine-diff.js";
import { groupGoroutines, type GoroutineGroup, groupOfRows } from "./goroutine-group.js";
import {
  type GoroutineFrameIndex,
  type GoroutineRow,
  type Goroutines,
  isWaiting,
  LEAKED,
  NO_FRAME,
  SYSTEM,
  UNKNOWN_ID,
} from "./goroutine.js";
import { type Earlier, familyOf, type LeakBasis, type LeakLevel, MINUTE_NS, type Verdict } from "./leak-case.js";
import {
  ancestorFrames,
  culpritOf,
  frameAt,
  framesOf,
  functionsOf,
  type LeakFrame,
  tellingFrameOf,
} from "./leak-frames.js";
import { grown, likely } from "./leak-likelihood.js";
import { isIdleByDesign, LEAK_WORDS, type LeakPattern, patternOfWait } from "./leak-pattern.js";
import { foundInMemory, type JudgedCase, provenBy } from "./leak-proof.js";
import { callingFrame, isOfProgram, ownerOfGoroutine } from "./owners/find-owner.js";
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
  /** Ids of the goroutines, where known; at most MAX_IDS. */
  readonly ids: readonly number[];
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
  for (let round = 0; round < MAX_ROUNDS; round++) {
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
  return together(findings.toSorted(surestFirst)).sort(surestFirst);
}

function surestFirst(a: LeakFinding, b: LeakFinding): number {
  return Number(b.level === "confirmed") - Number(a.level === "confirmed") || b.count - a.count;
}

/**
 * What one owner's goroutines tell of one line of the program is one finding, and so is what they tell of no line: the
 * two goroutines of a connection, say. The surest stands for all.
 */
function together(findings: readonly LeakFinding[]): LeakFinding[] {
  const kept = new Map<string, LeakFinding>();
  for (const finding of findings) {
    const owner = ownerOfGoroutine(finding.stack);
    const { file, line, count, ids, evidence } = finding;
    const place = isOfProgram(finding) ? `${file}:${line}` : "";
    const key = owner === undefined ? `${kept.size}` : `${owner.what} ${place}`;
    const first = kept.get(key);
    if (first === undefined) kept.set(key, finding);
    else {
      kept.set(key, {
        ...first,
        count: first.count + count,
        ids: [...first.ids, ...ids].slice(0, MAX_IDS),
        evidence: [...new Set([...first.evidence, ...evidence])],
      });
    }
  }
  return [...kept.values()];
}

const MAX_IDS = 1000;
const MAX_ROUNDS = 8;

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
  const judged = verdictOn(about);
  return judged && findingOf({ ...about, group: judged.group }, judged);
}

interface Judged {
  readonly verdict: Verdict;
  /** The goroutines that it is about. */
  readonly group: GoroutineGroup;
  /** What speaks for it beside its reason. */
  readonly evidence: readonly string[];
}

/** How sure it is that these goroutines leak: as the runtime or memory prove, by their growth, by how they look. */
function verdictOn(about: JudgedCase): Judged | undefined {
  const { goroutines, group } = about;
  const evidence: string[] = [];
  const proven = provenBy(about) ?? foundInMemory(about, evidence);
  if (proven !== undefined) return { verdict: proven, group, evidence };

  const isIdle = isIdleByDesign(functionsOf(goroutines, group.rows[0]));
  // A library's idle goroutines are accused where what they belong to becomes more; a pool that fills looks the same.
  if (isIdle && ownerOfGoroutine(framesOf(goroutines, group.rows[0])) === undefined) return undefined;
  const grew = grown(about, evidence);
  if (grew !== undefined) return { verdict: isIdle ? { ...grew, level: "suspect" } : grew, group, evidence };
  if (isIdle) return undefined;

  const stayed = withoutMoved(about);
  const verdict = likely({ ...about, group: stayed }, evidence);
  return verdict && { verdict, group: stayed, evidence };
}

/** The words of a verdict, and the line to look at. */
function findingOf(about: JudgedCase, { verdict, evidence }: Judged): LeakFinding {
  const { goroutines, group, pattern } = about;
  const first = group.rows[0];
  const frames = framesOf(goroutines, first);
  const creator = commonCreator(goroutines, group.rows);
  const createdBy = creator === NO_FRAME ? undefined : frameAt(goroutines, creator);
  const words = LEAK_WORDS[pattern];
  const starters = [...(createdBy === undefined ? [] : [createdBy]), ...ancestorFrames(goroutines, first)];
  const owner = ownerOfGoroutine(frames);
  const culprit =
    (owner && callingFrame([...frames, ...starters], owner)) ??
    culpritOf([...frames, ...starters], tellingFrameOf(goroutines, first));
  const lookFor = owner === undefined || isOfProgram(culprit) ? "" : ` Look for calls of ${owner.look}.`;
  const ids = Array.from(group.rows, (row) => goroutines.id[row]);
  return {
    level: verdict.level,
    basis: verdict.basis,
    pattern,
    count: group.count,
    ...culprit,
    stack: frames,
    ...(createdBy !== undefined && { createdBy }),
    explanation: [explanationOf(group.count, words, verdict.basis), ...(owner ? [owner.what] : [])].join(" "),
    advice: owner === undefined ? words.advice : owner.todo + lookFor,
    evidence: [verdict.reason, ...evidence, ...observations(about, createdBy)],
    ids: ids.filter((id) => id !== UNKNOWN_ID).slice(0, MAX_IDS),
  };
}

/** What is seen of the goroutines, whatever the verdict rests on. */
function observations({ goroutines, group, pattern, memory }: JudgedCase, createdBy: LeakFrame | undefined): string[] {
  const first = group.rows[0];
  const seen: (string | undefined)[] = [];
  const minutes = Math.floor((group.longestWaitNs ?? 0) / MINUTE_NS);
  if (minutes >= 1) seen.push(`The longest has waited for ${minutes} ${minutes === 1 ? "minute" : "minutes"}.`);
  if (pattern === "deadlock") seen.push(`Its state: ${goroutines.states[goroutines.state[first]]}.`);
  seen.push(memory?.waitsOn.get(goroutines.id[first]) ?? sameLock(goroutines, group.rows));
  const isLock = pattern === "mutex" || (pattern === "deadlock" && goroutines.waitsFor[first] !== 0);
  if (isLock) seen.push(likelyHolder(goroutines, group.rows));
  if (createdBy !== undefined) seen.push(`Started by ${createdBy.function} (${createdBy.file}:${createdBy.line}).`);
  return seen.filter((line) => line !== undefined);
}

/** Who came here only after the earlier moment has not waited long enough to be counted with those that did. */
function withoutMoved({ goroutines, group, earlier }: JudgedCase): GoroutineGroup {
  if (earlier === undefined || earlier.changes.moved.length === 0) return group;
  return groupOfRows(
    goroutines,
    group.title,
    group.rows.filter((row) => earlier.changes.change[row] !== MOVED),
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

function explanationOf(count: number, words: { what: string; why: string }, basis: LeakBasis): string {
  const who = count === 1 ? `A goroutine ${singular(words.what)}` : `${count} goroutines ${words.what}`;
  return `${who}; ${basis === "runtime" || basis === "wait" ? "" : "likely "}${words.why}.`;
}

/** The verbs that LEAK_WORDS begins with. */
function singular(what: string): string {
  return what.replace(/^(are|wait|sleep|serve|keep|watch|range|wake|run)\b/, (verb) => VERBS[verb] ?? verb);
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
  run: "runs",
};
