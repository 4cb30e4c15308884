/**
 * Pyroscope and Parca as far as godiag asks them: the same paths, the same JSON, the same edges (int64 as strings, zeros
 * left out, gaps without a point, nothing found as 200 or as a 404 that says so). test/fleet puts the same questions to
 * the real ones and compares the answers.
 */
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync, gzipSync } from "node:zlib";
import { parseSelector } from "../../src/core/fleet/selector.js";
import { openProfile } from "../../src/core/open.js";
import { encodeProfile } from "../../src/core/pprof/encode.js";
import { framesOf } from "../../src/core/profile/frames.js";
import { ProfileBuilder } from "../../src/core/profile/profile-builder.js";
import type { Profile } from "../../src/core/profile/profile.js";

interface Stack {
  /** Root first. */
  readonly functions: readonly string[];
  readonly frames: readonly { readonly name: string; readonly file: string; readonly line: number }[];
}
interface Kept {
  readonly labels: Readonly<Record<string, string>>;
  readonly atMs: number;
  /** By type id: what each stack has. */
  readonly types: ReadonlyMap<string, readonly (readonly [stack: string, value: number])[]>;
  readonly period: number;
}

export interface StandIn {
  readonly url: string;
  readonly requests: readonly { readonly path: string; readonly headers: http.IncomingHttpHeaders }[];
  keep(labels: Readonly<Record<string, string>>, bytes: Uint8Array): void;
  stop(): Promise<void>;
}

/** `answerFirst` may answer instead, by returning true. */
export async function startStandIn(answerFirst?: http.RequestListener): Promise<StandIn> {
  const kept: Kept[] = [];
  const stacks = new Map<string, Stack>();
  const requests: { path: string; headers: http.IncomingHttpHeaders }[] = [];
  const keep = (labels: Readonly<Record<string, string>>, bytes: Uint8Array) =>
    kept.push(keptOf(labels, bytes, stacks));
  const server = http.createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://stand-in");
    requests.push({ path: url.pathname + url.search, headers: request.headers });
    answerFirst?.(request, response);
    if (response.writableEnded || response.headersSent) return;
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      const { status = 200, type = "application/json", answer } = answerOf(url, body, { kept, stacks, keep });
      response.writeHead(status, { "content-type": type });
      response.end(answer instanceof Uint8Array ? answer : JSON.stringify(answer));
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    keep,
    stop: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(() => done()));
    },
  };
}

interface Store {
  readonly kept: readonly Kept[];
  readonly stacks: ReadonlyMap<string, Stack>;
  keep(labels: Readonly<Record<string, string>>, bytes: Uint8Array): void;
}
interface Reply {
  readonly status?: number;
  readonly type?: string;
  readonly answer: object;
}
type Json = Record<string, unknown>;

function answerOf(url: URL, body: Buffer, store: Store): Reply {
  const method = url.pathname.slice(1);
  if (method === "querier.v1.QuerierService/SelectMergeProfile") return selectMergeProfile(body, store);
  if (method.startsWith("api/profiles/")) return parcaAnswer(url, body, store);
  const ask = JSON.parse(body.toString("utf8")) as Json;
  switch (method) {
    case "push.v1.PusherService/Push":
      pushed(ask, store);
      return { answer: {} };
    case "querier.v1.QuerierService/ProfileTypes": {
      const ids = new Set(within(store.kept, ask).flatMap(({ types }) => [...types.keys()]));
      if (ids.size === 0) return { answer: {} };
      return { answer: { profileTypes: [...ids].sort().map((ID) => ({ ID, name: ID.split(":")[0] })) } };
    }
    case "querier.v1.QuerierService/LabelValues": {
      const names = new Set(within(store.kept, ask).flatMap(({ labels }) => labels[ask["name"] as string] ?? []));
      return { answer: names.size === 0 ? {} : { names: [...names].sort() } };
    }
    case "querier.v1.QuerierService/Series": {
      const [selector] = ask["matchers"] as string[];
      const sets = new Map(
        matching(within(store.kept, ask), selector).map(({ labels }) => [JSON.stringify(labels), labels]),
      );
      if (sets.size === 0) return { answer: {} };
      return { answer: { labelsSet: [...sets.values()].map((labels) => ({ labels: pairs(labels) })) } };
    }
    case "querier.v1.QuerierService/SelectSeries":
      return selectSeries(ask, store);
  }
  return { status: 404, answer: { code: "unimplemented", message: "404 page not found" } };
}

