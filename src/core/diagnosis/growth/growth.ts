/**
 * What grows in the heap: N heap profiles in, the stacks and functions whose live memory keeps rising out.
 *
 * Two aggregations. A leak at one place rises in one stack. Growth that is spread over many stacks, none of which rises
 * beyond noise, is found in the deepest function below which all of it happens. The same bytes are reported
 * once: findings claim their stacks, surest first, a stack before the functions on it, and a deeper function before its
 * callers.
 */
import { BlamedFunctions, type FunctionIndex } from "./blamed-functions.js";
import { judgeExact } from "./exact-growth.js";
import { CONFIRMED_DZ, type Guard, judge, type Level, stepsUp, TREND_Z, type Trend } from "./growth-judgement.js";
import {
  ALLOCATED,
  BYTES,
  CERTAIN,
  CERTAIN_EVER,
  CERTAIN_NOISE,
  measureHeap,
  NOISE,
  OBJECTS,
  SAMPLES,
} from "../../profile/heap-measures.js";
import { isProfilersOwn, type KnownCache, knownCache } from "./known-growth.js";
import type { Profile } from "../../profile/profile.js";
import { descriptorOf } from "./runtime-descriptors.js";
import {
  type SeriesFrame,
  seriesOf,
  type StackIndex,
  stackFrames,
  type StackSeries,
  stackSeries,
} from "../../profile/stack-series.js";
import { driftSpread, growthOf, highestZ, normalQuantile, poissonDz } from "./trend.js";

export interface HeapGrowth {
  /** Live bytes of the whole profile at each snapshot. */
  readonly total: Float64Array;
  /** Its variance by sampling, in square bytes; and that of its growth, if nothing but chance were at work. */
  readonly totalNoise: Float64Array;
  readonly growthNoise: number;
  readonly grown: readonly Grown[];
  /** Growth, last - first, of what the profiler itself allocated. */
  readonly profilersOwn: number;
  /** Growth of the descriptors of goroutines and threads. */
  readonly descriptors: number;
  /** Stacks that rose in one step, as maps and slices do that double as they fill, the largest first. */
  readonly stepped: readonly SteppedStack[];
  readonly stacks: StackSeries;
}

export interface SteppedStack {
  readonly frames: readonly SeriesFrame[];
  readonly first: number;
  readonly last: number;
}

export interface Grown extends Trend {
  readonly kind: "heap-stack" | "heap-function";
  /** Leaf first; for a function, the stack below it that grew most. */
  readonly frames: readonly SeriesFrame[];
  /** Index into `frames` of the function that grew; undefined for a stack. */
  readonly functionAt: number | undefined;
  readonly bytes: Float64Array;
  readonly objects: Float64Array;
  /** How many stacks make up this growth. */
  readonly stackCount: number;
  /** The cache that most of the growth passes through. */
  readonly cache: KnownCache | undefined;
}

/** A function whose growth is to this part one rising stack is reported as that stack. */
const ONE_STACK_PART = 0.8;

/** From here on a stack is worth naming as a candidate: one standard deviation and a half. */
const LEADING_DZ = 1.5;

/** Two functions account for the same growth when each has this part of the other's. */
const SAME_GROWTH_PART = 0.9;
/** A caller must show the growth this much more clearly to be named instead of the deeper function. */
const CLEARER_DZ_RATIO = 1.1;

/**
 * How large growth must be to matter: 2% of the heap, but never less than 64 kB nor more than 1 MB. At the default
 * sampling rate dz alone already asks for 2 MB (4 samples more than none); the threshold is for programs that sample
 * more finely, where a small heap shows small leaks and a large one shows every ripple.
 */
const MIN_GROWTH_PART = 0.02;
const MIN_GROWTH_LOW = 64 * 1024;
const MIN_GROWTH_HIGH = 1024 * 1024;

/** Bytes are judged by themselves where sampling makes them this much less noisy than Poisson counts would be. */
const LESS_NOISY_PART = 0.5;
/** Objects that are all counted are judged from this growth on: a few buffers more are load. */
const MIN_EXACT_GROWTH = 1024 * 1024;
/** One step of them is told of from this part of the heap on, or from this size. */
const STEP_PART = 0.1;
const STEP_BYTES = 16 * 1024 * 1024;

/** Chance that a heap that is replaced wholly between any two snapshots, and does not grow, shows any finding. */
const FALSE_ALARM_CHANCE = 0.01;

