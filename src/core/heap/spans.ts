/**
 * The spans of a Go heap as columns: runs of pages that hold objects of one size each. An object is a number: the slots
 * of all spans, counted in the order of their addresses, whether something lives in them or not.
 */

/** Row `i` of every column is one span; sorted by address. */
export interface SpanColumns {
  readonly count: number;
  readonly start: Float64Array;
  /** In bytes, whole pages. */
  readonly length: Float64Array;
  readonly elementSize: Float64Array;
  /** Slots in it. */
  readonly elementCount: Uint32Array;
  /** Of 1 the objects hold no pointers. */
  readonly isPointerFree: Uint8Array;
  /** Of 1 its only object is larger than any size class. */
  readonly isLarge: Uint8Array;
  /** Address of the type of a large object; 0 none. */
  readonly largeType: Float64Array;
}

export type ObjectIndex = number;

const NO_OBJECT: ObjectIndex = -1;
export const PAGE_BYTES = 8_192;
/** 128 GB of addresses from the first span to the last; a table of pages is a number for each. */
const MAX_PAGES = 1 << 24;

export class HeapSpans {
  readonly columns: SpanColumns;
  /** Object of the first slot of each span; one more at the end. */
  readonly firstObject: Uint32Array;
  readonly objectCount: number;
  /** Of the first span, and of what follows the last. */
  readonly low: number;
  readonly high: number;
  /** The span of each page from `low` on; -1 none. */
  readonly spanOfPage: Int32Array;

  /** Throws a `RangeError` where the heap is more than can be counted. */
  constructor(columns: SpanColumns) {
    const { count, start, length, elementCount } = columns;
    this.columns = columns;
    this.firstObject = new Uint32Array(count + 1);
    let objects = 0;
    for (let span = 0; span < count; span++) {
      this.firstObject[span] = objects;
      objects += elementCount[span];
    }
    if (objects >= 2 ** 31) throw new RangeError(`its heap has ${objects} slots for objects`);
    this.firstObject[count] = objects;
    this.objectCount = objects;
    this.low = count === 0 ? 0 : start[0];
    this.high = count === 0 ? 0 : start[count - 1] + length[count - 1];
    const pages = (this.high - this.low) / PAGE_BYTES;
    if (!(pages <= MAX_PAGES)) throw new RangeError("its heap is spread over more than 128 GB of addresses");
    this.spanOfPage = new Int32Array(pages).fill(-1);
    for (let span = 0; span < count; span++) {
      const page = (start[span] - this.low) / PAGE_BYTES;
      this.spanOfPage.fill(span, page, page + length[span] / PAGE_BYTES);
    }
  }

  /** The object that an address lies in; NO_OBJECT outside the heap. */
  objectAt(address: number): ObjectIndex {
    if (!(address >= this.low && address < this.high)) return NO_OBJECT;
    const span = this.spanOfPage[Math.floor((address - this.low) / PAGE_BYTES)];
    if (span < 0) return NO_OBJECT;
    const slot = Math.floor((address - this.columns.start[span]) / this.columns.elementSize[span]);
    return slot < this.columns.elementCount[span] ? this.firstObject[span] + slot : NO_OBJECT;
  }

  spanOf(object: ObjectIndex): number {
    let low = 0;
    let high = this.columns.count;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (this.firstObject[middle] <= object) low = middle;
      else high = middle;
    }
    // Spans without slots have the same first object as the next one.
    return low;
  }

  addressOf(object: ObjectIndex): number {
    const span = this.spanOf(object);
    return this.columns.start[span] + (object - this.firstObject[span]) * this.columns.elementSize[span];
  }

  sizeOf(object: ObjectIndex): number {
    return this.columns.elementSize[this.spanOf(object)];
  }
}
