/**
 * Pyroscope's query API, as Connect JSON: int64 are strings, zeros are left out, times are milliseconds. A merged profile
 * is asked for as protobuf, whose answer is a pprof file.
 *
 * Point `t` of a series is the window that ends at `t`. `AVERAGE` divides by the profiles of a window, `SUM` does not;
 * their ratio is how many there are. A window without a profile has no point; a stack that a profile does not have is a
 * point without value. `stackTraceSelector` restricts a series to the stacks that begin so, root first.
 * (Facts by running 1.21.1: api/querier/v1/querier.proto, pkg/model/timeseries/range.go.)
 */
import { z } from "zod";
import type { FleetStacks, Labels } from "../../core/fleet/fleet.js";
import { anyOf, type Matcher, selectorText } from "../../core/fleet/selector.js";
import { WireWriter } from "../../core/pprof/wire-writer.js";
import { type Captured, captured } from "../capture-problem.js";
import {
  allOf,
  type Engine,
  type Grid,
  profileTypes,
  type PushedProfile,
  type SeriesByInstance,
  type SeriesOfInstance,
} from "./engine.js";
import type { EngineRequests } from "./engine-requests.js";
import type { EngineTarget } from "./engine-target.js";
import { decoded, type MergedStack, stacksByFunctions } from "./merged-stacks.js";

const QUERIER = "querier.v1.QuerierService";

const int64 = z.union([z.string(), z.number()]).transform(Number);
const labelPairs = z
  .array(z.object({ name: z.string().default(""), value: z.string().default("") }))
  .default([])
  .transform((pairs): Labels => Object.fromEntries(pairs.map(({ name, value }) => [name, value])));
const profileTypesAnswer = z.object({ profileTypes: z.array(z.object({ ID: z.string().default("") })).default([]) });
const seriesAnswer = z.object({ labelsSet: z.array(z.object({ labels: labelPairs })).default([]) });
const namesAnswer = z.object({ names: z.array(z.string()).default([]) });
const selectSeriesAnswer = z.object({
  series: z
    .array(
      z.object({
        labels: labelPairs,
        points: z.array(z.object({ value: z.number().default(0), timestamp: int64 })).default([]),
      }),
    )
    .default([]),
});
const emptyAnswer = z.object({});

const SUM = "TIME_SERIES_AGGREGATION_TYPE_SUM";
const AVERAGE = "TIME_SERIES_AGGREGATION_TYPE_AVERAGE";
const AT_ONCE = 8;
const MOST_STACKS = 20;
const MERGES = 3;
/** Names that a selector lists; beyond, it selects all. */
const MOST_NAMED = 200;

export class Pyroscope implements Engine {
  readonly #target: EngineTarget;
  readonly #requests: EngineRequests;

  constructor(target: EngineTarget, requests: EngineRequests) {
    this.#target = target;
    this.#requests = requests;
  }

  get requests(): number {
    return this.#requests.count;
  }

  get clockMs(): number {
    return this.#requests.clockMs;
  }

  async types(fromMs: number, toMs: number) {
    const answer = await this.#ask("ProfileTypes", { start: fromMs, end: toMs }, profileTypesAnswer);
    return answer.ok ? captured(profileTypes(answer.value.profileTypes.map(({ ID }) => ID))) : answer;
  }

