/**
 * A series of snapshots of a running program: heap profile after a GC, goroutine profile, memory numbers, RSS.
 *
 * What was taken is kept whatever happens: when the target dies or the person has seen enough, the series says why it
 * ended early and still has its snapshots. Snapshots start at fixed distances, so that slopes are per time and not per
 * how busy the target was; only a target that takes longer to answer than half a distance makes it longer.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Snapshot, SnapshotNumbers } from "../core/diagnosis/diagnosis.js";
import { FormatError } from "../core/text/format-error.js";
import { parseDump } from "../core/goroutines/goroutine-dump.js";
import { openProfile } from "../core/open.js";
import type { Profile } from "../core/profile/profile.js";
import { type CaptureProblem, type Captured, captured, problem } from "./capture-problem.js";
import { gunzipped } from "./gunzip.js";
import type { PprofTarget } from "./pprof-endpoint.js";
import { residentOf } from "./process.js";
import { withExactLines } from "./starters/exact-lines.js";
import { type Sampled, sampledOverHttp } from "./sampled.js";

export interface SeriesOptions {
  readonly samples: number;
  readonly intervalMs: number;
  readonly signal?: AbortSignal;
  /** For each single profile. */
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
  /** Asked when all are taken: whether half as many again, at twice the distance, would tell more. */
  readonly wantsMore?: (snapshots: readonly Snapshot[]) => boolean;
  /** Sees each snapshot as soon as it is taken; what it returns is waited for. */
  readonly onSnapshot?: (taken: TakenSnapshot, index: number, wanted: number) => void | Promise<void>;
}

/** A snapshot with the bytes that it was decoded from. */
export interface TakenSnapshot {
  readonly snapshot: Snapshot;
  readonly heapBytes: Uint8Array;
  readonly goroutineBytes: Uint8Array | undefined;
}

export interface Series {
  readonly taken: readonly TakenSnapshot[];
  /** Why there are fewer snapshots than were asked for; undefined when the series is complete. */
  readonly partial: CaptureProblem | undefined;
}

/** A snapshot that takes longer than the half of the interval lengthens it. */
const BUSY_PART = 2;

export async function takeSeries(program: Sampled | PprofTarget, options: SeriesOptions): Promise<Series> {
  const sampled = "folder" in program ? sampledOverHttp(program) : program;
  const { samples, intervalMs, signal, onSnapshot, wantsMore } = options;
  const taken: TakenSnapshot[] = [];
  const pid = await sampled.pid(options);
  const startedMs = performance.now();
  let wanted = samples;
  let dueMs = startedMs;
  let distanceMs = intervalMs;
  for (let i = 0; i < wanted; i++) {
    const interrupted = await sleepUntil(dueMs, signal);
    const beganMs = performance.now();
    const one = interrupted ? interruption(sampled) : await takeSnapshot(sampled, options, pid, startedMs);
    // After Ctrl-C every failure is one of its effects.
    if (!one.ok) return { taken, partial: (signal?.aborted === true ? interruption(sampled) : one).problem };
    taken.push(one.value);
    await onSnapshot?.(one.value, i, wanted);
    // A program that takes long to answer is busy with answering: it is left alone for as long as it took.
    distanceMs = Math.max(distanceMs, Math.round(BUSY_PART * (performance.now() - beganMs)));
    dueMs += distanceMs;
    if (i === samples - 1 && wantsMore?.(taken.map(({ snapshot }) => snapshot)) === true) {
      wanted += Math.ceil(samples / 2);
      distanceMs *= 2;
      dueMs += distanceMs / 2;
    }
  }
  const withDump = await withStarters(taken, sampled, options, pid);
  return { taken: await withLeaked(withDump, sampled, options), partial: undefined };
}

/** The program stands still while it writes a dump: about 10 µs for each goroutine. */
const MAX_DUMPED_GOROUTINES = 10_000;
const MAX_DUMP_BYTES = 64 * 1_048_576;
const DUMP_LIMIT_MS = 10_000;

