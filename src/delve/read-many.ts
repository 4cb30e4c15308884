/**
 * Many small reads as few large ones: what lies close together is read together. The way to Delve costs per request
 * and per byte; between reads of a few hundred bytes, reading the gap is cheaper than asking again.
 */
import { type Address, MemoryProblem, type PausedProgram } from "./paused-program.js";

export interface Range {
  readonly from: Address;
  readonly to: Address;
}

/** What was read of range number `index`: `view`, whose first byte is at `from`. */
export type OnRange = (index: number, view: DataView) => void;

/** Reads that are under way at once; their answers are all that is kept in memory. */
const IN_FLIGHT = 16;
const LONGEST_READ = 65_536;
const LONGEST_GAP = 2_048;

/**
 * Reads every range and hands it over, in any order. Answers which could not be read and Delve's words for the first
 * of them; rejects when reading ends altogether. Ranges are shorter than 64 KiB.
 */
export async function readMany(
  program: PausedProgram,
  ranges: readonly Range[],
  onRange: OnRange,
  { signal, onProgress }: { signal?: AbortSignal | undefined; onProgress?: (done: number) => void } = {},
): Promise<{ readonly unread: number[]; readonly why: string }> {
  const order = Uint32Array.from(ranges, (_, index) => index).sort((a, b) => ranges[a].from - ranges[b].from);
  const unread: number[] = [];
  let why = "";
  let next = 0;
  let done = 0;

  /** Where the cluster that begins at `order[first]` ends, in `order`. */
  function endOfCluster(first: number): number {
    const start = ranges[order[first]].from;
    let end = ranges[order[first]].to;
    let last = first + 1;
    for (; last < order.length; last++) {
      const { from, to } = ranges[order[last]];
      if (from - end > LONGEST_GAP || Math.max(to, end) - start > LONGEST_READ) break;
      end = Math.max(to, end);
    }
    return last;
  }

  async function readCluster(first: number, last: number): Promise<void> {
    const start = ranges[order[first]].from;
    let end = start;
    for (let i = first; i < last; i++) end = Math.max(end, ranges[order[i]].to);
    let bytes: Uint8Array;
    try {
      bytes = await program.read(start, end - start, signal);
    } catch (error) {
      if (!(error instanceof MemoryProblem) || error.code !== "unreadable") throw error;
      if (last - first === 1) {
        why ||= error.message;
        unread.push(order[first]);
        return;
      }
      // Something in the gaps or one of them: look closer.
      const middle = (first + last) >>> 1;
      await readCluster(first, middle);
      await readCluster(middle, last);
      return;
    }
    for (let i = first; i < last; i++) {
      const { from, to } = ranges[order[i]];
      onRange(order[i], new DataView(bytes.buffer, bytes.byteOffset + (from - start), to - from));
    }
  }

  async function work(): Promise<void> {
    while (next < order.length) {
      const first = next;
      next = endOfCluster(first);
      const last = next;
      await readCluster(first, last);
      done += last - first;
      onProgress?.(done);
    }
  }

  await Promise.all(Array.from({ length: Math.min(IN_FLIGHT, order.length) }, work));
  return { unread, why };
}
