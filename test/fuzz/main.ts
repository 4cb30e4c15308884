import { fuzzReport } from "./decode.js";

const [inputs = "1000000", seed = "1"] = process.argv.slice(2);
console.log(fuzzReport(Number(inputs), Number(seed)));
