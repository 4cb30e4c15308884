/**
 * Rows for pairs of small whole numbers, in the order in which they are first seen: a stack and the stack that woke it.
 */
export class PairIndex {
  count = 0;
  first = new Int32Array(256);
  second = new Int32Array(256);
  #slots = new Int32Array(1024);

  /** The row of a pair; a new one where it is not in the index. */
  rowOf(first: number, second: number): number {
    const mask = this.#slots.length - 1;
    let slot = hash(first, second) & mask;
    for (let row = this.#slots[slot] - 1; row >= 0; row = this.#slots[slot] - 1) {
      if (this.first[row] === first && this.second[row] === second) return row;
      slot = (slot + 1) & mask;
    }
    const row = this.count++;
    if (row === this.first.length) {
      this.first = doubled(this.first);
      this.second = doubled(this.second);
    }
    this.first[row] = first;
    this.second[row] = second;
    this.#slots[slot] = row + 1;
    if (this.count * 2 > this.#slots.length) this.#grow();
    return row;
  }

  #grow(): void {
    this.#slots = new Int32Array(this.#slots.length * 2);
    const mask = this.#slots.length - 1;
    for (let row = 0; row < this.count; row++) {
      let slot = hash(this.first[row], this.second[row]) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = row + 1;
    }
  }
}

function doubled(column: Int32Array): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(column.length * 2);
  grown.set(column);
  return grown;
}

function hash(first: number, second: number): number {
  const mixed = Math.imul(Math.imul(first, 0x85ebca6b) ^ second, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}
