/**
 * Rows in another order, by counting: what is sorted by small numbers needs no comparisons, and what is equal stays in
 * the order it had, so that sorting by one column after the other sorts by all of them, the last one first.
 */

/** `rows` in the order of `key[row]`, which is a whole number below `keys`. */
export function ordered(rows: ArrayLike<number>, key: ArrayLike<number>, keys: number): Uint32Array {
  const next = new Uint32Array(keys + 1);
  for (let i = 0; i < rows.length; i++) next[key[rows[i]] + 1]++;
  for (let i = 1; i < keys; i++) next[i] += next[i - 1];
  const result = new Uint32Array(rows.length);
  for (let i = 0; i < rows.length; i++) result[next[key[rows[i]]]++] = rows[i];
  return result;
}
