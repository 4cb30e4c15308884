/**
 * What is promised of the heap of a paused program with 10,000 allocation sites: read, named and written as a profile
 * within half a second over JSON-RPC, and within one and a half over DAP. Wall time: a person waits for it.
 */
import { decodeProfile } from "../../src/core/pprof/decode.js";
import { gunzip } from "../../src/capture/gunzip.js";
import { openGoroutines } from "../../src/delve/memory/goroutine-scan.js";
import { pausedProfile } from "../../src/delve/memory/paused-profile.js";
import { NEW_MACHINE, pausedOverDap, pausedOverRpc } from "../support/paused-debuggee.js";
import { median, ms, type Row } from "./measure.js";

const SITES = 10_000;
const RUNS = 5;

export async function pausedHeapRows(): Promise<Row[]> {
  const ways = [
    { name: "rpc engine", start: pausedOverRpc, wanted: 500 },
    { name: "dap engine", start: pausedOverDap, wanted: 1500 },
  ];
  const rows: Row[] = [];
  for (const { name, start, wanted } of ways) {
    const paused = await start(NEW_MACHINE, ["heap", "1", String(SITES)]);
    try {
      const times: number[] = [];
      let samples = 0;
      for (let run = 0; run < RUNS; run++) {
        // Each run is a first one: nothing is known of the program's symbols.
        const began = performance.now();
        const { bytes } = await pausedProfile(paused.program, await openGoroutines(paused.program), "heap");
        times.push(performance.now() - began);
        samples = decodeProfile(gunzip(bytes).bytes).samples.count;
      }
      const measured = median(times);
      rows.push({
        what: `The heap of a paused program, ${name} (wall time)`,
        on: `${samples.toLocaleString("en")} allocation sites`,
        figures: ms(measured),
        measured,
        unit: "ms",
        wanted,
        atMost: true,
      });
    } finally {
      await paused.stop();
    }
  }
  return rows;
}
