/** The zoomed stack: from names to ranges of the worker's current picture. */
import { type Flame, SMALLER } from "../../src/core/views/flame-layout.js";
import type { WantedStep, ZoomStep } from "../worker/queries.js";

/** The ranges of a zoomed stack, as far as this picture has it. */
export function resolved(flame: Flame, zoom: readonly WantedStep[]): ZoomStep[] {
  const steps: ZoomStep[] = [];
  let at = flame.root;
  for (const { frame, range } of zoom) {
    if (range) at = range;
    else {
      if (frame === SMALLER) break; // what was small in another picture means nothing in this one
      const { count, frame: children, from } = flame.samples.split(at.from, at.to, at.depth);
      let group = 0;
      while (group < count && children[group] !== frame) group++;
      if (group === count) break;
      at = { from: from[group], to: from[group + 1], depth: at.depth + 1 };
    }
    steps.push({ frame, range: at });
  }
  return steps;
}
