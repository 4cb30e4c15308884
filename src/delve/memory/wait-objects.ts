/**
 * What the blocked goroutines of a paused program wait for, from the runtime's own queues: the `sudog`s in which they
 * stand (runtime/runtime2.go), the queues of channels (chan.go), the table of semaphores that locks and WaitGroups
 * sleep on (sema.go), and the lists of conditions.
 */
import type { WaitGraph, WaitObject, WaitObjectKind } from "../../core/goroutines/wait-graph.js";
import type { Goroutines } from "../../core/goroutines/goroutine.js";
import type { GoroutineColumns } from "./goroutine-columns.js";
import { CachedMemory, fieldOffsets } from "./memory.js";
import type { Address, PausedProgram } from "../../process/paused-program.js";
import type { StackWords } from "./stack-addresses.js";

export interface Waits {
  readonly graph: WaitGraph;
  /** Addresses of the `sudog`s in which goroutines wait: bookkeeping of the runtime, no references of the program. */
  readonly sudogs: ReadonlySet<Address>;
}

interface Draft {
  readonly address: Address;
  kind: WaitObjectKind;
  length?: number;
  capacity?: number;
  closed?: boolean;
  isTimer?: boolean;
  counter?: number;
  readonly senders: number[];
  readonly receivers: number[];
  readonly waiters: number[];
}

/** Of one channel or one table: more is read of a program that is not what it seems. */
const MAX_WAITERS = 1_000_000;
const MAX_SERVERS = 100;
const SEMAPHORE_ROOTS = 251;

/** `goroutines` and `columns` are of one scan; `stacks` are the words on the stacks, for who could serve what. */
export async function readWaits(
  program: PausedProgram,
  goroutines: Goroutines,
  columns: GoroutineColumns,
  stacks: StackWords | undefined,
  signal?: AbortSignal,
): Promise<Waits> {
  const scan: Scan = {
    memory: new CachedMemory(program),
    layout: await waitLayout(program, signal),
    goroutines,
    columns,
    signal,
  };
  const found = new FoundWaits(columns);
  await findChannels(scan, found);
  await findLocks(scan, found);
  const lost = await findConditions(scan, found, stacks);
  const { drafts, waitsFor, sudogs } = found;

  const notes: string[] = [];
  if (lost > 0) notes.push(`Of ${lost} goroutines in sync.Cond.Wait it is not known which Cond they wait for.`);
  if (stacks === undefined) notes.push("Stacks were not read: who could serve what is not known.");
  const servers = stacks === undefined ? new Map<Address, number[]>() : referrers(drafts, stacks, columns, waitsFor);
  const because = "its stack refers to it, and it does not wait for it";
  const objects: WaitObject[] = [...drafts.values()].map((object) => ({
    ...object,
    servers: (servers.get(object.address) ?? []).slice(0, MAX_SERVERS).map((goroutine) => ({ goroutine, because })),
  }));
  objects.sort((a, b) => waiterCount(b) - waiterCount(a) || a.address - b.address);
  return { graph: { objects, waitsFor, notes }, sudogs };
}

/** What is read, and how. */
interface Scan {
  readonly memory: CachedMemory;
  readonly layout: Layout;
  readonly goroutines: Goroutines;
  readonly columns: GoroutineColumns;
  readonly signal: AbortSignal | undefined;
}

/** What has been found so far, by the address of the object and by who waits. */
class FoundWaits {
  readonly idAt = new Map<Address, number>();
  readonly rowOf = new Map<number, number>();
  readonly drafts = new Map<Address, Draft>();
  readonly sudogs = new Set<Address>();
  readonly waitsFor = new Map<number, Address[]>();

  constructor(columns: GoroutineColumns) {
    for (let row = 0; row < columns.count; row++) {
      this.idAt.set(columns.address[row], columns.id[row]);
      this.rowOf.set(columns.id[row], row);
    }
  }

