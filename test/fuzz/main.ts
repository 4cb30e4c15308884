import { fuzzReport } from "./decode.js";
import { framesReport } from "./frames.js";

const [inputs = "1000000", seed = "1"] = process.argv.slice(2);
console.log(framesReport(Number(inputs), Number(seed)));
console.log(fuzzReport(Number(inputs), Number(seed)));
