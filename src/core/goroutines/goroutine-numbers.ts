/**
 * Numbers for what frames and stacks read, so that goroutines are grouped and compared without a text for each.
 *
 * Frames that are at the same line of the same function read the same, wherever in the line they are; the indexes of a
 * table tell them apart.
 */
import type { Goroutines } from "./goroutine.js";
import { InternedSequences } from "../text/interned.js";

/** The number of a frame without a name, which stands for a frame that is missing, too. */
export const NAMELESS = 0;

export interface Numbers {
  /** By frame: of its function, file and line. */
  readonly frame: Int32Array;
  /** By stack: of its frames. */
  readonly stack: Int32Array;
}

/** Gives the numbers of a table; those of tables that are numbered by the same function can be compared. */
export function numbering(): (goroutines: Goroutines) => Numbers {
  const numberOf = textNumbers();
  const places = new InternedSequences();
  const stacks = new InternedSequences();
  const place = new Int32Array([numberOf(""), numberOf(""), 0]);
  places.indexOf(place, 3); // NAMELESS
  return (goroutines) => {
    const { count, function: name, file, line } = goroutines.frames;
    const frame = new Int32Array(count);
    for (let i = 0; i < count; i++) {
      place[0] = numberOf(name[i]);
      place[1] = numberOf(file[i]);
      place[2] = file[i] === "" ? 0 : line[i];
      frame[i] = places.indexOf(place, 3);
    }
    return { frame, stack: stackNumbers(goroutines, frame, stacks) };
  };
}

/** By stack: the number of its functions, whatever the lines. */
export function functionNumbers(goroutines: Goroutines): Int32Array {
  const number = Int32Array.from(goroutines.frames.function, textNumbers());
  return stackNumbers(goroutines, number, new InternedSequences());
}

/** Equal texts have equal numbers, from 0 on. */
export function textNumbers(): (text: string) => number {
  const known = new Map<string, number>();
  return (text) => {
    let number = known.get(text);
    if (number === undefined) known.set(text, (number = known.size));
    return number;
  };
}

function stackNumbers({ stacks }: Goroutines, ofFrame: Int32Array, known: InternedSequences): Int32Array {
  const numbers = new Int32Array(stacks.count);
  let items = new Int32Array(64);
  for (let stack = 0; stack < stacks.count; stack++) {
    const from = stacks.start[stack];
    const length = stacks.start[stack + 1] - from;
    if (length > items.length) items = new Int32Array(length * 2);
    for (let i = 0; i < length; i++) items[i] = ofFrame[stacks.frame[from + i]];
    numbers[stack] = known.indexOf(items, length);
  }
  return numbers;
}