  draft(address: Address, kind: WaitObjectKind): Draft {
    let object = this.drafts.get(address);
    if (object === undefined) {
      object = { address, kind, senders: [], receivers: [], waiters: [] };
      this.drafts.set(address, object);
    }
    return object;
  }

  waits(id: number, address: Address): void {
    const list = this.waitsFor.get(id);
    if (list === undefined) this.waitsFor.set(id, [address]);
    else if (!list.includes(address)) list.push(address);
  }
}

/** Channels: each goroutine keeps the sudogs that it waits in. */
async function findChannels({ memory, layout, columns, signal }: Scan, found: FoundWaits): Promise<void> {
  const inChannels = rowsWhere(columns, (row) => columns.waiting[row] !== 0);
  const cases = await memory.settleAll(
    inChannels,
    (row) => {
      const list: { sudog: Address; channel: Address }[] = [];
      const isNew = once();
      for (let at = columns.waiting[row]; isNew(at) && list.length < MAX_CASES; at = memory.u64(at + layout.waitlink)) {
        list.push({ sudog: at, channel: memory.u64(at + layout.channel) });
      }
      return list;
    },
    signal,
  );
  const channels = new Set<Address>();
  inChannels.forEach((row, i) => {
    for (const { sudog, channel } of cases[i] ?? []) {
      found.sudogs.add(sudog);
      if (channel === 0) continue;
      channels.add(channel);
      found.waits(columns.id[row], channel);
    }
  });
  const read = await memory.settleAll(
    [...channels],
    (at) => ({
      at,
      length: memory.u64(at + layout.qcount),
      capacity: memory.u64(at + layout.dataqsiz),
      closed: memory.u32(at + layout.closed) !== 0,
      isTimer: layout.timer !== undefined && memory.u64(at + layout.timer) !== 0,
      receivers: queue(memory, memory.u64(at + layout.recvFirst), layout),
      senders: queue(memory, memory.u64(at + layout.sendFirst), layout),
    }),
    signal,
  );
  for (const channel of read) {
    if (channel === undefined) continue;
    const object = found.draft(channel.at, "channel");
    const { length, capacity, closed, isTimer } = channel;
    Object.assign(object, { length, capacity, closed, ...(isTimer && { isTimer }) });
    for (const { sudog, g } of channel.senders) {
      found.sudogs.add(sudog);
      const id = found.idAt.get(g);
      if (id !== undefined) object.senders.push(id);
    }
    for (const { sudog, g } of channel.receivers) {
      found.sudogs.add(sudog);
      const id = found.idAt.get(g);
      if (id !== undefined) object.receivers.push(id);
    }
  }
}

/** Locks and WaitGroups: one table of all semaphores that are slept on. */
async function findLocks({ memory, layout, goroutines, signal }: Scan, found: FoundWaits): Promise<void> {
  const stateOf = (id: number) => {
    const row = found.rowOf.get(id);
    return row === undefined ? "" : goroutines.states[goroutines.state[row]];
  };
  const roots = Array.from(
    { length: SEMAPHORE_ROOTS },
    (_, i) => layout.semtable + i * layout.rootBytes + layout.treap,
  );
  const sleepers = await memory.settleAll(
    roots,
    (root) => {
      const list: { sudog: Address; g: Address; semaphore: Address }[] = [];
      const open = [memory.u64(root)];
      const isNew = once();
      while (open.length > 0 && list.length < MAX_WAITERS) {
        const node = open.pop() ?? 0;
        if (!isNew(node)) continue;
        const semaphore = memory.u64(node + layout.elem);
        for (let at = node; at === node || isNew(at); at = memory.u64(at + layout.waitlink)) {
          if (list.length === MAX_WAITERS) break;
          list.push({ sudog: at, g: memory.u64(at + layout.g), semaphore });
        }
        open.push(memory.u64(node + layout.prev), memory.u64(node + layout.next));
      }
      return list;
    },
    signal,
  );
  for (const { sudog, g, semaphore } of sleepers.flatMap((list) => list ?? [])) {
    found.sudogs.add(sudog);
    const id = found.idAt.get(g);
    if (id === undefined) continue;
    const { kind, address } = lockOf(stateOf(id), semaphore, layout);
    const object = found.draft(address, kind);
    if (object.kind === "mutex" && kind === "rwmutex") object.kind = kind;
    object.waiters.push(id);
    found.waits(id, address);
  }
  for (const object of found.drafts.values()) {
    if (object.kind !== "waitgroup") continue;
    // The high half; its top bit says that the WaitGroup is of a synctest bubble in some versions.
    const counter = await memory.settleAll(
      [object.address],
      (at) => memory.i32(at + layout.waitGroupState + 4),
      signal,
    );
    if (counter[0] !== undefined) object.counter = counter[0];
  }
}

