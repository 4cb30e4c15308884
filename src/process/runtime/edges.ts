/**
 * The references of all objects of a heap, in one pass over its memory in the order of addresses.
 *
 * Where the pointers of an object are is what the garbage collector goes by (runtime/mbitmap.go): of objects up to 512
 * bytes a bitmap at the end of their span, else a type in front of the object or, for a large one, beside its span.
 */
import type { ObjectGraph } from "../../core/heap/object-graph.js";
import { type HeapSpans, PAGE_BYTES } from "../../core/heap/spans.js";
import type { Memory } from "../memory/memory.js";
import type { PointerMasks } from "./pointer-masks.js";

/** Larger objects have a type in front of them, a word long. */
export const MAX_BITMAP_OBJECT_BYTES = 512;
const MIN_MARKED_OBJECT_BYTES = 16;
const BLOCK_BYTES = 8 * 1_048_576;

export interface EdgePass {
  readonly graph: ObjectGraph;
  /** Slots whose type could not be read: what lies there points to nothing known. Most are free. */
  readonly untyped: readonly number[];
  /** Bytes of spans that could not be read. */
  readonly unreadBytes: number;
}

export interface EdgeOptions {
  /** Bytes at the end of small spans that are the collector's marks (Green Tea); 0 where it has none. */
  readonly inlineMarkBytes: number;
  readonly masks: PointerMasks;
}

export function readEdges(memory: Memory, spans: HeapSpans, { inlineMarkBytes, masks }: EdgeOptions): EdgePass {
  const { columns, firstObject, objectCount, spanOfPage, low } = spans;
  const { start, length, elementSize, elementCount, isPointerFree, isLarge, largeType } = columns;
  const reach = spans.high - low;
  const lowWord = low >>> 0;
  const highWord = Math.floor(low / 2 ** 32);
  // Multiplying by the inverse and correcting by one is several times faster than dividing.
  const inverse = elementSize.map((size) => 1 / size);
  const offset = start.map((address) => address - low);
  const edgeStart = new Uint32Array(objectCount + 1);
  let edges = new Int32Array(Math.max(1_024, Math.ceil(objectCount * 1.25)));
  let edgeCount = 0;
  const untyped: number[] = [];
  let unreadBytes = 0;

  let block = new Uint8Array(new ArrayBuffer(BLOCK_BYTES));
  let words = new Uint32Array(block.buffer);
  let blockFrom = 0;
  let blockTo = 0;

  const grow = () => {
    const larger = new Int32Array(Math.ceil(edges.length * 1.5));
    larger.set(edges);
    edges = larger;
  };
  /** Adds what word `at` of the block points to. */
  const follow = (at: number) => {
    const distance = (words[at * 2 + 1] - highWord) * 4294967296 + (words[at * 2] - lowWord);
    if (!(distance >= 0 && distance < reach)) return;
    const span = spanOfPage[(distance / PAGE_BYTES) | 0];
    if (span < 0) return;
    const inSpan = distance - offset[span];
    let slot = (inSpan * inverse[span]) | 0;
    if (slot * elementSize[span] > inSpan) slot--;
    else if ((slot + 1) * elementSize[span] <= inSpan) slot++;
    if (slot >= elementCount[span]) return;
    if (edgeCount === edges.length) grow();
    edges[edgeCount++] = firstObject[span] + slot;
  };
  const small = (firstWord: number, bitmap: number, first: number, count: number, wordsEach: number) => {
    let word = 0;
    for (let i = 0; i < count; i++) {
      edgeStart[first + i] = edgeCount;
      for (const end = word + wordsEach; word < end; word++) {
        const bits = block[bitmap + (word >> 3)];
        if ((bits >> (word & 7)) & 1) follow(firstWord + word);
        else if (bits === 0 && (word & 7) === 0 && word + 8 <= end) word += 7;
      }
    }
  };
  const typed = (type: number, from: number, end: number, object: number) => {
    const mask = masks.ofType(type);
    if (mask === undefined) {
      untyped.push(object);
      return;
    }
    const { pointers, wordCount } = mask;
    if (pointers.length === 0 || wordCount === 0) return;
    const reachWords = pointers[pointers.length - 1] + 1;
    for (let element = from; element + reachWords <= end; element += wordCount) {
      for (let i = 0; i < pointers.length; i++) follow(element + pointers[i]);
    }
  };

  for (let span = 0; span < columns.count; span++) {
    const first = firstObject[span];
    const count = elementCount[span];
    const bytes = length[span];
    if (isPointerFree[span] === 1 || count === 0) {
      edgeStart.fill(edgeCount, first, first + count);
      continue;
    }
    if (start[span] < blockFrom || start[span] + bytes > blockTo) {
      if (bytes > block.length) {
        block = new Uint8Array(new ArrayBuffer(bytes));
        words = new Uint32Array(block.buffer);
      }
      blockFrom = start[span];
      // Up to the next span that is far away: what lies between neighbours costs less than another read.
      let want = bytes;
      for (let next = span + 1; next < columns.count; next++) {
        const end = start[next] + length[next] - blockFrom;
        if (isPointerFree[next] === 1) continue;
        if (end > block.length || start[next] - blockFrom - want > MAX_GAP_BYTES) break;
        want = end;
      }
      blockTo = blockFrom + memory.readInto(blockFrom, block.subarray(0, want));
      if (blockTo < start[span] + bytes) {
        unreadBytes += bytes;
        edgeStart.fill(edgeCount, first, first + count);
        continue;
      }
    }
    const at = start[span] - blockFrom;
    const firstWord = at >> 3;
    const size = elementSize[span];
    if (size <= MAX_BITMAP_OBJECT_BYTES) {
      const isMarkedInline = inlineMarkBytes > 0 && size >= MIN_MARKED_OBJECT_BYTES && bytes === PAGE_BYTES;
      const bitmap = at + bytes - bytes / 64 - (isMarkedInline ? inlineMarkBytes : 0);
      small(firstWord, bitmap, first, count, size / 8);
      continue;
    }
    const wordsEach = size / 8;
    for (let i = 0; i < count; i++) {
      edgeStart[first + i] = edgeCount;
      const word = firstWord + i * wordsEach;
      const isInFront = isLarge[span] === 0;
      const type = isInFront ? words[word * 2] + words[word * 2 + 1] * 4294967296 : largeType[span];
      // A slot that was never used has none, and one that is just being allocated.
      if (type !== 0) typed(type, isInFront ? word + 1 : word, word + wordsEach, first + i);
    }
  }
  edgeStart[objectCount] = edgeCount;
  return { graph: { spans, edgeStart, edges: edges.subarray(0, edgeCount) }, untyped, unreadBytes };
}

const MAX_GAP_BYTES = 65_536;
