/**
 * Types by the descriptions that a Go program carries of every type that it allocates or puts into an interface
 * (internal/abi/type.go, map_swiss.go): they are there in stripped programs, too.
 */
import type { GoField, GoType } from "../../core/heap/go-type.js";
import { decodeUtf8 } from "../../core/text/utf8.js";
import { type Address, UnreadableMemory } from "../memory/memory.js";
import type { PagedMemory } from "../memory/paged-memory.js";
import { type Layout, offsetOf } from "./layout.js";
import type { Module } from "./modules.js";

const ARRAY = 17;
const CHAN = 18;
const FUNC = 19;
const INTERFACE = 20;
const MAP = 21;
const POINTER = 22;
const SLICE = 23;
const STRING = 24;
const STRUCT = 25;
const UNSAFE_POINTER = 26;
const KIND_MASK = 31;
/** The name has a star in front that does not belong to it: it is that of the pointer to the type. */
const HAS_EXTRA_STAR = 2;
const MAX_FIELDS = 100_000;
const MAX_NAME_BYTES = 10_000;

export class RuntimeTypes {
  readonly #memory: PagedMemory;
  readonly #modules: readonly Module[];
  readonly #at: ReturnType<typeof placesIn>;
  readonly #known = new Map<Address, GoType | undefined>();

  constructor(memory: PagedMemory, modules: readonly Module[], layout: Layout) {
    this.#memory = memory;
    this.#modules = modules;
    this.#at = placesIn(layout);
  }

  /** The type that is described at an address; undefined where there is none. */
  at(address: Address): GoType | undefined {
    const known = this.#known.get(address);
    if (known !== undefined || this.#known.has(address)) return known;
    let type: GoType | undefined;
    try {
      type = this.#read(address);
    } catch (error) {
      if (!(error instanceof UnreadableMemory)) throw error;
    }
    this.#known.set(address, type);
    return type;
  }

  /** Of the first word of an interface that has methods: the type that its table is for. */
  ofTable(table: Address): GoType | undefined {
    try {
      return this.at(this.#memory.word(table + 8));
    } catch (error) {
      if (error instanceof UnreadableMemory) return undefined;
      throw error;
    }
  }

  /** Whether a value of this type in an interface is the pointer itself. */
  isPointerShaped(type: GoType): boolean {
    if (type.kind === "struct") {
      const fields = type.fields().filter((field) => (field.type()?.size ?? 0) > 0);
      const only = fields.length === 1 ? fields[0].type() : undefined;
      return only !== undefined && this.isPointerShaped(only);
    }
    if (type.kind === "array") {
      const element = type.count === 1 ? type.element() : undefined;
      return element !== undefined && this.isPointerShaped(element);
    }
    return POINTER_SHAPED.has(type.kind);
  }

  #read(address: Address): GoType | undefined {
    const memory = this.#memory;
    const at = this.#at;
    const kind = memory.u8(address + at.kind) & KIND_MASK;
    const size = memory.word(address + at.size);
    if (kind === 0 || kind > UNSAFE_POINTER || size > 2 ** 40) return undefined;
    const module =
      this.#modules.find(({ types, typesEnd }) => address >= types && address < typesEnd) ?? this.#modules[0];
    const name = this.#typeName(module, address);
    const part = (offset: number) => () => this.at(memory.word(address + offset));
    const extra = at.typeBytes;
    switch (kind) {
      case ARRAY:
        return { kind: "array", name, size, element: part(extra), count: memory.word(address + extra + 16) };
      case CHAN:
        return { kind: "channel", name, size, element: part(extra) };
      case POINTER:
        return { kind: "pointer", name, size, element: part(extra) };
      case SLICE:
        return { kind: "slice", name, size, element: part(extra) };
      case MAP:
        return { kind: "map", name, size, key: part(extra), value: part(extra + 8), group: part(extra + 16) };
      case STRUCT:
        return { kind: "struct", name, size, fields: this.#fields(address + extra + 8) };
      case INTERFACE:
        return { kind: "interface", name, size, isEmpty: memory.word(address + extra + 16) === 0 };
      case FUNC:
        return { kind: "function", name, size };
      case STRING:
        return { kind: "string", name, size };
      case UNSAFE_POINTER:
        return { kind: "unsafe", name, size };
      default:
        return { kind: "plain", name, size };
    }
  }

  #fields(slice: Address): () => readonly GoField[] {
    let fields: readonly GoField[] | undefined;
    const memory = this.#memory;
    const at = this.#at;
    return () => {
      if (fields !== undefined) return fields;
      try {
        const first = memory.word(slice);
        const count = Math.min(memory.word(slice + 8), MAX_FIELDS);
        fields = Array.from({ length: count }, (_, i) => {
          const field = first + i * at.fieldBytes;
          const type = memory.word(field + at.fieldType);
          const name = this.#name(memory.word(field + at.fieldName));
          return { name, offset: memory.word(field + at.fieldOffset), type: () => this.at(type) };
        });
      } catch (error) {
        if (!(error instanceof UnreadableMemory)) throw error;
        fields = [];
      }
      return fields;
    };
  }

  #typeName(module: Module, address: Address): string {
    const offset = this.#memory.i32(address + this.#at.name);
    const hasStar = (this.#memory.u8(address + this.#at.flags) & HAS_EXTRA_STAR) !== 0;
    // Types that the program made itself (reflect) have names that are nowhere in the module.
    if (offset <= 0 || module.types + offset >= module.typesEnd) return "";
    const name = this.#name(module.types + offset);
    return hasStar ? name.slice(1) : name;
  }

  /** A byte of flags, the length as a varint, the text. */
  #name(address: Address): string {
    if (address === 0) return "";
    let at = address + 1;
    let length = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.#memory.u8(at++);
      length |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    return decodeUtf8(this.#memory.bytes(at, Math.min(length, MAX_NAME_BYTES)));
  }
}

const POINTER_SHAPED: ReadonlySet<string> = new Set(["pointer", "map", "channel", "function", "unsafe"]);

function placesIn(layout: Layout) {
  const type = (field: string) => offsetOf(layout, `internal/abi.Type.${field}`);
  const field = (name: string) => offsetOf(layout, `internal/abi.StructField.${name}`);
  return {
    typeBytes: layout.sizes.get("internal/abi.Type") ?? 48,
    fieldBytes: layout.sizes.get("internal/abi.StructField") ?? 24,
    ...{ size: type("Size_"), flags: type("TFlag"), kind: type("Kind_"), name: type("Str") },
    ...{ fieldName: field("Name"), fieldType: field("Typ"), fieldOffset: field("Offset") },
  };
}
