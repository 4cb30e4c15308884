/**
 * Types by the program's debug information: of variables, which nothing else tells. Where an entry names the description
 * that the program itself carries of its type, that one is taken.
 */
import type { GoField, GoType } from "../../core/heap/go-type.js";
import { AT, type Die, type DieReader, numberOf, TAG, textOf } from "./die-reader.js";

const CHAN = 18;
const INTERFACE = 20;
const MAP = 21;
const SLICE = 23;
const STRING = 24;
const UNSAFE_POINTER = 26;
const MAX_TYPEDEFS = 100;

export class DwarfTypes {
  readonly #dwarf: DieReader;
  /** The type that the program carries a description of, by what its entry says of where that is. */
  readonly #described: (place: number) => GoType | undefined;
  readonly #known = new Map<number, GoType | undefined>();

  constructor(dwarf: DieReader, described: (place: number) => GoType | undefined) {
    this.#dwarf = dwarf;
    this.#described = described;
  }

  /** The type of a variable, parameter or field. */
  ofDie(die: Die): GoType | undefined {
    const offset = numberOf(die, AT.type);
    return offset === undefined ? undefined : this.at(offset);
  }

  /** The type whose entry is at an offset. */
  at(offset: number): GoType | undefined {
    const known = this.#known.get(offset);
    if (known !== undefined || this.#known.has(offset)) return known;
    const die = this.#dwarf.die(offset);
    const type = die === undefined ? undefined : this.#read(die);
    this.#known.set(offset, type);
    return type;
  }

  #read(die: Die): GoType | undefined {
    const described = numberOf(die, AT.goRuntimeType);
    const type = described === undefined || described === 0 ? undefined : this.#described(described);
    if (type !== undefined) return type;
    const name = textOf(die, AT.name) ?? "";
    const size = numberOf(die, AT.byteSize) ?? 8;
    const lazy = (attribute: number) => () => {
      const offset = numberOf(die, attribute);
      return offset === undefined ? undefined : this.at(offset);
    };
    switch (numberOf(die, AT.goKind) ?? 0) {
      case CHAN:
        return { kind: "channel", name, size: 8, element: lazy(AT.goElem) };
      case INTERFACE:
        return { kind: "interface", name, size: 16, isEmpty: this.#underlyingName(die) === "runtime.eface" };
      case MAP:
        return { kind: "map", name, size: 8, key: lazy(AT.goKey), value: lazy(AT.goElem), group: () => undefined };
      case SLICE:
        return { kind: "slice", name, size: 24, element: lazy(AT.goElem) };
      case STRING:
        return { kind: "string", name, size: 16 };
      case UNSAFE_POINTER:
        return { kind: "unsafe", name, size: 8 };
    }
    switch (die.tag) {
      case TAG.typedef: {
        const target = this.ofDie(die);
        return target === undefined ? undefined : { ...target, name };
      }
      case TAG.structureType:
        return { kind: "struct", name, size, fields: this.#fields(die) };
      case TAG.pointerType:
        return numberOf(die, AT.type) === undefined
          ? { kind: "unsafe", name, size: 8 }
          : { kind: "pointer", name, size: 8, element: lazy(AT.type) };
      case TAG.arrayType:
        return { kind: "array", name, size, element: lazy(AT.type), count: this.#countOf(die) };
      case TAG.subroutineType:
        return { kind: "function", name, size: 8 };
      default:
        return { kind: "plain", name, size };
    }
  }

  #fields(struct: Die): () => readonly GoField[] {
    let fields: readonly GoField[] | undefined;
    return () =>
      (fields ??= [...this.#dwarf.children(struct)]
        .filter(({ tag }) => tag === TAG.member)
        .map((member) => ({
          name: textOf(member, AT.name) ?? "",
          offset: numberOf(member, AT.dataMemberLocation) ?? 0,
          type: () => this.ofDie(member),
        })));
  }

  #countOf(array: Die): number {
    for (const child of this.#dwarf.children(array)) {
      if (child.tag === TAG.subrangeType)
        return numberOf(child, AT.count) ?? (numberOf(child, AT.upperBound) ?? -1) + 1;
    }
    return 0;
  }

  #underlyingName(die: Die): string | undefined {
    let at: Die | undefined = die;
    for (let i = 0; at?.tag === TAG.typedef && i < MAX_TYPEDEFS; i++) at = this.#dwarf.die(numberOf(at, AT.type) ?? -1);
    return textOf(at, AT.name);
  }
}
