/**
 * Who waits for what: goroutines and the channels, locks and conditions between them, as plain data.
 *
 * Readers of a paused program fill it. What it cannot know is left out: Go does not record who holds a lock, so those
 * who could serve an object are goroutines that refer to it and do not wait for it, which is a guess with a reason.
 */
import type { Goroutines } from "./goroutine.js";

export type WaitObjectKind = "channel" | "mutex" | "rwmutex" | "waitgroup" | "cond" | "semaphore";

export interface WaitObject {
  readonly address: number;
  readonly kind: WaitObjectKind;
  /** A channel: what is in it, and of what capacity. */
  readonly length?: number;
  readonly capacity?: number;
  readonly closed?: boolean;
  /** A channel of a Timer or Ticker: the clock sends on it. Known from Go 1.23 on. */
  readonly isTimer?: boolean;
  /** A WaitGroup: how many calls of Done are outstanding. */
  readonly counter?: number;
  /** Ids of goroutines that wait: to send and to receive on a channel (a select may do both), else `waiters`. */
  readonly senders: readonly number[];
  readonly receivers: readonly number[];
  readonly waiters: readonly number[];
  /** Goroutines that could serve it, and how that is known. */
  readonly servers: readonly WaitServer[];
}

/** What a goroutine in that state waits for; undefined where the state does not tell. */
export function kindOfWait(state: string): WaitObjectKind | undefined {
  return KINDS.get(state) ?? (/^(chan (send|receive)|select$)/.test(state) ? "channel" : undefined);
}

const KINDS = new Map<string, WaitObjectKind>([
  ["sync.Mutex.Lock", "mutex"],
  ["sync.RWMutex.RLock", "rwmutex"],
  ["sync.RWMutex.Lock", "rwmutex"],
  ["sync.WaitGroup.Wait", "waitgroup"],
  ["sync.Cond.Wait", "cond"],
  ["semacquire", "semaphore"],
]);

interface WaitServer {
  readonly goroutine: number;
  readonly because: string;
}

export interface WaitGraph {
  /** Those with most waiters first. */
  readonly objects: readonly WaitObject[];
  /** Addresses of the objects that a goroutine waits for; several for a select, none for nil channels. */
  readonly waitsFor: ReadonlyMap<number, readonly number[]>;
  readonly notes: readonly string[];
}

/** The goroutines with what the graph knows that each waits for, the first of several, as their `waitsFor`. */
export function withWaits(goroutines: Goroutines, graph: WaitGraph): Goroutines {
  const waitsFor = goroutines.id.map((id, row) => graph.waitsFor.get(id)?.[0] ?? goroutines.waitsFor[row]);
  return { ...goroutines, waitsFor };
}

interface CycleStep {
  readonly goroutine: number;
  /** Address of what it waits for, and only the next one in the circle can give. */
  readonly waitsFor: number;
}

/**
 * Circles of goroutines each of which waits for a lock or a WaitGroup that the next one keeps from it, the shortest of
 * each set of goroutines that wait for one another. Channels make no circle here: whoever reaches one can serve it.
 */
export function waitCycles(graph: WaitGraph): CycleStep[][] {
  const objectAt = new Map(graph.objects.map((object) => [object.address, object]));
  const next = (goroutine: number): (readonly [number, number])[] => {
    const list: (readonly [number, number])[] = [];
    for (const address of graph.waitsFor.get(goroutine) ?? []) {
      const object = objectAt.get(address);
      if (object === undefined || !HELD.has(object.kind)) continue;
      for (const server of object.servers) list.push([server.goroutine, address]);
    }
    return list;
  };
  const inCycle = new Set<number>();
  const cycles: CycleStep[][] = [];
  for (const goroutine of graph.waitsFor.keys()) {
    if (inCycle.has(goroutine)) continue;
    const cycle = shortestCycle(goroutine, next);
    if (cycle === undefined || cycle.some((step) => inCycle.has(step.goroutine))) continue;
    for (const step of cycle) inCycle.add(step.goroutine);
    cycles.push(cycle);
  }
  return cycles;
}

/** What can be held, so that others wait until it is given back. */
const HELD: ReadonlySet<WaitObjectKind> = new Set(["mutex", "rwmutex"]);

