/**
 * From the ids of the wire to rows.
 *
 * Writers number their messages 1, 2, 3, …; then an id is its row + 1 and nothing is kept. Others use addresses or
 * hashes of up to 64 bits: small ids go through a table, the rest through a map.
 */
import { FormatError } from "../format-error.js";

export const NO_ROW = -1;

export interface IdIndex {
  /** Rows so far. */
  count: number;
  /** Row by id, when the ids are not dense; ids beyond 2^53 are keyed by bigint to stay exact. */
  rows: Map<number | bigint, number> | undefined;
  /** Row + 1 by id; a faster stand-in for `rows`, made by `seal` when all ids are small. */
  table: Uint32Array | undefined;
}

export function newIdIndex(): IdIndex {
  return { count: 0, rows: undefined, table: undefined };
}

/** Gives the next row the id `high * 2^32 + low`. */
export function addId(index: IdIndex, low: number, high: number, what: string, offset: number): void {
  const row = index.count++;
  if (index.rows === undefined) {
    if (high === 0 && low === row + 1) return;
    index.rows = new Map();
    for (let i = 0; i < row; i++) index.rows.set(i + 1, i);
  }
  if (low === 0 && high === 0) throw new FormatError("id", `a ${what} has id 0, which means "none"`, offset);
  const key = keyOf(low, high);
  if (index.rows.has(key)) throw new FormatError("id", `two ${what}s have the id ${key}`, offset);
  index.rows.set(key, row);
}

/** Call once all ids are in. */
export function sealIds(index: IdIndex): void {
  if (index.rows === undefined) return;
  let max = 0;
  for (const key of index.rows.keys()) {
    if (typeof key === "bigint" || key > 8 * index.count + 65536) return;
    if (key > max) max = key;
  }
  index.table = new Uint32Array(max + 1);
  for (const [key, row] of index.rows) index.table[key as number] = row + 1;
}

export function rowOf(index: IdIndex, low: number, high: number): number {
  if (index.rows === undefined) return high === 0 && low >= 1 && low <= index.count ? low - 1 : NO_ROW;
  return index.rows.get(keyOf(low, high)) ?? NO_ROW;
}

function keyOf(low: number, high: number): number | bigint {
  return high < 0x200000 ? high * 4294967296 + low : (BigInt(high) << 32n) | BigInt(low);
}
