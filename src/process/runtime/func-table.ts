/**
 * The tables that every Go program carries for its own tracebacks and for its garbage collector: which function a program
 * counter is in, its name and line, how large its frame is there, and which words of the frame hold pointers.
 * Formats of runtime/symtab.go and internal/abi/symtab.go, the same from Go 1.21 to 1.27.
 */
import { decodeUtf8 } from "../../core/text/utf8.js";
import type { Address } from "../memory/memory.js";
import type { PagedMemory } from "../memory/paged-memory.js";
import { type Layout, offsetOf, sizeOf } from "./layout.js";
import type { Module } from "./modules.js";

export interface FoundFunction {
  readonly module: Module;
  /** Of its record. */
  readonly at: Address;
  readonly entry: Address;
  readonly name: string;
}

export interface SourcePlace {
  readonly function: string;
  readonly file: string;
  readonly line: number;
}

export const PCDATA_STACK_MAP_INDEX = 1;
const PCDATA_INLINE_INDEX = 2;
export const FUNCDATA_ARGUMENT_MAPS = 0;
export const FUNCDATA_LOCAL_MAPS = 1;
export const FUNCDATA_STACK_OBJECTS = 2;
const FUNCDATA_INLINE_TREE = 3;
const NONE = 0xffffffff;
const MAX_STEPS = 1_000_000;
const MAX_INLINED = 1_000;
const MAX_NAME_BYTES = 65_536;

export class FuncTable {
  readonly #memory: PagedMemory;
  readonly #modules: readonly Module[];
  readonly #fields: ReturnType<typeof fieldsOf>;
  /** Least size of an instruction: what the tables count program counters in. */
  readonly minInstruction: number;
  readonly #found = new Map<Address, FoundFunction | undefined>();
  readonly #names = new Map<Address, string>();

  constructor(memory: PagedMemory, modules: readonly Module[], layout: Layout) {
    this.#memory = memory;
    this.#modules = modules;
    this.#fields = fieldsOf(layout);
    this.minInstruction = memory.u8(modules[0].pcHeader + offsetOf(layout, "runtime.pcHeader.minLC"));
  }

