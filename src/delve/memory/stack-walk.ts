/**
 * The stacks of goroutines that stand still, by their frame pointers: each frame keeps the address of the next one and,
 * behind it, where the call returns to (amd64 and arm64 alike). All stacks are read side by side in windows; equal
 * stacks are kept once, so 100,000 goroutines that do the same cost little more than their bytes.
 */
import { InternedSequences } from "../../core/text/interned.js";
import type { GoroutineColumns } from "./goroutine-columns.js";
import type { Address, PausedProgram } from "../../process/paused-program.js";
import { readColumns } from "./read-many.js";

export const NO_STACK = -1;

/** Stack `i` is the program counters `pcs[item]` for the items of `sequences` number `i`, leaf first. */
export interface WalkedStacks {
  readonly pcs: number[];
  readonly sequences: InternedSequences;
  /** By row of the columns; NO_STACK where it was not walked or could not be read. */
  readonly stack: Int32Array;
  /** Rows whose stack is deeper than `mostFrames`, cut. */
  readonly cut: Set<number>;
  readonly unread: number;
  readonly why: string;
}

/** What is read of a stack at first, and each time that it goes on. */
const FIRST_WINDOW = 2_048;
const NEXT_WINDOW = 32_768;
/** Go itself prints 100 frames. */
const MAX_FRAMES = 4_096;

export async function walkStacks(
  program: PausedProgram,
  columns: GoroutineColumns,
  rows: readonly number[],
  options: { signal?: AbortSignal | undefined; onProgress?: (done: number) => void } = {},
): Promise<WalkedStacks> {
  const interned = new PcStacks();
  const stack = new Int32Array(columns.count).fill(NO_STACK);
  const cut = new Set<number>();
  let unread = 0;
  let why = "";
  // Frames found so far of the stacks that do not end in their first window.
  const begun = new Map<number, number[]>();
  const buffer = new Int32Array(MAX_FRAMES);
  let open = rows.map((row) => ({
    row,
    bp: columns.bp[row],
    from: Math.min(columns.sp[row], columns.bp[row] || Infinity),
  }));
  let isFirst = true;
  while (open.length > 0) {
    const further: typeof open = [];
    const window = isFirst ? FIRST_WINDOW : NEXT_WINDOW;
    const end = ({ row, from }: (typeof open)[number]) =>
      Math.max(from, Math.min(from + window, columns.stackHigh[row]));
    const read = await readColumns(
      program,
      { from: Float64Array.from(open, ({ from }) => from), to: Float64Array.from(open, end) },
      (i, view, start, bytes) => {
        const { row, from } = open[i];
        let { bp } = open[i];
        let length = 0;
        const before = begun.get(row);
        if (before === undefined) buffer[length++] = interned.pc(columns.pc[row]);
        else for (const pc of before) buffer[length++] = pc;
        const high = columns.stackHigh[row];
        for (;;) {
          // A frame lies above its callee's; anything else ends the chain, as zero does.
          if (bp < from || bp + 16 > high) break;
          if (length === MAX_FRAMES) {
            cut.add(row);
            break;
          }
          const at = bp - from;
          if (at + 16 > bytes) {
            begun.set(row, Array.from(buffer.subarray(0, length)));
            further.push({ row, bp, from: bp });
            return;
          }
          const frame = start + at;
          const pc = view.getUint32(frame + 8, true) + view.getUint32(frame + 12, true) * 2 ** 32;
          const next = view.getUint32(frame, true) + view.getUint32(frame + 4, true) * 2 ** 32;
          if (pc === 0) break;
          buffer[length++] = interned.pc(pc);
          if (next <= bp) break;
          bp = next;
        }
        begun.delete(row);
        stack[row] = interned.sequences.indexOf(buffer, length);
      },
      { signal: options.signal, ...(isFirst && options.onProgress && { onProgress: options.onProgress }) },
    );
    unread += read.unread.length;
    why ||= read.why;
    open = further;
    isFirst = false;
  }
  return { pcs: interned.pcs, sequences: interned.sequences, stack, cut, unread, why };
}

/** Program counters by small numbers, so that stacks are sequences of those. */
class PcStacks {
  readonly pcs: Address[] = [];
  readonly sequences = new InternedSequences();
  readonly #numberOf = new Map<Address, number>();

  pc(address: Address): number {
    let number = this.#numberOf.get(address);
    if (number === undefined) {
      number = this.pcs.push(address) - 1;
      this.#numberOf.set(address, number);
    }
    return number;
  }
}