/** Needs the same `profiles` order as `timesMs`; all profiles must have inuse_space and inuse_objects. */
export function heapGrowth(profiles: readonly Profile[], timesMs: readonly number[]): HeapGrowth {
  const stacks = stackSeries(profiles, measureHeap, [BYTES, CERTAIN_EVER]);
  return new Search(stacks, timesMs).run();
}

/** Below the number of snapshots that a verdict needs: the stacks that lead, by how clearly they grew. */
export function leadingStacks(stacks: StackSeries, limit: number): readonly (readonly SeriesFrame[])[] {
  const leading: { stack: StackIndex; dz: number }[] = [];
  for (let stack = 0; stack < stacks.stackCount; stack++) {
    const samples = seriesOf(stacks, SAMPLES, stack);
    const dz = poissonDz(samples[0], samples[samples.length - 1]);
    if (dz >= LEADING_DZ && growthOf(seriesOf(stacks, BYTES, stack)) > MIN_GROWTH_LOW) leading.push({ stack, dz });
  }
  leading.sort((a, b) => b.dz - a.dz);
  return leading.slice(0, limit).map(({ stack }) => stackFrames(stacks, stack));
}

/** One search over one table of stacks; what is claimed is taken out of the functions' sums. */
class Search {
  readonly #stacks: StackSeries;
  readonly #times: readonly number[];
  readonly #length: number;
  readonly #claimed: Uint8Array;
  readonly #grown: Grown[] = [];
  readonly #total: Float64Array;
  readonly #minGrowth: number;
  readonly #minExact: number;
  readonly #guard: Guard;
  readonly #byteGuard: Guard;
  /** How sure the order of bytes without noise must be, given how many stacks have some that change. */
  readonly #exactRankZ: number;
  #profilersOwn = 0;
  #descriptors = 0;
  /** Of the growth of each stack, if nothing but chance were at work: in samples, and in bytes by sampling alone. */
  readonly #variance: Float64Array;
  readonly #byteVariance: Float64Array;
  readonly #functions: BlamedFunctions;

  constructor(stacks: StackSeries, times: readonly number[]) {
    this.#stacks = stacks;
    this.#times = times;
    this.#length = stacks.length;
    this.#claimed = new Uint8Array(stacks.stackCount);
    this.#total = columnSums(stacks, BYTES);
    const largest = this.#total.reduce((a, b) => Math.max(a, b), 0);
    this.#minGrowth = Math.min(MIN_GROWTH_HIGH, Math.max(MIN_GROWTH_LOW, MIN_GROWTH_PART * largest));
    this.#minExact = Math.max(MIN_EXACT_GROWTH, this.#minGrowth);
    const noisy = this.#noisyStacks();
    const sure = sureOf(noisy);
    this.#guard = { trendZ: Math.max(TREND_Z, sure * driftSpread(times)), dz: sure, rankZ: TREND_Z };
    this.#byteGuard = { ...this.#guard, rankZ: Math.max(TREND_Z, Math.min(sure, highestZ(times.length))) };
    this.#exactRankZ = sureOf(this.#exactStacks());
    this.#variance = new Float64Array(stacks.stackCount).map((_, stack) => this.#varianceOf(stack));
    this.#byteVariance = this.#variance.map((variance, stack) => variance * this.#noiseOfSample(stack));
    this.#functions = new BlamedFunctions(stacks, [this.#variance, this.#byteVariance]);
  }

