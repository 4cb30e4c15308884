/**
 * The numbers of a running program's runtime, out of its memory: five reads of some kilobytes, and one for each processor
 * that it uses. The program is not stopped and does not notice. Offsets are those of the layout table.
 */
import type { RuntimeReading } from "../../core/live/runtime-reading.js";
import { BUCKETS, type TimeHistogram } from "../../core/live/time-histogram.js";
import type { GoProgram, OptionalVariable } from "../go-program.js";
import { type Address, bytesAt, UnreadableMemory, wordIn } from "../memory/memory.js";
import { type Layout, offsetOf, sizeOf, UnknownLayout } from "../runtime/layout.js";

const GENERATIONS = 3;
const PAUSES = 256;
const MAX_PROCESSORS = 65_536;

export class RuntimeMemory {
  readonly #program: GoProgram;
  readonly #layout: Layout;
  readonly #places: Places;
  /** Filled anew by each reading, as are those of the processors. */
  readonly #stats: Buffered;
  readonly #pacer: Buffered;
  readonly #sched: Buffered;
  readonly #word = buffered(WORD);
  readonly #slice = buffered(2 * WORD);
  #processors = buffered(0);

  /** Throws an `UnknownLayout` where the program's variables are not as large as the layout says. */
  constructor(program: GoProgram, layout: Layout = program.executable.layout) {
    this.#program = program;
    this.#layout = layout;
    this.#checkSizes();
    this.#checkNeighbours();
    this.#checkVersion();
    this.#places = placesIn(layout, (name) => this.#address(name), program.variable("runtime.allgs"));
    this.#stats = buffered(sizeOf(layout, STATS));
    this.#pacer = buffered(sizeOf(layout, PACER));
    this.#sched = buffered(sizeOf(layout, SCHED));
  }

