/**
 * The thread that samples a program and judges the series: decoding profiles and comparing stacks takes longer than the
 * extension host may be kept from others. Its bundle is dist/diagnosis-thread.cjs.
 */
import { parentPort, workerData } from "node:worker_threads";
import { type Captured, captured, type CaptureProblem, problem } from "../../capture/capture-problem.js";
import { type NamedBytes, profilesToShow, runDiagnosis } from "../../capture/diagnosis-run.js";
import { findSampled } from "../../capture/find-target.js";
import type { Access } from "../../capture/pprof-endpoint.js";
import { PausedSampled, type SampleAtPause } from "../../capture/paused-sampled.js";
import type { Sampled } from "../../capture/sampled.js";
import { shareableBytes } from "../../capture/shareable-bytes.js";
import { diagnose } from "../../core/diagnosis/diagnose.js";
import type { Diagnosis, Snapshot, SnapshotNumbers } from "../../core/diagnosis/diagnosis.js";
import { leadingSuspects, type Suspect } from "../../core/live/leading-suspects.js";
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

export type ToThread =
  /** Take no more snapshots, judge those that are there. */
  | { readonly type: "stop" }
  /** Take half as many again, whatever the first ones tell. */
  | { readonly type: "longer" }
  /** Answers a "read". */
  | ({ readonly type: "sample"; readonly dump?: Uint8Array } & SampleAtPause)
  | { readonly type: "unreadable"; readonly why: string };

export type FromThread =
  /** What is sampled was found; the process where it is known, on this machine. */
  | { readonly type: "found"; readonly pid: number | undefined }
  /** What the snapshots until now make likely. */
  | { readonly type: "suspects"; readonly suspects: readonly Suspect[] }
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

/** Growth of fewer snapshots is chance. */
const LEAST_JUDGED = 3;
/** Judging under way may take so much of the time between two snapshots. */
const JUDGING_PART = 0.25;

const stop = new AbortController();
let isLonger = false;
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
  say({ type: "found", pid: await sampled.pid({ signal: stop.signal }) });
  const until: Snapshot[] = [];
  let judgedMs = 0;
  const run = await runDiagnosis(sampled, {
    samples: job.samples,
    intervalMs: job.intervalMs,
    signal: stop.signal,
    adaptive: job.adaptive,
    isLonger: () => isLonger,
    onSnapshot: ({ snapshot }, index, of) => {
      until.push(snapshot);
      say({ type: "snapshot", index, of, numbers: numbersAlone(snapshot) });
      if (until.length < LEAST_JUDGED || judgedMs > job.intervalMs * JUDGING_PART) return;
      const began = performance.now();
      say({ type: "suspects", suspects: leadingSuspects(diagnose(sampled.name, until)) });
      judgedMs = performance.now() - began;
    },
    onSeries: () => say({ type: "judging" }),
  });
  const { taken, partial } = run.series;
  const whole = run.diagnosis;
  const diagnosis = taken.length === 0 ? undefined : { ...whole, notes: [...toldOf(sampled), ...whole.notes] };
  say({ type: "done", diagnosis, profiles: profilesToShow(run.series), partial });
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

parentPort?.on("message", (message: ToThread) => {
  if (message.type === "longer") {
    isLonger = true;
    return;
  }
  if (message.type === "stop") stop.abort();
  answered?.(message);
});
const given = workerData as DiagnosisJob | ShareJob;
if ("share" in given) {
  const { share, sharing } = given;
  say({ type: "shared", profiles: share.map(({ name, bytes }) => ({ name, bytes: shareableBytes(bytes, sharing) })) });
} else void run(given);
