/**
 * Parca's query API through its gateway, as JSON: times are RFC 3339, int64 are strings.
 *
 * A series has one point for each bucket of `step` since 1970: the value of one of its profiles, and `count`, how many
 * there are. A merge may keep one label apart (`groupBy`): then one request has the stacks of all instances at one time.
 * Nothing found is a 404 that says so. (Facts by running 0.28.0: pkg/parcacol/querier.go.)
 */
import { z } from "zod";
import type { FleetStacks, Labels } from "../../core/fleet/fleet.js";
import { anyOf, type Matcher, selectorText } from "../../core/fleet/selector.js";
import { type Captured, captured } from "../capture-problem.js";
import { allOf, type Engine, type Grid, profileTypes, type PushedProfile, type SeriesByInstance } from "./engine.js";
import type { EngineRequests } from "./engine-requests.js";
import type { EngineTarget } from "./engine-target.js";
import { decoded } from "./merged-stacks.js";
import { StackTable } from "./stack-table.js";

const int64 = z.union([z.string(), z.number()]).default(0).transform(Number);
const typesAnswer = z.object({
  types: z
    .array(
      z.object({
        name: z.string().default(""),
        sampleType: z.string().default(""),
        sampleUnit: z.string().default(""),
        periodType: z.string().default(""),
        periodUnit: z.string().default(""),
        delta: z.boolean().default(false),
      }),
    )
    .default([]),
});
const labelSet = z
  .object({ labels: z.array(z.object({ name: z.string().default(""), value: z.string().default("") })).default([]) })
  .default({ labels: [] });
const rangeAnswer = z.object({
  series: z
    .array(
      z.object({
        labelset: labelSet,
        samples: z.array(z.object({ timestamp: z.string(), value: int64, count: int64 })).default([]),
      }),
    )
    .default([]),
});
const valuesAnswer = z.object({ labelValues: z.array(z.string()).default([]) });
const queryAnswer = z.object({ pprof: z.string().default("") });
const emptyAnswer = z.object({});

const AT_ONCE = 4;
const MOST_NAMED = 60;

export class Parca implements Engine {
  readonly #target: EngineTarget;
  readonly #requests: EngineRequests;
  #kept: { readonly key: string; readonly answer: Captured<z.infer<typeof rangeAnswer>> } | undefined;

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

  async types() {
    const answer = await this.#requests.json("api/profiles/types", { query: new URLSearchParams() }, typesAnswer);
    if (!answer.ok) return answer;
    const ids = answer.value.types.map(({ name, sampleType, sampleUnit, periodType, periodUnit, delta }) =>
      [name, sampleType, sampleUnit, periodType, periodUnit, ...(delta ? ["delta"] : [])].join(":"),
    );
    return captured(profileTypes(ids));
  }

  /** Every series says its labels: the answer is kept for the series that are asked for next. */
  async labels(type: string, grid: Grid): Promise<Captured<readonly Labels[]>> {
    const answer = await this.#onGrid(type, grid);
    return answer.ok ? captured(answer.value.series.map(({ labelset }) => labelsOf(labelset))) : answer;
  }

  async programs(fromMs: number, toMs: number): Promise<Captured<readonly string[]>> {
    const query = new URLSearchParams({ start: rfc3339(fromMs), end: rfc3339(toMs) });
    const answer = await this.#requests.json("api/profiles/labels/job/values", { query }, valuesAnswer);
    return answer.ok ? captured(answer.value.labelValues) : answer;
  }

  async series(type: string, by: string, grid: Grid): Promise<Captured<SeriesByInstance>> {
    const windows = grid.endsMs.length;
    const answer = await this.#onGrid(type, grid);
    if (!answer.ok) return answer;
    const series = new Map<string, { labels: Labels; values: Float64Array; counts: Float64Array }>();
    for (const { labelset, samples } of answer.value.series) {
      const labels = labelsOf(labelset);
      const name = labels[by];
      if (name === undefined || name === "") continue;
      const of = series.get(name) ?? {
        labels,
        values: new Float64Array(windows).fill(NaN),
        counts: new Float64Array(windows),
      };
      series.set(name, of);
      for (const { timestamp, value, count } of samples) {
        const at = bucketOf(grid, Date.parse(timestamp));
        if (at < 0 || at >= windows) continue;
        // Containers of one pod: together they are what the pod holds.
        of.values[at] = (isNaN(of.values[at]) ? 0 : of.values[at]) + value;
        of.counts[at] = Math.max(of.counts[at], count, 1);
      }
    }
    return captured(series);
  }

