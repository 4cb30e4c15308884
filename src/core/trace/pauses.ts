/**
 * When the runtime held the program up: stops of the world, collections, and goroutines that had to help marking.
 */
import * as format from "./events/trace-format.js";
import type { GoroutineRow, Happening } from "./events/trace-listener.js";
import { type TraceStack, type TraceString, NO_STACK } from "./events/trace-names.js";

export interface StopOfTheWorld {
  readonly atNs: number;
  readonly ns: number;
  /** What it was for, in the runtime's words. */
  readonly kind: TraceString;
  /** Who asked for it. */
  readonly stack: TraceStack;
}

export interface Assists {
  count: number;
  ns: number;
  maxNs: number;
}

const MAX_MARKINGS = 100_000;

export class Pauses {
  readonly stops: StopOfTheWorld[] = [];
  collections = 0;
  markNs = 0;
  /** When collections marked: beginning and end, one after the other, on the trace's clock; the first many. */
  readonly markings: number[] = [];
  /** By the stack that allocated. */
  readonly assists = new Map<TraceStack, Assists>();
  readonly #stopping = new Map<GoroutineRow, Omit<StopOfTheWorld, "ns">>();
  readonly #assisting = new Map<GoroutineRow, { since: number; stack: TraceStack }>();
  #markSince: number | undefined;

  /** Told of what `clip` cuts to the range that was asked for; `clip` returns a duration, below 0 outside of it. */
  on(
    happening: Happening,
    row: GoroutineRow,
    timeNs: number,
    stack: TraceStack,
    kind: TraceString,
    clip: (from: number, to: number) => number,
  ): void {
    switch (happening) {
      case format.STW_BEGIN:
        this.#stopping.set(row, { atNs: timeNs, kind, stack });
        return;
      case format.STW_END: {
        const began = this.#stopping.get(row);
        this.#stopping.delete(row);
        if (began !== undefined && clip(began.atNs, timeNs) >= 0)
          this.stops.push({ ...began, ns: timeNs - began.atNs });
        return;
      }
      case format.GC_ACTIVE:
      case format.GC_BEGIN:
        this.#markSince ??= timeNs;
        return;
      case format.GC_END:
        if (this.#markSince !== undefined) {
          const ns = clip(this.#markSince, timeNs);
          if (ns >= 0) {
            this.collections++;
            this.markNs += ns;
            if (this.markings.length < 2 * MAX_MARKINGS) this.markings.push(this.#markSince, timeNs);
          }
        }
        this.#markSince = undefined;
        return;
      case format.MARK_ASSIST_ACTIVE:
        if (!this.#assisting.has(row)) this.#assisting.set(row, { since: timeNs, stack: NO_STACK });
        return;
      case format.MARK_ASSIST_BEGIN:
        this.#assisting.set(row, { since: timeNs, stack });
        return;
      case format.MARK_ASSIST_END: {
        const began = this.#assisting.get(row);
        this.#assisting.delete(row);
        if (began !== undefined) this.#addAssist(began.stack, clip(began.since, timeNs));
        return;
      }
    }
  }

  #addAssist(stack: TraceStack, ns: number): void {
    if (ns < 0) return;
    let assists = this.assists.get(stack);
    if (assists === undefined) this.assists.set(stack, (assists = { count: 0, ns: 0, maxNs: 0 }));
    assists.count++;
    assists.ns += ns;
    assists.maxNs = Math.max(assists.maxNs, ns);
  }
}
