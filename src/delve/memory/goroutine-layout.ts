/**
 * Where a running program keeps its goroutines and what it calls their states: asked once per process.
 *
 * Every offset and every word is the program's own (runtime/runtime2.go, traceback.go), so that nothing here depends
 * on the version of Go; a field that this version has not is undefined.
 */
import { CachedMemory, fieldOffsets, optionalNumber } from "./memory.js";
import type { Address, PausedProgram } from "../../process/paused-program.js";
import { decodeUtf8 } from "../../core/text/utf8.js";

const REQUIRED = [
  ...(["stack.lo", "stack.hi", "sched.sp", "sched.pc", "sched.bp", "atomicstatus", "goid"] as const),
  ...(["waitsince", "waitreason", "lockedm", "gopc", "startpc", "syscallsp", "syscallpc"] as const),
] as const;
const OPTIONAL = ["parentGoid", "labels", "waiting", "syscallbp", "bubble", "syncGroup", "ancestors"] as const;

type FieldOffsets = Record<(typeof REQUIRED)[number], number> & Record<(typeof OPTIONAL)[number], number | undefined>;

export interface GoroutineLayout {
  readonly offset: FieldOffsets;
  /** Bytes of a `runtime.g` that hold all of these fields. */
  readonly length: number;
  /** "idle", "runnable", …, by status. */
  readonly statuses: readonly string[];
  /** "chan receive", …, by wait reason. */
  readonly waitReasons: readonly string[];
  /** Which waits are durable inside a synctest bubble; undefined before Go 1.24. */
  readonly isIdleInSynctest: Uint8Array | undefined;
  /** Of the number of a synctest bubble in what `g.bubble` points to. */
  readonly bubbleId: number | undefined;
  readonly status: { readonly dead: number; readonly leaked: number; readonly deadExtra: number };
}

/** Rejects with a `MemoryProblem` when the program is no Go program that Delve understands. */
export async function goroutineLayout(program: PausedProgram, signal?: AbortSignal): Promise<GoroutineLayout> {
  const constant = (name: string) => optionalNumber(program, name, signal);
  const [offset, statuses, waitReasons, durable, bubbleId, dead, leaked, deadExtra] = await Promise.all([
    fieldOffsets(program, "runtime.g", REQUIRED, OPTIONAL, signal),
    strings(program, "runtime.gStatusStrings", signal),
    strings(program, "runtime.waitReasonStrings", signal),
    flags(program, "runtime.isIdleInSynctest", signal),
    fieldOffsets(program, "runtime.synctestBubble", [], ["id"], signal),
    constant("runtime._Gdead"),
    constant("runtime._Gleaked"),
    constant("runtime._Gdeadextra"),
  ]);
  return {
    offset,
    length: Math.max(...Object.values(offset).map((value) => value ?? 0)) + 8,
    statuses,
    waitReasons,
    isIdleInSynctest: durable,
    bubbleId: bubbleId.id,
    status: { dead: dead ?? 6, leaked: leaked ?? NONE, deadExtra: deadExtra ?? NONE },
  };
}

/** A status that no goroutine has. */
const NONE = -1;
/** More than any Go has had; a longer array is not one. */
const MAX_NAMES = 1_000;
const MAX_NAME_LENGTH = 200;

async function strings(program: PausedProgram, variable: string, signal?: AbortSignal): Promise<string[]> {
  const [at, length] = await Promise.all([
    program.number(`uintptr(&${variable})`, signal),
    program.number(`len(${variable})`, signal),
  ]);
  const memory = new CachedMemory(program);
  return memory.settle(
    () => Array.from({ length: Math.min(length, MAX_NAMES) }, (_, i) => goString(memory, at + i * 16, MAX_NAME_LENGTH)),
    signal,
  );
}

/** The string whose pointer and length are at `at`, cut to `most` bytes. */
export function goString(memory: CachedMemory, at: Address, most: number): string {
  const length = Math.min(memory.u64(at + 8), most);
  return length === 0 ? "" : decodeUtf8(memory.bytes(memory.u64(at), length));
}

async function flags(program: PausedProgram, variable: string, signal?: AbortSignal): Promise<Uint8Array | undefined> {
  const length = await optionalNumber(program, `len(${variable})`, signal);
  if (length === undefined) return undefined;
  return program.read(await program.number(`uintptr(&${variable})`, signal), Math.min(length, MAX_NAMES), signal);
}
