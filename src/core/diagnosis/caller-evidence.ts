/**
 * Which line of the program made what a library's goroutines and memory belong to, where their own stacks do not show
 * it. Four witnesses, the surest first: the runtime's record of who started a goroutine (tracebackancestors) or the
 * `go` statement, both in a dump; allocations below the call in the heap profile, those that stay alive before those
 * that do not; and goroutines that were in the call at a snapshot.
 */
import { ancestorFrames, frameAt, framesOf } from "../goroutines/leak-frames.js";
import { type Goroutines, NO_FRAME } from "../goroutines/goroutine.js";
import { callingFrame, isOfProgram } from "../goroutines/owners/find-owner.js";
import { type OwnedLeak, plainName } from "../goroutines/owners/owner.js";
import { namedStack } from "../profile/named-stack.js";
import type { Profile } from "../profile/profile.js";
import { stackFrames, type StackSeries, stackSeries } from "../profile/stack-series.js";
import type { StackFrame } from "../profile/named-stack.js";

/** A line of the program from which an owner is called. */
export interface CallSite {
  readonly frame: StackFrame;
  /** Goroutines of the owner that the last dump traces back to this line. */
  readonly started: number;
  /** Live bytes allocated for calls of this line: last - first snapshot. */
  readonly retainedGrowth: number;
  /** Bytes allocated for calls of this line since the program started. */
  readonly allocated: number;
  /** In how many snapshots a call of this line was under way. */
  readonly seenInFlight: number;
}

/** A line that goroutines go back to, and how many; lines that are not exact are those of return addresses. */
interface Origin {
  readonly frame: StackFrame;
  count: number;
  readonly isExact: boolean;
}

type GrowingSite = { -readonly [K in keyof CallSite]: CallSite[K] };

/** The line after a call counts for the call: what the runtime records is where it returns to. */
const LINES_BEHIND = 3;

export class CallerEvidence {
  readonly #heaps: readonly Profile[];
  readonly #goroutines: readonly Profile[];
  readonly #dump: Goroutines | undefined;
  #heapSeries: StackSeries | undefined;
  #goroutineSeries: StackSeries | undefined;

  /** `dump` is a list of goroutines of about the last snapshot, with who started them. */
  constructor(heaps: readonly Profile[], goroutines: readonly Profile[], dump: Goroutines | undefined) {
    this.#heaps = heaps;
    this.#goroutines = goroutines;
    this.#dump = dump;
  }

  /** The lines that call the owner, the likeliest first. */
  sitesOf(leak: OwnedLeak): readonly CallSite[] {
    const sites = new Map<string, GrowingSite>();
    this.#addAllocating(leak, sites);
    this.#addInFlight(leak, sites);
    const isOwners = (stack: readonly StackFrame[]) =>
      leak.goroutines !== undefined && stack.some((frame) => leak.goroutines!.test(plainName(frame.function)));
    for (const { frame, count, isExact } of this.#origins(isOwners, (all) => callingFrame(all, leak, true))) {
      (isExact ? siteAt(sites, frame) : nearestSite(sites, frame)).started += count;
    }
    return [...sites.values()].sort(
      (a, b) =>
        b.started - a.started ||
        b.retainedGrowth - a.retainedGrowth ||
        b.seenInFlight - a.seenInFlight ||
        b.allocated - a.allocated,
    );
  }

  /** The program's line that most of the goroutines at this place go back to, and how many of them do. */
  originOf(place: StackFrame): { readonly frame: StackFrame; readonly count: number } | undefined {
    // Goroutines with the program's code on their stack are told of at that code.
    const isThere = (stack: readonly StackFrame[]) =>
      !stack.some(isOfProgram) &&
      stack.some(
        ({ function: name, file, line }) => name === place.function && file === place.file && line === place.line,
      );
    let best: Origin | undefined;
    for (const origin of this.#origins(isThere, (starters) => starters.find(isOfProgram))) {
      if (best === undefined || origin.count > best.count) best = origin;
    }
    return best;
  }

