/**
 * An hour of samples in typed arrays, a ring: the oldest row makes room. At most 40 measures of 8 bytes and two heat maps
 * of 160 bytes a row: 2.4 MB.
 */
import { type Heat, type Measure, MEASURES } from "./live-measures.js";
import { HEAT_ROWS, type LiveRow } from "./live-row.js";

/** An hour of one a second. */
export const MAX_ROWS = 3_600;
export const MAX_MEASURES = 40;
export const MAX_MARKS = 1_000;

export type MarkKind = "capture" | "stop" | "finding" | "collection";

/** Something that happened, on the time axis. */
export interface Mark {
  readonly kind: MarkKind;
  readonly axisMs: number;
  readonly atMs: number;
  /** For people: "Heap", "breakpoint". */
  readonly label: string;
  /** What is kept of it, by the host's own name; it may be gone. */
  readonly kept?: string;
}

/** The order of rows: 0 is the oldest one. */
export type RowIndex = number;

export class LiveHistory {
  readonly #capacity: number;
  readonly #axis: Float64Array;
  readonly #at: Float64Array;
  readonly #gaps: Uint8Array;
  readonly #columns: Float64Array[] = [];
  readonly #heats: Readonly<Record<Heat, Uint32Array>>;
  readonly #measures: Measure[] = [];
  #marks: Mark[] = [];
  #start = 0;
  #length = 0;

  constructor(measures: readonly Measure[] = MEASURES, capacity: number = MAX_ROWS) {
    this.#capacity = capacity;
    this.#axis = new Float64Array(capacity);
    this.#at = new Float64Array(capacity);
    this.#gaps = new Uint8Array(capacity);
    this.#heats = {
      pauses: new Uint32Array(capacity * HEAT_ROWS),
      latencies: new Uint32Array(capacity * HEAT_ROWS),
    };
    for (const measure of measures) this.addMeasure(measure);
  }

  get length(): number {
    return this.#length;
  }
  get measures(): readonly Measure[] {
    return this.#measures;
  }
  get marks(): readonly Mark[] {
    return this.#marks;
  }

  /** One more column, of which earlier rows know nothing. Whether there was room. */
  addMeasure(measure: Measure): boolean {
    if (this.#measures.length >= MAX_MEASURES) return false;
    this.#measures.push(measure);
    this.#columns.push(new Float64Array(this.#capacity).fill(NaN));
    return true;
  }

  /** Values that it lacks are not known; rows come in the order of the axis. */
  add({ axisMs, atMs, hasGap, values, heats }: LiveRow): void {
    const at = (this.#start + this.#length) % this.#capacity;
    this.#axis[at] = axisMs;
    this.#at[at] = atMs;
    this.#gaps[at] = hasGap ? 1 : 0;
    this.#columns.forEach((column, i) => (column[at] = values[i] ?? NaN));
    this.#heats.pauses.set(heats.pauses, at * HEAT_ROWS);
    this.#heats.latencies.set(heats.latencies, at * HEAT_ROWS);
    if (this.#length < this.#capacity) this.#length++;
    else {
      this.#start = (this.#start + 1) % this.#capacity;
      const oldest = this.axisMs(0);
      if (this.#marks.length > 0 && this.#marks[0].axisMs < oldest)
        this.#marks = this.#marks.filter((mark) => mark.axisMs >= oldest);
    }
  }

  /** The oldest of many make room. */
  addMark(mark: Mark): void {
    this.#marks = [...this.#marks, mark].sort((a, b) => a.axisMs - b.axisMs).slice(-MAX_MARKS);
  }

  axisMs(row: RowIndex): number {
    return this.#axis[this.#place(row)];
  }
  atMs(row: RowIndex): number {
    return this.#at[this.#place(row)];
  }
  hasGap(row: RowIndex): boolean {
    return this.#gaps[this.#place(row)] === 1;
  }
  value(measure: number, row: RowIndex): number {
    return this.#columns[measure][this.#place(row)];
  }
  /** The counts of a row, shortest durations first; a view. */
  heat(heat: Heat, row: RowIndex): Uint32Array {
    const at = this.#place(row) * HEAT_ROWS;
    return this.#heats[heat].subarray(at, at + HEAT_ROWS);
  }

  measureOf(id: string): number {
    return this.#measures.findIndex((measure) => measure.id === id);
  }

  /** The last row that is not after `axisMs`; the first one when all are. -1 of an empty history. */
  rowAt(axisMs: number): RowIndex {
    let [low, high] = [0, this.#length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.axisMs(middle) <= axisMs) low = middle;
      else high = middle - 1;
    }
    return this.#length === 0 ? -1 : low;
  }

  /** The row that is nearest to `axisMs`; -1 of an empty history. */
  rowNear(axisMs: number): RowIndex {
    const row = this.rowAt(axisMs);
    if (row < 0 || row === this.#length - 1) return row;
    return axisMs - this.axisMs(row) > this.axisMs(row + 1) - axisMs ? row + 1 : row;
  }

  #place(row: RowIndex): number {
    return (this.#start + row) % this.#capacity;
  }
}
