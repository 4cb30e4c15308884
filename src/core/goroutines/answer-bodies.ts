/**
 * Answers about goroutines as plain data: what the proxy sends at a stop, what an opened dump says of itself, and what
 * `godiag goroutines --json` prints. Positions and counts are of goroutines; every list comes in pages; times are in
 * nanoseconds. Fields are added, never changed: docs/dap.md promises them to other editors.
 */

export interface OfProcess {
  /** Of a session that follows children: the process that is asked about; the selected one when left out. */
  readonly pid?: number;
}

export interface GoroutinesArguments extends OfProcess {
  /** The filter language of core/goroutine-filter.ts. */
  readonly filter?: string;
  /** A grouping of core/goroutine-group.ts: the answer has `groups`. With `inGroup`, its members instead. */
  readonly group?: string;
  /** The title of a group: only its members, as `goroutines`. */
  readonly inGroup?: string;
  /** Only those, compared with the previous stop. */
  readonly change?: GoroutineChange;
  /** False: answers as soon as it is known who there is, several times sooner; see `withoutStacks`. */
  readonly stacks?: boolean;
  /** Position of the first row (0) and how many rows (100; at most 1,000). */
  readonly start?: number;
  readonly count?: number;
}

export type GoroutineChange = "created" | "finished" | "stuck" | "moved";

export interface GoroutinesBody {
  readonly stop: number;
  /** Whose, where children are followed. */
  readonly pid?: number;
  /** All goroutines of the program, whatever the filter. */
  readonly total: number;
  /** Those that passed the filter. */
  readonly matched: number;
  readonly complete: boolean;
  /** Why it is not complete; said wherever the count is shown. */
  readonly incompleteBecause?: string;
  /** Stacks were not waited for: `at` is the function that each started with, and nothing is compared. */
  readonly withoutStacks?: boolean;
  /** Groups, where `group` was asked for without `inGroup`; of `groupCount` in all. */
  readonly groups?: readonly GroupRow[];
  readonly groupCount?: number;
  readonly goroutines?: readonly GoroutineJson[];
  /** A filter that cannot be read: what is wrong, and the column (from 1) where. Nothing is listed then. */
  readonly filterError?: { readonly message: string; readonly column: number };
}

export interface FrameJson {
  readonly function: string;
  readonly file: string;
  readonly line: number;
}

export interface GroupRow {
  readonly title: string;
  readonly count: number;
  readonly newCount?: number;
  readonly stuckCount?: number;
  readonly longestWaitNs?: number;
  readonly state: string;
  /** The frame that tells where they are. */
  readonly at?: FrameJson;
  readonly createdBy?: FrameJson;
  /** The lowest id in it, to show its stack. */
  readonly firstId: number;
}

/** One goroutine as in `godiag goroutines --json`, its stack cut to the telling frame. */
export interface GoroutineJson {
  readonly id: number;
  /** Of which process, where children are followed: numbers are unique in a process only. */
  readonly pid?: number;
  readonly state: string;
  readonly waitReason: string;
  readonly waitNs?: number;
  readonly system: boolean;
  readonly leaked?: boolean;
  readonly locked?: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly createdBy?: FrameJson & { readonly goroutine?: number };
  readonly at?: FrameJson;
  /** Compared with the previous stop. */
  readonly change?: GoroutineChange;
  /**
   * What it waits for. From a dump where the text shows it (locks, WaitGroups); at a stop once memory was read for it,
   * which `goDiagnostics/leaks` and `goDiagnostics/waits` do.
   */
  readonly waitsFor?: WaitedFor;
}

export interface WaitedFor {
  readonly kind: WaitObjectJson["kind"];
  /** 0 where it is not known. */
  readonly address: number;
  /** Of how many objects this is the first: the cases of a select. */
  readonly of?: number;
  readonly isTimer?: boolean;
  /** Goroutines that could wake it, as far as is known; the first few. */
  readonly servers?: readonly number[];
}

export interface GoroutineBody {
  readonly goroutine: GoroutineJson;
  /** Leaf first; `totalFrames` in all. */
  readonly stack: readonly FrameJson[];
  readonly totalFrames: number;
}

export interface ChangesBody {
  readonly stop: number;
  /** Whose, where children are followed. */
  readonly pid?: number;
  /** The stop that it is compared with; undefined at the first, and where the two cannot be compared. */
  readonly since?: number;
  readonly created: number;
  readonly finished: number;
  readonly stuck: number;
  readonly moved: number;
  /** `go` statements by how many more of their goroutines live now than at `since`, the largest growth first. */
  readonly creators: readonly { readonly createdBy: FrameJson; readonly before: number; readonly now: number }[];
  /** Goroutines alive at each stop so far, oldest first; at most the last 100. */
  readonly history: readonly { readonly stop: number; readonly total: number }[];
}

export interface LeaksBody {
  readonly stop: number;
  /** Whose, where children are followed. */
  readonly pid?: number;
  /** Findings as in `godiag leaks --json` (core/leak.ts). */
  readonly findings: readonly LeakJson[];
  readonly notes: readonly string[];
}

export interface LeakJson {
  readonly level: "suspect" | "confirmed";
  readonly pattern: string;
  readonly count: number;
  readonly function: string;
  readonly file: string;
  readonly line: number;
  readonly stack: readonly FrameJson[];
  readonly createdBy?: FrameJson;
  readonly explanation: string;
  readonly advice: string;
  readonly evidence: readonly string[];
  readonly ids: readonly number[];
}

export interface WaitsBody {
  readonly stop: number;
  /** What goroutines wait for: a channel, a mutex, a WaitGroup; the ones with most waiters first. */
  readonly objects: readonly WaitObjectJson[];
  /** Goroutines that wait for each other in a ring, with the objects between them. */
  readonly cycles: readonly (readonly { readonly goroutine: number; readonly waitsFor: number }[])[];
  readonly notes: readonly string[];
}

export interface WaitObjectJson {
  readonly address: number;
  readonly kind: "channel" | "mutex" | "rwmutex" | "waitgroup" | "cond" | "semaphore" | "unknown";
  /** A channel: what is in it, and of what capacity; closed. */
  readonly length?: number;
  readonly capacity?: number;
  readonly closed?: boolean;
  /** A channel that the clock sends on, of a Timer or Ticker. */
  readonly isTimer?: boolean;
  /** A WaitGroup: how many calls of Done are outstanding. */
  readonly counter?: number;
  /** At most 1,000 each; how many there are is in the counts. */
  readonly senders: readonly number[];
  readonly receivers: readonly number[];
  readonly waiters: readonly number[];
  readonly senderCount: number;
  readonly receiverCount: number;
  readonly waiterCount: number;
  /** Goroutines that hold it or could serve it, where that is known, with how it is known. */
  readonly servers: readonly { readonly goroutine: number; readonly because: string }[];
}
