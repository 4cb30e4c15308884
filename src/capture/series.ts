/**
 * A series of snapshots of a running program: heap profile after a GC, goroutine profile, memory numbers, RSS.
 *
 * What was taken is kept whatever happens: when the target dies or the person has seen enough, the series says why it
 * ended early and still has its snapshots. Snapshots start at fixed distances, so that slopes are per time and not per
 * how busy the target was.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Snapshot, SnapshotNumbers } from "../core/diagnosis.js";
import { FormatError } from "../core/format-error.js";
import { decodeProfile } from "../core/pprof/decode.js";
import type { Profile } from "../core/profile.js";
import { type CaptureProblem, type Captured, captured, problem } from "./capture-problem.js";
import { gunzip } from "./gunzip.js";
import { httpGet } from "./http-get.js";
import { type PprofTarget, type ProfileKind, shownUrl } from "./pprof-endpoint.js";
import { fetchProfile } from "./pprof-http.js";
import { commandLineOf, pidListeningOn, rssOf } from "./process.js";
import { findNumbers, type NumbersSource, readNumbers } from "./runtime-numbers.js";

export interface SeriesOptions {
  readonly samples: number;
  readonly intervalMs: number;
  readonly signal?: AbortSignal;
  /** For each single profile. */
  readonly timeoutMs?: number;
  /** Sees each snapshot as soon as it is taken; what it returns is waited for. */
  readonly onSnapshot?: (taken: TakenSnapshot, index: number) => void | Promise<void>;
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

export async function takeSeries(given: PprofTarget, options: SeriesOptions): Promise<Series> {
  const target = asSampled(given);
  const { samples, intervalMs, signal, onSnapshot } = options;
  const taken: TakenSnapshot[] = [];
  const pid = await localPid(target, signal);
  const source = await findNumbers(target, signal);
  const startedMs = performance.now();
  for (let i = 0; i < samples; i++) {
    const interrupted = await sleepUntil(startedMs + i * intervalMs, signal);
    const one = interrupted ? interruption(target) : await takeSnapshot(target, options, { pid, source, startedMs });
    // After Ctrl-C every failure is one of its effects.
    if (!one.ok) return { taken, partial: (signal?.aborted === true ? interruption(target) : one).problem };
    taken.push(one.value);
    await onSnapshot?.(one.value, i);
  }
  return { taken, partial: undefined };
}

/** Only whole profiles in protobuf can be compared: what the URL asks beyond that is for a single profile. */
function asSampled(target: PprofTarget): PprofTarget {
  const query = new URLSearchParams(target.query);
  for (const key of ["debug", "seconds", "gc"]) query.delete(key);
  return { ...target, query };
}

interface Sources {
  readonly pid: number | undefined;
  readonly source: NumbersSource | undefined;
  readonly startedMs: number;
}

async function takeSnapshot(
  target: PprofTarget,
  options: SeriesOptions,
  { pid, source, startedMs }: Sources,
): Promise<Captured<TakenSnapshot>> {
  const heap = await fetchDecoded(target, "heap", options);
  if (!heap.ok) return heap;
  const atMs = Math.round(performance.now() - startedMs);
  // A heap profile is worth having without the goroutines, which some gateways do not let through.
  const goroutine = await fetchDecoded(target, "goroutine", options);
  if (!goroutine.ok && goroutine.problem.code !== "unknown-profile" && goroutine.problem.code !== "no-pprof")
    return goroutine;
  const published = source && (await readNumbers(source, options.signal));
  const rss = pid === undefined ? undefined : await rssOf(pid);
  const numbers: SnapshotNumbers = {
    atMs,
    ...published,
    ...(rss !== undefined && { rss }),
    ...(goroutine.ok && { goroutines: sumOf(goroutine.value.profile) }),
    sampleRate: heap.value.profile.period,
  };
  return captured({
    snapshot: { ...numbers, heap: heap.value.profile, ...(goroutine.ok && { goroutine: goroutine.value.profile }) },
    heapBytes: heap.value.bytes,
    goroutineBytes: goroutine.ok ? goroutine.value.bytes : undefined,
  });
}

async function fetchDecoded(
  target: PprofTarget,
  kind: ProfileKind,
  { signal, timeoutMs }: SeriesOptions,
): Promise<Captured<{ bytes: Uint8Array; profile: Profile }>> {
  const fetched = await fetchProfile(target, kind, {
    gc: kind === "heap",
    ...(signal && { signal }),
    ...(timeoutMs !== undefined && { timeoutMs }),
  });
  if (!fetched.ok) return fetched;
  try {
    return captured({ bytes: fetched.value.bytes, profile: decodeProfile(gunzipped(fetched.value.bytes)) });
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const what = `cannot read the ${kind} profile of ${shownUrl(target.folder)}`;
    return problem(
      "undecodable",
      what,
      error.message,
      "Check that nothing between here and the program changes its answers",
    );
  }
}

function gunzipped(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzip(bytes).bytes : bytes;
}

/** The process behind a local target, when it is certain: a forwarded port belongs to the forwarder. */
async function localPid({ folder }: PprofTarget, signal: AbortSignal | undefined): Promise<number | undefined> {
  if (!/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(folder.hostname)) return undefined;
  const port = folder.port === "" ? (folder.protocol === "https:" ? 443 : 80) : Number(folder.port);
  const pid = await pidListeningOn(port);
  if (pid === undefined) return undefined;
  const own = await commandLineOf(pid);
  if (own === undefined) return pid;
  const answer = await httpGet(new URL("cmdline", folder), {
    timeoutMs: 5000,
    maxBytes: 1_048_576,
    ...(signal && { signal }),
  });
  if (!answer.ok || answer.value.status !== 200) return undefined;
  return new TextDecoder().decode(answer.value.bytes) === own.join("\0") ? pid : undefined;
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

function interruption(target: PprofTarget): { ok: false; problem: CaptureProblem } {
  return problem(
    "aborted",
    `stopped sampling ${shownUrl(target.folder)}`,
    "it was interrupted",
    "Start it again when you are ready",
  );
}
