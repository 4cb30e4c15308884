/**
 * Functions, files and lines of program counters, with the calls that were inlined, from the tables that every Go
 * program carries for its own tracebacks: many at once, and on every way to Delve. (Over DAP Delve names no function
 * of an address; over JSON-RPC it does one at a time and knows no inlined calls.)
 *
 * The format is that of runtime/symtab.go and symtabinl.go, the same from Go 1.21 to 1.27; where the tables are is
 * asked of the program. The names are what runtime.CallersFrames gives: type arguments are "[...]".
 */
import { CachedMemory, fieldOffsets, optionalNumber } from "./memory.js";
import type { Address, PausedProgram } from "../../process/paused-program.js";
import { CALL, INLINED_CALL } from "../../core/goroutines/goroutine.js";
import { decodeUtf8 } from "../../core/text/utf8.js";

export interface SourceFrame {
  /** Index into `Symbols.names`. */
  readonly name: number;
  /** Index into `Symbols.files`. */
  readonly file: number;
  readonly line: number;
  /** CALL or INLINED_CALL of core/goroutine.ts. */
  readonly kind: number;
  /** Distance from the entry of the function that was really called. */
  readonly pcOffset: number;
  /** Where that function begins. */
  readonly entry: Address;
  /** Made by the compiler to adapt a call; tracebacks leave such frames out. */
  readonly isWrapper: boolean;
}

const UNKNOWN: readonly SourceFrame[] = [];

/** Reads where the tables are. Rejects with a `MemoryProblem` where the program has none of the known form. */
export async function openSymbols(program: PausedProgram, signal?: AbortSignal): Promise<Symbols> {
  const [moduleLayout, functionLayout, callLayout, first, wrapper, quantum] = await Promise.all([
    fieldOffsets(program, "runtime.moduledata", MODULE_FIELDS, [], signal),
    fieldOffsets(program, "runtime._func", FUNCTION_FIELDS, [], signal),
    fieldOffsets(program, "runtime.inlinedCall", ["funcID", "nameOff", "parentPc"], [], signal).catch(
      () => INLINED_CALL_LAYOUT,
    ),
    program.number("uintptr(&runtime.firstmoduledata)", signal),
    optionalNumber(program, '"internal/abi".FuncIDWrapper', signal),
    program.number("runtime.firstmoduledata.pcHeader.minLC", signal),
  ]);
  const memory = new CachedMemory(program);
  const modules = await memory.settle(() => {
    const list: Module[] = [];
    for (let at = first; at !== 0 && list.length < MAX_MODULES; at = memory.u64(at + moduleLayout.next)) {
      list.push(moduleAt(memory, at, moduleLayout));
    }
    return list;
  }, signal);
  return new Symbols(memory, modules, { ...functionLayout, call: callLayout, wrapper, quantum });
}

const MODULE_FIELDS = [
  ...(["funcnametab", "cutab", "filetab", "pctab", "pclntable", "ftab"] as const),
  ...(["minpc", "maxpc", "text", "textsectmap", "gofunc", "next"] as const),
] as const;
const FUNCTION_FIELDS = [
  ...(["entryOff", "nameOff", "pcfile", "pcln", "npcdata", "cuOffset", "funcID", "nfuncdata"] as const),
] as const;
/** Of Go 1.21 and later, should the program's own description of it be missing. */
const INLINED_CALL_LAYOUT = { funcID: 0, nameOff: 4, parentPc: 8 };
const INLINED_CALL_BYTES = 16;
const MAX_MODULES = 1_000;

/** Of internal/abi/symtab.go. */
const INL_TREE_INDEX = 2;
const INL_TREE = 3;
const NO_FUNCDATA = 0xffffffff;

interface Module {
  readonly functionNames: Address;
  readonly compilationUnits: Address;
  readonly fileNames: Address;
  readonly pcTables: Address;
  readonly functions: Address;
  /** Pairs of 32 bits: offset from `text`, offset into `functions`; the last is the end. */
  readonly table: Address;
  readonly tableLength: number;
  readonly from: Address;
  readonly to: Address;
  readonly text: Address;
  readonly sections: readonly { readonly offset: number; readonly end: number; readonly base: Address }[];
  readonly funcdata: Address;
}

type Layout = Record<(typeof FUNCTION_FIELDS)[number], number> & {
  readonly call: typeof INLINED_CALL_LAYOUT;
  readonly wrapper: number | undefined;
  /** Least size of an instruction: what the tables count program counters in. */
  readonly quantum: number;
};

