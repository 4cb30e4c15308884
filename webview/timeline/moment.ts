/** What a line of the time line shows at a moment: which goroutine did what, why, and who had woken it. */
import type { KindIndex } from "../../src/core/trace/goroutine-kinds.js";
import { NO_STACK, type TraceNames, type TraceStack } from "../../src/core/trace/events/trace-names.js";
import { firstRowEndingAfter, type GoroutineLine } from "../../src/core/trace/timeline/goroutine-line.js";
import {
  chunkEndNs,
  firstEndingAfter,
  type RunChunk,
  type RunColumns,
} from "../../src/core/trace/timeline/run-columns.js";
import type { Timeline } from "../../src/core/trace/timeline/timeline.js";
import type { TraceAnalysis, Waiting } from "../../src/core/trace/trace-analysis.js";
import { TraceStacks } from "../../src/core/trace/trace-stacks.js";
import { wokenByText } from "../../src/core/trace/waking-tables.js";
import type { WakingRow } from "../../src/core/trace/wakings.js";
import type { LineName, Moment, TracePlace } from "./questions.js";

export interface MomentSource {
  readonly timeline: Timeline;
  readonly names: TraceNames;
  readonly analysis: TraceAnalysis;
  readonly waiting: readonly Waiting[];
  readonly kindName: (kind: KindIndex) => string;
  readonly goroutine: (goroutine: number) => GoroutineLine | undefined;
}

export function momentOf(source: MomentSource, line: LineName, timeNs: number, step: -1 | 0 | 1): Moment | undefined {
  if (line.type === "goroutine") {
    const states = source.goroutine(line.goroutine);
    return states && stateAt(source, states, timeNs, step);
  }
  const { processors } = source.timeline;
  let best: Found | undefined;
  const lines = line.type === "processor" ? [processors.get(line.proc)] : [...processors.values()];
  for (const processor of lines) {
    if (processor === undefined) continue;
    const kind = line.type === "kind" ? line.kind : undefined;
    const found = runNear(processor.runs, processor.proc, timeNs, step, kind);
    if (found !== undefined && (best === undefined || found.distanceNs < best.distanceNs)) best = found;
  }
  return best && momentOfRun(source, best);
}

interface Found {
  readonly chunk: RunChunk;
  readonly at: number;
  readonly proc: number;
  readonly distanceNs: number;
}

/** Runs that are looked at in search of one of a kind. */
const MAX_LOOKED_AT = 200_000;

/** The run at a moment or next to it (step 0), the one that ends before it (-1), the one that begins after it (1). */
function runNear(
  { chunks }: RunColumns,
  proc: number,
  timeNs: number,
  step: -1 | 0 | 1,
  kind: KindIndex | undefined,
): Found | undefined {
  let first = chunks.findIndex((chunk) => chunkEndNs(chunk) > timeNs);
  let at = first < 0 ? 0 : firstEndingAfter(chunks[first], timeNs);
  if (first < 0) first = chunks.length;
  const fits = (chunk: RunChunk, row: number) => kind === undefined || chunk.kind[row] === kind;
  let best: Found | undefined;
  const offer = (chunk: RunChunk, row: number) => {
    const startNs = chunk.baseNs + chunk.start[row];
    const endNs = startNs + chunk.ns[row];
    const distanceNs = startNs > timeNs ? startNs - timeNs : endNs <= timeNs ? timeNs - endNs : 0;
    if (best === undefined || distanceNs < best.distanceNs) best = { chunk, at: row, proc, distanceNs };
  };
  if (step >= 0) {
    let looked = 0;
    forward: for (let number = first; number < chunks.length; number++, at = 0) {
      const chunk = chunks[number];
      for (let row = at; row < chunk.count && looked < MAX_LOOKED_AT; row++, looked++) {
        if (!fits(chunk, row) || (step > 0 && chunk.baseNs + chunk.start[row] <= timeNs)) continue;
        offer(chunk, row);
        break forward;
      }
    }
    if (step > 0) return best;
    at = first < chunks.length ? firstEndingAfter(chunks[first], timeNs) : 0;
  }
  let looked = 0;
  for (let number = Math.min(first, chunks.length - 1); number >= 0; number--) {
    const chunk = chunks[number];
    const last = number === first ? at - 1 : chunk.count - 1;
    for (let row = last; row >= 0 && looked < MAX_LOOKED_AT; row--, looked++) {
      if (!fits(chunk, row)) continue;
      offer(chunk, row);
      return best;
    }
  }
  return best;
}

function momentOfRun(source: MomentSource, { chunk, at, proc }: Found): Moment {
  const fromNs = chunk.baseNs + chunk.start[at];
  return {
    fromNs,
    toNs: fromNs + chunk.ns[at],
    goroutine: chunk.goroutine[at],
    kind: source.kindName(chunk.kind[at]),
    state: "running",
    proc,
    waitNs: chunk.waitNs[at],
    ...whyOf(source, chunk.waking[at]),
  };
}

const STATES: readonly Moment["state"][] = ["running", "runnable", "waiting", "syscall"];

function stateAt(source: MomentSource, line: GoroutineLine, timeNs: number, step: -1 | 0 | 1): Moment | undefined {
  const count = line.fromNs.length;
  const lasting = firstRowEndingAfter(line, timeNs);
  let row = lasting;
  if (step < 0) row = lasting - 1;
  else if (step > 0) while (row < count && line.fromNs[row] <= timeNs) row++;
  else if (row >= count) row = count - 1;
  if (row < 0 || row >= count) return undefined;
  const why = line.waking[row] < 0 ? whyStill(source, line.goroutine) : whyOf(source, line.waking[row]);
  return {
    fromNs: line.fromNs[row],
    toNs: line.toNs[row],
    goroutine: line.goroutine,
    kind: source.kindName(line.kind),
    state: STATES[line.state[row]],
    proc: line.proc[row] < 0 ? undefined : line.proc[row],
    waitNs: 0,
    ...why,
  };
}

type Why = Pick<Moment, "reason" | "place" | "wokenBy" | "wokenAt">;

function whyOf({ names, analysis }: MomentSource, waking: WakingRow): Why {
  const { wakings } = analysis;
  if (waking < 0) return { reason: "", place: undefined, wokenBy: "", wokenAt: undefined };
  const stacks = new TraceStacks(names);
  const other = wakings.pairs.second[waking];
  const reason = names.string(wakings.reason[waking]);
  const place = placeOf(stacks, wakings.pairs.first[waking]);
  const wokenBy = other < SYSCALL_OTHER ? "" : wokenByText(other, stacks, reason);
  return { reason, place, wokenBy, wokenAt: other > NO_STACK ? placeOf(stacks, other) : undefined };
}

/** SYSCALLS, the lowest of the numbers that stand for no stack, wakes nobody. */
const SYSCALL_OTHER = -3;

/** Of a goroutine that waited when the trace ended. */
function whyStill({ names, waiting }: MomentSource, goroutine: number): Why {
  const still = waiting.find((one) => one.goroutine === goroutine);
  if (still === undefined) return { reason: "", place: undefined, wokenBy: "", wokenAt: undefined };
  const place = placeOf(new TraceStacks(names), still.stack);
  return { reason: names.string(still.reason), place, wokenBy: "", wokenAt: undefined };
}

function placeOf(stacks: TraceStacks, stack: TraceStack): TracePlace | undefined {
  const place = stacks.place(stack);
  return place && { function: place.function, file: place.file, line: place.line };
}
