/**
 * Who leaks HTTP client connections: the line that makes the requests.
 *
 * A response body that is never closed keeps its connection, and with it two goroutines (readLoop, writeLoop) and their
 * buffers. All of that is made by the transport in goroutines of its own (`dialConn`), so none of those stacks shows
 * the program's code: neither the goroutine profile nor the heap profile accuses anybody. But requests are made by the
 * program's own goroutines, and those are seen: waiting in a round trip when a snapshot is taken, and as allocations
 * below `(*Client).do`. What a request allocates stays alive with its connection, so the line whose live bytes grow is
 * named before the one that is merely busy. The findings of such connections become one, at that line.
 */
import { closeness, MAIN_MODULE, STANDARD } from "../profile/allocation-blame.js";
import type { Finding } from "./diagnosis.js";
import type { StackFrame } from "../profile/named-stack.js";
import type { Profile } from "../profile/profile.js";
import { stackFrames, type StackIndex, type StackSeries, stackSeries } from "../profile/stack-series.js";

/** A line of the program below which requests are made. */
export interface RequestSite {
  readonly frame: StackFrame;
  /** Live bytes allocated for requests of this line: last - first snapshot. */
  readonly retainedGrowth: number;
  /** Bytes allocated for requests of this line since the program started. */
  readonly allocated: number;
  /** In how many snapshots a request of this line was under way. */
  readonly seenInFlight: number;
}

const CONNECTION = /^net\/http\.\(\*persistConn\)\.(?:readLoop|writeLoop)$/;
const DIAL = /^net\/http\.\(\*Transport\)\.dialConn(?:For)?$/;
/** Outermost first in a stack, these are what a program calls to make a request. */
const ROUND_TRIP =
  /^net\/http\.(?:\(\*Client\)\.(?:do|Do|Get|Head|Post|PostForm)|\(\*Transport\)\.[rR]oundTrip|Get|Head|Post|PostForm)$/;

/** Findings in which those of HTTP client connections are one, at the line that makes the requests where that is known. */
export function blameRequests(
  findings: readonly Finding[],
  heaps: readonly Profile[],
  goroutines: readonly Profile[],
): readonly Finding[] {
  const ofConnections = findings.filter(isOfConnections);
  if (ofConnections.length === 0) return findings;
  const sites = requestSites(heaps, goroutines);
  const best = sites.at(0);
  const atSite = ({ file, line }: Finding) => file === best?.frame.file && line === best.frame.line;
  const merged = findings.filter((finding) => isOfConnections(finding) || atSite(finding));

  const main = ofConnections.find(({ function: name }) => name.endsWith("readLoop")) ?? ofConnections[0];
  // That connections leak can be certain while the line is one of several.
  const isCertain = sites.length < 2 || (sites[0].retainedGrowth > 0 && sites[1].retainedGrowth <= 0);
  const blamed: Finding = {
    ...main,
    ...best?.frame,
    level: isCertain && merged.some(({ level }) => level === "confirmed") ? "confirmed" : "suspect",
    // Shares of goroutines add up with shares of goroutines, not with those of bytes.
    share: Math.min(
      1,
      merged.reduce((sum, { kind, share }) => (kind === main.kind ? sum + share : sum), 0),
    ),
    explanation: [main.explanation, ...evidence(sites)].join(" "),
  };
  return findings.flatMap((finding) => (finding === main ? [blamed] : merged.includes(finding) ? [] : [finding]));
}

