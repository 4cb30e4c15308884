/**
 * Types and names of a Go program for whoever follows its pointers: descriptions that the program carries of its types,
 * and its debug information where it has some.
 */
import type { TypedMemory } from "../core/heap/content.js";
import type { GoType } from "../core/heap/go-type.js";
import type { HeapSpans } from "../core/heap/spans.js";
import { DwarfTypes } from "./dwarf/dwarf-types.js";
import { DwarfVariables } from "./dwarf/variables.js";
import type { GoProgram } from "./go-program.js";
import { type Address, type Memory, UnreadableMemory } from "./memory/memory.js";
import { PagedMemory } from "./memory/paged-memory.js";
import { MAX_BITMAP_OBJECT_BYTES } from "./runtime/edges.js";
import { offsetOf, sizeOf } from "./runtime/layout.js";
import { RuntimeTypes } from "./runtime/runtime-types.js";

/** `memory` is what the program held when it was read. */
export function typedMemory(program: GoProgram, memory: Memory, spans: HeapSpans): TypedMemory {
  const { executable, constants, modules, functions, loadedAt } = program;
  const { layout } = executable;
  const words = new PagedMemory(memory);
  const types = new RuntimeTypes(constants, modules, layout);
  const dwarf = executable.dwarf();
  // A type is named by its place among all types, or by its address in the file.
  const typesStart = modules[0].types;
  const dwarfTypes = new DwarfTypes(dwarf, (place) =>
    types.at(place + (place + loadedAt < typesStart ? typesStart : loadedAt)),
  );
  const variables = new DwarfVariables(dwarf, dwarfTypes);
  const word = (address: Address) => readOrNothing(() => words.word(address));
  const variableTypes = new Map<string, GoType | undefined>();
  return {
    word,
    variable: (symbol) => {
      if (!variableTypes.has(symbol)) variableTypes.set(symbol, variables.typeOf(symbol));
      return variableTypes.get(symbol);
    },
    local: (frame, slot) => variables.local(frame.function, frame.pc - 1 - loadedAt, slot - frame.base),
    sourcePlace: (pc) => readOrNothing(() => functions.places(pc).at(-1)),
    allocatedType: (object) => {
      const span = spans.spanOf(object);
      const { elementSize, isLarge, isPointerFree, largeType } = spans.columns;
      if (isPointerFree[span] === 1 || elementSize[span] <= MAX_BITMAP_OBJECT_BYTES) return undefined;
      const type = isLarge[span] === 1 ? largeType[span] : word(spans.addressOf(object));
      return type === undefined || type === 0 ? undefined : types.at(type);
    },
    dynamic: (first, isEmpty) => (isEmpty ? types.at(first) : types.ofTable(first)),
    isPointerShaped: (type) => types.isPointerShaped(type),
    closure: (code) => {
      const fn = readOrNothing(() => functions.find(code));
      return fn === undefined || fn.entry !== code
        ? undefined
        : { function: fn.name, fields: variables.captured(fn.name) };
    },
    map: {
      entries: offsetOf(layout, "internal/runtime/maps.Map.used"),
      directory: offsetOf(layout, "internal/runtime/maps.Map.dirPtr"),
      directoryLength: offsetOf(layout, "internal/runtime/maps.Map.dirLen"),
      groups: offsetOf(layout, "internal/runtime/maps.table.groups.data"),
    },
    channelBuffer: offsetOf(layout, "runtime.hchan.buf"),
    timer: {
      kind: "struct",
      name: "runtime.timer",
      size: sizeOf(layout, "runtime.timer"),
      fields: () => [
        { name: "", offset: offsetOf(layout, "runtime.timer.f"), type: () => FUNCTION },
        { name: "", offset: offsetOf(layout, "runtime.timer.arg"), type: () => ANYTHING },
      ],
    },
  };
}

const FUNCTION: GoType = { kind: "function", name: "func()", size: 8 };
const ANYTHING: GoType = { kind: "interface", name: "interface {}", size: 16, isEmpty: true };

function readOrNothing<Result>(read: () => Result): Result | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnreadableMemory) return undefined;
    throw error;
  }
}