  /** Throws `UnreadableMemory`. Numbers that change meanwhile may be of different moments. */
  read(): RuntimeReading {
    const { addresses, pacer: inPacer, stats: inStats, sched: inSched, books, histogram } = this.#places;
    // The count of collections is read before the pauses: then these are not fewer.
    const stats = this.#filled(this.#stats, addresses.memstats);
    const pacer = this.#filled(this.#pacer, addresses.gcController);
    const sched = this.#filled(this.#sched, addresses.sched);
    const numGC = stats.getUint32(inStats.numgc, true);
    let runtimeSys = 0;
    for (const at of inStats.sys) runtimeSys += word(stats, at);
    let free = 0;
    for (const at of inSched.free) free += sched.getInt32(at, true);
    const sumOf = (at: number | undefined) => {
      let total = 0;
      for (let i = 0; at !== undefined && i < GENERATIONS; i++) {
        const of = inStats.heapStats + i * books.size + at;
        // Each generation holds what changed in it, so one alone may be negative.
        total += stats.getUint32(of, true) + stats.getInt32(of + 4, true) * 2 ** 32;
      }
      return total;
    };
    return {
      gcPercent: pacer.getInt32(inPacer.gcPercent, true),
      heapMinimum: word(pacer, inPacer.heapMinimum),
      memoryLimit: word(pacer, inPacer.memoryLimit),
      gcPercentHeapGoal: word(pacer, inPacer.gcPercentHeapGoal),
      sweepDistMinTrigger: word(pacer, inPacer.sweepDistMinTrigger),
      triggered: word(pacer, inPacer.triggered),
      heapLive: word(pacer, inPacer.heapLive),
      heapScan: word(pacer, inPacer.heapScan),
      lastStackScan: word(pacer, inPacer.lastStackScan),
      globalsScan: word(pacer, inPacer.globalsScan),
      heapMarked: word(pacer, inPacer.heapMarked),
      heapInUse: word(pacer, inPacer.heapInUse),
      heapReleased: word(pacer, inPacer.heapReleased),
      heapFree: word(pacer, inPacer.heapFree),
      totalAlloc: word(pacer, inPacer.totalAlloc),
      totalFree: word(pacer, inPacer.totalFree),
      mappedReady: word(pacer, inPacer.mappedReady),
      books: {
        committed: sumOf(books.committed),
        released: sumOf(books.released),
        inHeap: sumOf(books.inHeap),
        inStacks: sumOf(books.inStacks),
        inWorkBufs: sumOf(books.inWorkBufs),
        inPtrScalarBits: sumOf(books.inPtrScalarBits),
      },
      runtimeSys,
      numGC,
      numForcedGC: stats.getUint32(inStats.numforcedgc, true),
      lastGc: word(stats, inStats.lastGc),
      lastPauseEnd: word(stats, inStats.pauseEnd + ((numGC + PAUSES - 1) % PAUSES) * WORD),
      gcPauses: histogramIn(sched, inSched.gcPauses, histogram),
      otherPauses: histogramIn(sched, inSched.otherPauses, histogram),
      schedLatency: histogramIn(sched, inSched.timeToRun, histogram),
      allglen: word(this.#filled(this.#word, addresses.allglen), 0),
      allgsLength: word(this.#filled(this.#word, addresses.allgs + WORD), 0),
      freeGoroutines: free + this.#freeAtProcessors(),
      systemGoroutines: sched.getInt32(inSched.ngsys, true),
    };
  }

  #freeAtProcessors(): number {
    const { addresses, freeAtProcessor } = this.#places;
    const slice = this.#filled(this.#slice, addresses.allp);
    const [first, count] = [word(slice, 0), word(slice, WORD)];
    if (count > MAX_PROCESSORS) throw new UnknownLayout(`it would use ${count} processors`);
    if (this.#processors.bytes.length !== count * WORD) this.#processors = buffered(count * WORD);
    const processors = this.#filled(this.#processors, first);
    let free = 0;
    for (let i = 0; i < count; i++) {
      free += this.#filled(this.#word, word(processors, i * WORD) + freeAtProcessor, 4).getInt32(0, true);
    }
    return free;
  }

  #filled({ bytes, view }: Buffered, address: Address, length = bytes.length): DataView {
    const into = length === bytes.length ? bytes : bytes.subarray(0, length);
    const isAddress = address >= 0 && Number.isSafeInteger(address);
    if (!isAddress || this.#program.memory.readInto(address, into) < length)
      throw new UnreadableMemory(address, length);
    return view;
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

const WORD = 8;

interface Buffered {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

function buffered(length: number): Buffered {
  const bytes = new Uint8Array(length);
  return { bytes, view: new DataView(bytes.buffer) };
}

/** An unsigned word, exact below 2^53. */
function word(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
}

type Places = ReturnType<typeof placesIn>;

/** Everything that a reading needs to know of a layout, looked up once. */
function placesIn(layout: Layout, address: (name: OptionalVariable) => Address, allgs: Address) {
  const ofPacer = (field: string) => offsetOf(layout, `${PACER}.${field}`);
  const ofStats = (field: string) => offsetOf(layout, `${STATS}.${field}`);
  const ofSched = (field: string) => offsetOf(layout, `${SCHED}.${field}`);
  const ofBooks = (field: string) => layout.offsets.get(`${BOOKS}.${field}`);
  const hasOneCount = layout.offsets.has(`${SCHED}.gFree.n`);
  const free = hasOneCount ? ["gFree.n"] : ["gFree.stack.size", "gFree.noStack.size"];
  return {
    addresses: {
      memstats: address("runtime.memstats"),
      gcController: address("runtime.gcController"),
      sched: address("runtime.sched"),
      allglen: address("runtime.allglen"),
      allp: address("runtime.allp"),
      allgs,
    },
    pacer: {
      gcPercent: ofPacer("gcPercent"),
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
    },
    stats: {
      heapStats: ofStats("heapStats"),
      sys: SYS.map(ofStats),
      numgc: ofStats("numgc"),
      numforcedgc: ofStats("numforcedgc"),
      lastGc: ofStats("last_gc_unix"),
      pauseEnd: ofStats("pause_end"),
    },
    books: {
      size: sizeOf(layout, BOOKS),
      committed: ofBooks("committed"),
      released: ofBooks("released"),
      inHeap: ofBooks("inHeap"),
      inStacks: ofBooks("inStacks"),
      inWorkBufs: ofBooks("inWorkBufs"),
      inPtrScalarBits: ofBooks("inPtrScalarBits"),
    },
    sched: {
      free: free.map(ofSched),
      gcPauses: ofSched("stwTotalTimeGC"),
      otherPauses: ofSched("stwTotalTimeOther"),
      timeToRun: ofSched("timeToRun"),
      ngsys: ofSched("ngsys"),
    },
    histogram: {
      underflow: offsetOf(layout, `${HISTOGRAM}.underflow`),
      overflow: offsetOf(layout, `${HISTOGRAM}.overflow`),
    },
    freeAtProcessor: layout.offsets.get("runtime.p.gFree.n") ?? offsetOf(layout, "runtime.p.gFree.size"),
  };
}

function histogramIn(view: DataView, at: number, { underflow, overflow }: Places["histogram"]): TimeHistogram {
  const counts = new Float64Array(BUCKETS);
  for (let bucket = 0; bucket < BUCKETS; bucket++) counts[bucket] = word(view, at + bucket * WORD);
  return { counts, underflow: word(view, at + underflow), overflow: word(view, at + overflow) };
}
