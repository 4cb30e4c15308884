import { fuzzReport } from "./decode.js";
import { traceFuzzReport } from "./traces.js";

/** `npm run fuzz [-- INPUTS [SEED [profiles|traces]]]`: both unless one is named. */
const [inputs = "1000000", seed = "1", part = "all"] = process.argv.slice(2);
if (part !== "traces") console.log(fuzzReport(Number(inputs), Number(seed)));
if (part !== "profiles") console.log(traceFuzzReport(Number(inputs), Number(seed)));
