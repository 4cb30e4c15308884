/**
 * A Go program as its heap profiler sees it, for tests of the growth statistics: known truth, real noise.
 *
 * Every allocation site has a stack, an object size and a number of live objects at each snapshot. The runtime samples
 * an allocation of `size` bytes with probability p = 1 - exp(-size / rate); an object keeps being sampled or not for as
 * long as it lives, so memory that stays gives the same numbers in each profile, and memory that is replaced gives new
 * ones. A profile shows the sampled objects scaled up by 1 / p, as runtime/pprof does.
 */
import type { Snapshot } from "../../src/core/diagnosis/diagnosis.js";
import type { Profile, ValueType } from "../../src/core/profile/profile.js";
import { profileOf } from "./folded.js";
import { uniform } from "./random.js";

export interface Site {
  /** Folded, root first. */
  readonly stack: string;
  readonly objectBytes: number;
  /** Live bytes at snapshot `i` of `n`; part of an object is rounded away. */
  readonly live: (i: number, n: number) => number;
  /** Part of the objects that is replaced by new ones between two snapshots, 0 to 1. */
  readonly turnover: number;
}

export interface Program {
  readonly sites: readonly Site[];
  readonly snapshots: number;
  readonly seed: number;
  /** runtime.MemProfileRate. */
  readonly rate?: number;
  readonly intervalMs?: number;
}

const HEAP_TYPES: readonly ValueType[] = [
  { type: "alloc_objects", unit: "count" },
  { type: "alloc_space", unit: "bytes" },
  { type: "inuse_objects", unit: "count" },
  { type: "inuse_space", unit: "bytes" },
];

const MB = 1024 * 1024;
export const USUAL_RATE = 524_288;

/** The chance of an object to be sampled. */
export const sampleChance = (objectBytes: number, rate = USUAL_RATE): number => -Math.expm1(-objectBytes / rate);

/** What a profile has of a site's sampled objects: those of ever and those alive, scaled up; "" where it has nothing. */
export function siteLine(
  stack: string,
  objectBytes: number,
  sampled: { readonly ever: number; readonly alive: number },
  rate = USUAL_RATE,
): string {
  const chance = sampleChance(objectBytes, rate);
  const scaled = (samples: number) => `${Math.trunc(samples / chance)} ${Math.trunc((samples * objectBytes) / chance)}`;
  return sampled.ever === 0 ? "" : `${stack} ${scaled(sampled.ever)} ${scaled(sampled.alive)}`;
}

export function runProgram(program: Program): Snapshot[] {
  const { rate = USUAL_RATE, intervalMs = 10_000 } = program;
  return profileLines(program).map((lines, at) => ({
    atMs: at * intervalMs,
    heap: heapProfile(lines.join("\n"), at * intervalMs, rate),
  }));
}

/** For each snapshot, what the profile has of each site. */
export function profileLines({ sites, snapshots, seed, rate = USUAL_RATE }: Program): string[][] {
  const random = uniform(seed);
  const state = sites.map(() => ({ live: 0, sampled: 0, everSampled: 0 }));
  return Array.from({ length: snapshots }, (_, at) =>
    sites.map(({ stack, objectBytes, live, turnover }, i) => {
      const site = state[i];
      const p = sampleChance(objectBytes, rate);
      const wanted = Math.max(0, Math.round(live(at, snapshots) / objectBytes));
      const kept = Math.min(wanted, Math.round(site.live * (1 - turnover)));
      site.sampled = site.live > 0 ? binomial(random, site.sampled, kept / site.live) : 0;
      const fresh = binomial(random, wanted - kept, p);
      site.sampled += fresh;
      site.everSampled += fresh;
      site.live = wanted;
      return siteLine(stack, objectBytes, { ever: site.everSampled, alive: site.sampled }, rate);
    }),
  );
}

/** A heap profile of folded stacks with alloc_objects, alloc_space, inuse_objects, inuse_space. */
export function heapProfile(folded: string, atMs = 0, rate = USUAL_RATE): Profile {
  return {
    ...profileOf(folded, { sampleTypes: HEAP_TYPES }),
    timeNanos: 1_700_000_000_000_000_000n + BigInt(Math.round(atMs)) * 1_000_000n,
    periodType: { type: "space", unit: "bytes" },
    period: rate,
  };
}

/** A program of `count` sites that do not grow: sizes from 16 B to 256 kB, from 50 kB to 20 MB alive each. */
export function healthySites(count: number, seed: number, turnover?: number, loadNoise = 0): Site[] {
  const random = uniform(seed);
  const loads = Array.from({ length: 200 }, () => 1 + loadNoise * normal(random));
  const logUniform = (low: number, high: number) => low * (high / low) ** random();
  return Array.from({ length: count }, (_, i) => {
    const live = logUniform(0.05 * MB, 20 * MB);
    return {
      stack: `main.main;main.serve;app.(*Server).handle${i % 7};app/store.part${i % 23};app/store.site${i}@/src/store.go:${i + 1}`,
      objectBytes: Math.round(logUniform(16, 256 * 1024)),
      live: (at: number) => live * loads[at % loads.length],
      turnover: turnover ?? [0, 0, 0.1, 0.5, 1][Math.floor(random() * 5)],
    };
  });
}

export function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Successes of `n` trials: exact for few, Poisson for rare, normal for the rest. */
function binomial(random: () => number, n: number, p: number): number {
  if (n <= 0 || p <= 0) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - binomial(random, n, 1 - p);
  if (n <= 64) {
    let hits = 0;
    for (let i = 0; i < n; i++) if (random() < p) hits++;
    return hits;
  }
  const mean = n * p;
  if (mean < 30) {
    let k = 0;
    let remaining = mean; // a Poisson process: exponential gaps until the mean is used up
    for (;;) {
      remaining += Math.log(1 - random());
      if (remaining < 0) return Math.min(k, n);
      k++;
    }
  }
  return Math.max(0, Math.min(n, Math.round(mean + Math.sqrt(mean * (1 - p)) * normal(random))));
}
