/**
 * The four profiles of `go tool trace -pprof=sched|sync|net|syscall`: how often and how long goroutines were in one
 * state, by the stack of the event that brought them there. Equal to Go's in every stack.
 *
 * To be equal it follows cmd/trace/pprof.go in what is left out: all that a goroutine did before it ran for the first
 * time in the trace (its first start latency, too), and what earlier calls from C did under the same goroutine id.
 */
import type { GoroutineRow } from "./events/trace-listener.js";
import type { TraceNames, TraceStack, TraceString } from "./events/trace-names.js";

export const DELAY_PROFILES = ["sched", "sync", "net", "syscall"] as const;
export type DelayProfileName = (typeof DELAY_PROFILES)[number];

/** What a goroutine's state counts for: an index of DELAY_PROFILES, or none of them. */
export const NO_PROFILE = -1;
export const SCHED = 0;
const SYNC = 1;
const NET = 2;
export const SYSCALL = 3;

export class DelayProfiles {
  /** By profile, then by stack. */
  readonly counts = DELAY_PROFILES.map(() => new Float64Array(1024));
  readonly delays = DELAY_PROFILES.map(() => new Float64Array(1024));
  readonly #names: TraceNames;
  /** By goroutine row: whether it has run. */
  #hasRun = new Uint8Array(256);
  #isCallback = new Uint8Array(256);
  /** By id: what counts only if the goroutine does not run later. */
  readonly #pending = new Map<number, { profile: number; stack: TraceStack; count: number; ns: number }[]>();
  /** By reason + 1: its profile + 2, 0 until it was looked at. */
  #profileOfReason = new Uint8Array(64);

  constructor(names: TraceNames) {
    this.#names = names;
  }

  /** A goroutine appears in a row; `isCallback` when it is a call from C, whose ids are used again. */
  begin(row: GoroutineRow, isCallback: boolean): void {
    if (row >= this.#hasRun.length) {
      this.#hasRun = grown(this.#hasRun, row);
      this.#isCallback = grown(this.#isCallback, row);
    }
    this.#hasRun[row] = 0;
    this.#isCallback[row] = isCallback ? 1 : 0;
  }

  /** The profile of waiting for `reason`, or NO_PROFILE. */
  profileOfReason(reason: TraceString): number {
    if (reason >= this.#profileOfReason.length) this.#profileOfReason = grown(this.#profileOfReason, reason);
    let profile = this.#profileOfReason[reason];
    if (profile === 0) {
      const text = this.#names.string(reason);
      const found = text === "network" ? NET : /chan|sync|select/.test(text) ? SYNC : NO_PROFILE;
      this.#profileOfReason[reason] = profile = found + 2;
    }
    return profile - 2;
  }

  hasRun(row: GoroutineRow): boolean {
    return this.#hasRun[row] === 1;
  }

  /** Whether what the goroutine does counts whatever comes: it has run, and is no call from C. */
  isCounted(row: GoroutineRow): boolean {
    return this.#hasRun[row] === 1 && this.#isCallback[row] === 0;
  }

  /** Keeps what a goroutine that `isCounted` not did for `ns`: it counts only if the goroutine does not run later. */
  keep(profile: number, id: number, stack: TraceStack, ns: number): void {
    let pending = this.#pending.get(id);
    if (pending === undefined) this.#pending.set(id, (pending = []));
    const same = pending.find((other) => other.profile === profile && other.stack === stack);
    if (same === undefined) pending.push({ profile, stack, count: 1, ns });
    else {
      same.count++;
      same.ns += ns;
    }
  }

  /** A goroutine runs for the first time, which makes void what it did before. */
  run(row: GoroutineRow, id: number): void {
    this.#hasRun[row] = 1;
    if (this.#pending.size > 0) this.#pending.delete(id);
  }

  /** To be called once, at the end of the trace. */
  finish(): void {
    for (const pending of this.#pending.values()) {
      for (const { profile, stack, count, ns } of pending) this.add(profile, stack, count, ns);
    }
    this.#pending.clear();
  }

  /** Adds `count` times in a state that counts for `profile`, `ns` in all (in the range that was asked for). */
  add(profile: number, stack: TraceStack, count: number, ns: number): void {
    if (stack >= this.counts[profile].length) {
      this.counts[profile] = grown(this.counts[profile], stack);
      this.delays[profile] = grown(this.delays[profile], stack);
    }
    this.counts[profile][stack] += count;
    this.delays[profile][stack] += ns;
  }
}

function grown<T extends Uint8Array | Float64Array>(column: T, index: number): T {
  const longer = new (column.constructor as new (length: number) => T)(Math.max(index + 1, column.length * 2));
  longer.set(column);
  return longer;
}
