/**
 * A text that comes in chunks of any size, handed on line by line. Lines lie in the chunks themselves; only the
 * unfinished last one is copied, so memory does not follow the size of the text.
 */
import { NEWLINE } from "./ascii.js";
import { utf16Length } from "./utf8.js";

/** Longer lines are no text of goroutines, not even a whole dump in one line: they are counted and forgotten. */
const MAX_LINE = 1 << 27;

/** Feed it chunks in order, then call `end` once. `line` gets each line without its newline. */
export class TextLines {
  readonly #line: (bytes: Uint8Array, from: number, to: number) => void;
  #carry = new Uint8Array(4096);
  #carried = 0;
  #isTooLong = false;
  #bytesRead = 0;
  /** Up to `#countedTo` in the chunk: units are rarely asked for, and cheaper to count in one go. */
  #unitsRead = 0;
  #chunk: Uint8Array | undefined;
  #countedTo = 0;
  #lineFrom = 0;

  constructor(line: (bytes: Uint8Array, from: number, to: number) => void) {
    this.#line = line;
  }

  /** Bytes before the current line. */
  get bytesRead(): number {
    return this.#bytesRead;
  }

  /** UTF-16 code units before the current line. */
  get unitsRead(): number {
    this.#countUnits();
    return this.#unitsRead;
  }

  /** Whether the text so far ends with a line that no newline ended. */
  get isUnfinished(): boolean {
    return this.#carried > 0 || this.#isTooLong;
  }

  feed(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    let from = 0;
    if (this.#carried > 0 || this.#isTooLong) {
      const newline = chunk.indexOf(NEWLINE);
      this.#keep(chunk, 0, newline < 0 ? chunk.length : newline);
      if (newline < 0) return;
      this.end();
      from = newline + 1;
    }
    this.#chunk = chunk;
    this.#countedTo = from;
    for (;;) {
      this.#lineFrom = from;
      const newline = chunk.indexOf(NEWLINE, from);
      if (newline < 0) break;
      this.#line(chunk, from, newline);
      this.#bytesRead += newline + 1 - from;
      from = newline + 1;
    }
    this.#countUnits();
    this.#chunk = undefined;
    this.#keep(chunk, from, chunk.length);
  }

  /** Hands on a last line that no newline ended. */
  end(): void {
    if (this.#carried === 0 && !this.#isTooLong) return;
    if (!this.#isTooLong) this.#line(this.#carry, 0, this.#carried);
    this.#advance(this.#carry, 0, this.#carried);
    this.#bytesRead++; // the newline
    this.#unitsRead++;
    this.#carried = 0;
    this.#isTooLong = false;
  }

  #keep(chunk: Uint8Array, from: number, to: number): void {
    const length = to - from;
    if (length === 0) return;
    if (this.#isTooLong || this.#carried + length > MAX_LINE) {
      this.#isTooLong = true;
      this.#advance(this.#carry, 0, this.#carried);
      this.#carried = 0;
      this.#advance(chunk, from, to);
      return;
    }
    if (this.#carried + length > this.#carry.length) {
      const grown = new Uint8Array(Math.min(MAX_LINE, Math.max(this.#carried + length, this.#carry.length * 2)));
      grown.set(this.#carry.subarray(0, this.#carried));
      this.#carry = grown;
    }
    this.#carry.set(chunk.subarray(from, to), this.#carried);
    this.#carried += length;
  }

  #countUnits(): void {
    if (this.#chunk === undefined) return;
    this.#unitsRead += utf16Length(this.#chunk, this.#countedTo, this.#lineFrom);
    this.#countedTo = this.#lineFrom;
  }

  #advance(bytes: Uint8Array, from: number, to: number): void {
    this.#bytesRead += to - from;
    this.#unitsRead += utf16Length(bytes, from, to);
  }
}