  /** The function that a program counter is in; undefined outside of Go's code. */
  find(pc: Address): FoundFunction | undefined {
    if (this.#found.has(pc)) return this.#found.get(pc);
    const module = this.#modules.find(({ from, to }) => pc >= from && pc < to);
    const found = module === undefined ? undefined : this.#search(module, pc);
    this.#found.set(pc, found);
    return found;
  }

  /** Bytes between the stack pointer and where the frame of this function begins. */
  frameBytes(fn: FoundFunction, pc: Address): number {
    return this.#value(fn, this.#memory.u32(fn.at + this.#fields.pcsp), pc);
  }

  /** -1 where there is none. */
  pcdata(fn: FoundFunction, index: number, pc: Address): number {
    if (index >= this.#memory.u32(fn.at + this.#fields.npcdata)) return -1;
    return this.#value(fn, this.#memory.u32(fn.at + this.#fields.size + index * 4), pc);
  }

  /** Address of what the compiler noted of a function; 0 none. */
  funcdata(fn: FoundFunction, index: number): Address {
    const memory = this.#memory;
    if (index >= memory.u8(fn.at + this.#fields.nfuncdata)) return 0;
    const count = memory.u32(fn.at + this.#fields.npcdata);
    const offset = memory.u32(fn.at + this.#fields.size + (count + index) * 4);
    return offset === NONE ? 0 : fn.module.funcdata + offset;
  }

  /** Bytes of its arguments on the stack; undefined where that is not known. */
  argumentBytes(fn: FoundFunction): number | undefined {
    const bytes = this.#memory.i32(fn.at + this.#fields.args);
    return bytes < 0 ? undefined : bytes;
  }

  /** The calls at a program counter, the innermost inlined one first; of a return address, give one less. */
  places(pc: Address): readonly SourcePlace[] {
    const fn = this.find(pc);
    if (fn === undefined) return [];
    const memory = this.#memory;
    const fields = this.#fields;
    const tree = this.funcdata(fn, FUNCDATA_INLINE_TREE);
    const places: SourcePlace[] = [];
    for (let at = pc; places.length < MAX_INLINED;) {
      const index = tree === 0 ? -1 : this.pcdata(fn, PCDATA_INLINE_INDEX, at);
      const call = tree + index * fields.callBytes;
      const name = index >= 0 ? this.#name(fn.module, memory.i32(call + fields.callName)) : fn.name;
      const line = Math.max(0, this.#value(fn, memory.u32(fn.at + fields.pcln), at));
      places.push({ function: name, file: this.#file(fn, at), line });
      if (index < 0) break;
      at = fn.entry + memory.i32(call + fields.callParent);
    }
    return places;
  }

  #search(module: Module, pc: Address): FoundFunction | undefined {
    const memory = this.#memory;
    const start = (row: number) => textAddress(module, memory.u32(module.functionTable + row * 8));
    let low = 0;
    let high = module.functionCount - 1; // the last row is the end of the text
    if (high < 1 || pc < start(0) || pc >= start(high)) return undefined;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (pc >= start(middle)) low = middle;
      else high = middle;
    }
    const at = module.functions + memory.u32(module.functionTable + low * 8 + 4);
    const entry = textAddress(module, memory.u32(at + this.#fields.entryOff));
    return { module, at, entry, name: this.#name(module, memory.i32(at + this.#fields.nameOff)) };
  }

  /** The value that a table of deltas has at `pc`; -1 where it has none (runtime.pcvalue). */
  #value({ module, entry }: FoundFunction, table: number, pc: Address): number {
    if (table === 0) return -1;
    const memory = this.#memory;
    let at = module.pcTables + table;
    const number = () => {
      let value = 0;
      for (let shift = 0; shift < 35; shift += 7) {
        const byte = memory.u8(at++);
        value |= (byte & 0x7f) << shift;
        if (byte < 0x80) break;
      }
      return value >>> 0;
    };
    let value = -1;
    let reached = entry;
    for (let step = 0; step < MAX_STEPS; step++) {
      const delta = number();
      if (delta === 0 && step > 0) return -1;
      value = (value + ((delta >>> 1) ^ -(delta & 1))) | 0;
      reached += number() * this.minInstruction;
      if (pc < reached) return value;
    }
    return -1;
  }

  #name(module: Module, offset: number): string {
    return this.#text(module.functionNames + offset);
  }

  #file(fn: FoundFunction, pc: Address): string {
    const memory = this.#memory;
    const number = this.#value(fn, memory.u32(fn.at + this.#fields.pcfile), pc);
    const unit = memory.u32(fn.at + this.#fields.cuOffset);
    if (number < 0 || unit === NONE) return "";
    const offset = memory.u32(fn.module.compilationUnits + (unit + number) * 4);
    return offset === NONE ? "" : this.#text(fn.module.fileNames + offset);
  }

  #text(at: Address): string {
    let text = this.#names.get(at);
    if (text === undefined) {
      let length = 0;
      while (length < MAX_NAME_BYTES && this.#memory.u8(at + length) !== 0) length++;
      text = decodeUtf8(this.#memory.bytes(at, length));
      this.#names.set(at, text);
    }
    return text;
  }
}

function fieldsOf(layout: Layout) {
  const field = (name: string) => offsetOf(layout, `runtime._func.${name}`);
  return {
    size: sizeOf(layout, "runtime._func"),
    entryOff: field("entryOff"),
    nameOff: field("nameOff"),
    args: field("args"),
    pcsp: field("pcsp"),
    pcfile: field("pcfile"),
    pcln: field("pcln"),
    npcdata: field("npcdata"),
    cuOffset: field("cuOffset"),
    nfuncdata: field("nfuncdata"),
    callBytes: sizeOf(layout, "runtime.inlinedCall"),
    callName: offsetOf(layout, "runtime.inlinedCall.nameOff"),
    callParent: offsetOf(layout, "runtime.inlinedCall.parentPc"),
  };
}

/** Large programs have several sections of text, which the linker may have moved apart. */
function textAddress(module: Module, offset: number): Address {
  for (let i = 0; i < module.sections.length; i++) {
    const { offset: from, end, base } = module.sections[i];
    const isLast = i === module.sections.length - 1;
    if ((offset >= from && offset < end) || (isLast && offset === end)) return base + offset - from;
  }
  return module.text + offset;
}
