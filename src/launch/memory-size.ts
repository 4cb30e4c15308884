/**
 * Sizes of memory as people write them ("2G", "512 MB"), in bytes and as Go's GOMEMLIMIT wants them.
 */
const POWER: Readonly<Record<string, number>> = { "": 0, k: 1, m: 2, g: 3, t: 4 };

/** "2G" is 2 GiB: people who limit memory do not mean powers of ten. */
export function bytesOf(text: string): number | undefined {
  const match = /^\s*(\d{1,15}(?:\.\d{1,3})?)\s*([kmgt]?)(?:i?b)?\s*$/i.exec(text);
  if (!match) return undefined;
  const bytes = Math.round(Number(match[1]) * 1024 ** POWER[match[2].toLowerCase()]);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** A whole number of the largest unit that fits: "2GiB". */
export function asGoLimit(text: string): string | undefined {
  const bytes = bytesOf(text);
  if (bytes === undefined) return undefined;
  for (const [unit, power] of [
    ["TiB", 4],
    ["GiB", 3],
    ["MiB", 2],
    ["KiB", 1],
  ] as const) {
    if (bytes >= 1024 ** power && bytes % 1024 ** power === 0) return `${bytes / 1024 ** power}${unit}`;
  }
  return `${bytes}B`;
}