  /** By line: goroutines whose stack `isWanted`, counted at what `choose` finds among those who started them. */
  #origins(
    isWanted: (stack: readonly StackFrame[]) => boolean,
    choose: (starters: readonly StackFrame[]) => StackFrame | undefined,
  ): readonly Origin[] {
    const counts = new Map<string, Origin>();
    const dump = this.#dump;
    for (let row = 0; row < (dump?.count ?? 0); row++) {
      const stack = framesOf(dump!, row);
      if (!isWanted(stack)) continue;
      const creator = dump!.creator[row];
      const ancestors = ancestorFrames(dump!, row);
      const starters = [...stack, ...(creator === NO_FRAME ? [] : [frameAt(dump!, creator)]), ...ancestors];
      const frame = choose(starters);
      if (frame === undefined) continue;
      const key = keyOf(frame);
      const known = counts.get(key);
      // Of its own frames and of its `go` statement the runtime prints the very line.
      const isExact = starters.indexOf(frame) < starters.length - ancestors.length;
      if (known === undefined) counts.set(key, { frame, count: dump!.multiplicity[row], isExact });
      else known.count += dump!.multiplicity[row];
    }
    return [...counts.values()];
  }

  #addAllocating(leak: OwnedLeak, sites: Map<string, GrowingSite>): void {
    const series = (this.#heapSeries ??= stackSeries(this.#heaps, (profile) => [
      column(profile, "alloc_space"),
      column(profile, "inuse_space"),
    ]));
    for (let stack = 0; stack < series.stackCount; stack++) {
      const frame = callingFrame(namedStack(series, stackFrames(series, stack)), leak);
      if (frame === undefined) continue;
      const site = siteAt(sites, frame);
      const first = stack * series.length;
      const last = first + series.length - 1;
      site.allocated += series.values[0][last];
      site.retainedGrowth += series.values[1][last] - series.values[1][first];
    }
  }

  #addInFlight(leak: OwnedLeak, sites: Map<string, GrowingSite>): void {
    const series = (this.#goroutineSeries ??= stackSeries(this.#goroutines, (profile) => [column(profile, undefined)]));
    const seenAt = new Map<GrowingSite, Set<number>>();
    for (let stack = 0; stack < series.stackCount; stack++) {
      const frame = callingFrame(namedStack(series, stackFrames(series, stack)), leak);
      if (frame === undefined) continue;
      const site = siteAt(sites, frame);
      const seen = seenAt.get(site) ?? new Set();
      seenAt.set(site, seen);
      for (let at = 0; at < series.length; at++) if (series.values[0][stack * series.length + at] > 0) seen.add(at);
      site.seenInFlight = seen.size;
    }
  }
}

function siteAt(sites: Map<string, GrowingSite>, frame: StackFrame): GrowingSite {
  const key = keyOf(frame);
  let site = sites.get(key);
  if (site === undefined) {
    const { function: name, file, line } = frame;
    site = { frame: { function: name, file, line }, started: 0, retainedGrowth: 0, allocated: 0, seenInFlight: 0 };
    sites.set(key, site);
  }
  return site;
}

/** A line that a return address stands for is the one of the call before it, where another witness saw that. */
function nearestSite(sites: Map<string, GrowingSite>, frame: StackFrame): GrowingSite {
  for (let before = 0; before <= LINES_BEHIND; before++) {
    const site = sites.get(keyOf({ ...frame, line: frame.line - before }));
    if (site !== undefined && site.frame.function === frame.function) return site;
  }
  return siteAt(sites, frame);
}

const keyOf = ({ file, line }: StackFrame): string => `${file}:${line}`;

/** The values of one sample type, or of the first for undefined; zeros where the profile does not have it. */
function column({ samples, sampleTypes }: Profile, type: string | undefined): Float64Array {
  const at = type === undefined ? 0 : sampleTypes.findIndex((one) => one.type === type);
  const width = sampleTypes.length;
  return Float64Array.from({ length: samples.count }, (_, i) => (at < 0 ? 0 : samples.values[i * width + at]));
}