/** Conditions: nothing but the list knows who waits, and nothing but the stack where the list is. How many are not known. */
async function findConditions(
  { memory, layout, goroutines, columns, signal }: Scan,
  found: FoundWaits,
  stacks: StackWords | undefined,
): Promise<number> {
  const onCond = rowsWhere(columns, (row) => goroutines.states[goroutines.state[row]] === "sync.Cond.Wait");
  const candidates = new Map(onCond.map((row) => [row, [...(stacks?.of(row) ?? [])].slice(0, COND_WORDS)]));
  const conds = await memory.settleAll(
    onCond,
    (row) => condOf(memory, candidates.get(row) ?? [], columns.address[row], layout, found.sudogs),
    signal,
  );
  onCond.forEach((row, i) => {
    const address = conds[i];
    if (address === undefined || address === 0) return;
    found.draft(address, "cond").waiters.push(columns.id[row]);
    found.waits(columns.id[row], address);
  });
  return onCond.filter((_, i) => !conds[i]).length;
}

const MAX_CASES = 65_536; // of a select (Go's own limit)
const COND_WORDS = 256;

function waiterCount({ senders, receivers, waiters }: WaitObject): number {
  return senders.length + receivers.length + waiters.length;
}

type Layout = Awaited<ReturnType<typeof waitLayout>>;

async function waitLayout(program: PausedProgram, signal?: AbortSignal) {
  const [sudog, channel, first, treap, rootBytes, semtable, mutex, rw, group, cond, head] = await Promise.all([
    // Since Go 1.27 two words: what the garbage collector may see, and the address itself.
    fieldOffsets(
      program,
      "runtime.sudog",
      ["g", "next", "prev", "waitlink", "elem", "c"],
      ["elem.vu", "c.vu", "c.maybeTraceablePtr.vu"],
      signal,
    ),
    fieldOffsets(program, "runtime.hchan", ["qcount", "dataqsiz", "closed", "recvq", "sendq"], ["timer"], signal),
    fieldOffsets(program, "runtime.waitq", ["first"], [], signal),
    fieldOffsets(program, "runtime.semaRoot", ["treap"], [], signal),
    program.number("uintptr(&runtime.semtable[1]) - uintptr(&runtime.semtable[0])", signal),
    program.number("uintptr(&runtime.semtable)", signal),
    fieldOffsets(program, "sync.Mutex", [], ["sema", "mu.sema"], signal),
    fieldOffsets(program, "sync.RWMutex", [], ["writerSem", "readerSem"], signal),
    fieldOffsets(program, "sync.WaitGroup", [], ["sema", "state"], signal),
    fieldOffsets(program, "sync.Cond", [], ["notify"], signal),
    fieldOffsets(program, "runtime.notifyList", [], ["head"], signal),
  ]);
  return {
    ...sudog,
    elem: sudog["elem.vu"] ?? sudog.elem,
    channel: sudog["c.vu"] ?? sudog["c.maybeTraceablePtr.vu"] ?? sudog.c,
    ...channel,
    recvFirst: channel.recvq + first.first,
    sendFirst: channel.sendq + first.first,
    treap: treap.treap,
    rootBytes,
    semtable,
    mutexSema: mutex["mu.sema"] ?? mutex.sema ?? 4,
    writerSem: rw.writerSem ?? 8,
    readerSem: rw.readerSem ?? 12,
    waitGroupSema: group.sema ?? 8,
    waitGroupState: group.state ?? 0,
    condNotify: cond.notify ?? 16,
    listHead: head.head,
  };
}