/** Who started the goroutines is asked for once, after the last snapshot, and only where they have become more. */
async function withStarters(
  taken: readonly TakenSnapshot[],
  sampled: Sampled,
  { signal }: SeriesOptions,
  pid: number | undefined,
): Promise<readonly TakenSnapshot[]> {
  const last = taken.at(-1);
  const count = last?.snapshot.goroutines ?? 0;
  if (last === undefined || sampled.dump === undefined || signal?.aborted === true) return taken;
  if (count <= (taken[0].snapshot.goroutines ?? 0) || count > MAX_DUMPED_GOROUTINES) return taken;
  const fetched = await sampled.dump({ signal, timeoutMs: DUMP_LIMIT_MS, maxBytes: MAX_DUMP_BYTES });
  if (!fetched.ok) return taken; // nobody lets it through, or it takes too long: the findings do without
  let dump = parseDump(fetched.value);
  if (pid !== undefined && process.platform === "linux") {
    dump = await withExactLines(dump, `/proc/${pid}/exe`, process.env);
  }
  return [...taken.slice(0, -1), { ...last, snapshot: { ...last.snapshot, dump } }];
}

/** The runtime's proof of leaks costs a collection: it is asked for once, with the last snapshot. */
async function withLeaked(
  taken: readonly TakenSnapshot[],
  sampled: Sampled,
  options: SeriesOptions,
): Promise<readonly TakenSnapshot[]> {
  const last = taken.at(-1);
  if (last === undefined || sampled.leaked === undefined || options.signal?.aborted === true) return taken;
  const fetched = await sampled.leaked(options);
  if (!fetched.ok) return taken; // of a Go that cannot, or nobody lets it through
  try {
    const leaked = openProfile(gunzipped(fetched.value));
    return [...taken.slice(0, -1), { ...last, snapshot: { ...last.snapshot, leaked } }];
  } catch (error) {
    if (error instanceof FormatError) return taken;
    throw error;
  }
}

async function takeSnapshot(
  sampled: Sampled,
  options: SeriesOptions,
  pid: number | undefined,
  startedMs: number,
): Promise<Captured<TakenSnapshot>> {
  const heap = decoded("heap", sampled, await sampled.heap(options));
  if (!heap.ok) return heap;
  const atMs = Math.round(performance.now() - startedMs);
  // A heap profile is worth having without the goroutines, which some gateways do not let through.
  const goroutine = decoded("goroutine", sampled, await sampled.goroutines(options));
  if (!goroutine.ok && goroutine.problem.code !== "unknown-profile" && goroutine.problem.code !== "no-pprof")
    return goroutine;
  const published = await sampled.numbers(options, heap.value.bytes);
  const resident = pid === undefined ? undefined : await residentOf(pid);
  const numbers: SnapshotNumbers = {
    atMs,
    ...published,
    ...resident,
    ...(goroutine.ok && { goroutines: sumOf(goroutine.value.profile) }),
    sampleRate: heap.value.profile.period,
  };
  return captured({
    snapshot: { ...numbers, heap: heap.value.profile, ...(goroutine.ok && { goroutine: goroutine.value.profile }) },
    heapBytes: heap.value.bytes,
    goroutineBytes: goroutine.ok ? goroutine.value.bytes : undefined,
  });
}

function decoded(
  kind: "heap" | "goroutine",
  { name }: Sampled,
  fetched: Captured<Uint8Array>,
): Captured<{ bytes: Uint8Array; profile: Profile }> {
  if (!fetched.ok) return fetched;
  const bytes = fetched.value;
  try {
    return captured({ bytes, profile: openProfile(gunzipped(bytes)) });
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const todo =
      error.code === "too-large"
        ? "Raise runtime.MemProfileRate in the program, so that its profiles become smaller"
        : "Check that nothing between here and the program changes its answers";
    return problem("undecodable", `cannot read the ${kind} profile of ${name}`, error.message, todo);
  }
}

function sumOf({ samples, sampleTypes, defaultSampleType }: Profile): number {
  let sum = 0;
  for (let i = defaultSampleType; i < samples.values.length; i += sampleTypes.length) sum += samples.values[i];
  return sum;
}

/** Whether the wait was interrupted. */
async function sleepUntil(ms: number, signal: AbortSignal | undefined): Promise<boolean> {
  const wait = ms - performance.now();
  if (wait <= 0) return signal?.aborted === true;
  try {
    await sleep(wait, undefined, signal && { signal });
    return false;
  } catch {
    return true;
  }
}

function interruption({ name }: Sampled): { ok: false; problem: CaptureProblem } {
  return problem("aborted", `stopped sampling ${name}`, "it was interrupted", "Start it again when you are ready");
}
