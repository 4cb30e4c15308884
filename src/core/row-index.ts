/**
 * Rows by what a column of theirs holds, found without a Map: a hundred thousand ids of goroutines are indexed and
 * looked up in the time that a Map takes to grow.
 *
 * Open addressing as in interned.ts; a slot holds row + 1, 0 is free.
 */

export const NO_ROW = -1;

export interface RowIndex {
  /** How many different values there are. */
  readonly size: number;
  /** The first row that holds the value, or NO_ROW. */
  readonly rowOf: (value: number) => number;
}

/** Of a column of whole numbers below 2^53. */
export function rowIndex(column: Float64Array): RowIndex {
  let slotCount = 16;
  while (slotCount < column.length * 2) slotCount *= 2;
  const slots = new Int32Array(slotCount);
  const slotOf = (value: number) => {
    let slot = hash(value) & (slotCount - 1);
    while (slots[slot] !== 0 && column[slots[slot] - 1] !== value) slot = (slot + 1) & (slotCount - 1);
    return slot;
  };
  let size = 0;
  for (let row = 0; row < column.length; row++) {
    const slot = slotOf(column[row]);
    if (slots[slot] !== 0) continue;
    slots[slot] = row + 1;
    size++;
  }
  return { size, rowOf: (value) => slots[slotOf(value)] - 1 };
}

/** Of both halves, the high bits into the low ones, which choose the slot. */
function hash(value: number): number {
  const mixed = Math.imul((value | 0) ^ (value / 4294967296), 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}
