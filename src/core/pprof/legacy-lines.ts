/** Steps through the lines of a text that is in memory, without cutting it up. */
import { byteOrderMark, decodeUtf8, utf16Length } from "../text/utf8.js";

const TAB = 9;
const RETURN = 13;
const SPACE = 32;
const HASH = 35;

export class LegacyLines {
  readonly #bytes: Uint8Array;
  #from = 0;
  #to = 0;
  #next = 0;

  constructor(bytes: Uint8Array, from = byteOrderMark(bytes, 0)) {
    this.#bytes = bytes;
    this.#next = from;
  }

  next(): boolean {
    if (this.#next >= this.#bytes.length) return false;
    this.#from = this.#next;
    const newline = this.#bytes.indexOf(10, this.#from);
    this.#to = newline < 0 ? this.#bytes.length : newline;
    this.#next = this.#to + 1;
    while (this.#to > this.#from && this.#bytes[this.#to - 1] === RETURN) this.#to--;
    return true;
  }

  text(): string {
    return decodeUtf8(this.#bytes, this.#from, this.#to);
  }

  /** First byte that is no space or tab; NaN in a blank line. */
  firstByte(): number {
    const at = this.#skipBlanks(this.#from);
    return at < this.#to ? this.#bytes[at] : NaN;
  }

  isBlankOrComment(): boolean {
    const first = this.firstByte();
    return Number.isNaN(first) || first === HASH;
  }

  /** A comment behind a sample: it begins with "#", or, where that was lost on the way, with an address ("0x…"). */
  isStackComment(): boolean {
    const at = this.#skipBlanks(this.#from);
    if (at >= this.#to) return false;
    return this.#bytes[at] === HASH || (this.#bytes[at] === 48 && this.#bytes[at + 1] === 120 && at + 2 < this.#to);
  }

  /** First byte of the line. */
  place(): number {
    return this.#from;
  }

  /** UTF-16 code units before a place: counted from the beginning, so only for warnings, of which there are few. */
  offset(place = this.#from): number {
    return utf16Length(this.#bytes, 0, place);
  }

  #skipBlanks(at: number): number {
    while (at < this.#to && (this.#bytes[at] === SPACE || this.#bytes[at] === TAB)) at++;
    return at;
  }
}
