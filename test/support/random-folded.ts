/** Random programs as folded stacks, from a seed: small alphabets, so that prefixes, recursion and equal stacks abound. */
export interface RandomShape {
  readonly samples: number;
  readonly negative?: boolean;
  /** How many function names there are; few make recursion. */
  readonly names?: number;
}

export function randomFolded(random: () => number, { samples, negative = false, names = 8 }: RandomShape): string {
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
