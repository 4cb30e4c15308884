/**
 * `godiag diagnose` of a running program: samples it, and says how it goes.
 */
import { resolve } from "node:path";
import type { CaptureProblem } from "../../capture/capture-problem.js";
import { findSampled } from "../../capture/find-target.js";
import { type DiagnosisRun, profilesToShow, runDiagnosis } from "../../capture/diagnosis-run.js";
import type { Sampled } from "../../capture/sampled.js";
import { delveNamed, processNamed } from "../../capture/target-text.js";
import type { TakenSnapshot } from "../../capture/series.js";
import type { Diagnosis, Note } from "../../core/diagnosis/diagnosis.js";
import type { PageProfile } from "../../core/views/page.js";
import { attachRunning, type ReadAtMoments, runAt } from "../../delve/target/running-target.js";
import { StoppedProcess } from "../../delve/target/stopped-process.js";
import { expectRunning } from "../../process/memory/standing-still.js";
import { captureFailure } from "../output/capture-failure.js";
import { maxPauseOf, type PauseOptions } from "../input/pause-options.js";
import { HolderReadings } from "../input/holder-readings.js";
import { PausedSampled } from "../../capture/paused-sampled.js";
import { stoppedProcess } from "../input/stopped-process.js";
import { saveNumbers, saveSnapshot } from "../input/recorded-series.js";
import { sampledAtPauses } from "../input/sampled-at-pauses.js";
import { accessOf, type TargetOptions } from "../input/target-options.js";
import type { Terminal } from "../terminal.js";
import { reading, withDelve } from "../input/with-delve.js";
import { thousands } from "../../core/text/format.js";

export interface LiveOptions extends TargetOptions, PauseOptions {
  readonly samples: number;
  /** Seconds between the starts of two snapshots. */
  readonly interval: number;
  /** Take half as many again, at twice the distance, when the first do not decide. */
  readonly adaptive?: boolean;
  /** The most MB that one profile may have. */
  readonly maxSize?: number;
  /** Folder for the profiles as they come. */
  readonly save?: string;
  /** The process of this machine that is asked who holds what grows, for which it is stopped twice. */
  readonly holdersOf?: number | undefined;
}

export interface JudgedProfiles {
  readonly diagnosis: Diagnosis;
  /** What a report shows beside the diagnosis. */
  readonly profiles: () => Promise<readonly PageProfile[]>;
}

/** Throws Failure when not even one snapshot could be taken for another reason than Ctrl-C. */
export async function diagnoseLive(text: string, options: LiveOptions, terminal: Terminal): Promise<JudgedProfiles> {
  const { signal } = terminal;
  const what = `cannot diagnose ${text}`;
  const address = delveNamed(text);
  if (address !== undefined)
    return atPauses(text, await reading(what, () => runAt(address, signal)), options, terminal);
  const sampled = await findSampled(text, await accessOf(options, terminal), terminal.env, signal);
  if (sampled.ok) return sample(sampled.value, options, terminal);
  const pid = processNamed(text);
  if (pid === undefined || sampled.problem.code !== "no-endpoint") throw captureFailure(sampled.problem);
  const maxPauseMs = maxPauseOf(options);
  const stopped = options.delve === true ? undefined : stoppedProcess(pid, maxPauseMs);
  if (stopped instanceof StoppedProcess) {
    await reading(what, () => Promise.resolve(expectRunning(pid)));
    terminal.err(`godiag: ${text} serves no pprof pages: its memory is read, for which it is stopped for moments`);
    return atPauses(text, stopped, { ...options, holdersOf: pid }, terminal);
  }
  terminal.err(`godiag: ${text} serves no pprof pages: Delve attaches to it and reads its memory at pauses`);
  const target = await withDelve(what, terminal, (dlv) => attachRunning(pid, dlv, { signal, maxPauseMs }));
  return atPauses(text, target, options, terminal);
}

