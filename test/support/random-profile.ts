/**
 * Random profiles on the wire: every way that the format leaves open to write one thing, small enough to be many.
 *
 * Nothing that `pprof-format` cannot read: it fails on unknown fields that are of fixed size or numbered above 15.
 */
import type { Random } from "./random.js";
import { bytes, packed, rawVarint, varint } from "./wire.js";

const NUMBERS = [0, 1, 2, 127, 128, 129, 16383, 16384, 2097151, 2097152, 268435455, 268435456, 2 ** 31, 2 ** 32 - 1];
const BIG = [2n ** 35n, 2n ** 42n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 62n + 1n, 2n ** 63n - 1n];
const TEXTS = ["", "main.main", "runtime.mallocgc", "a.go", "ключ", "𝕊", "x".repeat(200), "a\0b", "<b>&"];

export function randomProfile(random: Random): Uint8Array {
  const strings = ["", ...Array.from({ length: random.int(40) }, () => random.pick(TEXTS) + random.int(30))];
  const string = () => (random.chance(0.1) ? 0 : random.int(strings.length));
  const unsigned = () => (random.chance(0.1) ? random.pick(BIG) : random.pick(NUMBERS) + random.int(3));
  const signed = () => (random.chance(0.1) ? -BigInt(unsigned()) : unsigned());
  const shuffled = (parts: number[][]) => {
    if (random.chance(0.7)) return parts.flat();
    for (let i = parts.length - 1; i > 0; i--) {
      const j = random.int(i + 1);
      [parts[i], parts[j]] = [parts[j], parts[i]];
    }
    return parts.flat();
  };
  const unknown = () =>
    random.chance(0.9) ? [] : random.chance(0.5) ? varint(11 + random.int(5), unsigned()) : bytes(15, "unknown");
  const repeated = (field: number, values: readonly (number | bigint)[]) =>
    values.length > 0 && random.chance(0.8) ? packed(field, values) : values.flatMap((value) => varint(field, value));

  const ids = idsOf(random);
  const mappingIds = ids(random.int(4));
  const functionIds = ids(1 + random.int(20));
  // Sometimes enough for ids of two and three bytes.
  const locationIds = ids(random.chance(0.02) ? 17000 : random.pick([1, 5, 30, 300]));
  const typeCount = 1 + random.int(4);

  const functions = functionIds.map((id) =>
    bytes(
      5,
      shuffled([varint(1, id), varint(2, string()), varint(3, string()), varint(4, string()), varint(5, signed32())]),
    ),
  );
  const locations = locationIds.map((id) => {
    const lines = Array.from({ length: random.pick([0, 1, 1, 1, 2, 3]) }, () =>
      bytes(4, shuffled([varint(1, random.pick(functionIds)), varint(2, signed32()), unknown()])),
    );
    const mapping = mappingIds.length > 0 && random.chance(0.8) ? varint(2, random.pick(mappingIds)) : [];
    const folded = random.chance(0.1) ? varint(5, 1) : [];
    return bytes(4, [...shuffled([varint(1, id), mapping, varint(3, unsigned()), folded]), ...lines.flat()]);
  });
  const samples = Array.from({ length: random.int(60) }, () => {
    const stack = Array.from({ length: random.pick([0, 1, 2, 3, 10, 40, 200]) }, () => random.pick(locationIds));
    const values = Array.from({ length: typeCount }, signed);
    const labels = Array.from({ length: random.pick([0, 0, 1, 3]) }, () =>
      bytes(
        3,
        random.chance(0.5)
          ? [...varint(1, string()), ...varint(2, Math.min(1, strings.length - 1))]
          : shuffled([varint(1, string()), varint(3, signed()), varint(4, string())]),
      ),
    );
    return bytes(2, [...shuffled([repeated(1, stack), repeated(2, values)]), ...labels.flat(), ...unknown()]);
  });
  const mappings = mappingIds.map((id) =>
    bytes(3, shuffled([varint(1, id), varint(2, unsigned()), varint(3, unsigned()), varint(5, string()), unknown()])),
  );
  const types = (field: number) => bytes(field, [...varint(1, string()), ...varint(2, string())]);
  return Uint8Array.from(
    shuffled([
      Array.from({ length: typeCount }, () => types(1)).flat(),
      random.chance(0.3) ? interleaved(random, samples, locations) : [...samples.flat(), ...locations.flat()],
      mappings.flat(),
      functions.flat(),
      strings.flatMap((text) => bytes(6, text)),
      types(11),
      varint(9, signed()),
      varint(10, unsigned()),
      varint(12, unsigned()),
      repeated(13, [string(), string()]),
      varint(14, string()),
    ]),
  );

  function signed32(): number | bigint {
    return random.chance(0.1) ? -BigInt(random.int(1000)) : random.pick([0, 1, 100, 5000, 2 ** 31 - 1]);
  }
}

/** 1, 2, 3, … or the same out of order, or with gaps, or large, or beyond 2^53 and therefore not a double. */
function idsOf(random: Random): (count: number) => (number | bigint)[] {
  const kind = random.pick(["dense", "dense", "reversed", "gaps", "large", "huge"]);
  return (count) =>
    Array.from({ length: count }, (_, i) => {
      if (kind === "reversed") return count - i;
      if (kind === "gaps") return 7 + 3 * i;
      if (kind === "large") return 2 ** 40 + 4096 * i;
      return kind === "huge" ? 2n ** 64n - 1n - BigInt(i) : i + 1;
    });
}

/** As the Go runtime writes: a location when it is first needed, between the samples. */
function interleaved(random: Random, samples: number[][], locations: number[][]): number[] {
  const out: number[] = [];
  let sample = 0;
  for (const location of locations) {
    for (const byte of location) out.push(byte);
    while (sample < samples.length && random.chance(0.5)) for (const byte of samples[sample++]) out.push(byte);
  }
  for (; sample < samples.length; sample++) for (const byte of samples[sample]) out.push(byte);
  return out;
}

/** Needless bytes at the end of a number, which the format allows. */
export const padded = (field: number, value: number, size: number): number[] => [
  ...rawVarint(field * 8),
  ...rawVarint(value, size),
];
