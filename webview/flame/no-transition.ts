/**
 * Stands in for d3-transition, which d3-flame-graph asks for (esbuild.config.mjs puts it there): nothing moves on
 * paper, so what a transition would do in time is done at once. It saves every page 13 kB and the picture its timers.
 */
import { selection } from "d3-selection";

const atOnce = function <Self>(this: Self): Self {
  return this;
};

Object.assign(selection.prototype as object, { transition: atOnce, delay: atOnce, duration: atOnce, ease: atOnce });