function moduleAt(memory: CachedMemory, at: Address, layout: Record<(typeof MODULE_FIELDS)[number], number>): Module {
  const word = (field: keyof typeof layout) => memory.u64(at + layout[field]);
  const sectionCount = memory.u64(at + layout.textsectmap + 8);
  const sections = Array.from({ length: sectionCount > 1 && sectionCount < 4096 ? sectionCount : 0 }, (_, i) => {
    const section = word("textsectmap") + i * 24; // vaddr, end, baseaddr
    return { offset: memory.u64(section), end: memory.u64(section + 8), base: memory.u64(section + 16) };
  });
  return {
    functionNames: word("funcnametab"),
    compilationUnits: word("cutab"),
    fileNames: word("filetab"),
    pcTables: word("pctab"),
    functions: word("pclntable"),
    table: word("ftab"),
    tableLength: memory.u64(at + layout.ftab + 8),
    from: word("minpc"),
    to: word("maxpc"),
    text: word("text"),
    sections,
    funcdata: word("gofunc"),
  };
}

export class Symbols {
  /** Names of functions and of files; all grow. */
  readonly names: string[] = [];
  /** The same with type arguments in full, as they are in profiles. */
  readonly fullNames: string[] = [];
  readonly files: string[] = [];
  readonly #memory: CachedMemory;
  readonly #modules: readonly Module[];
  readonly #layout: Layout;
  readonly #frames = new Map<Address, readonly SourceFrame[]>();
  readonly #nameAt = new Map<Address, number>();
  readonly #fileAt = new Map<Address, number>();
  readonly #extraNames = new Map<string, number>();

  constructor(memory: CachedMemory, modules: readonly Module[], layout: Layout) {
    this.#memory = memory;
    this.#modules = modules;
    this.#layout = layout;
  }

  /**
   * Makes the frames of these program counters known. They are addresses of calls: of a return address, one less.
   * Rejects only when reading ends; what the tables do not know has no frames.
   */
  async load(pcs: Iterable<Address>, signal?: AbortSignal): Promise<void> {
    const open = [...new Set(pcs)].filter((pc) => !this.#frames.has(pc));
    const found = await this.#memory.settleAll(open, (pc) => this.#framesOf(pc), signal);
    open.forEach((pc, i) => this.#frames.set(pc, found[i] ?? UNKNOWN));
  }

  /** The frames of a program counter that was loaded, the innermost inlined call first; empty when it is not Go's. */
  at(pc: Address): readonly SourceFrame[] {
    return this.#frames.get(pc) ?? UNKNOWN;
  }

  /** Index of a name that no table has. */
  name(text: string): number {
    let index = this.#extraNames.get(text);
    if (index === undefined) {
      index = this.#added(text, text);
      this.#extraNames.set(text, index);
    }
    return index;
  }

  /** Index of the file of a frame that has none. */
  unknownFile(): number {
    let index = this.#fileAt.get(0);
    if (index === undefined) {
      index = this.files.push("") - 1;
      this.#fileAt.set(0, index);
    }
    return index;
  }

  #framesOf(pc: Address): readonly SourceFrame[] {
    const module = this.#modules.find(({ from, to }) => pc >= from && pc < to);
    if (module === undefined) return UNKNOWN;
    const row = this.#rowOf(module, pc);
    if (row < 0) return UNKNOWN;
    const memory = this.#memory;
    const layout = this.#layout;
    const fn = module.functions + memory.u32(module.table + row * 8 + 4);
    const entry = textAddress(module, memory.u32(fn + layout.entryOff));
    const pcdataCount = memory.u32(fn + layout.npcdata);
    const pcdata = fn + layout.nfuncdata + 1;
    const inlineIndex = pcdataCount > INL_TREE_INDEX ? memory.u32(pcdata + INL_TREE_INDEX * 4) : 0;
    const tree = this.#inlineTree(module, fn, pcdata + pcdataCount * 4);

    const frames: SourceFrame[] = [];
    let at = pc;
    for (let depth = 0; depth < MAX_INLINED; depth++) {
      const index = tree === 0 ? -1 : this.#valueAt(module, inlineIndex, entry, at);
      const call = tree + index * INLINED_CALL_BYTES;
      const isInlined = index >= 0;
      const funcId = memory.u8(isInlined ? call + layout.call.funcID : fn + layout.funcID);
      frames.push({
        name: this.#name(module, memory.i32(isInlined ? call + layout.call.nameOff : fn + layout.nameOff)),
        file: this.#file(module, fn, entry, at),
        line: Math.max(0, this.#valueAt(module, memory.u32(fn + layout.pcln), entry, at)),
        kind: isInlined ? INLINED_CALL : CALL,
        pcOffset: pc - entry,
        entry,
        isWrapper: funcId === layout.wrapper,
      });
      if (!isInlined) break;
      at = entry + memory.i32(call + layout.call.parentPc);
    }
    return frames;
  }

  /** Row of the function table that covers `pc`; -1 when none does. */
  #rowOf(module: Module, pc: Address): number {
    const start = (row: number) => textAddress(module, this.#memory.u32(module.table + row * 8));
    let low = 0;
    let high = module.tableLength - 1; // the last row is the end of the text
    if (high < 1 || pc < start(0) || pc >= start(high)) return -1;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (pc >= start(middle)) low = middle;
      else high = middle;
    }
    return low;
  }

  #inlineTree(module: Module, fn: Address, funcdata: Address): Address {
    if (this.#memory.u8(fn + this.#layout.nfuncdata) <= INL_TREE) return 0;
    const offset = this.#memory.u32(funcdata + INL_TREE * 4);
    return offset === NO_FUNCDATA ? 0 : module.funcdata + offset;
  }

  /** The value that a table of deltas has at `pc`; -1 where it has none (runtime.pcvalue). */
  #valueAt(module: Module, table: number, entry: Address, pc: Address): number {
    if (table === 0) return -1;
    const memory = this.#memory;
    let at = module.pcTables + table;
    let value = -1;
    let reached = entry;
    for (let step = 0; step < MAX_STEPS; step++) {
      let delta = 0;
      let shift = 0;
      let byte: number;
      do {
        byte = memory.u8(at++);
        delta |= (byte & 0x7f) << shift;
        shift += 7;
      } while (byte & 0x80 && shift < 35);
      if (delta === 0 && step > 0) return -1;
      value = (value + ((delta >>> 1) ^ -(delta & 1))) | 0;
      let distance = 0;
      shift = 0;
      do {
        byte = memory.u8(at++);
        distance |= (byte & 0x7f) << shift;
        shift += 7;
      } while (byte & 0x80 && shift < 35);
      reached += (distance >>> 0) * this.#layout.quantum;
      if (pc < reached) return value;
    }
    return -1;
  }

