import { fuzzReport } from "./decode.js";
import { textFuzzReport } from "./texts.js";

const [inputs = "1000000", seed = "1"] = process.argv.slice(2);
console.log(fuzzReport(Number(inputs), Number(seed)));
console.log(textFuzzReport(Number(inputs), Number(seed)));
