/**
 * Who started the goroutine that started … a goroutine: what the runtime keeps with GODEBUG=tracebackancestors=N, in
 * `g.ancestors`, a pointer to a slice of `runtime.ancestorInfo`, the nearest first. Their stacks are lists of logical
 * calls: an inlined call has a counter of its own, one behind the call as all others.
 */
import type { Assign } from "../dlv/assign.js";
import type { Ancestor } from "../../core/goroutines/goroutine.js";
import type { Address, PausedProgram } from "../../process/paused-program.js";
import type { GoroutineFrames } from "./goroutine-frames.js";
import { CachedMemory, fieldOffsets, sizeOf } from "./memory.js";
import type { Symbols } from "./symbols.js";

interface AncestorRecord {
  readonly id: number;
  readonly creatorPc: Address;
  readonly pcs: readonly Address[];
}

/** By the value of `g.ancestors`. */
export type AncestorRecords = ReadonlyMap<Address, readonly AncestorRecord[]>;

const MAX_ANCESTORS = 100;
/** The runtime keeps 50 (tracebackInnerFrames). */
const MAX_CALLS = 100;

/** Those at these addresses; what cannot be read is missing. */
export async function ancestorRecords(
  program: PausedProgram,
  addresses: readonly Address[],
  signal?: AbortSignal,
): Promise<AncestorRecords> {
  if (addresses.length === 0) return new Map();
  const [layout, size] = await Promise.all([
    fieldOffsets(program, "runtime.ancestorInfo", ["pcs", "goid", "gopc"], [], signal),
    sizeOf(program, "runtime.ancestorInfo", signal),
  ]);
  const memory = new CachedMemory(program);
  const read = await memory.settleAll(
    addresses,
    (at) => {
      const first = memory.u64(at);
      const count = Math.min(memory.u64(at + 8), MAX_ANCESTORS);
      return Array.from({ length: count }, (_, i): AncestorRecord => {
        const record = first + i * size;
        const calls = memory.u64(record + layout.pcs);
        const length = Math.min(memory.u64(record + layout.pcs + 8), MAX_CALLS);
        return {
          id: memory.u64(record + layout.goid),
          creatorPc: memory.u64(record + layout.gopc),
          pcs: Array.from({ length }, (_, call) => memory.u64(calls + call * 8)),
        };
      });
    },
    signal,
  );
  return new Map(addresses.flatMap((at, i) => (read[i] === undefined ? [] : [[at, read[i]]])));
}

/** The counters of calls that the symbols must know for `ancestryOf`. */
export function* ancestorCalls(records: AncestorRecords): Generator<Address> {
  for (const ancestors of records.values()) {
    for (const { creatorPc, pcs } of ancestors) {
      if (creatorPc !== 0) yield creatorPc - 1;
      for (const pc of pcs) yield pc - 1;
    }
  }
}

export function ancestryOf(records: readonly AncestorRecord[], symbols: Symbols, frames: GoroutineFrames): Ancestor[] {
  return records.map(({ id, creatorPc, pcs }) => ({
    id,
    stack: frames.ofCalls(pcs.flatMap((pc) => symbols.at(pc - 1).slice(0, 1))),
    creator: frames.creator(creatorPc),
  }));
}

const ANCESTORS = "runtime.debug.tracebackancestors";
const KEPT = 10;

/**
 * At the entry stop: lets the runtime keep who led to each goroutine, as GODEBUG=tracebackancestors=10 does. It reads the
 * variable at each `go` statement (runtime/proc.go, saveAncestors), and at its start sets only what GODEBUG names, so
 * the user's own number goes before it. Answers whether they are kept from now on; rejects with Delve's words when it
 * will not.
 *
 * Never in a program that runs: saveAncestors reads the variable twice, and where it were put back to 0 in between (a
 * build without optimisation reads memory twice) it would index an empty slice, which ends the program.
 */
export async function recordStarters(program: PausedProgram, assign: Assign, signal?: AbortSignal): Promise<boolean> {
  if ((await program.number("runtime.allglen", signal)) > 0) return false;
  await assign(ANCESTORS, KEPT, signal);
  return true;
}
