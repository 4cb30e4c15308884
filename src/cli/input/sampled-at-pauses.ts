/** A program that is stopped for moments, by a Delve of ours or without, sampled at pauses of a moment. */
import { type Captured, captured, problem } from "../../capture/capture-problem.js";
import { collectEvery, PausedSampled, type SampleAtPause } from "../../capture/paused-sampled.js";
import type { SampleOptions } from "../../capture/sample-options.js";
import { formatDump } from "../../core/goroutines/goroutine-text.js";
import { ProcessProblem } from "../../process/memory/process-problem.js";
import { MemoryProblem } from "../../process/paused-program.js";
import { pausedSample, SeriesSettings } from "../../delve/memory/paused-sample.js";
import type { Moment, ReadAtMoments } from "../../delve/target/running-target.js";
import { TargetProblem } from "../../delve/target/target-problem.js";

export interface SampledAtPauses {
  readonly sampled: PausedSampled;
  /** Puts back what was changed in a program that goes on. */
  readonly end: () => Promise<void>;
}

export function sampledAtPauses(name: string, target: ReadAtMoments, intervalMs: number): SampledAtPauses {
  const series = new SeriesSettings();
  let hasBegun = false;
  const copied = (target.copied ?? target.atAMoment).bind(target);
  /** Settings may have been changed at a moment that was ended. */
  let hasTried = false;
  const failed = (error: unknown) => {
    sampled.stoodStill(target.lastPauseMs);
    return unreadable(name, error);
  };
  const begin = ({ program, assign }: Moment, signal?: AbortSignal) => {
    hasTried = true;
    return series.begin(program, assign, collectEvery(intervalMs), signal, target.restoresAtEnd?.bind(target));
  };
  const sample = ({ program, reader, scanOptions }: Moment) => pausedSample(program, reader, scanOptions);
  const sampleAtOnce = (signal?: AbortSignal) =>
    target.atAMoment(async (at) => {
      const notes = hasBegun ? [] : await begin(at, signal);
      return { ...(await sample(at)), notes };
    }, signal);
  /** Settings are made at a stop of their own: what is copied is read twice. */
  const sampleCopied = async (signal?: AbortSignal) => {
    const begun = hasBegun ? undefined : await target.atAMoment((at) => begin(at, signal), signal);
    const { result, pausedMs } = await copied(sample, signal);
    return { result: { ...result, notes: begun?.result ?? [] }, pausedMs: (begun?.pausedMs ?? 0) + pausedMs };
  };
  const take = async ({ signal }: SampleOptions): Promise<Captured<SampleAtPause>> => {
    try {
      const { result, pausedMs } = await (target.copied === undefined ? sampleAtOnce(signal) : sampleCopied(signal));
      hasBegun = true;
      const totals = { ...result.totals, ...(series.recordsLate && { recordedLate: true }) };
      return captured({ ...result, totals, pausedMs });
    } catch (error) {
      return failed(error);
    }
  };
  const dump = async ({ signal }: SampleOptions): Promise<Captured<Uint8Array>> => {
    try {
      const { result, pausedMs } = await copied(({ reader, scanOptions }) => reader.scan(scanOptions), signal);
      sampled.stoodStill(pausedMs);
      return captured(Buffer.from([...formatDump(result.goroutines)].join("")));
    } catch (error) {
      return failed(error);
    }
  };
  const sampled = new PausedSampled(name, target.pid, take, dump, target.attachMs);
  return {
    sampled,
    async end() {
      // A process that was attached to has them put back when it is left, in the same stop.
      if (hasTried && target.restoresAtEnd === undefined)
        await target.atAMoment(({ assign }) => series.end(assign)).catch(() => {});
    },
  };
}

/** Rejects with what it does not know. */
function unreadable(name: string, error: unknown): ReturnType<typeof problem> {
  const isProblem = error instanceof TargetProblem || error instanceof ProcessProblem;
  if (!isProblem && !(error instanceof MemoryProblem)) throw error;
  const todo = isProblem ? error.todo : "See that it is a Go program";
  return problem("died", `cannot read the memory of ${name}`, error.message, todo);
}