/** Whether an address is met for the first time, and is one: a list that is bent into a ring ends where it began. */
function once(): (address: Address) => boolean {
  const seen = new Set<Address>([0]);
  return (address) => seen.size !== seen.add(address).size;
}

function queue(memory: CachedMemory, first: Address, layout: Layout): { sudog: Address; g: Address }[] {
  const list: { sudog: Address; g: Address }[] = [];
  const isNew = once();
  for (let at = first; isNew(at) && list.length < MAX_WAITERS; at = memory.u64(at + layout.next)) {
    list.push({ sudog: at, g: memory.u64(at + layout.g) });
  }
  return list;
}

/** The lock whose semaphore a goroutine in that state sleeps on. */
function lockOf(state: string, semaphore: Address, layout: Layout): { kind: WaitObjectKind; address: Address } {
  switch (state) {
    case "sync.Mutex.Lock":
      return { kind: "mutex", address: semaphore - layout.mutexSema };
    case "sync.RWMutex.RLock":
      return { kind: "rwmutex", address: semaphore - layout.readerSem };
    case "sync.RWMutex.Lock":
      return { kind: "rwmutex", address: semaphore - layout.writerSem };
    case "sync.WaitGroup.Wait":
      return { kind: "waitgroup", address: semaphore - layout.waitGroupSema };
    default:
      return { kind: "semaphore", address: semaphore };
  }
}

/** The Cond among the words of a stack in whose list the goroutine stands; 0 when none is. */
function condOf(
  memory: CachedMemory,
  words: readonly Address[],
  g: Address,
  { condNotify, listHead, next, g: ofG }: Layout,
  sudogs: Set<Address>,
): Address {
  if (listHead === undefined) return 0;
  for (const word of new Set(words)) {
    for (const list of [word, word + condNotify]) {
      try {
        // A list ends where it says that it does; other memory that happens to lead to the goroutine does not.
        let own = 0;
        let last = 0;
        let steps = 0;
        for (
          let at = memory.u64(list + listHead);
          at !== 0 && steps < COND_WAITERS;
          at = memory.u64(at + next), steps++
        ) {
          if (memory.u64(at + ofG) === g) own = at;
          last = at;
        }
        if (own === 0 || memory.u64(list + listHead + 8) !== last) continue;
        sudogs.add(own);
        return list - condNotify;
      } catch (error) {
        if (!isUnreadable(error)) throw error;
      }
    }
  }
  return 0;
}

const COND_WAITERS = 10_000;

function isUnreadable(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "unreadable";
}

/** Goroutines whose stack holds the address of an object that they do not wait for. */
function referrers(
  drafts: ReadonlyMap<Address, Draft>,
  stacks: StackWords,
  columns: GoroutineColumns,
  waitsFor: ReadonlyMap<number, readonly Address[]>,
): Map<Address, number[]> {
  const found = new Map<Address, number[]>();
  if (drafts.size === 0) return found;
  for (let row = 0; row < columns.count; row++) {
    const id = columns.id[row];
    const seen = new Set<Address>();
    for (const word of stacks.of(row)) {
      if (!drafts.has(word) || seen.has(word) || waitsFor.get(id)?.includes(word)) continue;
      seen.add(word);
      const list = found.get(word);
      if (list === undefined) found.set(word, [id]);
      else if (list.length < MAX_SERVERS) list.push(id);
    }
  }
  return found;
}

function rowsWhere(columns: GoroutineColumns, is: (row: number) => boolean): number[] {
  return Array.from({ length: columns.count }, (_, row) => row).filter(is);
}
