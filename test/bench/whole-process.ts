/** What is promised of `godiag` as a whole process, by the clock on the wall, against `go tool pprof`. */
import { fixture } from "./decode.js";
import { median, ms, nameOf, type Row, wallMs } from "./measure.js";

export function processRows(): Row[] {
  return ["compile-ssa.cpu", "g100k.goroutine", "compile-ssa.mem"].map((name, i) => {
    const path = fixture(name);
    const ours: number[] = [];
    const go: number[] = [];
    for (let round = 0; round < 5; round++) {
      ours.push(wallMs(process.execPath, ["dist/godiag.cjs", "top", path, "--json"]));
      go.push(wallMs("go", ["tool", "pprof", "-top", "-symbolize=none", path]));
    }
    return {
      what: "godiag top --json, whole process, against go tool pprof -top",
      on: nameOf(path),
      figures: `${ms(median(ours))}, other ${ms(median(go))}`,
      measured: median(go) / median(ours),
      unit: "x",
      ...(i > 0 && { wanted: 2 }),
    };
  });
}