  #added(name: string, fullName: string): number {
    this.fullNames.push(fullName);
    return this.names.push(name) - 1;
  }

  #name(module: Module, offset: number): number {
    const at = module.functionNames + offset;
    let index = this.#nameAt.get(at);
    if (index === undefined) {
      const name = this.#text(at);
      index = this.#added(printedName(name), name);
      this.#nameAt.set(at, index);
    }
    return index;
  }

  #file(module: Module, fn: Address, entry: Address, pc: Address): number {
    const memory = this.#memory;
    const number = this.#valueAt(module, memory.u32(fn + this.#layout.pcfile), entry, pc);
    const unit = memory.u32(fn + this.#layout.cuOffset);
    const offset =
      number < 0 || unit === NO_FUNCDATA ? NO_FUNCDATA : memory.u32(module.compilationUnits + (unit + number) * 4);
    const at = offset === NO_FUNCDATA ? 0 : module.fileNames + offset;
    let index = this.#fileAt.get(at);
    if (index === undefined) {
      index = this.files.push(at === 0 ? "" : this.#text(at)) - 1;
      this.#fileAt.set(at, index);
    }
    return index;
  }

  #text(at: Address): string {
    let length = 0;
    while (length < MAX_NAME_LENGTH && this.#memory.u8(at + length) !== 0) length++;
    return decodeUtf8(this.#memory.bytes(at, length), 0, length);
  }
}

const MAX_INLINED = 1_000;
const MAX_STEPS = 1_000_000;
const MAX_NAME_LENGTH = 65_536;

/** Large programs have several sections of text, which the linker may have moved apart. */
function textAddress(module: Module, offset: number): Address {
  for (let i = 0; i < module.sections.length; i++) {
    const { offset: from, end, base } = module.sections[i];
    const isLast = i === module.sections.length - 1;
    if ((offset >= from && offset < end) || (isLast && offset === end)) return base + offset - from;
  }
  return module.text + offset;
}

/** runtime.funcNameForPrint. */
function printedName(name: string): string {
  const from = name.indexOf("[");
  const to = name.lastIndexOf("]");
  return from < 0 || to <= from ? name : `${name.slice(0, from)}[...]${name.slice(to + 1)}`;
}
