/**
 * Columns whose final length is a guess while they are filled.
 *
 * Memory that was never written to costs nothing, copying costs as much as decoding: a column that was guessed a
 * little too large is left as it is.
 */
type Column = Uint32Array | Int32Array | Float64Array;

/** A larger column with the same rows. */
export function resized<T extends Column>(column: T, size: number): T {
  const larger = new (column.constructor as new (size: number) => T)(size);
  larger.set(column);
  return larger;
}

/** The first `length` rows of a column that is filled; copied when more than a tenth of it would lie idle. */
export function trimmed<T extends Column>(column: T, length: number): T {
  return (column.length > length * 1.1 + 64 ? column.slice(0, length) : column.subarray(0, length)) as T;
}