// ---- Pyroscope ------------------------------------------------------------------------------------------------------

function selectSeries(ask: Json, { kept, stacks }: Store): Reply {
  const [start, end, step] = [Number(ask["start"]), Number(ask["end"]), Number(ask["step"]) * 1000];
  const type = ask["profileTypeID"] as string;
  const selector = ask["labelSelector"] as string;
  if (parseSelector(selector) === undefined) return invalid(`failed to parse label selectors: ${selector}`);
  if (type.split(":").length < 5) return invalid(`profile-type-id must contain 5 or 6 parts`);
  const groupBy = ask["groupBy"] as string[];
  const isMean = ask["aggregation"] === "TIME_SERIES_AGGREGATION_TYPE_AVERAGE";
  const site = (ask["stackTraceSelector"] as { callSite: { name: string }[] } | undefined)?.callSite;
  const begins = new Map<string, boolean>();
  const isBelow = (stack: string) => {
    let known = begins.get(stack);
    if (known === undefined) {
      const { functions } = stacks.get(stack)!;
      begins.set(stack, (known = site!.every(({ name }, i) => functions[i] === name)));
    }
    return known;
  };
  const groups = new Map<string, { labels: Json; points: Map<number, { sum: number; count: number }> }>();
  for (const { labels, atMs, types } of matching(kept, selector)) {
    const values = types.get(type);
    if (values === undefined || atMs <= start - step || atMs > end) continue;
    const at = start + Math.ceil((atMs - start) / step) * step;
    const own = Object.fromEntries(
      groupBy.flatMap((name) => (labels[name] === undefined ? [] : [[name, labels[name]]])),
    );
    const key = JSON.stringify(own);
    const group = groups.get(key) ?? { labels: own, points: new Map<number, { sum: number; count: number }>() };
    groups.set(key, group);
    const point = group.points.get(at) ?? { sum: 0, count: 0 };
    group.points.set(at, point);
    for (const [stack, value] of values) if (site === undefined || isBelow(stack)) point.sum += value;
    point.count++;
  }
  const series = [...groups.values()].map(({ labels, points }) => ({
    labels: pairs(labels as Record<string, string>),
    points: [...points]
      .sort(([a], [b]) => a - b)
      .map(([at, { sum, count }]) => {
        const value = isMean ? sum / count : sum;
        return { ...(value !== 0 && { value }), timestamp: String(at) };
      }),
  }));
  return { answer: series.length === 0 ? {} : { series } };
}

/** The request is protobuf: 1 type, 2 selector, 3 and 4 the times. */
function selectMergeProfile(body: Buffer, { kept, stacks }: Store): Reply {
  const fields = protobufFields(body);
  const [type, selector] = [String(fields.get(1) ?? ""), String(fields.get(2) ?? "")];
  const [start, end] = [Number(fields.get(3) ?? 0), Number(fields.get(4) ?? 0)];
  const found = matching(kept, selector).filter(({ atMs }) => atMs >= start && atMs <= end);
  const merged = mergedProfile(type, found, stacks);
  return { type: "application/proto", answer: encodeProfile(merged) };
}

function invalid(message: string): Reply {
  return { status: 400, answer: { code: "invalid_argument", message } };
}

// ---- Parca ----------------------------------------------------------------------------------------------------------

function parcaAnswer(url: URL, body: Buffer, store: Store): Reply {
  const query = url.searchParams;
  switch (url.pathname.slice("/api/profiles/".length)) {
    case "writeraw":
      parcaPushed(JSON.parse(body.toString("utf8")) as Json, store);
      return { answer: {} };
    case "types": {
      const ids = new Set(store.kept.flatMap(({ types }) => [...types.keys()]));
      const types = [...ids].sort().map((id) => {
        const [name, sampleType, sampleUnit, periodType, periodUnit] = id.split(":");
        return { name, sampleType, sampleUnit, periodType, periodUnit, delta: false };
      });
      return { answer: { types, warnings: [] } };
    }
    case "labels/job/values":
      return { answer: { labelValues: [...new Set(store.kept.flatMap(({ labels }) => labels["job"] ?? []))] } };
    case "query_range":
      return queryRange(query, store);
    case "query":
      return queryMerge(query, store);
  }
  return { status: 404, answer: { code: 5, message: "Not Found", details: [] } };
}

