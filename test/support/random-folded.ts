/** Random programs as folded stacks, from a seed: small alphabets, so that prefixes, recursion and equal stacks abound. */
export type Random = () => number;

/** mulberry32: the same numbers for the same seed, everywhere. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface RandomShape {
  readonly samples: number;
  readonly negative?: boolean;
  /** How many function names there are; few make recursion. */
  readonly names?: number;
}

export function randomFolded(random: Random, { samples, negative = false, names = 8 }: RandomShape): string {
  const upTo = (limit: number) => Math.floor(random() * limit);
  const frame = () => {
    const at = () => `f${upTo(names)}@${"ab"[upTo(2)]}.go:${1 + upTo(4)}`;
    const kind = random();
    return kind < 0.05 ? "[lib.so]" : kind < 0.2 ? `${at()}>${at()}` : at();
  };
  const stack = () => Array.from({ length: 1 + upTo(9) }, frame).join(";");
  const value = () => upTo(20) - (negative ? 10 : 0);
  return Array.from({ length: samples }, () => `${stack()} ${value()}`).join("\n");
}
