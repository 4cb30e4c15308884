/**
 * What is promised of execution traces: everything about 139 MB (26 million events) in one pass, against one profile of
 * `go tool trace -pprof` of the same file in the same run. The trace is made here, by a busy program.
 */
import { execFileSync, spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mb, measureOnce, median, ms, type Measured, type Row } from "./measure.js";

const MEGABYTES = 133; // 139 million bytes
const ROUNDS = 3;

export async function traceRows(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "trace-bench-"));
  try {
    const trace = join(folder, "busy.trace");
    recordBusyTrace(folder, trace);
    const ours: Measured[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const once = measureOnce("trace-one", trace);
      if (once !== undefined) ours.push(once);
    }
    const go = await measureGo(trace);
    const drawn = measureOnce("timeline-one", trace);
    const of = (key: string) => median(ours.map((run) => run[key]));
    const on = `${mb(of("sizeBytes"))}, ${(of("events") / 1e6).toFixed(1)} M events`;
    const wall = of("wallMs");
    const cpu = of("cpuMs");
    const peak = of("peakBytes");
    return [
      {
        what: "an execution trace, all there is to tell",
        on,
        figures: `${ms(cpu)}; by the clock on the wall ${ms(wall)}`,
        measured: cpu,
        unit: "ms",
        wanted: 3500,
        atMost: true,
      },
      {
        what: "the same, against go tool trace -pprof=sched, one of its four profiles",
        on,
        figures: `${ms(cpu)}, other ${ms(go.cpuMs)}; by the clock on the wall ${ms(wall)}, other ${ms(go.wallMs)}`,
        measured: go.cpuMs / cpu,
        unit: "x",
        wanted: 10,
      },
      {
        what: "the same, memory at its peak",
        on,
        figures: `${mb(peak)}, other ${mb(go.peakBytes)}`,
        measured: peak / 1e6,
        unit: "MB",
        wanted: 250,
        atMost: true,
      },
      ...(drawn === undefined ? [] : timelineRows(drawn, on)),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function timelineRows(drawn: Measured, on: string): Row[] {
  const one = (key: string) => `${ms(drawn[`${key}CpuMs`])}; by the clock on the wall ${ms(drawn[`${key}WallMs`])}`;
  return [
    {
      what: "its time line, until the first picture",
      on,
      figures: one("first"),
      measured: drawn["firstCpuMs"],
      unit: "ms",
      wanted: 1000,
      atMost: true,
    },
    {
      what: "its time line, the slowest of 60 pictures after zooming and panning anywhere",
      on,
      figures: `${one("slowestPicture")}; half of them within ${ms(drawn["pictureCpuMs"])}`,
      measured: drawn["slowestPictureCpuMs"],
      unit: "ms",
      wanted: 50,
      atMost: true,
    },
  ];
}

function recordBusyTrace(folder: string, trace: string): void {
  copyFileSync("test/fixtures/traces/programs/busy.go.txt", join(folder, "main.go"));
  writeFileSync(join(folder, "go.mod"), "module example.com/busy\n\ngo 1.22\n");
  execFileSync("go", ["build", "-o", "busy", "."], { cwd: folder });
  execFileSync(join(folder, "busy"), [trace, String(MEGABYTES)]);
}

interface GoFigures {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakBytes: number;
}

/** Runs Go's tool once, and reads what Linux says of it while it runs. */
function measureGo(trace: string): Promise<GoFigures> {
  const tool = execFileSync("go", ["tool", "-n", "trace"], { encoding: "utf8" }).trim();
  const start = performance.now();
  const child = spawn(tool, ["-pprof=sched", trace], { stdio: ["ignore", "ignore", "inherit"] });
  let peakBytes = NaN;
  let cpuMs = NaN;
  const look = () => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
      const peak = /VmHWM:\s+(\d+) kB/.exec(status)?.[1];
      if (peak !== undefined) peakBytes = Number(peak) * 1024;
      const [user, system] = readFileSync(`/proc/${child.pid}/stat`, "utf8")
        .replace(/^.*\) /, "")
        .split(" ")
        .slice(11, 13);
      cpuMs = (Number(user) + Number(system)) * 10; // hundredths of a second
    } catch {
      // It has ended, or this is no Linux.
    }
  };
  const activeView = setInterval(look, 50);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => {
      clearInterval(activeView);
      if (code === 0) resolve({ wallMs: performance.now() - start, cpuMs, peakBytes });
      else reject(new Error(`go tool trace ended with ${code}`));
    });
  });
}