const NOTHING: Reply = {
  status: 404,
  answer: {
    code: 5,
    message:
      "No data found for the query, try a different query or time range or no data has been written to be queried yet.",
    details: [],
  },
};

function parcaFound(text: string, from: string, to: string, { kept }: Store) {
  const [, type = "", selector = "{}"] = /^([^{]*)(\{.*\})?$/s.exec(text) ?? [];
  if (type.split(":").length < 5 || parseSelector(selector) === undefined) return undefined;
  const [start, end] = [Date.parse(from), Date.parse(to)];
  const found = matching(kept, selector).filter(({ atMs, types }) => atMs >= start && atMs <= end && types.has(type));
  return { type, found };
}

function queryRange(query: URLSearchParams, store: Store): Reply {
  const asked = parcaFound(query.get("query")!, query.get("start")!, query.get("end")!, store);
  if (asked === undefined) return { status: 400, answer: { code: 3, message: "failed to parse query", details: [] } };
  const step = Number(query.get("step")!.replace("s", "")) * 1000;
  const series = new Map<
    string,
    { labels: Json; samples: Map<number, { at: number; value: number; count: number }> }
  >();
  for (const { labels, atMs, types } of asked.found) {
    const key = JSON.stringify(labels);
    const one = series.get(key) ?? { labels, samples: new Map<number, { at: number; value: number; count: number }>() };
    series.set(key, one);
    const bucket = Math.floor(atMs / step);
    const before = one.samples.get(bucket);
    if (before) before.count++;
    else one.samples.set(bucket, { at: atMs, value: sumOf(types.get(asked.type)!), count: 1 });
  }
  if (series.size === 0) return NOTHING;
  return {
    answer: {
      series: [...series.values()].map(({ labels, samples }) => ({
        labelset: { labels: pairs(labels as Record<string, string>) },
        samples: [...samples.values()].map(({ at, value, count }) => ({
          timestamp: new Date(at).toISOString(),
          value: String(value),
          valuePerSecond: 0,
          duration: "0",
          count,
        })),
      })),
    },
  };
}

function queryMerge(query: URLSearchParams, store: Store): Reply {
  const [text, from, to] = ["merge.query", "merge.start", "merge.end"].map((name) => query.get(name)!);
  const asked = parcaFound(text, from, to, store);
  if (asked === undefined) return { status: 400, answer: { code: 3, message: "failed to parse query", details: [] } };
  const by = query.get("groupBy.fields")?.replace(/^labels\./, "");
  const merged = mergedProfile(asked.type, asked.found, store.stacks, by);
  return { answer: { pprof: gzipSync(encodeProfile(merged)).toString("base64"), total: "0", filtered: "0" } };
}

// ---- what both keep -------------------------------------------------------------------------------------------------

function keptOf(labels: Readonly<Record<string, string>>, bytes: Uint8Array, stacks: Map<string, Stack>): Kept {
  const profile = openProfile(bytes[0] === 0x1f ? gunzipSync(bytes) : bytes);
  const { samples, sampleTypes, periodType } = profile;
  const name = labels["__name__"] ?? "memory";
  const ids = sampleTypes.map(
    ({ type, unit }) => `${name}:${type}:${unit}:${periodType?.type ?? ""}:${periodType?.unit ?? ""}`,
  );
  const values = new Map(ids.map((id) => [id, new Map<string, number>()]));
  const keys = stackKeys(profile, stacks);
  for (let sample = 0; sample < samples.count; sample++) {
    for (const [i, id] of ids.entries()) {
      const of = values.get(id)!;
      const value = samples.values[sample * ids.length + i];
      if (value !== 0) of.set(keys[sample], (of.get(keys[sample]) ?? 0) + value);
    }
  }
  const own = Object.fromEntries(Object.entries(labels).filter(([label]) => label !== "__name__"));
  return {
    labels: own,
    atMs: Number(profile.timeNanos / 1_000_000n),
    types: new Map([...values].map(([id, of]) => [id, [...of]])),
    period: profile.period,
  };
}

function stackKeys(profile: Profile, stacks: Map<string, Stack>): readonly string[] {
  const frames = framesOf(profile, "line");
  const { samples } = profile;
  return Array.from({ length: samples.count }, (_, sample) => {
    const list: { name: string; file: string; line: number }[] = [];
    for (let i = samples.stackStart[sample]; i < samples.stackStart[sample + 1]; i++) {
      const location = samples.stack[i];
      for (let row = frames.start[location]; row < frames.start[location + 1]; row++) {
        const frame = frames.list[row];
        list.push({ name: frames.name[frame], file: frames.file[frame], line: frames.line[frame] });
      }
    }
    const key = list.map(({ name, file, line }) => `${name}@${file}:${line}`).join(";");
    if (!stacks.has(key)) stacks.set(key, { frames: list, functions: list.map(({ name }) => name).reverse() });
    return key;
  });
}

function mergedProfile(type: string, found: readonly Kept[], stacks: ReadonlyMap<string, Stack>, by?: string): Profile {
  const builder = new ProfileBuilder();
  const sums = new Map<string, Map<string, number>>();
  for (const { labels, types } of found) {
    const owner = by === undefined ? "" : (labels[by] ?? "");
    const of = sums.get(owner) ?? new Map<string, number>();
    sums.set(owner, of);
    for (const [stack, value] of types.get(type) ?? []) of.set(stack, (of.get(stack) ?? 0) + value);
  }
  const locations = new Map<string, number>();
  for (const [owner, of] of sums) {
    for (const [stack, value] of of) {
      const rows = stacks.get(stack)!.frames.map(({ name, file, line }) => {
        const key = `${name}@${file}:${line}`;
        let row = locations.get(key);
        if (row === undefined) {
          row = builder.location(0, locations.size + 1, [{ function: builder.function(name, file), line }]);
          locations.set(key, row);
        }
        return row;
      });
      builder.sample(rows, [value], by === undefined ? [] : [[by, owner]]);
    }
  }
  const [, sampleType, unit, periodType, periodUnit] = type.split(":");
  return builder.finish({
    format: "pprof",
    sampleTypes: [{ type: sampleType, unit }],
    defaultSampleType: 0,
    periodType: { type: periodType, unit: periodUnit },
    period: found[0]?.period ?? 0,
    comments: [],
    mappings: [],
    warnings: [],
  });
}

function pushed(ask: Json, store: Store): void {
  type Series = { labels: { name: string; value: string }[]; samples: { rawProfile: string }[] };
  for (const { labels, samples } of ask["series"] as Series[]) {
    const own = Object.fromEntries(labels.map(({ name, value }) => [name, value]));
    for (const { rawProfile } of samples) store.keep(own, Buffer.from(rawProfile, "base64"));
  }
}

function parcaPushed(ask: Json, store: Store): void {
  type Series = { labels: { labels: { name: string; value: string }[] }; samples: { rawProfile: string }[] };
  for (const { labels, samples } of ask["series"] as Series[])
    pushed({ series: [{ labels: labels.labels, samples }] }, store);
}

function within(kept: readonly Kept[], ask: Json): readonly Kept[] {
  const [start, end] = [Number(ask["start"]), Number(ask["end"])];
  return kept.filter(({ atMs }) => atMs >= start && atMs <= end);
}

function matching(kept: readonly Kept[], selector: string): readonly Kept[] {
  const matchers = (parseSelector(selector) ?? []).map(({ name, op, value }) => {
    const pattern = op.endsWith("~") ? new RegExp(`^(?:${value})$`) : undefined;
    return (labels: Readonly<Record<string, string>>, types: ReadonlyMap<string, unknown>) => {
      if (name === "__profile_type__") return types.has(value);
      const is = pattern ? pattern.test(labels[name] ?? "") : (labels[name] ?? "") === value;
      return op.startsWith("!") ? !is : is;
    };
  });
  return kept.filter(({ labels, types }) => matchers.every((matches) => matches(labels, types)));
}

const pairs = (labels: Readonly<Record<string, string>>) =>
  Object.entries(labels).map(([name, value]) => ({ name, value }));
const sumOf = (values: readonly (readonly [string, number])[]): number =>
  values.reduce((sum, [, value]) => sum + value, 0);

function protobufFields(bytes: Uint8Array): ReadonlyMap<number, string | bigint> {
  const fields = new Map<number, string | bigint>();
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    if ((tag & 7) === 0) fields.set(tag >> 3, varint());
    else {
      const length = Number(varint());
      fields.set(tag >> 3, new TextDecoder().decode(bytes.subarray(at, at + length)));
      at += length;
    }
  }
  return fields;
}
