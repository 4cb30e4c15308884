/**
 * What is asked of an engine, whichever it is. Gauges (live bytes, goroutines) are asked for in windows of one interval
 * between two profiles, or as means: their sum over time is the size of nothing.
 */
import type { FleetStacks, Labels } from "../../core/fleet/fleet.js";
import type { Matcher } from "../../core/fleet/selector.js";
import type { Captured } from "../capture-problem.js";

/** Window `i` ends at `endsMs[i]` and begins `stepMs` before. */
export interface Grid {
  readonly endsMs: readonly number[];
  readonly stepMs: number;
  /** Between two profiles of an instance; at most `stepMs`. */
  readonly intervalMs: number;
}

export interface SeriesOfInstance {
  readonly labels: Labels;
  /** One value for each window; NaN where there is no profile. */
  readonly values: Float64Array;
  /** How many profiles are in each window. */
  readonly counts: Float64Array;
}

export type SeriesByInstance = ReadonlyMap<string, SeriesOfInstance>;

/** The types of one kind of profile, as the engine names them. */
export interface ProfileTypes {
  readonly inuseSpace?: string;
  readonly inuseObjects?: string;
  readonly allocSpace?: string;
  readonly goroutine?: string;
  readonly all: readonly string[];
}

export interface PushedProfile {
  readonly labels: Labels;
  /** Gzipped pprof. */
  readonly bytes: Uint8Array;
}

export interface Engine {
  types(fromMs: number, toMs: number): Promise<Captured<ProfileTypes>>;
  /** All label sets that have profiles of this type. */
  labels(type: string, grid: Grid): Promise<Captured<readonly Labels[]>>;
  /** `counted`: whether the counts are worth a request. */
  series(type: string, by: string, grid: Grid, counted: boolean): Promise<Captured<SeriesByInstance>>;
  /** What instances hold by stack. `growing` are those that lean upwards; `requests` is how many may be sent. */
  stacks(
    types: { readonly value: string; readonly objects?: string },
    by: string,
    growing: SeriesByInstance,
    grid: Grid,
    requests: number,
  ): Promise<Captured<FleetStacks>>;
  /** One profile of all that the matchers select, of one type, merged. */
  profile(type: string, matchers: readonly Matcher[], fromMs: number, toMs: number): Promise<Captured<Uint8Array>>;
  push(profile: PushedProfile): Promise<Captured<undefined>>;
  /** Values of the label that names programs, to say what there is. */
  programs(fromMs: number, toMs: number): Promise<Captured<readonly string[]>>;
  /** How many requests were sent; by how much its clock is ahead. */
  readonly requests: number;
  readonly clockMs: number;
}

/** `memory:inuse_space:bytes:space:bytes`: name, type, unit, type and unit of the period. */
export function profileTypes(ids: readonly string[]): ProfileTypes {
  const called = (...types: readonly string[]) => ids.find((id) => types.includes(id.split(":")[1]));
  const inuseSpace = called("inuse_space");
  const inuseObjects = called("inuse_objects");
  const allocSpace = called("alloc_space");
  const goroutine = called("goroutine", "goroutines");
  return {
    all: ids,
    ...(inuseSpace !== undefined && { inuseSpace }),
    ...(inuseObjects !== undefined && { inuseObjects }),
    ...(allocSpace !== undefined && { allocSpace }),
    ...(goroutine !== undefined && { goroutine }),
  };
}

/** Runs `tasks` so many at once; the first problem ends it. */
export async function allOf<T>(
  tasks: readonly (() => Promise<Captured<T>>)[],
  atOnce: number,
): Promise<Captured<readonly T[]>> {
  const results: T[] = new Array<T>(tasks.length);
  let next = 0;
  let failed: Extract<Captured<T>, { ok: false }> | undefined;
  const worker = async () => {
    while (next < tasks.length && failed === undefined) {
      const at = next++;
      const done = await tasks[at]();
      if (done.ok) results[at] = done.value;
      else failed ??= done;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return failed ?? { ok: true, value: results };
}
