/**
 * A Go program as its heap profiler sees it, for tests of the growth statistics: known truth, real noise.
 *
 * Every allocation site has a stack, an object size and a number of live objects at each snapshot. The runtime samples
 * an allocation of `size` bytes with probability p = 1 - exp(-size / rate); an object keeps being sampled or not for as
 * long as it lives, so memory that stays gives the same numbers in each profile, and memory that is replaced gives new
 * ones. A profile shows the sampled objects scaled up by 1 / p, as runtime/pprof does.
 */
import type { Snapshot } from "../../src/core/diagnosis.js";
import type { Profile, ValueType } from "../../src/core/profile.js";
import { profileOf } from "./folded.js";

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

export function runProgram({ sites, snapshots, seed, rate = 524_288, intervalMs = 10_000 }: Program): Snapshot[] {
  const random = randomOf(seed);
  const state = sites.map(() => ({ live: 0, sampled: 0, everSampled: 0 }));
  return Array.from({ length: snapshots }, (_, at) => {
    const lines = sites.map(({ stack, objectBytes, live, turnover }, i) => {
      const site = state[i];
      const p = -Math.expm1(-objectBytes / rate);
      const wanted = Math.max(0, Math.round(live(at, snapshots) / objectBytes));
      const kept = Math.min(wanted, Math.round(site.live * (1 - turnover)));
      site.sampled = site.live > 0 ? binomial(random, site.sampled, kept / site.live) : 0;
      const fresh = binomial(random, wanted - kept, p);
      site.sampled += fresh;
      site.everSampled += fresh;
      site.live = wanted;
      const scaled = (samples: number) => `${Math.trunc(samples / p)} ${Math.trunc((samples * objectBytes) / p)}`;
      return site.everSampled === 0 ? "" : `${stack} ${scaled(site.everSampled)} ${scaled(site.sampled)}`;
    });
    return { atMs: at * intervalMs, heap: heapProfile(lines.join("\n"), at * intervalMs, rate) };
  });
}

/** A heap profile of folded stacks with alloc_objects, alloc_space, inuse_objects, inuse_space. */
export function heapProfile(folded: string, atMs = 0, rate = 524_288): Profile {
  return {
    ...profileOf(folded, { sampleTypes: HEAP_TYPES }),
    timeNanos: 1_700_000_000_000_000_000n + BigInt(Math.round(atMs)) * 1_000_000n,
    periodType: { type: "space", unit: "bytes" },
    period: rate,
  };
}

/** A program of `count` sites that do not grow: sizes from 16 B to 256 kB, from 50 kB to 20 MB alive each. */
export function healthySites(count: number, seed: number, turnover?: number, loadNoise = 0): Site[] {
  const random = randomOf(seed);
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

/** Uniform in [0, 1), the same numbers for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function normal(random: () => number): number {
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
