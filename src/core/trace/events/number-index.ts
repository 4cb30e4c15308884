/**
 * Small row numbers for whole numbers that come and go: goroutines by their id.
 *
 * A program starts millions of goroutines but has few at a time, so a row is used again when its number is removed.
 * Open addressing; a slot holds row + 1, 0 is free; removal shifts the rows behind it back.
 */
export const NOT_THERE = -1;

export class NumberIndex {
  /** The number of each row; meaningless for rows that are free. */
  numbers = new Float64Array(256);
  /** How many numbers are in it. */
  size = 0;
  #rows = 0;
  #free: number[] = [];
  #slots = new Int32Array(1024);
  #mask = 1023;
  /** Row + 1 of each small number, 0 where it is not there: most programs have no others. */
  #small = new Int32Array(1024);

  /** How many rows there ever were at once: the length that columns beside this index need. */
  get rowCount(): number {
    return this.#rows;
  }

  /** The row of `number`, or NOT_THERE. */
  find(number: number): number {
    if (number < this.#small.length) return this.#small[number] - 1;
    if (number < SMALL) return NOT_THERE;
    const slots = this.#slots;
    const numbers = this.numbers;
    const mask = this.#mask;
    for (let slot = hash(number) & mask; ; slot = (slot + 1) & mask) {
      const row = slots[slot] - 1;
      if (row < 0) return NOT_THERE;
      if (numbers[row] === number) return row;
    }
  }

  /** Adds a number that is not in it, and returns its row. */
  add(number: number): number {
    const row = this.#free.pop() ?? this.#rows++;
    if (row === this.numbers.length) {
      const grown = new Float64Array(row * 2);
      grown.set(this.numbers);
      this.numbers = grown;
    }
    this.numbers[row] = number;
    if (number < SMALL) this.#addSmall(number, row);
    this.size++;
    if (this.size * 2 > this.#slots.length) this.#grow();
    this.#insert(row);
    return row;
  }

  /** Removes a number that is in it; its row may be given to another. */
  remove(number: number): void {
    if (number < SMALL) this.#small[number] = 0;
    const slots = this.#slots;
    const mask = this.#mask;
    let hole = hash(number) & mask;
    while (this.numbers[slots[hole] - 1] !== number) hole = (hole + 1) & mask;
    this.#free.push(slots[hole] - 1);
    this.size--;
    for (let slot = (hole + 1) & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const home = hash(this.numbers[slots[slot] - 1]) & mask;
      // It may move into the hole only if its home is not behind the hole.
      if (((slot - home) & mask) < ((slot - hole) & mask)) continue;
      slots[hole] = slots[slot];
      hole = slot;
    }
    slots[hole] = 0;
  }

  /** The rows that are in use. */
  *rows(): Iterable<number> {
    for (const slot of this.#slots) if (slot !== 0) yield slot - 1;
  }

  #addSmall(number: number, row: number): void {
    if (number >= this.#small.length) {
      const grown = new Int32Array(Math.min(SMALL, Math.max(number + 1, this.#small.length * 2)));
      grown.set(this.#small);
      this.#small = grown;
    }
    this.#small[number] = row + 1;
  }

  #insert(row: number): void {
    let slot = hash(this.numbers[row]) & this.#mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & this.#mask;
    this.#slots[slot] = row + 1;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(old.length * 2);
    this.#mask = this.#slots.length - 1;
    // The row that is being added is in no slot yet.
    for (const slot of old) if (slot !== 0) this.#insert(slot - 1);
  }
}

const SMALL = 1 << 20;

/** By the low 32 bits: ids are counted up. */
function hash(number: number): number {
  const mixed = Math.imul(number, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}
