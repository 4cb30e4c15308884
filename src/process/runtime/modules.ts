/**
 * The modules of a Go program (the program, and its plugins): where each keeps its code, tables, types and variables.
 */
import type { Address } from "../memory/memory.js";
import type { PagedMemory } from "../memory/paged-memory.js";
import { type Layout, offsetOf } from "./layout.js";

export interface Section {
  readonly offset: number;
  readonly end: number;
  readonly base: Address;
}

/** Variables that may hold pointers, and a bit for each word that does. */
export interface VariableArea {
  readonly from: Address;
  readonly to: Address;
  readonly mask: Address;
  readonly maskBits: number;
}

export interface Module {
  readonly pcHeader: Address;
  readonly functionNames: Address;
  readonly compilationUnits: Address;
  readonly fileNames: Address;
  readonly pcTables: Address;
  readonly functions: Address;
  /** Pairs of 32 bits: offset from `text`, offset into `functions`; the last is the end. */
  readonly functionTable: Address;
  readonly functionCount: number;
  readonly from: Address;
  readonly to: Address;
  readonly text: Address;
  readonly sections: readonly Section[];
  readonly types: Address;
  readonly typesEnd: Address;
  readonly readOnlyData: Address;
  readonly funcdata: Address;
  readonly areas: readonly VariableArea[];
}

const MAX_MODULES = 1_000;
const MAX_SECTIONS = 4_096;

/** From the first one on. Throws `UnreadableMemory`. */
export function modulesFrom(memory: PagedMemory, first: Address, layout: Layout): readonly Module[] {
  const modules: Module[] = [];
  const next = offsetOf(layout, "runtime.moduledata.next");
  for (let at = first; at !== 0 && modules.length < MAX_MODULES; at = memory.word(at + next)) {
    modules.push(moduleAt(memory, at, layout));
  }
  return modules;
}

function moduleAt(memory: PagedMemory, at: Address, layout: Layout): Module {
  const place = (field: string) => at + offsetOf(layout, `runtime.moduledata.${field}`);
  const word = (field: string) => memory.word(place(field));
  const bitCount = offsetOf(layout, "runtime.bitvector.n");
  const bits = offsetOf(layout, "runtime.bitvector.bytedata");
  const area = (name: string): VariableArea => ({
    from: word(name),
    to: word(`e${name}`),
    mask: memory.word(place(`gc${name}mask`) + bits),
    maskBits: memory.i32(place(`gc${name}mask`) + bitCount),
  });
  const sectionCount = memory.word(place("textsectmap") + 8);
  const isSplit = sectionCount > 1 && sectionCount < MAX_SECTIONS;
  const firstSection = word("textsectmap");
  return {
    pcHeader: word("pcHeader"),
    functionNames: word("funcnametab"),
    compilationUnits: word("cutab"),
    fileNames: word("filetab"),
    pcTables: word("pctab"),
    functions: word("pclntable"),
    functionTable: word("ftab"),
    functionCount: memory.word(place("ftab") + 8),
    from: word("minpc"),
    to: word("maxpc"),
    text: word("text"),
    sections: Array.from({ length: isSplit ? sectionCount : 0 }, (_, i) => ({
      offset: memory.word(firstSection + i * 24),
      end: memory.word(firstSection + i * 24 + 8),
      base: memory.word(firstSection + i * 24 + 16),
    })),
    types: word("types"),
    typesEnd: word("etypes"),
    readOnlyData: word("rodata"),
    funcdata: word("gofunc"),
    areas: [area("data"), area("bss")],
  };
}
