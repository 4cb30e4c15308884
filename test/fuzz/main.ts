/** `npm run fuzz [-- INPUTS [SEED [PART…]]]`: all parts unless some are named. Input `i` uses seed SEED + i. */
import { fuzzReport } from "./decode.js";
import { framesReport } from "./frames.js";
import { textFuzzReport } from "./texts.js";
import { traceFuzzReport } from "./traces.js";

const PARTS: Readonly<Record<string, (inputs: number, seed: number) => string>> = {
  frames: framesReport,
  profiles: fuzzReport,
  texts: textFuzzReport,
  traces: traceFuzzReport,
};

const [inputs = "1000000", seed = "1", ...named] = process.argv.slice(2);
for (const part of named.length > 0 ? named : Object.keys(PARTS))
  console.log(PARTS[part](Number(inputs), Number(seed)));
