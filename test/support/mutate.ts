/**
 * Broken variants of a file: what disks, networks, wrong writers and attackers make of it.
 */
import type { Random } from "./random.js";

/** A copy with one to four of: a bit flipped, a byte set, a run cut out, doubled, or replaced, the rest cut off. */
export function mutated(input: Uint8Array, random: Random): Uint8Array {
  let bytes = Uint8Array.from(input);
  for (let left = 1 + random.int(4); left > 0 && bytes.length > 0; left--) {
    const at = random.int(bytes.length);
    const length = 1 + random.int(Math.min(16, bytes.length - at));
    switch (random.int(8)) {
      case 0:
      case 1:
        bytes[at] ^= 1 << random.int(8);
        break;
      case 2:
        bytes[at] = random.pick([0, 1, 0x7f, 0x80, 0xff, random.int(256)]);
        break;
      case 3:
        bytes.fill(random.pick([0, 0x80, 0xff]), at, at + length);
        break;
      case 4:
        bytes = spliced(bytes, at, length, new Uint8Array());
        break;
      case 5:
        bytes = spliced(bytes, at, 0, bytes.slice(at, at + length));
        break;
      case 6:
        bytes.copyWithin(random.int(bytes.length), at, at + length);
        break;
      default:
        if (random.chance(0.3)) bytes = bytes.slice(0, at);
    }
  }
  return bytes;
}

function spliced(bytes: Uint8Array, at: number, remove: number, insert: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(bytes.length - remove + insert.length);
  out.set(bytes.subarray(0, at));
  out.set(insert, at);
  out.set(bytes.subarray(at + remove), at + insert.length);
  return out;
}