  async stacks(
    types: { readonly value: string; readonly objects?: string },
    by: string,
    growing: SeriesByInstance,
    grid: Grid,
  ): Promise<Captured<FleetStacks>> {
    const { endsMs, stepMs, intervalMs } = grid;
    const names = [...growing.keys()];
    const matchers = names.length > MOST_NAMED ? [] : [anyOf(by, names)];
    const last = endsMs.length - 1;
    const table = new StackTable(names, endsMs.length);
    const ofSizes = new StackTable(names, 1);
    const merges = endsMs.map((endMs, at) => async () => {
      const fromMs = endMs - intervalMs;
      const merged = await this.#grouped(types.value, matchers, by, fromMs, endMs - 1);
      if (!merged.ok) return merged;
      const counts = stepMs === intervalMs ? undefined : await this.#counts(types.value, by, fromMs, endMs - 1);
      if (counts !== undefined && !counts.ok) return counts;
      const countOf = (name: string) => counts?.value.get(name) ?? growing.get(name)?.counts[at] ?? 1;
      if (merged.value) table.add(merged.value, by, at, countOf);
      return captured(merged.value?.period ?? 0);
    });
    const sizes = async () => {
      if (types.objects === undefined) return captured(0);
      const merged = await this.#grouped(types.objects, matchers, by, endsMs[last] - intervalMs, endsMs[last] - 1);
      if (!merged.ok) return merged;
      if (merged.value) ofSizes.add(merged.value, by, 0, (name) => growing.get(name)?.counts[last] ?? 1);
      return captured(0);
    };
    const done = await allOf([...merges, sizes], AT_ONCE);
    if (!done.ok) return done;
    return captured({ ...table.finish(ofSizes), sampleRate: Math.max(...done.value) });
  }

  async profile(type: string, matchers: readonly Matcher[], fromMs: number, toMs: number) {
    return this.#query(type, matchers, fromMs, toMs);
  }

  async push({ labels, bytes }: PushedProfile): Promise<Captured<undefined>> {
    const pairs = Object.entries(labels).map(([name, value]) => ({ name, value }));
    const rawProfile = Buffer.from(bytes).toString("base64");
    const body = { normalized: true, series: [{ labels: { labels: pairs }, samples: [{ rawProfile }] }] };
    const answer = await this.#requests.json("api/profiles/writeraw", body, emptyAnswer);
    return answer.ok ? captured(undefined) : answer;
  }

  async #grouped(type: string, matchers: readonly Matcher[], by: string, fromMs: number, toMs: number) {
    const answer = await this.#query(type, matchers, fromMs, toMs, by);
    return answer.ok ? decoded(answer.value, this.#target.name) : answer;
  }

  async #counts(
    type: string,
    by: string,
    fromMs: number,
    toMs: number,
  ): Promise<Captured<ReadonlyMap<string, number>>> {
    // One bucket, wherever its borders are: so long a step has but two, of which the window lies in one or both.
    const answer = await this.#range(type, fromMs, toMs, 1000 * 86_400 * 365);
    if (!answer.ok) return answer;
    const counts = new Map<string, number>();
    for (const { labelset, samples } of answer.value.series) {
      const name = labelsOf(labelset)[by];
      const count = samples.reduce((sum, one) => sum + Math.max(1, one.count), 0);
      if (name !== undefined) counts.set(name, Math.max(counts.get(name) ?? 1, count));
    }
    return captured(counts);
  }

  async #query(
    type: string,
    matchers: readonly Matcher[],
    fromMs: number,
    toMs: number,
    by?: string,
  ): Promise<Captured<Uint8Array>> {
    const query = new URLSearchParams({
      mode: "MODE_MERGE",
      "merge.query": type + selectorText([...this.#target.matchers, ...matchers]),
      "merge.start": rfc3339(fromMs),
      "merge.end": rfc3339(toMs),
      reportType: "REPORT_TYPE_PPROF",
      ...(by !== undefined && { "groupBy.fields": `labels.${by}` }),
    });
    const answer = nothingIs(await this.#requests.json("api/profiles/query", { query }, queryAnswer), { pprof: "" });
    return answer.ok ? captured(Buffer.from(answer.value.pprof, "base64")) : answer;
  }

  async #onGrid(type: string, { endsMs, stepMs }: Grid) {
    const lastMs = endsMs[endsMs.length - 1];
    const key = `${type} ${lastMs} ${stepMs}`;
    const kept = this.#kept?.key === key ? this.#kept.answer : undefined;
    const answer = kept ?? (await this.#range(type, endsMs[0] - stepMs, lastMs - 1, stepMs));
    this.#kept = kept === undefined && answer.ok ? { key, answer } : undefined;
    return answer;
  }

  async #range(type: string, fromMs: number, toMs: number, stepMs: number) {
    const query = new URLSearchParams({
      query: type + selectorText(this.#target.matchers),
      start: rfc3339(fromMs),
      end: rfc3339(toMs),
      step: `${Math.max(1, Math.round(stepMs / 1000))}s`,
    });
    return nothingIs(await this.#requests.json("api/profiles/query_range", { query }, rangeAnswer), { series: [] });
  }
}

const labelsOf = ({ labels }: z.infer<typeof labelSet>): Labels =>
  Object.fromEntries(labels.map(({ name, value }) => [name, value]));

const rfc3339 = (ms: number): string => new Date(ms).toISOString();

/** Buckets begin at multiples of the step. */
const bucketOf = ({ endsMs, stepMs }: Grid, ms: number): number => Math.floor((ms - endsMs[0]) / stepMs) + 1;

/**
 * Parca says by a 404 that nothing was found, or, 0.28 with its own pages, by the first of those: what its API does not
 * find it looks for there. That an engine answers at the address is known by then, which told its types.
 */
function nothingIs<T>(answer: Captured<T>, nothing: T): Captured<T> {
  const isNothing = !answer.ok && (answer.problem.code === "empty" || answer.problem.code === "html");
  return isNothing ? captured(nothing) : answer;
}
