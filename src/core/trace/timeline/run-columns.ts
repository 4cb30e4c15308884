/**
 * The times that goroutines held one processor, as columns in chunks: 22 bytes each, for there are millions of them.
 *
 * On one processor they follow each other and do not overlap, so that they are in the order of their starts and of
 * their ends alike.
 */
import type { KindIndex } from "../goroutine-kinds.js";
import type { WakingRow } from "../wakings.js";

export interface RunChunk {
  /** Nanoseconds since the beginning of the trace, from which `start` counts. */
  readonly baseNs: number;
  count: number;
  /** Start, in nanoseconds since `baseNs`. */
  readonly start: Uint32Array;
  /** How long, in nanoseconds. */
  readonly ns: Float32Array;
  /** How long the goroutine had been runnable before, in nanoseconds. */
  readonly waitNs: Float32Array;
  /** The lower 32 bits of the goroutine's id. */
  readonly goroutine: Uint32Array;
  readonly waking: Int32Array;
  readonly kind: Uint16Array;
  /** The longest of `waitNs`. */
  maxWaitNs: number;
}

export class RunColumns {
  readonly chunks: RunChunk[] = [];
  count = 0;

  add(startNs: number, ns: number, waitNs: number, goroutine: number, waking: WakingRow, kind: KindIndex): void {
    let chunk = this.chunks.at(-1);
    if (chunk === undefined || chunk.count === chunk.start.length || startNs - chunk.baseNs > MAX_OFFSET_NS) {
      chunk = emptyChunk(startNs, chunk === undefined ? FIRST_CHUNK : Math.min(MAX_CHUNK, chunk.start.length * 2));
      this.chunks.push(chunk);
    }
    const at = chunk.count++;
    chunk.start[at] = startNs - chunk.baseNs;
    chunk.ns[at] = ns;
    chunk.waitNs[at] = waitNs;
    chunk.goroutine[at] = goroutine;
    chunk.waking[at] = waking;
    chunk.kind[at] = kind;
    if (waitNs > chunk.maxWaitNs) chunk.maxWaitNs = waitNs;
    this.count++;
  }

  /** Only those of at least `shortestNs`. */
  longerThan(shortestNs: number): RunColumns {
    const kept = new RunColumns();
    for (const chunk of this.chunks) {
      for (let at = 0; at < chunk.count; at++) {
        if (chunk.ns[at] < shortestNs) continue;
        const startNs = chunk.baseNs + chunk.start[at];
        kept.add(startNs, chunk.ns[at], chunk.waitNs[at], chunk.goroutine[at], chunk.waking[at], chunk.kind[at]);
      }
    }
    return kept;
  }
}

const FIRST_CHUNK = 256;
const MAX_CHUNK = 1 << 16;
const MAX_OFFSET_NS = 2 ** 32 - 1;

function emptyChunk(baseNs: number, length: number): RunChunk {
  return {
    baseNs,
    count: 0,
    start: new Uint32Array(length),
    ns: new Float32Array(length),
    waitNs: new Float32Array(length),
    goroutine: new Uint32Array(length),
    waking: new Int32Array(length),
    kind: new Uint16Array(length),
    maxWaitNs: 0,
  };
}

/** When the last run of a chunk ended. */
export function chunkEndNs(chunk: RunChunk): number {
  const last = chunk.count - 1;
  return last < 0 ? chunk.baseNs : chunk.baseNs + chunk.start[last] + chunk.ns[last];
}

/** The first run of a chunk that ends after a moment; its count where none does. */
export function firstEndingAfter(chunk: RunChunk, timeNs: number): number {
  let low = 0;
  let high = chunk.count;
  const offset = timeNs - chunk.baseNs;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (chunk.start[middle] + chunk.ns[middle] > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}
