/**
 * Many small reads as few large ones: what lies close together is read together. The way to Delve costs per request
 * and per byte; between reads of a few hundred bytes, reading the gap is cheaper than asking again.
 */
import { type Address, MemoryProblem, type PausedProgram } from "../../process/paused-program.js";

export interface Range {
  readonly from: Address;
  readonly to: Address;
}

/** Ranges as columns, for hundreds of thousands of them. */
export interface RangeColumns {
  readonly from: Float64Array;
  readonly to: Float64Array;
}

/** What was read of range number `index`: `view`, whose first byte is at `from`. */
export type OnRange = (index: number, view: DataView) => void;

/** The same without a view of its own: `length` bytes of `view` from `at` on, which hold other bytes afterwards. */
export type OnBytes = (index: number, view: DataView, at: number, length: number) => void;

export interface ReadManyOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number) => void) | undefined;
}

/** Reads that are under way at once; their answers are all that is kept in memory. */
const IN_FLIGHT = 16;
const MAX_READ_BYTES = 65_536;
const MAX_GAP_BYTES = 2_048;

/**
 * Reads every range and hands it over, in any order. Answers which could not be read and Delve's words for the first
 * of them; rejects when reading ends altogether. Ranges are shorter than 64 KiB.
 */
export async function readMany(
  program: PausedProgram,
  ranges: readonly Range[],
  onRange: OnRange,
  options: ReadManyOptions = {},
): Promise<{ readonly unread: number[]; readonly why: string }> {
  const columns = {
    from: Float64Array.from(ranges, ({ from }) => from),
    to: Float64Array.from(ranges, ({ to }) => to),
  };
  const own: OnBytes = (index, { buffer, byteOffset }, at, length) =>
    onRange(index, new DataView(buffer, byteOffset + at, length));
  return readColumns(withoutInto(program), columns, own, options);
}

/** Views that are handed out stay as they are. */
const withoutInto = (program: PausedProgram): PausedProgram => ({
  read: (address, length, signal) => program.read(address, length, signal),
  number: (expression, signal) => program.number(expression, signal),
});

/** As `readMany`. */
export async function readColumns(
  program: PausedProgram,
  { from, to }: RangeColumns,
  onBytes: OnBytes,
  { signal, onProgress }: ReadManyOptions = {},
): Promise<{ readonly unread: number[]; readonly why: string }> {
  const order = Uint32Array.from(from, (_, index) => index).sort((a, b) => from[a] - from[b]);
  const unread: number[] = [];
  let why = "";
  let next = 0;
  let done = 0;

  /** Where the cluster that begins at `order[first]` ends, in `order`. */
  function endOfCluster(first: number): number {
    const start = from[order[first]];
    let end = to[order[first]];
    let last = first + 1;
    for (; last < order.length; last++) {
      const next = order[last];
      if (from[next] - end > MAX_GAP_BYTES || Math.max(to[next], end) - start > MAX_READ_BYTES) break;
      end = Math.max(to[next], end);
    }
    return last;
  }

  async function readCluster(first: number, last: number, into: Uint8Array): Promise<void> {
    const start = from[order[first]];
    let end = start;
    for (let i = first; i < last; i++) end = Math.max(end, to[order[i]]);
    let bytes: Uint8Array;
    try {
      bytes = await program.read(start, end - start, signal, into);
    } catch (error) {
      if (!(error instanceof MemoryProblem) || error.code !== "unreadable") throw error;
      if (last - first === 1) {
        why ||= error.message;
        unread.push(order[first]);
        return;
      }
      // Something in the gaps or one of them: look closer.
      const middle = (first + last) >>> 1;
      await readCluster(first, middle, into);
      await readCluster(middle, last, into);
      return;
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let i = first; i < last; i++) {
      const index = order[i];
      onBytes(index, view, from[index] - start, to[index] - from[index]);
    }
  }

  async function work(): Promise<void> {
    const into = new Uint8Array(MAX_READ_BYTES);
    while (next < order.length) {
      const first = next;
      next = endOfCluster(first);
      const last = next;
      await readCluster(first, last, into);
      done += last - first;
      onProgress?.(done);
    }
  }

  await Promise.all(Array.from({ length: Math.min(IN_FLIGHT, order.length) }, work));
  return { unread, why };
}
