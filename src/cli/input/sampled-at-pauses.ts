/** A program under a Delve of ours, sampled at pauses of a moment. */
import { type Captured, captured, problem } from "../../capture/capture-problem.js";
import { collectEvery, PausedSampled, type SampleAtPause } from "../../capture/paused-sampled.js";
import type { SampleOptions } from "../../capture/sample-options.js";
import { formatDump } from "../../core/goroutines/goroutine-text.js";
import { MemoryProblem } from "../../process/paused-program.js";
import { pausedSample, SeriesSettings } from "../../delve/memory/paused-sample.js";
import type { RunningTarget } from "../../delve/target/running-target.js";
import { TargetProblem } from "../../delve/target/target-problem.js";

export interface SampledAtPauses {
  readonly sampled: PausedSampled;
  /** Puts back what was changed in a program that goes on. */
  readonly end: () => Promise<void>;
}

export function sampledAtPauses(name: string, target: RunningTarget, intervalMs: number): SampledAtPauses {
  const series = new SeriesSettings();
  let hasBegun = false;
  /** Settings may have been changed at a moment that was ended. */
  let hasTried = false;
  const failed = (error: unknown) => {
    sampled.stoodStill(target.lastPauseMs);
    return unreadable(name, error);
  };
  const take = async ({ signal }: SampleOptions): Promise<Captured<SampleAtPause>> => {
    try {
      const { result, pausedMs } = await target.atAMoment(async ({ program, reader, scanOptions, assign }) => {
        hasTried = true;
        const notes = hasBegun
          ? []
          : await series.begin(program, assign, collectEvery(intervalMs), signal, target.restoresAtEnd);
        return { ...(await pausedSample(program, reader, scanOptions)), notes };
      }, signal);
      hasBegun = true;
      const totals = { ...result.totals, ...(series.recordsLate && { recordedLate: true }) };
      return captured({ ...result, totals, pausedMs });
    } catch (error) {
      return failed(error);
    }
  };
  const dump = async ({ signal }: SampleOptions): Promise<Captured<Uint8Array>> => {
    try {
      const { result, pausedMs } = await target.atAMoment(
        ({ reader, scanOptions }) => reader.scan(scanOptions),
        signal,
      );
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
  if (!(error instanceof TargetProblem) && !(error instanceof MemoryProblem)) throw error;
  const todo = error instanceof TargetProblem ? error.todo : "See that it is a Go program";
  return problem("died", `cannot read the memory of ${name}`, error.message, todo);
}
