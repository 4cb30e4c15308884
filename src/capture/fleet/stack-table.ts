/**
 * The stacks of many instances, while they come in one time after the other: each sample says whose it is by a label.
 *
 * Stacks are told apart by their functions; of several lines the one that has most at some time is shown, since lines
 * differ between versions.
 */
import type { FleetStacks } from "../../core/fleet/fleet.js";
import { type Frames, framesOf } from "../../core/profile/frames.js";
import type { StackFrame } from "../../core/profile/named-stack.js";
import type { Profile } from "../../core/profile/profile.js";

/** Stacks times windows times instances that are kept, of 8 bytes each: 64 MB. */
const MOST_CELLS = 8_000_000;

export class StackTable {
  readonly #windows: number;
  readonly #keys: string[] = [];
  readonly #frames: (readonly StackFrame[])[] = [];
  readonly #most: number[] = [];
  readonly #stackOf = new Map<string, number>();
  readonly #series: ReadonlyMap<string, Map<number, Float64Array>>;

  constructor(names: readonly string[], windows: number) {
    this.#windows = windows;
    this.#series = new Map(names.map((name) => [name, new Map<number, Float64Array>()]));
  }

  /** `countOf` is how many profiles of an instance were added up in this window. */
  add(profile: Profile, by: string, at: number, countOf: (name: string) => number): void {
    const { samples, sampleTypes } = profile;
    const frames = framesOf(profile, "line");
    const known = new Map<string, number>();
    for (let sample = 0; sample < samples.count; sample++) {
      const name = labelOf(profile, sample, by);
      const of = this.#series.get(name);
      if (of === undefined) continue;
      const value = samples.values[sample * sampleTypes.length] / Math.max(1, countOf(name));
      const locations = samples.stack.subarray(samples.stackStart[sample], samples.stackStart[sample + 1]);
      const list = locations.join();
      let stack = known.get(list);
      if (stack === undefined) known.set(list, (stack = this.#stack(frames, locations, value)));
      let series = of.get(stack);
      if (series === undefined) of.set(stack, (series = new Float64Array(this.#windows)));
      series[at] += value;
    }
  }

  /** `sizes` counts the objects of the last window. */
  finish(sizes: StackTable): Pick<FleetStacks, "stacks" | "values" | "objectBytes"> {
    const kept = this.#largestGrowth();
    const row = new Map(kept.map((stack, at) => [stack, at]));
    const values = new Map<string, Float64Array>();
    const last = new Float64Array(kept.length);
    for (const [name, of] of this.#series) {
      const all = new Float64Array(kept.length * this.#windows);
      for (const [stack, series] of of) {
        const at = row.get(stack);
        if (at === undefined) continue;
        all.set(series, at * this.#windows);
        last[at] += series[this.#windows - 1];
      }
      values.set(name, all);
    }
    const objects = sizes.#totals();
    return {
      stacks: kept.map((stack) => this.#frames[stack]),
      values,
      objectBytes: Float64Array.from(kept, (stack, at) => {
        const size = last[at] / (objects.get(this.#keys[stack]) ?? 0);
        return size > 0 && size < Infinity ? size : NaN;
      }),
    };
  }

  #totals(): ReadonlyMap<string, number> {
    const totals = new Map<string, number>();
    for (const of of this.#series.values()) {
      for (const [stack, series] of of) totals.set(this.#keys[stack], (totals.get(this.#keys[stack]) ?? 0) + series[0]);
    }
    return totals;
  }

  #largestGrowth(): readonly number[] {
    const growth = new Float64Array(this.#keys.length);
    for (const of of this.#series.values()) {
      for (const [stack, series] of of) growth[stack] += Math.max(0, series[this.#windows - 1] - series[0]);
    }
    const most = Math.max(20, Math.floor(MOST_CELLS / Math.max(1, this.#series.size * this.#windows)));
    const all = Array.from(growth.keys());
    return all.length <= most ? all : all.sort((a, b) => growth[b] - growth[a]).slice(0, most);
  }

  #stack(frames: Frames, locations: Uint32Array, value: number): number {
    const stack: StackFrame[] = [];
    for (const location of locations) {
      for (let i = frames.start[location]; i < frames.start[location + 1]; i++) {
        const frame = frames.list[i];
        stack.push({ function: frames.name[frame], file: frames.file[frame], line: frames.line[frame] });
      }
    }
    const key = stack.map((frame) => frame.function).join("\0");
    let index = this.#stackOf.get(key);
    if (index === undefined) {
      index = this.#keys.push(key) - 1;
      this.#stackOf.set(key, index);
      this.#frames.push(stack);
      this.#most.push(value);
    } else if (value > this.#most[index]) {
      this.#frames[index] = stack;
      this.#most[index] = value;
    }
    return index;
  }
}

function labelOf({ samples, strings }: Profile, sample: number, key: string): string {
  for (let row = samples.labelStart[sample]; row < samples.labelStart[sample + 1]; row++) {
    if (strings.at(samples.labels.key[row]) === key) return strings.at(samples.labels.string[row]);
  }
  return "";
}
