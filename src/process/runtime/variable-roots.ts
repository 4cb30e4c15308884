/**
 * The roots in variables of packages, by the masks that the linker made for the garbage collector.
 */
import { type OwnerIndex, type OwnerKind, type RootsBuilder } from "../../core/heap/roots.js";
import type { HeapSpans } from "../../core/heap/spans.js";
import type { ElfSymbols, Variable } from "../elf/elf-symbols.js";
import { type Address, type Memory, wordIn } from "../memory/memory.js";
import type { PagedMemory } from "../memory/paged-memory.js";
import type { Module, VariableArea } from "./modules.js";

export interface VariableReader {
  readonly memory: Memory;
  readonly constants: PagedMemory;
  readonly symbols: ElfSymbols;
  readonly loadedAt: number;
  readonly spans: HeapSpans;
}

export function addVariableRoots(reader: VariableReader, modules: readonly Module[], roots: RootsBuilder): void {
  const owners = new Map<Address, OwnerIndex>();
  for (const { areas } of modules) for (const area of areas) addArea(reader, area, roots, owners);
}

function addArea(
  reader: VariableReader,
  area: VariableArea,
  roots: RootsBuilder,
  owners: Map<Address, OwnerIndex>,
): void {
  const { memory, constants, spans } = reader;
  const length = Math.max(0, area.to - area.from);
  const bytes = new Uint8Array(length);
  const got = memory.readInto(area.from, bytes);
  const words = Math.min(area.maskBits, Math.floor(got / 8));
  const mask = constants.bytes(area.mask, Math.ceil(words / 8));
  let variable: Variable | undefined;
  for (let word = 0; word < words; word++) {
    if (((mask[word >> 3] >> (word & 7)) & 1) === 0) continue;
    const object = spans.objectAt(wordIn(bytes, word * 8));
    if (object < 0) continue;
    const slot = area.from + word * 8;
    const inFile = slot - reader.loadedAt;
    if (variable === undefined || inFile < variable.address || inFile >= variable.address + variable.length) {
      variable = reader.symbols.variableAt(inFile) ?? { name: "", address: inFile, length: 8 };
    }
    const address = variable.address + reader.loadedAt;
    let owner = owners.get(address);
    if (owner === undefined) {
      const name = variable.name === "" ? `variable at 0x${address.toString(16)}` : variable.name;
      owner = roots.owner({ kind: kindOf(name), name, address });
      owners.set(address, owner);
    }
    roots.add(object, owner, slot);
  }
}

/** What the runtime keeps for itself holds an object only where nothing of the program does. */
function kindOf(variable: string): OwnerKind {
  if (variable.startsWith("runtime/cgo.")) return "cgo";
  return /^(runtime|internal\/runtime\/[^.]*|internal\/(godebug|poll|bisect))\./.test(variable) ? "runtime" : "global";
}
