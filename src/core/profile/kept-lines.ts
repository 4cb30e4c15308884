/** Locations of which only some lines are left: what pruning and filtering of inlined calls come to. */
import type { LocationIndex, Locations } from "./profile.js";

/** `keeps` is asked for every row of the line table. Locations stay, even without lines, so that stacks stay valid. */
export function withLines(locations: Locations, keeps: (row: number, location: LocationIndex) => boolean): Locations {
  const rows: number[] = [];
  const lineStart = new Uint32Array(locations.count + 1);
  for (let location = 0; location < locations.count; location++) {
    for (let row = locations.lineStart[location]; row < locations.lineStart[location + 1]; row++) {
      if (keeps(row, location)) rows.push(row);
    }
    lineStart[location + 1] = rows.length;
  }
  return {
    ...locations,
    lineStart,
    lineFunction: Uint32Array.from(rows, (row) => locations.lineFunction[row]),
    lineNumber: Int32Array.from(rows, (row) => locations.lineNumber[row]),
    lineColumn: Int32Array.from(rows, (row) => locations.lineColumn[row]),
  };
}
