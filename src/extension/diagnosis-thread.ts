/**
 * The thread that samples a program and judges the series: decoding profiles and comparing stacks takes longer than the
 * extension host may be kept from others. Its bundle is dist/diagnosis-thread.cjs.
 */
import { parentPort, workerData } from "node:worker_threads";
import { type Captured, captured, type CaptureProblem, problem } from "../capture/capture-problem.js";
import { findSampled } from "../capture/find-target.js";
import { withOutsideCallers } from "../capture/outside-callers.js";
import type { Access } from "../capture/pprof-endpoint.js";
import type { Sampled } from "../capture/sampled.js";
import { takeSeries } from "../capture/series.js";
import { shareableBytes } from "../capture/shareable-bytes.js";
import { diagnose, isUndecided } from "../core/diagnose.js";
import type { Diagnosis, SnapshotNumbers } from "../core/diagnosis.js";
import type { Sharing } from "../core/shareable.js";

export interface DiagnosisJob {
  /** A URL, `pid:N`, `gops:PID`; or a program that stands still in the debugger, whose profiles the host reads. */
  readonly target: string | { readonly paused: string; readonly pid?: number };
  readonly access?: Access;
  readonly samples: number;
  readonly intervalMs: number;
  /** Take half as many again when the first do not decide. */
  readonly adaptive?: boolean;
}

/** Profiles to be made fit for others: `shared` answers. */
export interface ShareJob {
  readonly share: readonly NamedBytes[];
  readonly sharing: Sharing;
}

export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export type ToThread =
  /** Take no more snapshots, judge those that are there. */
  | { readonly type: "stop" }
  /** Answers a "read". */
  | { readonly type: "profile"; readonly bytes: Uint8Array }
  | { readonly type: "unreadable"; readonly why: string };

export type FromThread =
  | { readonly type: "snapshot"; readonly index: number; readonly of: number; readonly numbers: SnapshotNumbers }
  /** Read a profile of the paused program; the next message answers. */
  | { readonly type: "read"; readonly kind: "heap" | "goroutine" }
  | { readonly type: "judging" }
  | { readonly type: "shared"; readonly profiles: readonly NamedBytes[] }
  | {
      readonly type: "done";
      /** Undefined when there was not a single snapshot. */
      readonly diagnosis: Diagnosis | undefined;
      readonly profiles: readonly NamedBytes[];
      /** Why the series ended early. */
      readonly partial: CaptureProblem | undefined;
    };

const stop = new AbortController();
const say = (message: FromThread) => parentPort?.postMessage(message);
let answered: ((message: ToThread) => void) | undefined;

async function run(job: DiagnosisJob): Promise<void> {
  const found =
    typeof job.target === "string"
      ? await findSampled(job.target, job.access ?? {}, process.env, stop.signal)
      : captured(pausedProgram(job.target));
  if (!found.ok) return say({ type: "done", diagnosis: undefined, profiles: [], partial: found.problem });
  const sampled = found.value;
  const { taken, partial } = await takeSeries(sampled, {
    samples: job.samples,
    intervalMs: job.intervalMs,
    signal: stop.signal,
    ...(job.adaptive === true && { wantsMore: (snapshots) => isUndecided(diagnose(sampled.name, snapshots)) }),
    onSnapshot: ({ snapshot: { heap: _heap, goroutine: _goroutine, ...numbers } }, index, of) =>
      say({ type: "snapshot", index, of, numbers }),
  });
  say({ type: "judging" });
  const diagnosis =
    taken.length === 0
      ? undefined
      : await withOutsideCallers(
          diagnose(
            sampled.name,
            taken.map(({ snapshot }) => snapshot),
          ),
          sampled,
          { signal: stop.signal },
        );
  const last = taken.length - 1;
  const profiles = taken.flatMap(({ heapBytes, goroutineBytes }, i): NamedBytes[] => {
    const when = i === last ? "last" : i === 0 ? "first" : undefined;
    if (when === undefined) return []; // two of a kind show what changed; all of them are many megabytes
    const heap = { name: `heap, ${when} snapshot`, bytes: heapBytes };
    return goroutineBytes ? [heap, { name: `goroutines, ${when} snapshot`, bytes: goroutineBytes }] : [heap];
  });
  say({ type: "done", diagnosis, profiles: profiles.sort(lastHeapFirst), partial });
}

/** The host pauses the program, has its memory read, and lets it go on. */
function pausedProgram({ paused: name, pid }: { readonly paused: string; readonly pid?: number }): Sampled {
  const read = async (kind: "heap" | "goroutine"): Promise<Captured<Uint8Array>> => {
    const answer = await new Promise<ToThread>((resolve) => {
      answered = resolve;
      say({ type: "read", kind });
    });
    answered = undefined;
    if (answer.type === "profile") return captured(answer.bytes);
    const why = answer.type === "unreadable" ? answer.why : "it was interrupted";
    return problem("died", `cannot read the ${kind} profile of ${name}`, why, "Start it again when the program runs");
  };
  return {
    name,
    heap: () => read("heap"),
    goroutines: () => read("goroutine"),
    numbers: () => Promise.resolve(undefined),
    pid: () => Promise.resolve(pid),
  };
}

/** The profile to look at first comes first. */
function lastHeapFirst(a: NamedBytes, b: NamedBytes): number {
  const rank = ({ name }: NamedBytes) => (name.startsWith("heap") ? 0 : 1) + (name.includes("last") ? 0 : 2);
  return rank(a) - rank(b);
}

parentPort?.on("message", (message: ToThread) => {
  if (message.type === "stop") stop.abort();
  answered?.(message);
});
const given = workerData as DiagnosisJob | ShareJob;
if ("share" in given) {
  const { share, sharing } = given;
  say({ type: "shared", profiles: share.map(({ name, bytes }) => ({ name, bytes: shareableBytes(bytes, sharing) })) });
} else void run(given);
