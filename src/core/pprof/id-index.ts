/**
 * From the ids of the wire to rows.
 *
 * Writers number their messages 1, 2, 3, …; then an id is its row + 1 and nothing is kept. Others use addresses or
 * hashes of up to 64 bits: small ids go through a table, the rest through a map.
 */
import { FormatError } from "../text/format-error.js";

export const NO_ROW = -1;

/** Ids beyond 2^53 are bigints, so that they stay exact. */
export type Id = number | bigint;

export interface IdIndex {
  /** Rows so far. */
  count: number;
  /** Row by id, when the ids are not 1, 2, 3, … */
  rows: Map<Id, number> | undefined;
  /** Row + 1 by id; a faster stand-in for `rows`, made by `sealIds` when all ids are small. */
  table: Uint32Array | undefined;
}

export function newIdIndex(): IdIndex {
  return { count: 0, rows: undefined, table: undefined };
}

/** Gives the next row its id. */
export function addId(index: IdIndex, id: Id, what: string, offset: number): void {
  const row = index.count++;
  if (id === row + 1 && index.rows === undefined) return;
  if (index.rows === undefined) {
    index.rows = new Map();
    for (let i = 0; i < row; i++) index.rows.set(i + 1, i);
  }
  if (id === 0) throw new FormatError("id", `a ${what} has the id 0, which means "none"`, offset);
  if (index.rows.has(id)) throw new FormatError("id", `two ${what}s have the id ${id}`, offset);
  index.rows.set(id, row);
}

/** Call it once all ids are in. */
export function sealIds(index: IdIndex): void {
  if (index.rows === undefined) return;
  let max = 0;
  for (const id of index.rows.keys()) {
    if (typeof id === "bigint" || id > 8 * index.count + 65536) return;
    if (id > max) max = id;
  }
  index.table = new Uint32Array(max + 1);
  for (const [id, row] of index.rows) index.table[id as number] = row + 1;
}

export function rowOf(index: IdIndex, id: Id): number {
  if (index.rows !== undefined) return index.rows.get(id) ?? NO_ROW;
  return typeof id === "number" && id >= 1 && id <= index.count ? id - 1 : NO_ROW;
}
