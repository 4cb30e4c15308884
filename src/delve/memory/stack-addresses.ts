/**
 * The words on the stacks of goroutines that look like addresses: what a frame may refer to. Bounded; where the stacks
 * are larger than that, nothing is said of the rest.
 */
import type { GoroutineColumns } from "./goroutine-columns.js";
import { optionalNumber } from "./memory.js";
import type { Address, PausedProgram } from "../../process/paused-program.js";
import { readMany } from "./read-many.js";

export interface StackWords {
  /** Words of the stack of a row of the columns, from where it goes on to where it began. */
  of(row: number): Float64Array;
  readonly isComplete: boolean;
}

const NO_WORDS = new Float64Array(0);
/** Go's addresses in user space: above the first page, below 2^47. */
const LOWEST = 4096;
const HIGHEST = 2 ** 47;
const PIECE = 32_768;

export async function readStackWords(
  program: PausedProgram,
  columns: GoroutineColumns,
  { signal, mostBytes = 256 * 1_048_576 }: { signal?: AbortSignal | undefined; mostBytes?: number } = {},
): Promise<StackWords> {
  const selectedSp = await stackPointer(program, signal);
  const pieces: { row: number; from: Address; to: Address }[] = [];
  let bytes = 0;
  let isComplete = columns.unread === 0;
  for (let row = 0; row < columns.count; row++) {
    const high = columns.stackHigh[row];
    const low = columns.status[row] === RUNNING ? lowestOf(columns, row, selectedSp) : columns.sp[row];
    if (!(low >= columns.stackLow[row] && low < high)) continue;
    for (let from = low - (low % 8); from < high; from += PIECE) {
      const to = Math.min(from + PIECE, high);
      if (bytes + to - from > mostBytes) {
        isComplete = false;
        break;
      }
      bytes += to - from;
      pieces.push({ row, from, to });
    }
  }
  const words = new Map<number, Float64Array>();
  const { unread } = await readMany(
    program,
    pieces,
    (i, view) => {
      const found = addressesIn(view);
      const before = words.get(pieces[i].row);
      words.set(pieces[i].row, before === undefined ? found : joined(before, found));
    },
    { signal },
  );
  return { of: (row) => words.get(row) ?? NO_WORDS, isComplete: isComplete && unread.length === 0 };
}

const RUNNING = 2;

/**
 * What runs has its stack pointer in a register. That of the thread that Delve has selected is known; of others the
 * whole stack is taken, with what calls that have returned left there.
 */
function lowestOf({ stackLow, stackHigh }: GoroutineColumns, row: number, selectedSp: Address): Address {
  return selectedSp > stackLow[row] && selectedSp < stackHigh[row] ? selectedSp : stackLow[row];
}

/** Of the thread that Delve has selected, 0 unknown: Delve names registers by the machine's own names. */
async function stackPointer(program: PausedProgram, signal?: AbortSignal): Promise<Address> {
  for (const register of ["RSP", "SP"]) {
    const value = await optionalNumber(program, register, signal);
    if (value !== undefined) return value;
  }
  return 0;
}

/** Aligned words that may be addresses. */
export function addressesIn(view: DataView): Float64Array {
  const found = new Float64Array(view.byteLength >>> 3);
  let count = 0;
  for (let at = 0; at + 8 <= view.byteLength; at += 8) {
    const high = view.getUint32(at + 4, true);
    if (high >= 0x8000) continue;
    const word = high * 2 ** 32 + view.getUint32(at, true);
    if (word >= LOWEST && word < HIGHEST) found[count++] = word;
  }
  return found.slice(0, count);
}

function joined(a: Float64Array, b: Float64Array): Float64Array {
  const both = new Float64Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
