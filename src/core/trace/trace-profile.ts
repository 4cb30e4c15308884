/**
 * What was found in a trace as profiles, which every view and every tool opens.
 *
 * `delayProfile` is what `go tool trace -pprof=NAME` prints. `traceProfile` has all of them at once, and the start
 * latencies, where a stack goes on below "woken by" with the stack of who woke the goroutine.
 */
import { ProfileBuilder } from "../profile/profile-builder.js";
import type { LocationIndex, Profile, ValueType } from "../profile/profile.js";
import { DELAY_PROFILES, type DelayProfileName, type DelayProfiles } from "./delay-profiles.js";
import type { AnalysedTrace } from "./read-trace.js";
import {
  NO_STACK,
  type StackColumns,
  type TraceFrame,
  type TraceNames,
  type TraceStack,
} from "./events/trace-names.js";
import { AFTER_SYSCALL, GAVE_WAY, SINCE_BEGIN, SYSCALLS } from "./wakings.js";

const NANOSECONDS = "nanoseconds";

/** Of `traceProfile`. */
export const TRACE_SAMPLE_TYPES: readonly ValueType[] = [
  { type: "start_latency", unit: NANOSECONDS },
  ...DELAY_PROFILES.map((type) => ({ type, unit: NANOSECONDS })),
];

/** One of Go's four profiles: sample types contentions/count and delay/nanoseconds. */
export function delayProfile({ names, analysis, warnings }: AnalysedTrace, name: DelayProfileName): Profile {
  const out = new StackProfile(names);
  const at = DELAY_PROFILES.indexOf(name);
  const { counts, delays } = analysis.profiles;
  forEachDelay(analysis.profiles, at, (stack) => {
    out.builder.sample(out.stack(stack), [counts[at][stack], delays[at][stack]], []);
  });
  return out.builder.finish({
    format: "trace",
    sampleTypes: [
      { type: "contentions", unit: "count" },
      { type: "delay", unit: NANOSECONDS },
    ],
    defaultSampleType: 1,
    periodType: { type: "trace", unit: "count" },
    period: 1,
    comments: [],
    mappings: [],
    warnings,
  });
}

/** Start latency and Go's four profiles as sample types of one profile, in nanoseconds. */
export function traceProfile({ names, analysis, durationNs, warnings }: AnalysedTrace): Profile {
  const out = new StackProfile(names);
  const { profiles, wakings } = analysis;
  const sampleTypes = TRACE_SAMPLE_TYPES;
  const sample = (stack: readonly LocationIndex[], type: number, ns: number) => {
    out.builder.sample(
      stack,
      sampleTypes.map((_, i) => (i === type ? ns : 0)),
      [],
    );
  };
  for (const [at] of DELAY_PROFILES.entries()) {
    forEachDelay(profiles, at, (stack) => sample(out.stack(stack), at + 1, profiles.delays[at][stack]));
  }
  const { pairs, startNs } = wakings;
  for (let row = 0; row < pairs.count; row++) {
    if (startNs[row] === 0 || pairs.second[row] === SYSCALLS) continue;
    const reason = names.string(wakings.reason[row]);
    sample(out.wokenStack(pairs.first[row], pairs.second[row], reason), 0, startNs[row]);
  }
  const profile = out.builder.finish({
    format: "trace",
    sampleTypes,
    defaultSampleType: 0,
    periodType: undefined,
    period: 0,
    comments: [],
    mappings: [],
    warnings,
  });
  return { ...profile, durationNanos: durationNs };
}

/** Nanoseconds in each of the four profiles. */
export function delayTotals(profiles: DelayProfiles): Record<DelayProfileName, number> {
  const total = (at: number) => profiles.delays[at].reduce((sum, ns) => sum + ns, 0);
  return { sched: total(0), sync: total(1), net: total(2), syscall: total(3) };
}

/** Stacks of one profile, those with the longest delay first. */
function forEachDelay({ counts, delays }: DelayProfiles, at: number, use: (stack: TraceStack) => void): void {
  const stacks: TraceStack[] = [];
  counts[at].forEach((count, stack) => count > 0 && stacks.push(stack));
  stacks.sort((a, b) => delays[at][b] - delays[at][a] || a - b).forEach(use);
}

/** A profile's tables from the trace's stacks. */
class StackProfile {
  readonly builder = new ProfileBuilder();
  readonly #names: TraceNames;
  readonly #stacks: StackColumns;
  readonly #locationOfFrame = new Map<TraceFrame, LocationIndex>();
  readonly #locationOfLabel = new Map<string, LocationIndex>();

  constructor(names: TraceNames) {
    this.#names = names;
    this.#stacks = names.stackColumns();
  }

  /** Leaf first. */
  stack(stack: TraceStack): LocationIndex[] {
    const { start, frames } = this.#stacks;
    return Array.from(frames.subarray(start[stack], start[stack + 1]), (frame) => this.#location(frame));
  }

  /** The stack of the goroutine, and below it why it could go on. */
  wokenStack(own: TraceStack, other: number, reason: string): LocationIndex[] {
    const why = other > NO_STACK ? "[woken by]" : (WHY[other] ?? `[woken by ${RUNTIME[reason] ?? "the runtime"}]`);
    return [...(other > NO_STACK ? this.stack(other) : []), this.#label(why), ...this.stack(own)];
  }

  #location(frame: TraceFrame): LocationIndex {
    let location = this.#locationOfFrame.get(frame);
    if (location === undefined) {
      const { framePc, frameFunction, frameFile, frameLine } = this.#names;
      const name = this.#names.string(frameFunction[frame]);
      const fn = this.builder.function(name, this.#names.string(frameFile[frame]));
      const pc = framePc[frame];
      const line = { function: fn, line: frameLine[frame] };
      location = this.builder.location(Math.floor(pc / 2 ** 32) >>> 0, pc >>> 0, [line]);
      this.#locationOfFrame.set(frame, location);
    }
    return location;
  }

  #label(text: string): LocationIndex {
    let location = this.#locationOfLabel.get(text);
    if (location === undefined) {
      location = this.builder.location(0, 0, [{ function: this.builder.function(text, ""), line: 0 }]);
      this.#locationOfLabel.set(text, location);
    }
    return location;
  }
}

const WHY: Readonly<Record<number, string>> = {
  [GAVE_WAY]: "[preempted or gave way]",
  [AFTER_SYSCALL]: "[back from a system call]",
  [SINCE_BEGIN]: "[runnable when the trace began]",
};

/** What of the runtime wakes goroutines that wait for these reasons. */
const RUNTIME: Readonly<Record<string, string>> = { network: "the network poller", sleep: "a timer" };
