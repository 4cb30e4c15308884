/**
 * What a time line is drawn from: every run of every processor as columns, and coarse sums of processors and kinds of
 * goroutines for the picture of the whole.
 *
 * Memory is bounded however long the trace is: once there are more runs than are kept, the shortest are left out, and
 * are seen in the sums only.
 */
import type { KindIndex } from "../goroutine-kinds.js";
import type { RunRecorder } from "../trace-analysis.js";
import type { WakingRow } from "../wakings.js";
import { CoarseRuns, CoarseScale, CoarseSums } from "./coarse-sums.js";
import { RunColumns } from "./run-columns.js";

/** 22 bytes each: as much memory as a trace of 140 MB, whose runs are all kept. */
const MAX_RUNS = 10_000_000;
/** Lines that can be drawn; of broken files, which may name any number of them, others are left out. */
const MAX_PROCESSORS = 1024;
const MAX_KINDS = 256;
/** Kinds beyond are drawn as one: the first, which is that of goroutines of which no stack is known. */
const OTHER_KINDS: KindIndex = 0;

export interface ProcessorLine {
  readonly proc: number;
  runs: RunColumns;
  readonly coarse: CoarseRuns;
}

export interface KindLine {
  readonly running: CoarseSums;
  readonly runnable: CoarseSums;
}

export class Timeline implements RunRecorder {
  readonly scale = new CoarseScale();
  /** By number of the processor, as far as they ran something. */
  readonly processors = new Map<number, ProcessorLine>();
  /** By kind. */
  readonly kinds: KindLine[] = [];
  /** Runs that are shorter are in the sums only; 0: all are there. */
  shortestNs = 0;
  readonly #startNs: () => number;
  readonly #maxRuns: number;
  #runs = 0;

  /** `startNs` tells when the trace began; it is asked after the first event. */
  constructor(startNs: () => number, maxRuns = MAX_RUNS) {
    this.#startNs = startNs;
    this.#maxRuns = maxRuns;
  }

  onRun(
    proc: number,
    goroutine: number,
    kind: KindIndex,
    waking: WakingRow,
    startNs: number,
    endNs: number,
    waitNs: number,
  ): void {
    const from = startNs - this.#startNs();
    const to = endNs - this.#startNs();
    const drawn = kind < MAX_KINDS ? kind : OTHER_KINDS;
    this.scale.cover(to);
    const line = this.#kindLine(drawn);
    line.running.add(from, to);
    if (waitNs > 0) line.runnable.add(Math.max(0, from - waitNs), from);
    const processor = this.processors.get(proc) ?? this.#addProcessor(proc);
    if (processor === undefined) return;
    processor.coarse.add(from, to, drawn);
    if (to - from < this.shortestNs) return;
    processor.runs.add(from, to - from, waitNs, goroutine, waking, drawn);
    if (++this.#runs > this.#maxRuns) this.#leaveShortest();
  }

  #kindLine(kind: KindIndex): KindLine {
    while (this.kinds.length <= kind) {
      this.kinds.push({ running: new CoarseSums(this.scale), runnable: new CoarseSums(this.scale) });
    }
    return this.kinds[kind];
  }

  #addProcessor(proc: number): ProcessorLine | undefined {
    if (proc < 0 || this.processors.size >= MAX_PROCESSORS) return undefined;
    const line = { proc, runs: new RunColumns(), coarse: new CoarseRuns(this.scale) };
    this.processors.set(proc, line);
    return line;
  }

  #leaveShortest(): void {
    while (this.#runs > this.#maxRuns / 2) {
      this.shortestNs = Math.max(SHORTEST_NS, this.shortestNs * 2);
      this.#runs = 0;
      for (const line of this.processors.values()) {
        line.runs = line.runs.longerThan(this.shortestNs);
        this.#runs += line.runs.count;
      }
    }
  }
}

const SHORTEST_NS = 512;
