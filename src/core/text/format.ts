/**
 * Numbers and names for people: sizes, durations, counts and percentages, in pprof's units and rounding.
 */
interface Unit {
  readonly name: string;
  readonly aliases: readonly string[];
  /** In the base unit of its family. */
  readonly factor: number;
}

const BYTES: readonly Unit[] = [
  { name: "B", aliases: ["b", "byte"], factor: 1 },
  { name: "kB", aliases: ["kb", "kbyte", "kilobyte"], factor: 2 ** 10 },
  { name: "MB", aliases: ["mb", "mbyte", "megabyte"], factor: 2 ** 20 },
  { name: "GB", aliases: ["gb", "gbyte", "gigabyte"], factor: 2 ** 30 },
  { name: "TB", aliases: ["tb", "tbyte", "terabyte"], factor: 2 ** 40 },
  { name: "PB", aliases: ["pb", "pbyte", "petabyte"], factor: 2 ** 50 },
];
const TIMES: readonly Unit[] = [
  { name: "ns", aliases: ["ns", "nanosecond"], factor: 1 },
  { name: "us", aliases: ["μs", "us", "microsecond"], factor: 1e3 },
  { name: "ms", aliases: ["ms", "millisecond"], factor: 1e6 },
  { name: "s", aliases: ["s", "sec", "second"], factor: 1e9 },
  { name: "hrs", aliases: ["hour", "hr"], factor: 3.6e12 },
];
const FAMILIES = [BYTES, TIMES];

/** A value in the largest unit that keeps it at or above one: "1.50MB", "20ms", "42". */
export function formatValue(value: number, unit: string): string {
  if (value < 0) return `-${formatValue(-value, unit)}`;
  const found = unitCalled(unit);
  if (!found) return trimmed(value) + (isPlainCount(unit) || value === 0 ? "" : unit);
  const base = value * found.unit.factor;
  const largest = found.family.findLast(({ factor }) => base / factor >= 1) ?? found.family[0];
  const text = trimmed(base / largest.factor);
  return text === "0" ? "0" : text + largest.name;
}

/** "12,345". Node reads its tables of locales for `toLocaleString`, which takes as long as a page of rows. */
export function thousands(wholeNumber: number): string {
  return String(wholeNumber).replace(/\B(?=(?:\d{3})+$)/g, ",");
}

/** What one of `from` is in units of `to`; undefined when they measure different things. */
export function unitRatio(from: string, to: string): number | undefined {
  if (from === to) return 1;
  const a = unitCalled(from);
  const b = unitCalled(to);
  return a && b && a.family === b.family ? a.unit.factor / b.unit.factor : undefined;
}

/** A part of a total: "53.6%", "0.02%", "100%"; "0%" of nothing. */
export function formatPercent(value: number, total: number): string {
  const percent = total === 0 ? 0 : Math.abs(value / total) * 100;
  if (percent >= 99.95 && percent <= 100.05) return "100%";
  return `${percent >= 1 ? percent.toFixed(2) : String(Number(percent.toPrecision(2)))}%`;
}

function unitCalled(name: string): { family: readonly Unit[]; unit: Unit } | undefined {
  const lower = name.toLowerCase();
  const single = lower.length > 2 ? lower.replace(/s$/, "") : lower;
  for (const family of FAMILIES) {
    const unit = family.find(({ aliases }) => aliases.includes(single));
    if (unit) return { family, unit };
  }
  return undefined;
}

function isPlainCount(unit: string): boolean {
  return unit === "" || unit === "count" || unit === "sample" || unit === "samples" || unit === "unit";
}

function trimmed(value: number): string {
  return value.toFixed(2).replace(/\.00$/, "");
}
