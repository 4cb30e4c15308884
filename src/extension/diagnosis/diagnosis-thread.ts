/**
 * The thread that samples a program and judges the series: decoding profiles and comparing stacks takes longer than the
 * extension host may be kept from others. Its bundle is dist/diagnosis-thread.cjs.
 */
import { parentPort, workerData } from "node:worker_threads";
import { type Captured, captured, type CaptureProblem, problem } from "../../capture/capture-problem.js";
import { findSampled } from "../../capture/find-target.js";
import { withOutsideCallers } from "../../capture/outside-callers.js";
import type { Access } from "../../capture/pprof-endpoint.js";
import { PausedSampled, type SampleAtPause } from "../../capture/paused-sampled.js";
import type { Sampled } from "../../capture/sampled.js";
import { takeSeries } from "../../capture/series.js";
import { shareableBytes } from "../../capture/shareable-bytes.js";
import { diagnose, isUndecided } from "../../core/diagnosis/diagnose.js";
import type { Diagnosis, SnapshotNumbers } from "../../core/diagnosis/diagnosis.js";
import { numbersAlone } from "../../core/diagnosis/snapshot-numbers.js";
import type { Sharing } from "../../core/diagnosis/report/shareable.js";

export interface DiagnosisJob {
  /** A URL, `pid:N`, `gops:PID`; or a program in the debugger that has no endpoint, of which the host takes samples. */
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
  | ({ readonly type: "sample"; readonly dump?: Uint8Array } & SampleAtPause)
  | { readonly type: "unreadable"; readonly why: string };

export type FromThread =
  | { readonly type: "snapshot"; readonly index: number; readonly of: number; readonly numbers: SnapshotNumbers }
  /** Take a sample of the program in the debugger, with all of its goroutines; the next message answers. */
  | { readonly type: "read"; readonly withDump: boolean }
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
  const { target } = job;
  const found: Captured<Sampled> =
    typeof target === "string"
      ? await findSampled(target, job.access ?? {}, process.env, stop.signal)
      : captured(pausedInEditor(target.paused, target.pid));
  if (!found.ok) return say({ type: "done", diagnosis: undefined, profiles: [], partial: found.problem });
  const sampled = found.value;
  const { taken, partial } = await takeSeries(sampled, {
    samples: job.samples,
    intervalMs: job.intervalMs,
    signal: stop.signal,
    ...(job.adaptive === true && { wantsMore: (snapshots) => isUndecided(diagnose(sampled.name, snapshots)) }),
    onSnapshot: ({ snapshot }, index, of) => say({ type: "snapshot", index, of, numbers: numbersAlone(snapshot) }),
  });
  say({ type: "judging" });
  const snapshots = taken.map(({ snapshot }) => snapshot);
  const judged = diagnose(sampled.name, snapshots);
  const whole = await withOutsideCallers(judged, sampled, { signal: stop.signal });
  const diagnosis = taken.length === 0 ? undefined : { ...whole, notes: [...toldOf(sampled), ...whole.notes] };
  const last = taken.length - 1;
  const profiles = taken.flatMap(({ heapBytes, goroutineBytes }, i): NamedBytes[] => {
    const when = i === last ? "last" : i === 0 ? "first" : undefined;
    if (when === undefined) return []; // two of a kind show what changed; all of them are many megabytes
    const heap = { name: `heap, ${when} snapshot`, bytes: heapBytes };
    return goroutineBytes ? [heap, { name: `goroutines, ${when} snapshot`, bytes: goroutineBytes }] : [heap];
  });
  say({ type: "done", diagnosis, profiles: profiles.sort(lastHeapFirst), partial });
}

/** What sampling did to the program. */
const toldOf = (sampled: Sampled) => (sampled instanceof PausedSampled ? sampled.notes() : []);

type HostSample = Extract<ToThread, { type: "sample" }>;

function pausedInEditor(name: string, pid: number | undefined): PausedSampled {
  const sampled: PausedSampled = new PausedSampled(
    name,
    pid,
    () => askHost(name, false),
    async () => {
      const read = await askHost(name, true);
      if (!read.ok) return read;
      sampled.stoodStill(read.value.pausedMs);
      return captured(read.value.dump ?? new Uint8Array());
    },
  );
  return sampled;
}

/** The host has the program paused, its memory read, and lets it go on. */
async function askHost(name: string, withDump: boolean): Promise<Captured<HostSample>> {
  const answer = await new Promise<ToThread>((resolve) => {
    answered = resolve;
    say({ type: "read", withDump });
  });
  answered = undefined;
  if (answer.type === "sample") return captured(answer);
  const why = answer.type === "unreadable" ? answer.why : "it was interrupted";
  return problem("died", `cannot read the memory of ${name}`, why, "Start it again when the program runs");
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
