/**
 * The numbers of a running program's runtime, out of its memory: five reads of some kilobytes, and one for each processor
 * that it uses. The program is not stopped and does not notice. Offsets are those of the layout table.
 */
import type { RuntimeReading } from "../../core/live/runtime-reading.js";
import { BUCKETS, type TimeHistogram } from "../../core/live/time-histogram.js";
import type { GoProgram, OptionalVariable } from "../go-program.js";
import { type Address, bytesAt, u32In, wordIn } from "../memory/memory.js";
import { type Layout, offsetOf, sizeOf, UnknownLayout } from "../runtime/layout.js";

const GENERATIONS = 3;
const PAUSES = 256;
const MAX_PROCESSORS = 65_536;

export class RuntimeMemory {
  readonly #program: GoProgram;
  readonly #layout: Layout;

  /** Throws an `UnknownLayout` where the program's variables are not as large as the layout says. */
  constructor(program: GoProgram, layout: Layout = program.executable.layout) {
    this.#program = program;
    this.#layout = layout;
    this.#checkSizes();
    this.#checkNeighbours();
    this.#checkVersion();
  }

  /** Throws `UnreadableMemory`. Numbers that change meanwhile may be of different moments. */
  read(): RuntimeReading {
    const { memory } = this.#program;
    const at = (field: string) => offsetOf(this.#layout, field);
    // The count of collections is read before the pauses: then these are not fewer.
    const stats = bytesAt(memory, this.#address("runtime.memstats"), sizeOf(this.#layout, "runtime.mstats"));
    const pacer = bytesAt(memory, this.#address("runtime.gcController"), sizeOf(this.#layout, PACER));
    const sched = bytesAt(memory, this.#address("runtime.sched"), sizeOf(this.#layout, SCHED));
    const ofPacer = (field: string) => wordIn(pacer, at(`${PACER}.${field}`));
    const ofStats = (field: string) => wordIn(stats, at(`${STATS}.${field}`));
    const ofSched = (field: string) => i32In(sched, at(`${SCHED}.${field}`));
    const numGC = u32In(stats, at(`${STATS}.numgc`));
    const hasOneCount = this.#layout.offsets.has(`${SCHED}.gFree.n`);
    const free = hasOneCount ? ofSched("gFree.n") : ofSched("gFree.stack.size") + ofSched("gFree.noStack.size");
    const histogram = (field: string) => histogramIn(sched, at(`${SCHED}.${field}`), this.#layout);
    return {
      gcPercent: i32In(pacer, at(`${PACER}.gcPercent`)),
      heapMinimum: ofPacer("heapMinimum"),
      memoryLimit: ofPacer("memoryLimit"),
      gcPercentHeapGoal: ofPacer("gcPercentHeapGoal"),
      sweepDistMinTrigger: ofPacer("sweepDistMinTrigger"),
      triggered: ofPacer("triggered"),
      heapLive: ofPacer("heapLive"),
      heapScan: ofPacer("heapScan"),
      lastStackScan: ofPacer("lastStackScan"),
      globalsScan: ofPacer("globalsScan"),
      heapMarked: ofPacer("heapMarked"),
      heapInUse: ofPacer("heapInUse"),
      heapReleased: ofPacer("heapReleased"),
      heapFree: ofPacer("heapFree"),
      totalAlloc: ofPacer("totalAlloc"),
      totalFree: ofPacer("totalFree"),
      mappedReady: ofPacer("mappedReady"),
      books: this.#books(stats),
      runtimeSys: SYS.reduce((sum, field) => sum + ofStats(field), 0),
      numGC,
      numForcedGC: u32In(stats, at(`${STATS}.numforcedgc`)),
      lastGc: ofStats("last_gc_unix"),
      lastPauseEnd: wordIn(stats, at(`${STATS}.pause_end`) + ((numGC + PAUSES - 1) % PAUSES) * 8),
      gcPauses: histogram("stwTotalTimeGC"),
      schedLatency: histogram("timeToRun"),
      allglen: wordIn(bytesAt(memory, this.#address("runtime.allglen"), 8), 0),
      allgsLength: wordIn(bytesAt(memory, this.#program.variable("runtime.allgs") + 8, 8), 0),
      freeGoroutines: free + this.#freeAtProcessors(),
      systemGoroutines: ofSched("ngsys"),
    };
  }

  /** Each generation holds what changed in it, so one alone may be negative. */
  #books(stats: Uint8Array): RuntimeReading["books"] {
    const size = sizeOf(this.#layout, BOOKS);
    const first = offsetOf(this.#layout, `${STATS}.heapStats`);
    const view = new DataView(stats.buffer, stats.byteOffset, stats.length);
    const sum = (field: string) => {
      const at = this.#layout.offsets.get(`${BOOKS}.${field}`);
      if (at === undefined) return 0;
      let total = 0;
      for (let i = 0; i < GENERATIONS; i++) total += Number(view.getBigInt64(first + i * size + at, true));
      return total;
    };
    return {
      committed: sum("committed"),
      released: sum("released"),
      inHeap: sum("inHeap"),
      inStacks: sum("inStacks"),
      inWorkBufs: sum("inWorkBufs"),
      inPtrScalarBits: sum("inPtrScalarBits"),
    };
  }

  #freeAtProcessors(): number {
    const { memory } = this.#program;
    const slice = bytesAt(memory, this.#address("runtime.allp"), 16);
    const count = wordIn(slice, 8);
    if (count > MAX_PROCESSORS) throw new UnknownLayout(`it would use ${count} processors`);
    const processors = bytesAt(memory, wordIn(slice, 0), count * 8);
    const { offsets } = this.#layout;
    const at = offsets.get("runtime.p.gFree.n") ?? offsetOf(this.#layout, "runtime.p.gFree.size");
    let free = 0;
    for (let i = 0; i < count; i++) free += i32In(bytesAt(memory, wordIn(processors, i * 8) + at, 4), 0);
    return free;
  }

  #address(name: OptionalVariable): Address {
    const address = this.#program.optionalVariable(name);
    if (address === undefined) throw new UnknownLayout(`it has no variable ${name}`);
    return address;
  }

  #checkSizes(): void {
    const { symbols } = this.#program.executable;
    for (const [name, type] of [
      ["runtime.memstats", STATS],
      ["runtime.gcController", PACER],
      ["runtime.sched", SCHED],
    ] as const) {
      const found = symbols.variableAt(this.#address(name) - this.#program.loadedAt);
      if (found?.name === name && found.length === sizeOf(this.#layout, type)) continue;
      throw new UnknownLayout(`its ${name} is not as large as that of its version of Go`);
    }
  }

  /**
   * What no sum confirms has to lie beside what one confirms: no number tells a histogram that is read a bucket too
   * early, or a memory limit that is another field.
   */
  #checkNeighbours(): void {
    const pacer = (field: string) => offsetOf(this.#layout, `${PACER}.${field}`);
    const sched = (field: string) => offsetOf(this.#layout, `${SCHED}.${field}`);
    const ofHistogram = (field: string) => offsetOf(this.#layout, `${HISTOGRAM}.${field}`);
    const bytes = sizeOf(this.#layout, HISTOGRAM);
    const neighbours = [
      [pacer("memoryLimit") + 8, pacer("heapMinimum")],
      [pacer("gcPercentHeapGoal") + 8, pacer("sweepDistMinTrigger")],
      [pacer("sweepDistMinTrigger") + 8, pacer("triggered")],
      [pacer("triggered") + 16, pacer("heapLive")],
      [pacer("heapLive") + 8, pacer("heapScan")],
      [pacer("heapFree") + 8, pacer("totalAlloc")],
      [pacer("totalAlloc") + 8, pacer("totalFree")],
      [pacer("totalFree") + 8, pacer("mappedReady")],
      [sched("timeToRun") + bytes, sched("idleTime")],
      [sched("stwStoppingTimeOther") + bytes, sched("stwTotalTimeGC")],
      [sched("stwTotalTimeGC") + bytes, sched("stwTotalTimeOther")],
      [BUCKETS * 8, ofHistogram("underflow")],
      [ofHistogram("underflow") + 8, ofHistogram("overflow")],
      [ofHistogram("overflow") + 8, bytes],
    ];
    if (neighbours.every(([behind, next]) => behind === next)) return;
    throw new UnknownLayout("its counters do not lie in the order that is known");
  }

  #checkVersion(): void {
    const { memory, executable } = this.#program;
    const text = bytesAt(memory, this.#address("runtime.buildVersion"), 16);
    const length = wordIn(text, 8);
    const said = length > 1_000 ? "" : Buffer.from(bytesAt(memory, wordIn(text, 0), length)).toString("utf8");
    if (said !== executable.version) throw new UnknownLayout("its memory names another version of Go than its file");
  }
}

const PACER = "runtime.gcControllerState";
const STATS = "runtime.mstats";
const SCHED = "runtime.schedt";
const BOOKS = "runtime.heapStatsDelta";
const HISTOGRAM = "runtime.timeHistogram";
const SYS = ["stacks_sys", "mspan_sys", "mcache_sys", "buckhash_sys", "gcMiscSys", "other_sys"] as const;

function i32In(bytes: Uint8Array, at: number): number {
  return u32In(bytes, at) | 0;
}

function histogramIn(bytes: Uint8Array, at: number, layout: Layout): TimeHistogram {
  const counts = new Float64Array(BUCKETS);
  for (let bucket = 0; bucket < BUCKETS; bucket++) counts[bucket] = wordIn(bytes, at + bucket * 8);
  return {
    counts,
    underflow: wordIn(bytes, at + offsetOf(layout, `${HISTOGRAM}.underflow`)),
    overflow: wordIn(bytes, at + offsetOf(layout, `${HISTOGRAM}.overflow`)),
  };
}
