/**
 * A Go program that keeps large objects or arrays that grow, as its heap profiler sees it, beside honest sites.
 *
 * Each object has a size at each snapshot. While the size stays, it is recorded or not for as long as it lives; where it
 * changes, the array was copied into a larger one, which is recorded or not anew, and the profile has a sample of its own
 * for each size (runtime/mprof.go: buckets are by stack and size).
 */
import type { Snapshot } from "../../src/core/diagnosis/diagnosis.js";
import {
  healthySites,
  heapProfile,
  normal,
  profileLines,
  sampleChance,
  siteLine,
  USUAL_RATE,
} from "./heap-simulation.js";
import { uniform } from "./random.js";

export type Growth = "linear" | "steps" | "quarter" | "double";

export interface LargeLeak {
  readonly growth: Growth;
  /** Of one object, or of one array at first. */
  readonly bytes: number;
  /** Objects more each time, or arrays that grow. */
  readonly count: number;
  readonly snapshots: number;
  readonly seed: number;
  /** Bytes between two samples; the usual ones when left out. */
  readonly rate?: number;
}

export interface LargeProgram {
  readonly snapshots: readonly Snapshot[];
  /** Live bytes of the whole program, first and last. */
  readonly first: number;
  readonly last: number;
}

const LARGE_SITE = "main.main;main.serve;app.(*Archive).keep@/src/archive.go:42";
const HONEST_SITES = 25;

/** `sizes[at]` are those of the objects that live at a snapshot; an object keeps its place in the list. */
function sizesOf({ growth, bytes, count, snapshots, seed }: LargeLeak): readonly (readonly number[])[] {
  const random = uniform(seed * 31 + 7);
  const last = snapshots - 1;
  if (growth === "linear") {
    return Array.from({ length: snapshots }, (_, at) => Array<number>(count * (at + 1)).fill(bytes));
  }
  if (growth === "steps") {
    // Three or four, a part of the whole time apart, none in the silence at the end that would end the growth.
    const steps = 3 + Math.floor(random() * 2);
    const due = Array.from({ length: steps }, (_, i) => Math.round(((i + 0.4 + 0.4 * random()) * last) / steps));
    return Array.from({ length: snapshots }, (_, at) => {
      const done = due.filter((when) => at >= when).length;
      return Array<number>(count * (1 + done)).fill(bytes);
    });
  }
  // Elements come at a steady pace; each array starts with some room of its own.
  const ratio = growth === "quarter" ? 1.25 : 2;
  const factor = 3 * 6 ** random();
  const rooms = Array.from({ length: count }, () => ratio ** random());
  return Array.from({ length: snapshots }, (_, at) =>
    rooms.map((room) => {
      const elements = 1 + ((factor - 1) * at) / last;
      return Math.round(bytes * room * ratio ** Math.ceil(Math.log(elements / room) / Math.log(ratio)));
    }),
  );
}

/** Runs the leak beside honest sites of `honestBytes` in all. */
export function runLarge(leak: LargeLeak, honestBytes: number, intervalMs = 10_000): LargeProgram {
  const { snapshots, seed, rate = USUAL_RATE } = leak;
  const random = uniform(seed * 104_729 + 3);
  const sites = healthySites(HONEST_SITES, seed);
  const scale = honestBytes / sites.reduce((sum, { live }) => sum + live(0, snapshots), 0);
  const honest = profileLines({
    sites: sites.map((site) => ({ ...site, live: (i, n) => scale * site.live(i, n) })),
    snapshots,
    seed,
    rate,
  });
  const sizes = sizesOf(leak);
  const lines = objectLines(LARGE_SITE, sizes, random, rate);
  const taken = sizes.map((_, at): Snapshot => {
    const atMs = at * intervalMs;
    return { atMs, heap: heapProfile([...honest[at], ...lines[at]].join("\n"), atMs, rate) };
  });
  return { snapshots: taken, first: honestBytes + sum(sizes[0]), last: honestBytes + sum(sizes[snapshots - 1]) };
}

/** What each profile has of objects with those sizes; 0 is no object. */
function objectLines(
  stack: string,
  sizes: readonly (readonly number[])[],
  random: () => number,
  rate = USUAL_RATE,
): string[][] {
  const ever = new Map<number, number>();
  let before: readonly { readonly size: number; readonly isSampled: boolean }[] = [];
  return sizes.map((now) => {
    before = now.map((size, i) => {
      if (before[i]?.size === size) return before[i];
      const isSampled = size > 0 && random() < sampleChance(size, rate);
      if (isSampled) ever.set(size, (ever.get(size) ?? 0) + 1);
      return { size, isSampled };
    });
    const alive = new Map<number, number>();
    for (const { size, isSampled } of before) if (isSampled) alive.set(size, (alive.get(size) ?? 0) + 1);
    return [...ever].map(([size, count]) => siteLine(stack, size, { ever: count, alive: alive.get(size) ?? 0 }, rate));
  });
}

const sum = (of: readonly number[]): number => of.reduce((a, b) => a + b, 0);

/**
 * A healthy program with large objects under load: how many there are drifts around a mean (a first-order
 * autoregression), and some of them are replaced by new ones between two snapshots.
 */
export function healthyLarge(snapshots: number, seed: number, { load, memory, turnover }: Load): Snapshot[] {
  const random = uniform(seed * 65_537 + 11);
  const honest = profileLines({ sites: healthySites(HONEST_SITES, seed, turnover), snapshots, seed });
  const sites = Array.from({ length: LARGE_SITES }, (_, i) => {
    const bytes = Math.round(256 * 1024 * 64 ** random());
    const mean = 1 + 8 * random();
    let drift = normal(random);
    let living: number[] = [];
    const sizes = Array.from({ length: snapshots }, () => {
      drift = memory * drift + Math.sqrt(1 - memory ** 2) * normal(random);
      const wanted = Math.max(0, Math.round(mean * (1 + load * drift)));
      living = living.map((size) => (size > 0 && random() < turnover ? 0 : size));
      while (living.filter((size) => size > 0).length > wanted) living[living.findIndex((size) => size > 0)] = 0;
      while (living.filter((size) => size > 0).length < wanted) living.push(bytes);
      return [...living];
    });
    return objectLines(
      `main.main;main.serve;app/big.part${i % 3};app/big.site${i}@/src/big.go:${i + 1}`,
      sizes,
      random,
    );
  });
  return honest.map((lines, at) => {
    const atMs = at * 10_000;
    return { atMs, heap: heapProfile([...lines, ...sites.flatMap((site) => site[at])].join("\n"), atMs) };
  });
}

export interface Load {
  /** Standard deviation of the number of objects, as a part of their mean. */
  readonly load: number;
  /** How much of one snapshot's deviation is left at the next, 0 to 1. */
  readonly memory: number;
  /** Part of the objects that is replaced between two snapshots, 0 to 1. */
  readonly turnover: number;
}

const LARGE_SITES = 12;