function shortestCycle(
  start: number,
  next: (goroutine: number) => (readonly [number, number])[],
): CycleStep[] | undefined {
  const cameBy = new Map<number, { readonly from: number; readonly waitsFor: number }>();
  let edge = [start];
  while (edge.length > 0) {
    const further: number[] = [];
    for (const from of edge) {
      for (const [to, waitsFor] of next(from)) {
        if (to === start) {
          const cycle: CycleStep[] = [{ goroutine: from, waitsFor }];
          for (let at = from; at !== start;) {
            const came = cameBy.get(at);
            if (came === undefined) return undefined;
            cycle.unshift({ goroutine: came.from, waitsFor: came.waitsFor });
            at = came.from;
          }
          return cycle;
        }
        if (cameBy.has(to)) continue;
        cameBy.set(to, { from, waitsFor });
        further.push(to);
      }
    }
    edge = further;
  }
  return undefined;
}

/** "It waits on the channel at 0xc000012345 (buffer 0 of 0): 3 senders wait, no receiver." */
export function describeWait(object: WaitObject): string {
  const at = `0x${object.address.toString(16)}`;
  if (object.kind === "channel") {
    if (object.isTimer === true) return `It waits on the channel of a timer, at ${at}.`;
    const state = object.closed === true ? ", closed" : "";
    const counts = [counted(object.senders.length, "sender"), counted(object.receivers.length, "receiver")];
    return `It waits on the channel at ${at} (buffer ${object.length ?? 0} of ${object.capacity ?? 0}${state}): ${counts.join(", ")}.`;
  }
  const outstanding = object.counter === undefined ? "" : `, ${object.counter} Done outstanding`;
  const others = object.waiters.length - 1;
  const company = others === 0 ? "alone" : `with ${others} ${others === 1 ? "other" : "others"}`;
  return `It waits for the ${NAMES[object.kind]} at ${at}${outstanding}, ${company}${holders(object)}.`;
}

/** Those who may hold it: their stacks refer to it. */
function holders({ servers }: WaitObject): string {
  if (servers.length === 0) return "";
  const named = servers.slice(0, MAX_NAMED).map(({ goroutine }) => goroutine);
  const more = servers.length > MAX_NAMED ? ", …" : "";
  return `; the stack${servers.length === 1 ? "" : "s"} of ${named.join(", ")}${more} refer${servers.length === 1 ? "s" : ""} to it`;
}

const MAX_NAMED = 5;

const NAMES: Readonly<Record<WaitObjectKind, string>> = {
  channel: "channel",
  mutex: "Mutex",
  rwmutex: "RWMutex",
  waitgroup: "WaitGroup",
  cond: "Cond",
  semaphore: "semaphore",
};

/** "a channel at 0xc000012345 (unbuffered, 3 sending)". */
export function objectWords(
  object: Pick<WaitObject, "address" | "length" | "capacity" | "closed" | "isTimer" | "counter"> & {
    readonly kind: WaitObjectKind | "unknown";
  },
  waiting: { readonly senders: number; readonly receivers: number; readonly waiters: number } = NOBODY,
): string {
  const { kind, address, length = 0, capacity, closed, isTimer, counter } = object;
  const inside: string[] = [];
  if (capacity !== undefined && isTimer !== true) {
    inside.push(capacity === 0 ? "unbuffered" : `${length} of ${capacity} in its buffer`);
  }
  if (closed === true) inside.push("closed");
  if (counter !== undefined) inside.push(`${counter} Done outstanding`);
  if (waiting.senders > 0) inside.push(`${waiting.senders} sending`);
  if (waiting.receivers > 0) inside.push(`${waiting.receivers} receiving`);
  if (waiting.waiters > 0) inside.push(`${waiting.waiters} waiting`);
  const what = isTimer === true ? "the channel of a timer" : kind === "unknown" ? "something" : `a ${NAMES[kind]}`;
  return `${what} at 0x${address.toString(16)}${inside.length > 0 ? ` (${inside.join(", ")})` : ""}`;
}

const NOBODY = { senders: 0, receivers: 0, waiters: 0 };

function counted(count: number, what: string): string {
  if (count === 0) return `no ${what} waits`;
  return count === 1 ? `1 ${what} waits` : `${count} ${what}s wait`;
}
