/** The goroutines that exist at a moment of a trace: their state, and the number of their last event. */
import { broken } from "./broken-order.js";
import { NOT_THERE, NumberIndex } from "./number-index.js";
import type { GoroutineRow, GoroutineState } from "./trace-listener.js";

export class GoroutineTable {
  readonly ids = new NumberIndex();
  /** By row. */
  state = new Uint8Array(256);
  seq = new Float64Array(256);
  /** The generation that `seq` counts in. */
  #generation = new Float64Array(256);

  /** Whether `seq` is the number of the goroutine's next event. */
  follows(row: GoroutineRow, generation: number, seq: number): boolean {
    return this.#generation[row] === generation && seq === this.seq[row] + 1;
  }

  /** Begins to count anew, as each generation does. */
  reset(row: GoroutineRow, generation: number): void {
    this.#generation[row] = generation;
    this.seq[row] = 0;
  }

  /** The row of a goroutine that is in a state, and whose event with this number is next; NOT_THERE otherwise. */
  findNext(id: number, state: GoroutineState, generation: number, seq: number): GoroutineRow {
    const row = this.ids.find(id);
    return row !== NOT_THERE && this.state[row] === state && this.follows(row, generation, seq) ? row : NOT_THERE;
  }

  add(id: number, generation: number): GoroutineRow {
    if (this.ids.find(id) !== NOT_THERE) throw broken(`goroutine ${id} is created twice`);
    const row = this.ids.add(id);
    if (row >= this.state.length) this.#grow();
    this.reset(row, generation);
    return row;
  }

  remove(row: GoroutineRow): void {
    this.ids.remove(this.ids.numbers[row]);
  }

  #grow(): void {
    const length = this.state.length * 2;
    const [state, generation, seq] = [new Uint8Array(length), new Float64Array(length), new Float64Array(length)];
    state.set(this.state);
    generation.set(this.#generation);
    seq.set(this.seq);
    [this.state, this.#generation, this.seq] = [state, generation, seq];
  }
}
