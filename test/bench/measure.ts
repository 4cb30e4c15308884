/**
 * Measuring in processes of their own, and promises as rows of a table.
 *
 * What is compared takes turns, so that all of it meets the same disturbances; figures are medians over the rounds.
 */
import { execFileSync } from "node:child_process";

/** One promise on one file. Without `wanted` it is only told. */
export interface Row {
  readonly what: string;
  readonly on: string;
  /** What was compared, with units. */
  readonly figures: string;
  /** How many times faster (or smaller) than the other; with `atMost`, the figure itself. */
  readonly measured: number;
  readonly unit: "x" | "ms" | "MB";
  readonly wanted?: number;
  readonly atMost?: boolean;
}

export type Measured = Readonly<Record<string, number>>;

/** Runs a bench script in a new process; undefined when it cannot do the work (a reader that fails on the file). */
export function measureOnce(script: string, ...args: readonly string[]): Measured | undefined {
  const options = ["--expose-gc", "--max-old-space-size=12000", `dist/bench/${script}.mjs`, ...args];
  try {
    const stdio: ["ignore", "pipe", "ignore"] = ["ignore", "pipe", "ignore"];
    return JSON.parse(execFileSync(process.execPath, options, { encoding: "utf8", stdio })) as Measured;
  } catch {
    return undefined;
  }
}

/** Per way the medians of all its figures; ways that fail are left out. */
export function inTurns(
  ways: readonly string[],
  rounds: number,
  once: (way: string) => Measured | undefined,
): ReadonlyMap<string, Measured> {
  const runs = new Map<string, Measured[]>();
  for (let round = 0; round < rounds; round++) {
    for (const way of ways) {
      const run = once(way);
      if (run !== undefined) runs.set(way, [...(runs.get(way) ?? []), run]);
    }
  }
  const medians = (list: readonly Measured[]) =>
    Object.fromEntries(Object.keys(list[0]).map((key) => [key, median(list.map((run) => run[key]))]));
  return new Map([...runs].map(([way, list]) => [way, medians(list)]));
}

/** Wall milliseconds of a whole process; NaN when it fails. */
export function wallMs(command: string, args: readonly string[]): number {
  const start = performance.now();
  try {
    execFileSync(command, args, { stdio: "ignore" });
  } catch {
    return NaN;
  }
  return performance.now() - start;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

export const ms = (value: number) => `${value.toFixed(value < 1 ? 2 : value < 10 ? 1 : 0)} ms`;
export const mb = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
export const nameOf = (path: string) => path.replace(/^.*\/|\.pb(?:\.gz)?$/g, "");

const print = (cells: readonly string[]) => console.log(`| ${cells.join(" | ")} |`);

export function printHeader(): void {
  print(["What", "On", "Measured", "Ratio", "Promised", "Holds"]);
  print(["---", "---", "---", "---:", "---:", "---"]);
}

export function printRow({ what, on, figures, measured, unit, wanted, atMost }: Row): void {
  const text = (value: number) =>
    unit === "ms" ? ms(value) : unit === "MB" ? `${value.toFixed(0)} MB` : `${value.toFixed(1)}x`;
  const holds = wanted === undefined ? "" : (atMost ? measured <= wanted : measured >= wanted) ? "yes" : "**no**";
  const promised = wanted === undefined ? "" : `${atMost ? "≤" : "≥"} ${unit === "x" ? `${wanted}x` : text(wanted)}`;
  print([what, on, figures, text(measured), promised, holds]);
}

/** A part that could not be measured is a row as well. */
export function printFailure(part: string, error: unknown): void {
  const words = error instanceof Error ? error.message : String(error);
  print([part, "", (words.split("\n")[0] ?? "").replaceAll("|", "\\|"), "", "", "**failed**"]);
}
