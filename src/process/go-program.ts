/**
 * A Go program from outside, without Delve: a live process or a core file, with what its executable says about it.
 */
import { readFileSync } from "node:fs";
import { type Executable, openExecutable } from "./elf/executable.js";
import { ET_DYN, PT_LOAD } from "./elf/elf-file.js";
import { LiveMemory } from "./memory/live-memory.js";
import { type Address, bytesAt, type Memory, UnreadableMemory, wordIn } from "./memory/memory.js";
import { PagedMemory } from "./memory/paged-memory.js";
import { ProcessProblem } from "./memory/process-problem.js";
import { type StandingStill, standStill, type Stop, type ThreadPlace, whileStill } from "./memory/standing-still.js";
import { FuncTable } from "./runtime/func-table.js";
import { UnknownLayout } from "./runtime/layout.js";
import { type Module, modulesFrom } from "./runtime/modules.js";

/** Variables of the runtime that are needed; those of `OPTIONAL` some versions do not have. */
const VARIABLES = ["runtime.mheap_", "runtime.firstmoduledata", "runtime.allgs"] as const;
const OPTIONAL = [
  ...(["runtime.allp", "runtime.allm", "runtime.allfin", "runtime.gcCleanups", "runtime.gcController"] as const),
  ...(["runtime.MemProfileRate", "runtime.mbuckets"] as const),
  ...(["runtime.memstats", "runtime.sched", "runtime.allglen", "runtime.buildVersion"] as const),
] as const;

export type RuntimeVariable = (typeof VARIABLES)[number];
export type OptionalVariable = (typeof OPTIONAL)[number];

export interface GoProgram {
  /** What a person calls it: its file. */
  readonly name: string;
  readonly executable: Executable;
  readonly memory: Memory;
  /** What never changes: code, types, tables. */
  readonly constants: PagedMemory;
  /** What addresses in the file are to be increased by. */
  readonly loadedAt: number;
  readonly modules: readonly Module[];
  readonly functions: FuncTable;
  /** Whether nobody writes to an address: code, tables, types. */
  isConstant(address: Address): boolean;
  variable(name: RuntimeVariable): Address;
  optionalVariable(name: OptionalVariable): Address | undefined;
  /** What `read` makes of it while it stands still. */
  whileStill<Result>(read: (threads: readonly ThreadPlace[]) => Result): StandingStill<Result>;
  /** It stands still until the stop is ended: for who reads without waiting for anything but memory. */
  standStill(): Stop;
  /** Of a core file that was cut off: how much of the memory it should have. */
  readonly missingBytes?: number;
  close(): void;
}

/** Throws a `ProcessProblem` that says what keeps it from being read. */
export function openProcess(pid: number): GoProgram {
  if (process.platform !== "linux") {
    throw new ProcessProblem("processes are read from outside on Linux only", "Use dlv:HOST:PORT");
  }
  const executable = openExecutable(`/proc/${pid}/exe`);
  let memory: LiveMemory | undefined;
  try {
    memory = openMemory(pid);
    const entry = auxiliaryEntry(readFileSync(`/proc/${pid}/auxv`));
    const opened = memory;
    return goProgram(executable, memory, entry, {
      name: `pid:${pid}`,
      whileStill: (read) => whileStill(pid, read),
      standStill: () => standStill(pid),
      close: () => {
        opened.close();
        executable.close();
      },
    });
  } catch (error) {
    memory?.close();
    executable.close();
    throw asProblem(error);
  }
}

function openMemory(pid: number): LiveMemory {
  try {
    return new LiveMemory(pid);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ESRCH") throw new ProcessProblem("it has ended", "Name a process that runs");
    if (code !== "EACCES" && code !== "EPERM") throw new ProcessProblem(message, "Check its number");
    if (yamaScope() > 0) {
      const why = "the system lets only a parent read the memory of a process (kernel.yama.ptrace_scope)";
      throw new ProcessProblem(why, "Set kernel.yama.ptrace_scope=0, or start the program by godiag");
    }
    throw new ProcessProblem("the system does not let this user read its memory", "Run godiag as its user or as root");
  }
}

