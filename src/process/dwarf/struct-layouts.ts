/**
 * Layouts of named struct types out of a program's debug information: for versions of Go that the table does not know,
 * and to check the table by.
 */
import { AT, type Die, type DieReader, numberOf, TAG, textOf } from "./die-reader.js";

export interface StructLayout {
  readonly size: number;
  /** Offsets by field; of fields that are structs themselves, "outer.inner" as well. */
  readonly fields: Readonly<Record<string, number>>;
}

/** Those of the named types that are found; passes over the whole of the debug information. */
export function structLayouts(dwarf: DieReader, names: ReadonlySet<string>): ReadonlyMap<string, StructLayout> {
  const found = new Map<string, StructLayout>();
  for (const unit of dwarf.units) {
    const root = dwarf.die(unit.firstDie, unit);
    if (root === undefined) continue;
    for (const die of dwarf.children(root)) {
      if (die.tag !== TAG.structureType) continue;
      const name = textOf(die, AT.name);
      if (name !== undefined && names.has(name) && !found.has(name)) found.set(name, layoutOf(dwarf, die));
      if (found.size === names.size) return found;
    }
  }
  return found;
}

const MAX_DEPTH = 4;

function layoutOf(dwarf: DieReader, struct: Die): StructLayout {
  const fields: Record<string, number> = {};
  const add = (die: Die, prefix: string, base: number, depth: number) => {
    for (const member of dwarf.children(die)) {
      if (member.tag !== TAG.member) continue;
      const name = prefix + (textOf(member, AT.name) ?? "");
      const offset = base + (numberOf(member, AT.dataMemberLocation) ?? 0);
      fields[name] = offset;
      const type = underlying(dwarf, dwarf.die(numberOf(member, AT.type) ?? -1));
      if (type?.tag === TAG.structureType && depth < MAX_DEPTH) add(type, `${name}.`, offset, depth + 1);
    }
  };
  add(struct, "", 0, 1);
  return { size: numberOf(struct, AT.byteSize) ?? 0, fields };
}

/** What a named type stands for. */
function underlying(dwarf: DieReader, type: Die | undefined): Die | undefined {
  for (let i = 0; type?.tag === TAG.typedef && i < MAX_DEPTH; i++) type = dwarf.die(numberOf(type, AT.type) ?? -1);
  return type;
}
