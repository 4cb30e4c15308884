/**
 * What the proxy answers beyond the Debug Adapter Protocol: custom requests that any client may send while the
 * program stands still, and the one event that says when to ask again. docs/dap.md is the prose of this file.
 *
 * Positions and counts are of goroutines; every list comes in pages. Errors are DAP error responses whose message is
 * one sentence for a person. Fields are added, never changed.
 */
import type {
  ChangesBody,
  GoroutineBody,
  GoroutinesArguments,
  GoroutinesBody,
  LeaksBody,
  OfProcess,
  WaitsBody,
} from "../../core/goroutines/answer-bodies.js";
import type { MemoryTotals } from "../memory/memory-totals.js";
import type { PausedProfileKind } from "../memory/paused-profile.js";

export interface Requests {
  "goDiagnostics/status": { arguments: Record<never, never>; body: StatusBody };
  "goDiagnostics/goroutines": { arguments: GoroutinesArguments; body: GoroutinesBody };
  "goDiagnostics/goroutine": {
    arguments: OfProcess & { id: number; start?: number; levels?: number };
    body: GoroutineBody;
  };
  /**
   * Makes the goroutine a thread of `threads` for this stop and the selected one: a `stopped` event follows. With `pid`,
   * `threads` and all requests of Delve's are then about that process; without `id`, its current goroutine.
   */
  "goDiagnostics/switch": { arguments: OfProcess & { id?: number }; body: Record<never, never> };
  "goDiagnostics/changes": { arguments: OfProcess; body: ChangesBody };
  "goDiagnostics/leaks": { arguments: OfProcess; body: LeaksBody };
  "goDiagnostics/waits": { arguments: { id?: number } & OfProcess; body: WaitsBody };
  "goDiagnostics/profile": { arguments: OfProcess & { kind: PausedProfileKind }; body: ProfileBody };
  /**
   * Heap and goroutines at one moment, also of a program that runs: it is paused for as long as reading takes, and the
   * client hears nothing of it. Fails when the program stops by itself just then. With `dump` every goroutine, too, with
   * who started it where the runtime keeps that.
   */
  "goDiagnostics/sample": { arguments: OfProcess & { dump?: boolean }; body: SampleBody };
  /**
   * Before a series of samples, `collectEveryMs`: garbage is collected at least that often, and memory profiling is
   * switched on where the linker has switched it off. Without it: both are put back. Samples of a series are of one
   * process, whichever the client sees meanwhile, and fail once that has ended.
   */
  "goDiagnostics/series": { arguments: OfProcess & { collectEveryMs?: number }; body: SeriesBody };
  "goDiagnostics/memory": { arguments: OfProcess & { address: number; count: number }; body: { base64: string } };
}

/** The name of the event; sent after each stop (goroutines may be asked for) and each resume (they may not). */
export const STOP_EVENT = "goDiagnostics/stop";

export interface StopEventBody {
  /** Counts the stops of the session from 1. */
  readonly stop: number;
  readonly running: boolean;
  /** Once a child was followed: the process that `threads` is about. Sent again when the client was switched to another. */
  readonly pid?: number;
  /** What to call it: "worker 4711". */
  readonly process?: string;
}

export interface StatusBody {
  readonly engine: "dap" | "rpc";
  /** Why this engine, one sentence. */
  readonly reason: string;
  readonly dlv: { readonly path?: string; readonly version?: string };
  readonly stop: number;
  readonly running: boolean;
  /** What is debugged, in the order in which it began; children only where they are followed. */
  readonly processes: readonly ProcessRow[];
  /** The program would not profile its memory: its linker had switched that off, and the proxy on. */
  readonly memoryProfiling?: "switched-on";
}

export interface ProcessRow {
  readonly pid: number;
  /** The command line. */
  readonly name?: string;
  /** Whether `threads` is about this process. */
  readonly selected: boolean;
}

export interface ProfileBody {
  /** A gzipped pprof protobuf profile. */
  readonly base64: string;
  readonly notes: readonly string[];
}

export interface SampleBody {
  /** Whose, where children are followed. */
  readonly pid?: number;
  /** Gzipped pprof protobuf profiles. */
  readonly heap: string;
  readonly goroutines: string;
  /** Where it was asked for: the text of all goroutines. */
  readonly dump?: string;
  /** Fields of runtime.MemStats, as far as they can be read. */
  readonly totals: MemoryTotals;
  /** How long the program stood still for it; 0 where it stood still anyhow. */
  readonly pausedMs: number;
}

export interface SeriesBody {
  readonly notes: readonly string[];
  /** Allocations are recorded from now on: what was allocated before is in no heap profile. */
  readonly recordsLate: boolean;
}

/** Requests of DAP that let a stopped program run. */
export const RESUMING_REQUESTS: ReadonlySet<string> = new Set([
  ...["continue", "next", "stepIn", "stepOut", "stepBack", "reverseContinue"],
]);

/** Asks what answers these requests: the proxy of a session, or an opened dump. */
export type Ask = <Name extends keyof Requests>(
  name: Name,
  about: Requests[Name]["arguments"],
) => Promise<Requests[Name]["body"]>;