  run(): HeapGrowth {
    this.#setKnownAside();
    const rising = this.#risingStacks();
    for (const [stack, trend] of rising) if (trend.level === "confirmed") this.#claimStack(stack, trend);
    this.#claimFunctions("confirmed", rising);
    for (const [stack, trend] of rising) if (this.#claimed[stack] === 0) this.#claimStack(stack, trend);
    this.#claimFunctions("suspect", rising);
    return {
      total: this.#total,
      totalNoise: columnSums(this.#stacks, NOISE),
      growthNoise: this.#byteVariance.reduce((sum, variance) => sum + variance, 0),
      grown: this.#grown,
      profilersOwn: this.#profilersOwn,
      descriptors: this.#descriptors,
      stepped: this.#steppedStacks(),
      stacks: this.#stacks,
    };
  }

  /**
   * A series that is too short for several steps of a map or slice that only grows shows one, which is no trend. That
   * it is a map cannot be told from the profile, which leaves out the runtime's own frames at the leaf
   * (runtime/pprof/protomem.go, hideRuntime).
   */
  #steppedStacks(): readonly SteppedStack[] {
    const stepped: SteppedStack[] = [];
    const largest = this.#total.reduce((a, b) => Math.max(a, b), 0);
    const exactStep = Math.max(this.#minExact, Math.min(STEP_BYTES, STEP_PART * largest));
    for (let stack = 0; stack < this.#stacks.stackCount; stack++) {
      if (this.#claimed[stack] !== 0) continue;
      const bytes = this.#series(BYTES, stack);
      const certain = this.#series(CERTAIN, stack);
      const samples = this.#series(SAMPLES, stack);
      const beyondNoise = growthOf(samples) / Math.sqrt(this.#variance[stack]) >= CONFIRMED_DZ;
      if (!(beyondNoise && stepsUp(bytes, this.#minGrowth)) && !stepsUp(certain, exactStep, 1)) continue;
      stepped.push({ frames: stackFrames(this.#stacks, stack), first: bytes[0], last: bytes[bytes.length - 1] });
    }
    return stepped.sort((a, b) => b.last - b.first - (a.last - a.first));
  }

  /** How many stacks have enough samples to reach the suspect level by noise alone: each is one more chance to err. */
  #noisyStacks(): number {
    const { stackCount, length, values } = this.#stacks;
    let noisy = 0;
    for (let stack = 0; stack < stackCount; stack++) {
      let most = 0;
      for (let i = stack * length; i < (stack + 1) * length; i++) most = Math.max(most, values[SAMPLES][i]);
      if (most >= 4) noisy++;
    }
    return noisy;
  }

  /** How many stacks have objects that are all counted, and not the same ones at all times. */
  #exactStacks(): number {
    let changing = 0;
    for (let stack = 0; stack < this.#stacks.stackCount; stack++) {
      const certain = this.#series(CERTAIN, stack);
      if (certain.some((bytes) => bytes !== certain[0])) changing++;
    }
    return changing;
  }

  /** Variance by sampling that one sample of a stack stands for, in square bytes. */
  #noiseOfSample(stack: StackIndex): number {
    const end = this.#length - 1;
    const noise = this.#series(NOISE, stack);
    const samples = this.#series(SAMPLES, stack);
    const all = samples[0] + samples[end];
    return all > 0 ? (noise[0] + noise[end]) / all : 0;
  }

  /** The profiler's own memory and the runtime's descriptors have a reason that is known. */
  #setKnownAside(): void {
    const { stackCount, functionName, frameFunction } = this.#stacks;
    for (let stack = 0; stack < stackCount; stack++) {
      const names = stackFrames(this.#stacks, stack).map((frame) => functionName[frameFunction[frame]]);
      if (isProfilersOwn(names)) this.#profilersOwn += this.#growth(stack);
      else if (descriptorOf(names) !== undefined) this.#descriptors += this.#growth(stack);
      else continue;
      this.#claim(stack);
    }
  }

  #risingStacks(): Map<StackIndex, Trend> {
    const rising = new Map<StackIndex, Trend>();
    for (let stack = 0; stack < this.#stacks.stackCount; stack++) {
      if (this.#claimed[stack] !== 0) continue;
      const variances = [this.#variance[stack], this.#byteVariance[stack]];
      const trend = this.#judge((measure) => this.#series(measure, stack), variances);
      if (trend !== undefined) rising.set(stack, trend);
    }
    return rising;
  }

  #claimStack(stack: StackIndex, trend: Trend): void {
    this.#claim(stack);
    this.#report("heap-stack", [stack], undefined, trend);
  }

  #claimFunctions(level: Level, rising: ReadonlyMap<StackIndex, Trend>): void {
    for (const deepest of this.#functionsDeepestFirst()) {
      const found = this.#judgeFunction(deepest);
      if (found === undefined || (level === "confirmed" && found.level !== "confirmed")) continue;
      const { fn, trend } = this.#clearestCaller(deepest, found);
      const below = this.#unclaimedBelow(fn).sort((a, b) => this.#growth(b) - this.#growth(a));
      const own = rising.get(below[0]);
      if (own !== undefined && this.#growth(below[0]) >= ONE_STACK_PART * this.#functions.growth(fn)) {
        this.#claimStack(below[0], own);
        continue;
      }
      for (const stack of below) this.#claim(stack);
      this.#report("heap-function", below, fn, trend);
    }
  }

  /**
   * A deep function may serve many callers (a decoder, a string builder) and hold much that does not grow. Where one
   * caller accounts for the same growth with less beside it, the growth shows more clearly there: that one is named.
   */
  #clearestCaller(deepest: number, found: Trend): { readonly fn: FunctionIndex; readonly trend: Trend } {
    const growth = this.#functions.growth(deepest);
    const shared = new Map<number, number>();
    for (const stack of this.#unclaimedBelow(deepest)) {
      for (const fn of this.#functions.of(stack)) shared.set(fn, (shared.get(fn) ?? 0) + this.#growth(stack));
    }
    let best = { fn: deepest, trend: found };
    for (const [fn, part] of shared) {
      if (part < SAME_GROWTH_PART * growth || this.#functions.growth(fn) * SAME_GROWTH_PART > growth) continue;
      const trend = this.#judgeFunction(fn);
      if (trend !== undefined && trend.dz > best.trend.dz * CLEARER_DZ_RATIO) best = { fn, trend };
    }
    return best;
  }

  #judgeFunction(fn: FunctionIndex): Trend | undefined {
    return this.#judge((measure) => this.#functions.series(measure, fn), this.#functions.variances(fn));
  }

  /** Functions that grew, those furthest from the root first, by where the growing stacks have them. */
  #functionsDeepestFirst(): readonly number[] {
    const { functionName, stackCount } = this.#stacks;
    const depth = new Float64Array(functionName.length);
    const weight = new Float64Array(functionName.length);
    for (let stack = 0; stack < stackCount; stack++) {
      if (this.#claimed[stack] !== 0) continue;
      const growth = this.#growth(stack);
      if (growth <= 0) continue;
      const functions = this.#functions.of(stack);
      for (let i = 0; i < functions.length; i++) {
        depth[functions[i]] += growth * (functions.length - i);
        weight[functions[i]] += growth;
      }
    }
    const grown: number[] = [];
    for (let fn = 0; fn < functionName.length; fn++) {
      if (this.#functions.growth(fn) > this.#minGrowth) grown.push(fn);
    }
    return grown.sort((a, b) => depth[b] / weight[b] - depth[a] / weight[a]);
  }

  #unclaimedBelow(fn: FunctionIndex): StackIndex[] {
    const below: StackIndex[] = [];
    for (let stack = 0; stack < this.#stacks.stackCount; stack++) {
      if (this.#claimed[stack] === 0 && this.#functions.isOn(stack, fn)) below.push(stack);
    }
    return below;
  }

  #report(kind: Grown["kind"], members: readonly StackIndex[], fn: FunctionIndex | undefined, trend: Trend): void {
    const { frameFunction, functionName } = this.#stacks;
    const frames = stackFrames(this.#stacks, members[0]);
    const bytes = this.#sum(BYTES, members);
    const cache = this.#cacheOf(members, growthOf(bytes));
    // What a cache holds was allocated by somebody else; the cache is what keeps it.
    const keeper = cache && frames.findIndex((frame) => cache.functions.test(functionName[frameFunction[frame]]));
    const allocator = frames.findIndex((frame) => frameFunction[frame] === fn);
    this.#grown.push({
      ...trend,
      level: cache === undefined ? trend.level : "suspect",
      kind,
      frames,
      functionAt: fn === undefined ? undefined : keeper !== undefined && keeper >= 0 ? keeper : allocator,
      bytes,
      objects: this.#sum(OBJECTS, members),
      stackCount: members.length,
      cache,
    });
  }

  #cacheOf(members: readonly StackIndex[], whole: number): KnownCache | undefined {
    const { frameFunction, functionName } = this.#stacks;
    let cached = 0;
    let cache: KnownCache | undefined;
    for (const stack of members) {
      const names = stackFrames(this.#stacks, stack).map((frame) => functionName[frameFunction[frame]]);
      const found = knownCache(names);
      if (found === undefined) continue;
      cache ??= found;
      cached += this.#growth(stack);
    }
    return cached >= whole / 2 ? cache : undefined;
  }

  /**
   * By sampled counts, which is all that there is of small objects; by bytes and the noise of sampling, which is less
   * the larger the objects are, if their order is so clear that load does not explain it; by the bytes of objects that
   * are all counted. What is sure by one of them is sure.
   */
  #judge(series: (measure: number) => Float64Array, [inSamples, inBytes]: readonly number[]): Trend | undefined {
    const [bytes, samples, certain] = [BYTES, SAMPLES, CERTAIN].map(series);
    const counted = { values: samples, variances: samples, growthVariance: inSamples };
    const byCounts = judge(this.#times, bytes, counted, this.#minGrowth, this.#guard);
    if (byCounts?.level === "confirmed") return byCounts;
    const exact = certain.some((value) => value !== certain[0])
      ? this.#judgeExact(certain, series(CERTAIN_EVER), series(CERTAIN_NOISE))
      : undefined;
    if (exact?.level === "confirmed") return exact;
    const byBytes =
      growthOf(certain) > 0 ? undefined : this.#judgeBytes(bytes, samples, series(NOISE), inSamples, inBytes);
    return byBytes?.level === "confirmed" ? byBytes : (byCounts ?? exact ?? byBytes);
  }

  /** The largest objects of all are missed now and then, too: what that explains is no growth. */
  #judgeExact(values: Float64Array, ever: Float64Array, noise: Float64Array): Trend | undefined {
    const variance = Math.max(0, noise[0] + noise[noise.length - 1]);
    if (growthOf(values) < Math.max(CONFIRMED_DZ, this.#exactRankZ) * Math.sqrt(variance)) return undefined;
    return judgeExact(this.#times, { values, ever }, this.#minExact, this.#exactRankZ);
  }

  /** Objects of nearly the sampling rate are seen so often that their bytes are less noisy than their counts. */
  #judgeBytes(
    bytes: Float64Array,
    samples: Float64Array,
    variances: Float64Array,
    inSamples: number,
    inBytes: number,
  ): Trend | undefined {
    const last = samples.length - 1;
    const ofSample = (bytes[0] + bytes[last]) / (samples[0] + samples[last]);
    if (!(inBytes <= LESS_NOISY_PART * inSamples * ofSample ** 2)) return undefined;
    const noise = { values: bytes, variances, growthVariance: inBytes };
    const trend = judge(this.#times, bytes, noise, this.#minExact, this.#byteGuard);
    return trend !== undefined && trend.dz >= this.#byteGuard.dz ? trend : undefined;
  }

  /**
   * Two independent Poisson counts differ with the variance of their sum: that is the most, reached when all memory was
   * replaced in between. Memory that stayed is sampled the same in both profiles and adds no noise; the profile also
   * tells how many samples were allocated since, hence how many were freed, and only those are chance. So 2 MB a minute
   * can be seen on top of 2 GB that do not change.
   */
  #varianceOf(stack: StackIndex): number {
    const samples = this.#series(SAMPLES, stack);
    const allocated = this.#series(ALLOCATED, stack);
    const end = this.#length - 1;
    const replaced = samples[0] + samples[end];
    const fresh = allocated[end] - allocated[0];
    const growth = samples[end] - samples[0];
    const known = allocated[0] >= samples[0] && allocated[0] > 0 && fresh >= growth && fresh > 0;
    return known ? Math.min(replaced, 2 * fresh - growth) : replaced;
  }

  #claim(stack: StackIndex): void {
    this.#claimed[stack] = 1;
    this.#functions.takeOut(stack);
  }

  #sum(measure: number, members: readonly StackIndex[]): Float64Array {
    const sum = new Float64Array(this.#length);
    for (const stack of members) {
      const series = this.#series(measure, stack);
      for (let at = 0; at < sum.length; at++) sum[at] += series[at];
    }
    return sum;
  }

  #growth(stack: StackIndex): number {
    return growthOf(this.#series(BYTES, stack));
  }

  #series(measure: number, stack: StackIndex): Float64Array {
    return seriesOf(this.#stacks, measure, stack);
  }
}

/** How sure one of `count` series must be, so that all of them err with FALSE_ALARM_CHANCE together. */
const sureOf = (count: number): number => normalQuantile(1 - FALSE_ALARM_CHANCE / Math.max(1, count));

/** Of all stacks, at each snapshot. */
function columnSums({ stackCount, length, values }: StackSeries, measure: number): Float64Array {
  const sums = new Float64Array(length);
  for (let i = 0; i < stackCount * length; i++) sums[i % length] += values[measure][i];
  return sums;
}
