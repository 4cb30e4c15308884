/** Where a function costs most: its hottest line, and whether it was inlined there. */
import type { FrameIndex } from "../../src/core/profile/frames.js";
import type { Weights } from "../../src/core/profile/weights.js";
import type { Place } from "../worker/queries.js";
import type { LensView } from "../worker/lens-view.js";

/** In the samples of `order`, or in all. */
export function hottestLine(
  { profile: { samples, locations }, frames, filtered: { shown } }: LensView,
  wanted: FrameIndex,
  weights: Weights,
  order: Uint32Array | undefined,
): Pick<Place, "function" | "file" | "line" | "inlined"> {
  const linesOf = linesOfFrame();
  const costByLine = new Map<number, number>();
  let whole = 0;
  let inlined = 0;
  const count = order?.length ?? samples.count;
  for (let place = 0; place < count; place++) {
    const sample = order ? order[place] : place;
    const weight = Math.abs(weights[sample]);
    if (weight === 0) continue;
    for (let i = samples.stackStart[sample]; i < samples.stackStart[sample + 1]; i++) {
      for (const row of linesOf[samples.stack[i]] ?? []) {
        const line = locations.lineNumber[row] ?? 0;
        costByLine.set(line, (costByLine.get(line) ?? 0) + weight);
        whole += weight;
        // The last line of a location is the function that was really called.
        if (row < locations.lineStart[samples.stack[i] + 1] - 1) inlined += weight;
      }
    }
  }
  let line = 0;
  let most = 0;
  for (const [candidate, cost] of costByLine) {
    if (candidate > 0 && cost > most) [line, most] = [candidate, cost];
  }
  return {
    function: frames.name[wanted] ?? "",
    file: frames.file[wanted] ?? "",
    line: line || (frames.line[wanted] ?? 0),
    inlined: whole === 0 ? 0 : inlined / whole,
  };

  /** By location the rows of the line table that the frame stands for; most locations have none. */
  function linesOfFrame(): (number[] | undefined)[] {
    const rows: (number[] | undefined)[] = [];
    for (let location = 0; location < locations.count; location++) {
      let at = frames.start[location];
      for (let row = locations.lineStart[location]; row < locations.lineStart[location + 1]; row++) {
        if (shown && !shown.line[row]) continue; // hidden lines have no frame
        if (frames.list[at++] === wanted) (rows[location] ??= []).push(row);
      }
    }
    return rows;
  }
}
