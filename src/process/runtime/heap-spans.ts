/**
 * All spans of a program's heap that are in use, from the runtime's own list (mheap_.allspans).
 */
import { HeapSpans } from "../../core/heap/spans.js";
import { type Address, bytesAt, type Memory, u16In, wordIn } from "../memory/memory.js";
import { type Layout, offsetOf, sizeOf, UnknownLayout } from "./layout.js";

/** The spans, and what the runtime keeps beside each; row `i` is row `i` of the spans' columns. */
export interface ReadSpans {
  readonly spans: HeapSpans;
  /** First of the list of what is noted about its objects (finalizers, profiled allocations); 0 none. */
  readonly specials: Float64Array;
  /** Slots from `freeIndex` on are free where their bit at `allocBits` is not set. */
  readonly freeIndex: Uint16Array;
  readonly allocBits: Float64Array;
}

const IN_USE = 1;
const PAGE_BYTES = 8_192;
const MAX_SPANS = 1 << 27;
/** The runtime allocates its records one behind the other in chunks: neighbours are read together. */
const WINDOW_BYTES = 65_536;
const MAX_GAP_BYTES = 8_192;

/** Throws `UnreadableMemory`, and an `UnknownLayout` where what is read are no spans. */
export function readSpans(memory: Memory, mheap: Address, layout: Layout): ReadSpans {
  const header = bytesAt(memory, mheap + offsetOf(layout, "runtime.mheap.allspans"), 24);
  const count = wordIn(header, 8);
  if (count === 0) throw new UnknownLayout("its runtime has not started yet");
  if (count > MAX_SPANS || count > wordIn(header, 16)) throw new UnknownLayout(`it would have ${count} spans`);
  const pointers = bytesAt(memory, wordIn(header, 0), count * 8);
  const order = new Float64Array(count);
  for (let i = 0; i < count; i++) order[i] = wordIn(pointers, i * 8);
  return sortedByStart(readRecords(memory, order.sort(), layout));
}

/** Columns in the order of the records, which is not that of the spans. */
interface Records {
  readonly count: number;
  readonly start: Float64Array;
  readonly length: Float64Array;
  readonly elementSize: Float64Array;
  readonly elementCount: Uint32Array;
  readonly spanClass: Uint8Array;
  readonly largeType: Float64Array;
  readonly specials: Float64Array;
  readonly freeIndex: Uint16Array;
  readonly allocBits: Float64Array;
}

function readRecords(memory: Memory, order: Float64Array, layout: Layout): Records {
  const at = (field: string) => offsetOf(layout, `runtime.mspan.${field}`);
  const size = sizeOf(layout, "runtime.mspan");
  const [state, startAddr, npages, elemsize] = [at("state"), at("startAddr"), at("npages"), at("elemsize")];
  const [nelems, spanclass, largeType] = [at("nelems"), at("spanclass"), at("largeType")];
  const [specials, freeIndex, allocBits] = [at("specials"), at("freeIndexForScan"), at("allocBits")];
  const numbers = () => new Float64Array(order.length);
  const records = {
    ...{ start: numbers(), length: numbers(), elementSize: numbers(), largeType: numbers(), specials: numbers() },
    ...{ allocBits: numbers(), elementCount: new Uint32Array(order.length) },
    ...{ spanClass: new Uint8Array(order.length), freeIndex: new Uint16Array(order.length) },
  };
  const buffer = new Uint8Array(WINDOW_BYTES);
  let from = 0;
  let to = 0;
  let count = 0;
  for (let i = 0; i < order.length; i++) {
    const address = order[i];
    if (address < from || address + size > to) {
      let last = i;
      while (
        last + 1 < order.length &&
        order[last + 1] + size - address <= WINDOW_BYTES &&
        order[last + 1] - order[last] < MAX_GAP_BYTES
      ) {
        last++;
      }
      from = address;
      const length = order[last] + size - address;
      to = from + memory.readInto(address, buffer.subarray(0, length));
      if (to < address + size) throw new UnknownLayout("its list of spans points to memory that is not there");
    }
    const record = address - from;
    if (buffer[record + state] !== IN_USE) continue;
    records.start[count] = wordIn(buffer, record + startAddr);
    records.length[count] = wordIn(buffer, record + npages) * PAGE_BYTES;
    records.elementSize[count] = wordIn(buffer, record + elemsize);
    records.elementCount[count] = u16In(buffer, record + nelems);
    records.spanClass[count] = buffer[record + spanclass];
    records.largeType[count] = wordIn(buffer, record + largeType);
    records.specials[count] = wordIn(buffer, record + specials);
    records.freeIndex[count] = u16In(buffer, record + freeIndex);
    records.allocBits[count] = wordIn(buffer, record + allocBits);
    check(records, count);
    count++;
  }
  return { count, ...records };
}

/** What holds of every span of every Go: a layout that does not fit fails here, and not later in nonsense. */
function check(records: Omit<Records, "count">, row: number): void {
  const { start, length, elementSize, elementCount } = records;
  const isSpan =
    start[row] > 0 &&
    start[row] % PAGE_BYTES === 0 &&
    length[row] > 0 &&
    length[row] < 2 ** 40 &&
    elementSize[row] >= 8 &&
    elementSize[row] % 8 === 0 &&
    elementCount[row] * elementSize[row] <= length[row];
  if (!isSpan) throw new UnknownLayout("what its list of spans points to are no spans of this Go");
}

function sortedByStart(records: Records): ReadSpans {
  const { count, start } = records;
  const order = Uint32Array.from({ length: count }, (_, i) => i).sort((a, b) => start[a] - start[b]);
  const pick = <Column extends Float64Array | Uint32Array | Uint16Array>(column: Column): Column => {
    const picked = new (column.constructor as new (length: number) => Column)(count);
    for (let i = 0; i < count; i++) picked[i] = column[order[i]];
    return picked;
  };
  const columns = {
    count,
    start: pick(start),
    length: pick(records.length),
    elementSize: pick(records.elementSize),
    elementCount: pick(records.elementCount),
    isPointerFree: Uint8Array.from(order, (row) => records.spanClass[row] & 1),
    isLarge: Uint8Array.from(order, (row) => (records.spanClass[row] >> 1 === 0 ? 1 : 0)),
    largeType: pick(records.largeType),
  };
  return {
    spans: new HeapSpans(columns),
    specials: pick(records.specials),
    freeIndex: pick(records.freeIndex),
    allocBits: pick(records.allocBits),
  };
}