  async labels(type: string, { endsMs, stepMs }: Grid): Promise<Captured<readonly Labels[]>> {
    const typed: Matcher = { name: "__profile_type__", op: "=", value: type };
    const matchers = [selectorText([...this.#target.matchers, typed])];
    const span = { start: endsMs[0] - stepMs, end: endsMs[endsMs.length - 1] };
    const answer = await this.#ask("Series", { matchers, labelNames: [], ...span }, seriesAnswer);
    return answer.ok ? captured(answer.value.labelsSet.map(({ labels }) => labels)) : answer;
  }

  async programs(fromMs: number, toMs: number): Promise<Captured<readonly string[]>> {
    const answer = await this.#ask("LabelValues", { name: "service_name", start: fromMs, end: toMs }, namesAnswer);
    return answer.ok ? captured(answer.value.names) : answer;
  }

  async series(type: string, by: string, grid: Grid, counted: boolean): Promise<Captured<SeriesByInstance>> {
    const [means, sums] = await Promise.all([
      this.#selectSeries(type, by, grid, AVERAGE),
      counted ? this.#selectSeries(type, by, grid, SUM) : undefined,
    ]);
    if (!means.ok) return means;
    if (sums !== undefined && !sums.ok) return sums;
    const series = new Map<string, SeriesOfInstance>();
    for (const [name, values] of means.value) {
      if (name === "") continue; // without the label
      const sum = sums?.value.get(name);
      const counts = values.map((mean, at) => {
        if (isNaN(mean)) return 0;
        return sum === undefined || mean === 0 ? 1 : Math.max(1, Math.round(sum[at] / mean));
      });
      series.set(name, { labels: { [by]: name }, values, counts });
    }
    return captured(series);
  }

  async stacks(
    types: { readonly value: string; readonly objects?: string },
    by: string,
    growing: SeriesByInstance,
    grid: Grid,
    requests: number,
  ): Promise<Captured<FleetStacks>> {
    const names = [...growing.keys()];
    const matchers = names.length > MOST_NAMED ? this.#target.matchers : [...this.#target.matchers, anyOf(by, names)];
    const { endsMs, intervalMs } = grid;
    const merge = (type: string, endMs: number) => this.#merged(type, matchers, endMs - intervalMs + 1, endMs);
    const [firstMs, lastMs] = fullWindows(growing).map((at) => endsMs[at]);
    const { value, objects } = types;
    const [last, first, counts] = await Promise.all([
      merge(value, lastMs),
      merge(value, firstMs),
      objects === undefined ? undefined : merge(objects, lastMs),
    ]);
    if (!last.ok) return last;
    if (!first.ok) return first;
    if (counts !== undefined && !counts.ok) return counts;
    const grew = ([key, stack]: [string, MergedStack]) => stack.value - (first.value.stacks.get(key)?.value ?? 0);
    const most = Math.max(1, Math.min(MOST_STACKS, requests - MERGES));
    const chosen = [...last.value.stacks]
      .filter((entry) => grew(entry) > 0)
      .sort((a, b) => grew(b) - grew(a))
      .slice(0, most);
    const series = await allOf(
      chosen.map(
        ([, { frames }]) =>
          () =>
            this.#selectSeries(value, by, grid, AVERAGE, matchers, frames),
      ),
      AT_ONCE,
    );
    if (!series.ok) return series;
    const own = withoutExtensions(
      chosen.map(([key]) => key.split("\0").reverse().join("\0")),
      series.value,
    );
    const windows = endsMs.length;
    const values = new Map<string, Float64Array>();
    for (const name of names) {
      const all = new Float64Array(chosen.length * windows);
      for (const [stack, byInstance] of own.entries()) {
        for (const [at, mean] of (byInstance.get(name) ?? new Float64Array()).entries()) {
          if (!isNaN(mean)) all[stack * windows + at] = mean;
        }
      }
      values.set(name, all);
    }
    const sizes = chosen.map(([key, stack]) => stack.value / (counts?.value.stacks.get(key)?.value ?? 0));
    return captured({
      stacks: chosen.map(([, { frames }]) => frames),
      values,
      objectBytes: Float64Array.from(sizes, (size) => (size > 0 && size < Infinity ? size : NaN)),
      sampleRate: last.value.period,
    });
  }

  profile(type: string, matchers: readonly Matcher[], fromMs: number, toMs: number): Promise<Captured<Uint8Array>> {
    const request = new WireWriter();
    request.string(1, type);
    request.string(2, selectorText([...this.#target.matchers, ...matchers]));
    request.number(3, fromMs);
    request.number(4, toMs);
    const body = { type: "application/proto", bytes: request.finish() };
    return this.#requests.bytes(`${QUERIER}/SelectMergeProfile`, { body });
  }

  async push({ labels, bytes }: PushedProfile): Promise<Captured<undefined>> {
    const pairs = Object.entries(labels).map(([name, value]) => ({ name, value }));
    const rawProfile = Buffer.from(bytes).toString("base64");
    const body = { series: [{ labels: pairs, samples: [{ rawProfile }] }] };
    const answer = await this.#requests.json("push.v1.PusherService/Push", body, emptyAnswer);
    return answer.ok ? captured(undefined) : answer;
  }

  async #merged(type: string, matchers: readonly Matcher[], fromMs: number, toMs: number) {
    const rest = matchers.slice(this.#target.matchers.length);
    const answer = await this.profile(type, rest, fromMs, toMs);
    if (!answer.ok) return answer;
    const profile = decoded(answer.value, this.#target.name);
    if (!profile.ok) return profile;
    return captured({ stacks: stacksByFunctions(profile.value), period: profile.value?.period ?? 0 });
  }

  async #selectSeries(
    type: string,
    by: string,
    { endsMs, stepMs }: Grid,
    aggregation: string,
    matchers = this.#target.matchers,
    frames?: MergedStack["frames"],
  ): Promise<Captured<ReadonlyMap<string, Float64Array>>> {
    const answer = await this.#ask(
      "SelectSeries",
      {
        profileTypeID: type,
        labelSelector: selectorText(matchers),
        start: endsMs[0],
        end: endsMs[endsMs.length - 1],
        groupBy: [by],
        step: stepMs / 1000,
        aggregation,
        ...(frames && {
          stackTraceSelector: { callSite: frames.toReversed().map((frame) => ({ name: frame.function })) },
        }),
      },
      selectSeriesAnswer,
    );
    if (!answer.ok) return answer;
    const series = new Map<string, Float64Array>();
    for (const { labels, points } of answer.value.series) {
      const values = new Float64Array(endsMs.length).fill(NaN);
      for (const { timestamp, value } of points) {
        const at = Math.round((timestamp - endsMs[0]) / stepMs);
        if (at >= 0 && at < values.length) values[at] = value;
      }
      series.set(labels[by] ?? "", values);
    }
    return captured(series);
  }

  #ask<Schema extends z.ZodType>(method: string, body: object, schema: Schema) {
    return this.#requests.json(`${QUERIER}/${method}`, body, schema);
  }
}

/** The first and the last window that half of the instances have a profile in. */
function fullWindows(series: SeriesByInstance): readonly [number, number] {
  const windows = [...series.values()][0].values.length;
  const counts = new Float64Array(windows);
  for (const { values } of series.values()) for (const [at, value] of values.entries()) if (!isNaN(value)) counts[at]++;
  const isFull = (count: number) => count * 2 >= series.size;
  return [Math.max(0, counts.findIndex(isFull)), Math.max(0, counts.findLastIndex(isFull))];
}

/** A series of stacks that begin so contains those of longer stacks: what remains is its own. Keys are root first. */
function withoutExtensions(
  keys: readonly string[],
  series: readonly ReadonlyMap<string, Float64Array>[],
): readonly ReadonlyMap<string, Float64Array>[] {
  const own = series.map((of) => new Map([...of].map(([name, values]) => [name, values.slice()])));
  // The longest first, so that each is its own before it is taken from what it extends.
  const longest = keys.map((_, at) => at).sort((a, b) => keys[b].length - keys[a].length);
  for (const [i, longer] of longest.entries()) {
    for (const shorter of longest.slice(i + 1)) {
      if (!keys[longer].startsWith(`${keys[shorter]}\0`)) continue;
      for (const [name, values] of own[shorter]) {
        const taken = own[longer].get(name);
        if (taken === undefined) continue;
        for (let at = 0; at < values.length; at++) values[at] = Math.max(0, values[at] - (taken[at] || 0));
      }
    }
  }
  return own;
}
