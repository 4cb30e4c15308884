/**
 * Profiles of any size, to see cost against size: stacks about 40 deep over 60,000 locations, written byte by byte
 * because no library writes a million samples in reasonable time and memory.
 */
const LOCATIONS = 60_000;
const FUNCTIONS = 20_000;
const MEAN_DEPTH = 40;

export function syntheticProfile(samples: number): Uint8Array {
  const out = new Writer(samples * 140 + 8_000_000);
  const strings = ["", "samples", "count", "cpu", "nanoseconds"];
  const nameOf = strings.length;
  for (let i = 0; i < FUNCTIONS; i++) strings.push(`example.com/service/package${i % 300}.(*Type${i % 17}).Method${i}`);
  const fileOf = strings.length;
  for (let i = 0; i < 300; i++) strings.push(`/src/service/package${i}/file.go`);

  for (const [type, unit] of [
    [1, 2],
    [3, 4],
  ]) {
    out.message(1, () => {
      out.field(1, type);
      out.field(2, unit);
    });
  }
  let seed = 1;
  const random = () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 4294967296;
  const stack = new Uint32Array(2 * MEAN_DEPTH);
  for (let i = 0; i < samples; i++) {
    // Each location calls a few others, one of them most of the time: stacks share their roots, as real ones do.
    const depth = MEAN_DEPTH / 2 + Math.floor(random() * MEAN_DEPTH);
    let location = 1;
    for (let level = 0; level < depth; level++) {
      stack[level] = location;
      const callee = Math.floor(random() ** 3 * 6);
      location = 1 + (((Math.imul(location, 2654435761) >>> 4) + Math.imul(callee, 7919) + level) % LOCATIONS);
    }
    out.message(2, () => {
      out.message(1, () => {
        for (let level = depth - 1; level >= 0; level--) out.varint(stack[level]);
      });
      const count = 1 + Math.floor(random() * 3);
      out.field(2, count);
      out.field(2, count * 10_000_000);
    });
  }
  for (let i = 0; i < LOCATIONS; i++) {
    out.message(4, () => {
      out.field(1, i + 1);
      out.field(3, 0x400000 + 16 * i);
      out.message(4, () => {
        out.field(1, 1 + (i % FUNCTIONS));
        out.field(2, 10 + (i % 900));
      });
    });
  }
  for (let i = 0; i < FUNCTIONS; i++) {
    out.message(5, () => {
      out.field(1, i + 1);
      out.field(2, nameOf + i);
      out.field(3, nameOf + i);
      out.field(4, fileOf + (i % 300));
    });
  }
  for (const text of strings) out.text(6, text);
  return out.finish();
}

class Writer {
  #bytes: Uint8Array;
  #at = 0;

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity);
  }

  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }

  varint(value: number): void {
    while (value >= 0x80) {
      this.#bytes[this.#at++] = (value & 0x7f) | 0x80;
      value = Math.floor(value / 128);
    }
    this.#bytes[this.#at++] = value;
  }

  field(number: number, value: number): void {
    this.varint(number * 8);
    this.varint(value);
  }

  /** Two bytes are kept for the length, which suits every message here; a needless one is legal. */
  message(number: number, write: () => void): void {
    this.varint(number * 8 + 2);
    const start = (this.#at += 2);
    write();
    const length = this.#at - start;
    if (length < 0x80) {
      this.#bytes[start - 2] = length;
      this.#bytes.copyWithin(start - 1, start, this.#at);
      this.#at--;
    } else {
      this.#bytes[start - 2] = (length & 0x7f) | 0x80;
      this.#bytes[start - 1] = length >> 7;
    }
  }

  text(number: number, text: string): void {
    this.varint(number * 8 + 2);
    this.varint(text.length);
    for (let i = 0; i < text.length; i++) this.#bytes[this.#at++] = text.charCodeAt(i);
  }
}
