/**
 * What reading the memory of a paused program adds to its goroutines: the question that the runtime's own leak
 * detector asks (GOLF, doi:10.1145/3676641.3715990), asked from outside. A goroutine blocked on channels, locks or
 * conditions can only be woken by somebody who reaches one of them; when nothing that may still run reaches any, it
 * sleeps forever.
 *
 * Readers of memory fill it, `findLeaks` judges with it. It is evidence, not proof: the walk takes every word that
 * looks like a pointer for one, so what it calls reachable may not be, and it cannot see references that are hidden
 * from the garbage collector as well (C memory, masked pointers), so what it calls unreachable is "likely" so.
 */
import { type Goroutines, isWaiting, LEAKED } from "./goroutine.js";

export interface MemoryReading {
  /**
   * Ids of goroutines that are blocked on objects that nothing that may still run reaches. Empty when the walk had to
   * stop early: with a part of memory unseen nothing can be called unreachable.
   */
  readonly unreachable: ReadonlySet<number>;
  /** Ids of blocked goroutines of which the walk found somebody who reaches what they wait for. */
  readonly reachable: ReadonlySet<number>;
  /**
   * What the wait graph knows about the object that a goroutine waits for, one sentence by goroutine id: "It waits on
   * the channel at 0xc000012345 (buffer 0 of 0): 3 senders wait, no receiver." Goroutines may be missing.
   */
  readonly waitsOn: ReadonlyMap<number, string>;
  /**
   * Ids of goroutines that wait on the channel of a Timer or Ticker, alone or as one case of a select. Known from
   * Go 1.23 on, where such a channel knows its timer.
   */
  readonly onTimer?: ReadonlySet<number>;
  /** Circles of goroutines (ids) each of which waits for what only the next one can give. */
  readonly cycles: readonly (readonly number[])[];
  /** What this walk could not see or had to take for granted, one sentence each; told with every verdict on it. */
  readonly limits: readonly string[];
}

/**
 * The runtime's own walk, for a moment that is the text of its goroutineleak profile (`debug=2`, which lists every
 * goroutine): what it did not call leaked, something that may still run reaches.
 */
export function runtimesReading({ count, id, flags, states, state }: Goroutines): MemoryReading {
  const waits = states.map(isWaiting);
  const unreachable = new Set<number>();
  const reachable = new Set<number>();
  for (let row = 0; row < count; row++) {
    if (flags[row] & LEAKED) unreachable.add(id[row]);
    else if (waits[state[row]]) reachable.add(id[row]);
  }
  return { unreachable, reachable, waitsOn: new Map(), cycles: [], limits: [] };
}