/** The lines that make requests, the likeliest first. */
export function requestSites(heaps: readonly Profile[], goroutines: readonly Profile[]): readonly RequestSite[] {
  const sites = new Map<string, { -readonly [K in keyof RequestSite]: RequestSite[K] }>();
  const siteOf = (series: StackSeries, stack: StackIndex) => {
    const frame = requestingFrame(series, stack);
    if (frame === undefined) return undefined;
    const key = `${frame.file}:${frame.line}`;
    let site = sites.get(key);
    if (site === undefined) sites.set(key, (site = { frame, retainedGrowth: 0, allocated: 0, seenInFlight: 0 }));
    return site;
  };

  const heap = stackSeries(heaps, (profile) => [column(profile, "alloc_space"), column(profile, "inuse_space")]);
  for (let stack = 0; stack < heap.stackCount; stack++) {
    const site = siteOf(heap, stack);
    if (site === undefined) continue;
    const first = stack * heap.length;
    const last = first + heap.length - 1;
    site.allocated += heap.values[0][last];
    site.retainedGrowth += heap.values[1][last] - heap.values[1][first];
  }

  const inFlight = stackSeries(goroutines, (profile) => [column(profile, undefined)]);
  const seenAt = new Map<RequestSite, Set<number>>();
  for (let stack = 0; stack < inFlight.stackCount; stack++) {
    const site = siteOf(inFlight, stack);
    if (site === undefined) continue;
    const seen = seenAt.get(site) ?? new Set();
    seenAt.set(site, seen);
    for (let at = 0; at < inFlight.length; at++) if (inFlight.values[0][stack * inFlight.length + at] > 0) seen.add(at);
    site.seenInFlight = seen.size;
  }
  return [...sites.values()].sort(
    (a, b) => b.retainedGrowth - a.retainedGrowth || b.seenInFlight - a.seenInFlight || b.allocated - a.allocated,
  );
}

function isOfConnections({ kind, function: name, stack }: Finding): boolean {
  if (kind === "goroutine") return CONNECTION.test(name);
  return (
    stack.some((frame) => CONNECTION.test(frame.function) || DIAL.test(frame.function)) &&
    stack.every((frame) => closeness(frame.function, frame.file) === STANDARD)
  );
}

/** The program's line closest above the call that makes the request; of a dependency's where there is none. */
function requestingFrame(series: StackSeries, stack: StackIndex): StackFrame | undefined {
  const frames = stackFrames(series, stack).map((frame): StackFrame => ({
    function: series.functionName[series.frameFunction[frame]],
    file: series.frameFile[frame],
    line: series.frameLine[frame],
  }));
  const call = frames.findLastIndex((frame) => ROUND_TRIP.test(frame.function));
  if (call < 0) return undefined;
  const callers = frames.slice(call + 1);
  return (
    callers.find((frame) => closeness(frame.function, frame.file) === MAIN_MODULE) ??
    callers.find((frame) => closeness(frame.function, frame.file) !== STANDARD)
  );
}

function evidence(sites: readonly RequestSite[]): string[] {
  const [best, ...others] = sites;
  if (best === undefined) return ["No snapshot shows who makes requests: look at every call of an http.Client."];
  const seen = [
    best.seenInFlight > 0 && `requests of it were under way in ${snapshots(best.seenInFlight)}`,
    best.retainedGrowth > 0 && `what they allocate stays alive (${megabytes(best.retainedGrowth)} more)`,
    best.seenInFlight === 0 && best.retainedGrowth <= 0 && `it allocated ${megabytes(best.allocated)} for requests`,
  ].filter((part) => part !== false);
  const alone =
    others.length === 0
      ? "the only line seen to make requests"
      : `the likeliest of ${sites.length} lines seen to make requests`;
  const rest = others.slice(0, 3).map(({ frame }) => `${frame.function} (${frame.file}:${frame.line})`);
  return [
    `The connections' own stacks do not show who asked; this is ${alone}: ${seen.join(", and ")}.`,
    ...(rest.length > 0 ? [`Others: ${rest.join(", ")}.`] : []),
  ];
}

/** The values of one sample type, or of the first for undefined; zeros where the profile does not have it. */
function column({ samples, sampleTypes }: Profile, type: string | undefined): Float64Array {
  const at = type === undefined ? 0 : sampleTypes.findIndex((one) => one.type === type);
  const width = sampleTypes.length;
  return Float64Array.from({ length: samples.count }, (_, i) => (at < 0 ? 0 : samples.values[i * width + at]));
}

const snapshots = (count: number): string => (count === 1 ? "one snapshot" : `${count} snapshots`);
const megabytes = (bytes: number): string => `${(bytes / 1_048_576).toFixed(1)} MB`;
