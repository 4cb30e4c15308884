/**
 * Events of a newer Go: skipped and counted.
 *
 * An event does not carry its length, so the count of its arguments is found by trying: the right one lets the rest of
 * the batch be read to its last byte. What was found once holds for the whole trace.
 */
import { ARGUMENT_COUNTS, NOT_TIMED } from "./trace-format.js";

export class UnknownEvents {
  /** How many of each type were skipped. */
  readonly counts = new Map<number, number>();
  readonly #learnt = new Map<number, number>();

  /** Arguments of the event of `type` whose first argument is at `bytes[at]`, at least 1. */
  argumentCount(type: number, bytes: Uint8Array, at: number, end: number): number {
    this.counts.set(type, (this.counts.get(type) ?? 0) + 1);
    let count = this.#learnt.get(type);
    if (count === undefined) {
      count = this.#guess(type, bytes, at, end);
      this.#learnt.set(type, count);
    }
    return count;
  }

  /** The count with which most of the batch can be read; the smallest of several. */
  #guess(type: number, bytes: Uint8Array, at: number, end: number): number {
    let best = 1;
    let reached = -1;
    for (let count = 1; count <= MAX_ARGUMENTS; count++) {
      const counts = ARGUMENT_COUNTS.slice();
      for (const [known, its] of this.#learnt) counts[known] = its;
      counts[type] = count;
      const to = readable(counts, bytes, at, end, count);
      if (to <= reached) continue;
      reached = to;
      best = count;
    }
    return best;
  }
}

/** tracev2.MaxTimedEventArgs is 5; a newer Go may have one more. */
const MAX_ARGUMENTS = 6;

/** How far events with these argument counts can be read; `end` where all of them are whole and known. */
function readable(counts: Uint8Array, bytes: Uint8Array, at: number, end: number, first: number): number {
  let left = first;
  let start = at;
  for (;;) {
    for (; left > 0; left--) {
      let length = 0;
      while (at < end && bytes[at] >= 0x80 && length++ < 10) at++;
      if (at >= end || length > 9) return start;
      at++;
    }
    if (at === end) return end;
    start = at;
    left = counts[bytes[at++]];
    if (left === NOT_TIMED) return start;
  }
}