function yamaScope(): number {
  try {
    return Number(readFileSync("/proc/sys/kernel/yama/ptrace_scope", "latin1"));
  } catch {
    return 0;
  }
}

const AT_ENTRY = 9;

/** The address of a program's first instruction, in the list that the kernel gave it. */
export function auxiliaryEntry(auxiliary: Uint8Array): Address | undefined {
  for (let at = 0; at + 16 <= auxiliary.length; at += 16) {
    if (wordIn(auxiliary, at) === AT_ENTRY) return wordIn(auxiliary, at + 8);
  }
  return undefined;
}

/** Puts together what is known. Throws `UnreadableMemory`, `UnknownLayout` and `ProcessProblem`. */
export function goProgram(
  executable: Executable,
  memory: Memory,
  entry: Address | undefined,
  own: Pick<GoProgram, "name" | "whileStill" | "standStill" | "close">,
): GoProgram {
  const { file, symbols, layout } = executable;
  const loadedAt = file.type === ET_DYN && entry !== undefined ? entry - file.entry : 0;
  const found = symbols.find([...VARIABLES, ...OPTIONAL]);
  const missing = VARIABLES.filter((name) => !found.has(name));
  if (missing.length > 0) {
    const why = "it was built without symbols (-ldflags=-s), so its runtime's variables cannot be found";
    throw new ProcessProblem(why, "Build it without -s; -w alone is no hindrance");
  }
  const constants = new PagedMemory(memory);
  const readOnly = file.segments
    .filter(({ type, isWritable }) => type === PT_LOAD && !isWritable)
    .map(({ address, memoryBytes }) => ({ address: address + loadedAt, memoryBytes }));
  const variable = (name: string) => {
    const inFile = found.get(name)?.address;
    return inFile === undefined ? undefined : inFile + loadedAt;
  };
  const modules = modulesFrom(constants, variable("runtime.firstmoduledata") ?? 0, layout);
  checkModules(constants, modules);
  return {
    ...own,
    executable,
    memory,
    constants,
    loadedAt,
    modules,
    functions: new FuncTable(constants, modules, layout),
    isConstant: (address) =>
      readOnly.some(({ address: from, memoryBytes }) => address >= from && address < from + memoryBytes),
    variable: (name) => variable(name) ?? 0,
    optionalVariable: variable,
  };
}

/** Magic of the function tables since Go 1.20 (internal/abi.CurrentPCLnTabMagic). */
const TABLE_MAGIC = 0xfffffff1;

function checkModules(memory: PagedMemory, modules: readonly Module[]): void {
  const isModule = ({ pcHeader, from, to, types, typesEnd }: Module) =>
    memory.u32(pcHeader) === TABLE_MAGIC && from < to && types < typesEnd;
  if (modules.length > 0 && modules.every(isModule)) return;
  throw new UnknownLayout("its tables of functions are not those of this version of Go");
}

/** What reading a program may fail with, as a sentence for a person. */
export function asProblem(error: unknown): unknown {
  if (error instanceof UnknownLayout) return new ProcessProblem(error.message, "Report it with the version of Go");
  if (error instanceof RangeError) return new ProcessProblem(error.message, "Nothing was kept");
  if (error instanceof UnreadableMemory) return new ProcessProblem(error.message, "See that the program still runs");
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ESRCH" || code === "ENOENT") return new ProcessProblem("it has ended", "Name a process that runs");
  return error;
}

/** Bytes of a variable; undefined where this program has it not. */
export function variableWord(program: GoProgram, name: OptionalVariable): number | undefined {
  const at = program.optionalVariable(name);
  return at === undefined ? undefined : wordIn(bytesAt(program.memory, at, 8), 0);
}