/** Read at pauses of a moment; in the end the program is as it was found. */
async function atPauses(
  name: string,
  target: ReadAtMoments,
  options: LiveOptions,
  terminal: Terminal,
): Promise<JudgedProfiles> {
  const { sampled, end } = sampledAtPauses(name, target, options.interval * 1000);
  const judged = await sample(sampled, options, terminal).finally(async () => {
    await end();
    await target.stop();
    sampled.stoodStill(target.lastPauseMs);
  });
  const { diagnosis } = judged;
  const notes = [...sampled.notes(), ...diagnosis.notes];
  return { ...judged, diagnosis: { ...diagnosis, notes, pauses: sampled.pauses() } };
}

/** Samples a program that was found or started; `more` is told beside what the snapshots tell. */
export async function sample(
  sampled: Sampled,
  options: LiveOptions,
  terminal: Terminal,
  more: () => readonly Note[] = () => [],
): Promise<JudgedProfiles> {
  const { samples, interval, adaptive, maxSize, save, holdersOf } = options;
  const holders = holdersOf === undefined ? undefined : new HolderReadings(holdersOf, maxPauseOf(options));
  let wanted = samples;
  const run = await runDiagnosis(sampled, {
    samples,
    intervalMs: interval * 1000,
    signal: terminal.signal,
    adaptive,
    ...(maxSize !== undefined && { maxBytes: maxSize * 1_048_576 }),
    onSnapshot: async (taken, index, of) => {
      wanted = of;
      if (index === 0) holders?.readFirst();
      await snapshotTaken(terminal, { save })(taken, index, of);
    },
    onSeries: async (series) => {
      if (save !== undefined) await saveNumbers(resolve(terminal.cwd, save), series);
    },
  });
  const judged = judgedProfiles(run, wanted, terminal);
  const held = holders?.told(judged.diagnosis) ?? judged.diagnosis;
  if (sampled instanceof PausedSampled) for (const ms of holders?.pausesMs ?? []) sampled.stoodStill(ms);
  return { ...judged, diagnosis: { ...held, notes: [...more(), ...held.notes] } };
}

/** The diagnosis of what was taken, with a note (and a warning on stderr) when the series ended early. */
export function judgedProfiles(run: DiagnosisRun, wanted: number, terminal: Terminal): JudgedProfiles {
  const { diagnosis, series } = run;
  const { taken, partial } = series;
  if (partial !== undefined && taken.length === 0 && partial.code !== "aborted") throw captureFailure(partial);
  const notes: Note[] = [];
  if (partial !== undefined) {
    const message = `${taken.length} of ${wanted} snapshots, then ${sentence(partial)}`;
    notes.push({ code: "partial", message });
    terminal.err(`godiag: partial: ${message}`);
  }
  const pages = () =>
    profilesToShow(series).map(({ name, bytes }) => ({ name, base64: Buffer.from(bytes).toString("base64") }));
  return {
    diagnosis: { ...diagnosis, notes: [...notes, ...diagnosis.notes] },
    profiles: () => Promise.resolve(pages()),
  };
}

/** What happens with each snapshot at once: it is saved, and on a terminal it is told. */
export function snapshotTaken(terminal: Terminal, { save }: { readonly save?: string | undefined }) {
  return async (taken: TakenSnapshot, index: number, of: number): Promise<void> => {
    if (terminal.interactive) terminal.err(progressLine(taken, index, of));
    if (save !== undefined) await saveSnapshot(resolve(terminal.cwd, save), taken, index);
  };
}

function progressLine({ snapshot }: TakenSnapshot, index: number, of: number): string {
  const { heapAlloc, rss, goroutines } = snapshot;
  const megabytes = (bytes: number) => `${(bytes / 1_048_576).toFixed(1)} MB`;
  const parts = [
    heapAlloc !== undefined && `heap ${megabytes(heapAlloc)}`,
    rss !== undefined && `resident ${megabytes(rss)}`,
    goroutines !== undefined && `${thousands(goroutines)} goroutines`,
  ];
  return `  snapshot ${index + 1}/${of}: ${parts.filter((part) => part !== false).join(", ")}`;
}

const sentence = ({ what, why }: CaptureProblem): string => `${what}: ${why}`;
