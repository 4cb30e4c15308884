/** The last lines of a log before a dump, kept as copies: the reason for the dump is often among them. */
export class RecentLines {
  readonly #bytes = new Uint8Array(MAX_LINES * MAX_LENGTH);
  readonly #length = new Uint16Array(MAX_LINES);
  #count = 0;

  /** Keeps the beginning of the line `bytes[from .. to)`. */
  add(bytes: Uint8Array, from: number, to: number): void {
    const slot = this.#count++ % MAX_LINES;
    const length = Math.min(to - from, MAX_LENGTH);
    this.#length[slot] = length;
    const start = slot * MAX_LENGTH;
    for (let i = 0; i < length; i++) this.#bytes[start + i] = bytes[from + i];
  }

  /** Hands the lines out, oldest first, and forgets them. */
  replay(line: (bytes: Uint8Array, from: number, to: number) => void): void {
    for (let i = Math.max(0, this.#count - MAX_LINES); i < this.#count; i++) {
      const start = (i % MAX_LINES) * MAX_LENGTH;
      line(this.#bytes, start, start + this.#length[i % MAX_LINES]);
    }
    this.#count = 0;
  }
}

const MAX_LINES = 64;
const MAX_LENGTH = 1024;
