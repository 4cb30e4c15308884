/** The stacks of a profile that an engine merged, by what they are called. */
import { openProfile } from "../../core/open.js";
import { namedStack, type StackFrame } from "../../core/profile/named-stack.js";
import type { Profile } from "../../core/profile/profile.js";
import { stackFrames, stackSeries } from "../../core/profile/stack-series.js";
import { FormatError } from "../../core/text/format-error.js";
import { type Captured, captured, problem } from "../capture-problem.js";
import { gunzipped } from "../gunzip.js";

export interface MergedStack {
  /** Leaf first. */
  readonly frames: readonly StackFrame[];
  readonly value: number;
}

/** An engine answers with nothing, or a profile of nothing, where there is no profile. */
export function decoded(bytes: Uint8Array, from: string): Captured<Profile | undefined> {
  if (bytes.length === 0) return captured(undefined);
  try {
    return captured(openProfile(gunzipped(bytes)));
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const todo = "Check that nothing between here and the engine changes its answers";
    return problem("undecodable", `cannot read a profile of ${from}`, error.message, todo);
  }
}

/** Of its only sample type; lines of the same functions are one stack, at the line that has most. */
export function stacksByFunctions(profile: Profile | undefined): ReadonlyMap<string, MergedStack> {
  const merged = new Map<string, MergedStack & { readonly most: number }>();
  if (profile === undefined || profile.sampleTypes.length === 0) return merged;
  const series = stackSeries([profile], firstValues);
  for (let stack = 0; stack < series.stackCount; stack++) {
    const frames = namedStack(series, stackFrames(series, stack));
    const value = series.values[0][stack];
    const key = frames.map((frame) => frame.function).join("\0");
    const before = merged.get(key);
    if (before === undefined) merged.set(key, { frames, value, most: value });
    else {
      const isMore = value > before.most;
      merged.set(key, {
        frames: isMore ? frames : before.frames,
        value: before.value + value,
        most: Math.max(value, before.most),
      });
    }
  }
  return merged;
}

function firstValues({ samples, sampleTypes }: Profile): readonly Float64Array[] {
  const width = sampleTypes.length;
  return [Float64Array.from({ length: samples.count }, (_, i) => samples.values[i * width])];
}
