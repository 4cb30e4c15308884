/**
 * Rows by what a column of theirs holds, found without a Map: a hundred thousand ids of goroutines are matched in the
 * time that a Map takes to grow.
 */

export const NO_ROW = -1;

/**
 * For each of `values` the first row whose `column` holds it, or NO_ROW; both are whole numbers below 2^53.
 *
 * Open addressing as in interned.ts; a slot holds row + 1, 0 is free.
 */
export function firstRows(column: Float64Array, values: Float64Array): Int32Array {
  let size = 16;
  while (size < column.length * 2) size *= 2;
  const mask = size - 1;
  const slots = new Int32Array(size);
  for (let row = 0; row < column.length; row++) {
    const value = column[row];
    let slot = hash(value) & mask;
    while (slots[slot] !== 0 && column[slots[slot] - 1] !== value) slot = (slot + 1) & mask;
    if (slots[slot] === 0) slots[slot] = row + 1;
  }
  const rows = new Int32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    let slot = hash(value) & mask;
    while (slots[slot] !== 0 && column[slots[slot] - 1] !== value) slot = (slot + 1) & mask;
    rows[i] = slots[slot] - 1;
  }
  return rows;
}

/** Of both halves, the high bits into the low ones, which choose the slot. */
function hash(value: number): number {
  const mixed = Math.imul((value | 0) ^ (value / 4294967296), 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}
