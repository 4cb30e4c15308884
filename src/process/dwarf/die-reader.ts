/**
 * Entries of a program's debug information (DWARF 4 and 5, as Go and C compilers write it), read at the offsets that are
 * asked for: never the whole of it, which takes seconds for large programs.
 * https://dwarfstd.org/doc/DWARF5.pdf, chapter 7.
 */
import { decodeUtf8 } from "../../core/text/utf8.js";
import type { ElfFile } from "../elf/elf-file.js";
import { u16In, u32In, wordIn } from "../memory/memory.js";

/** A reference is the offset of an entry in .debug_info; a block is its bytes. */
type AttributeValue = number | string | Uint8Array;

export interface Die {
  readonly offset: number;
  readonly unit: Unit;
  readonly tag: number;
  readonly attributes: ReadonlyMap<number, AttributeValue>;
  readonly hasChildren: boolean;
  /** Of what follows it: its first child, where it has some. */
  readonly end: number;
}

export interface Unit {
  readonly offset: number;
  readonly firstDie: number;
  readonly end: number;
  readonly version: number;
  readonly abbreviations: number;
  readonly offsetBytes: 4 | 8;
  readonly addressBytes: number;
  addressBase: number;
  listsBase: number;
}

interface Abbreviation {
  readonly tag: number;
  readonly hasChildren: boolean;
  /** Attribute, form, and the value of an implicit constant. */
  readonly specs: readonly (readonly [attribute: number, form: number, value: number])[];
}

export const TAG = {
  arrayType: 0x01,
  formalParameter: 0x05,
  lexicalBlock: 0x0b,
  member: 0x0d,
  pointerType: 0x0f,
  compileUnit: 0x11,
  structureType: 0x13,
  subroutineType: 0x15,
  typedef: 0x16,
  inlinedSubroutine: 0x1d,
  subrangeType: 0x21,
  baseType: 0x24,
  constant: 0x27,
  subprogram: 0x2e,
  variable: 0x34,
} as const;

export const AT = {
  location: 0x02,
  name: 0x03,
  byteSize: 0x0b,
  lowPc: 0x11,
  highPc: 0x12,
  constValue: 0x1c,
  upperBound: 0x2f,
  abstractOrigin: 0x31,
  count: 0x37,
  dataMemberLocation: 0x38,
  declarationLine: 0x3b,
  type: 0x49,
  addressBase: 0x73,
  listsBase: 0x8c,
  goKind: 0x2900,
  goKey: 0x2901,
  goElem: 0x2902,
  goRuntimeType: 0x2904,
  goClosureOffset: 0x2907,
} as const;

export class DieReader {
  readonly info: Uint8Array;
  readonly #abbreviations: Uint8Array;
  readonly #strings: Uint8Array;
  readonly #lineStrings: Uint8Array;
  readonly #addresses: Uint8Array;
  readonly locationLists: Uint8Array;
  readonly oldLocationLists: Uint8Array;
  readonly units: readonly Unit[];
  readonly #tables = new Map<number, Map<number, Abbreviation>>();
  #unitNames: Map<string, Unit[]> | undefined;

  constructor(file: ElfFile) {
    this.info = file.contents(".debug_info");
    this.#abbreviations = file.contents(".debug_abbrev");
    this.#strings = file.contents(".debug_str");
    this.#lineStrings = file.contents(".debug_line_str");
    this.#addresses = file.contents(".debug_addr");
    this.locationLists = file.contents(".debug_loclists");
    this.oldLocationLists = file.contents(".debug_loc");
    this.units = this.#readUnits();
  }

  /** False in a stripped program. */
  get hasInfo(): boolean {
    return this.units.length > 0;
  }

  /** The units of a Go package, by its path; of "runtime", one or more. */
  unitsNamed(name: string): readonly Unit[] {
    if (this.#unitNames === undefined) {
      this.#unitNames = new Map();
      for (const unit of this.units) {
        const unitName = textOf(this.die(unit.firstDie, unit), AT.name) ?? "";
        const same = this.#unitNames.get(unitName);
        if (same === undefined) this.#unitNames.set(unitName, [unit]);
        else same.push(unit);
      }
    }
    return this.#unitNames.get(name) ?? [];
  }

  /** The entry at an offset; undefined where there is none, such as at the end of a list of children. */
  die(offset: number, unit = this.#unitOf(offset)): Die | undefined {
    if (unit === undefined) return undefined;
    const cursor = new Cursor(this.info, offset);
    const code = cursor.unsigned();
    const abbreviation = code === 0 ? undefined : this.#table(unit.abbreviations).get(code);
    if (abbreviation === undefined) return undefined;
    const attributes = new Map<number, AttributeValue>();
    for (const [attribute, form, implicit] of abbreviation.specs) {
      attributes.set(attribute, this.#value(cursor, unit, form, implicit));
    }
    const { tag, hasChildren } = abbreviation;
    if (tag === TAG.compileUnit) {
      unit.addressBase = Number(attributes.get(AT.addressBase) ?? unit.addressBase);
      unit.listsBase = Number(attributes.get(AT.listsBase) ?? unit.listsBase);
    }
    return { offset, unit, tag, attributes, hasChildren, end: cursor.at };
  }

  *children(parent: Die): Generator<Die> {
    if (!parent.hasChildren) return;
    for (let at = parent.end; at < parent.unit.end;) {
      const die = this.die(at, parent.unit);
      if (die === undefined) return;
      yield die;
      at = this.after(die);
    }
  }

  /** The offset of what follows an entry and all that is below it. */
  after(die: Die): number {
    let at = die.end;
    if (!die.hasChildren) return at;
    const table = this.#table(die.unit.abbreviations);
    const cursor = new Cursor(this.info, at);
    for (let depth = 1; depth > 0 && cursor.at < die.unit.end;) {
      const code = cursor.unsigned();
      if (code === 0) {
        depth--;
        continue;
      }
      const abbreviation = table.get(code);
      if (abbreviation === undefined) return die.unit.end;
      for (const [, form] of abbreviation.specs) skipForm(cursor, die.unit, form);
      if (abbreviation.hasChildren) depth++;
    }
    at = cursor.at;
    return at;
  }

  /** An address that a unit names by its number (DW_FORM_addrx, DW_OP_addrx). */
  indexedAddress(unit: Unit, index: number): number {
    const at = unit.addressBase + index * unit.addressBytes;
    return at + 8 <= this.#addresses.length ? wordIn(this.#addresses, at) : 0;
  }

  #unitOf(offset: number): Unit | undefined {
    let low = 0;
    let high = this.units.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.units[middle].offset <= offset) low = middle + 1;
      else high = middle;
    }
    const unit = this.units.at(low - 1);
    return low > 0 && unit !== undefined && offset < unit.end ? unit : undefined;
  }

  #readUnits(): Unit[] {
    const units: Unit[] = [];
    for (let offset = 0; offset + 12 < this.info.length;) {
      const cursor = new Cursor(this.info, offset);
      let length = cursor.fixed(4);
      let offsetBytes: 4 | 8 = 4;
      if (length === 0xffffffff) {
        length = cursor.fixed(8);
        offsetBytes = 8;
      }
      const end = cursor.at + length;
      const version = cursor.fixed(2);
      if (length === 0 || end > this.info.length || version < 2 || version > 5) break;
      const kind = version >= 5 ? cursor.fixed(1) : 1;
      let addressBytes = version >= 5 ? cursor.fixed(1) : 8;
      const abbreviations = cursor.fixed(offsetBytes);
      if (version < 5) addressBytes = cursor.fixed(1);
      const isPlain = kind === 1 || kind === 3;
      const bases = { addressBase: 8, listsBase: 12 };
      if (isPlain)
        units.push({ offset, firstDie: cursor.at, end, version, abbreviations, offsetBytes, addressBytes, ...bases });
      offset = end;
    }
    return units;
  }

  #table(offset: number): Map<number, Abbreviation> {
    let table = this.#tables.get(offset);
    if (table !== undefined) return table;
    table = new Map();
    const cursor = new Cursor(this.#abbreviations, offset);
    for (;;) {
      const code = cursor.unsigned();
      if (code === 0 || cursor.at >= this.#abbreviations.length) break;
      const tag = cursor.unsigned();
      const hasChildren = cursor.fixed(1) !== 0;
      const specs: [number, number, number][] = [];
      for (;;) {
        const attribute = cursor.unsigned();
        const form = cursor.unsigned();
        const implicit = form === FORM_IMPLICIT_CONST ? cursor.signed() : 0;
        if (attribute === 0 && form === 0) break;
        specs.push([attribute, form, implicit]);
      }
      table.set(code, { tag, hasChildren, specs });
    }
    this.#tables.set(offset, table);
    return table;
  }

  #value(cursor: Cursor, unit: Unit, form: number, implicit: number): AttributeValue {
    switch (form) {
      case 0x01: // addr
        return cursor.fixed(unit.addressBytes);
      case 0x03: // block2
        return cursor.block(cursor.fixed(2));
      case 0x04: // block4
        return cursor.block(cursor.fixed(4));
      case 0x05: // data2
        return cursor.fixed(2);
      case 0x06: // data4
        return cursor.fixed(4);
      case 0x07: // data8
        return cursor.fixed(8);
      case 0x08: // string
        return cursor.text();
      case 0x09: // block
      case 0x18: // exprloc
        return cursor.block(cursor.unsigned());
      case 0x0a: // block1
        return cursor.block(cursor.fixed(1));
      case 0x0b: // data1
      case 0x0c: // flag
        return cursor.fixed(1);
      case 0x0d: // sdata
        return cursor.signed();
      case 0x0e: // strp
        return textAt(this.#strings, cursor.fixed(unit.offsetBytes));
      case 0x0f: // udata
        return cursor.unsigned();
      case 0x10: // ref_addr
      case 0x17: // sec_offset
        return cursor.fixed(unit.offsetBytes);
      case 0x11: // ref1
      case 0x12: // ref2
      case 0x13: // ref4
      case 0x14: // ref8
        return unit.offset + cursor.fixed(2 ** (form - 0x11));
      case 0x15: // ref_udata
        return unit.offset + cursor.unsigned();
      case 0x19: // flag_present
        return 1;
      case 0x1b: // addrx
        return this.indexedAddress(unit, cursor.unsigned());
      case 0x1e: // data16
        return cursor.block(16);
      case 0x1f: // line_strp
        return textAt(this.#lineStrings, cursor.fixed(unit.offsetBytes));
      case 0x20: // ref_sig8
        return cursor.fixed(8);
      case FORM_IMPLICIT_CONST:
        return implicit;
      case 0x1a: // strx
      case 0x22: // loclistx
      case 0x23: // rnglistx
        return cursor.unsigned();
      case 0x25: // strx1 … strx4
      case 0x26:
      case 0x27:
      case 0x28:
        return cursor.fixed(form - 0x24);
      case 0x29: // addrx1 … addrx4
      case 0x2a:
      case 0x2b:
      case 0x2c:
        return this.indexedAddress(unit, cursor.fixed(form - 0x28));
      default:
        cursor.at = this.info.length; // a form of the future: what follows cannot be read
        return 0;
    }
  }
}

const FORM_IMPLICIT_CONST = 0x21;

function skipForm(cursor: Cursor, unit: Unit, form: number): void {
  switch (form) {
    case 0x01:
      cursor.skip(unit.addressBytes);
      return;
    case 0x03:
      cursor.skip(cursor.fixed(2));
      return;
    case 0x04:
      cursor.skip(cursor.fixed(4));
      return;
    case 0x08:
      cursor.skipText();
      return;
    case 0x09:
    case 0x18:
      cursor.skip(cursor.unsigned());
      return;
    case 0x0a:
      cursor.skip(cursor.fixed(1));
      return;
    case 0x0b:
    case 0x0c:
    case 0x11:
    case 0x25:
    case 0x29:
      cursor.skip(1);
      return;
    case 0x05:
    case 0x12:
    case 0x26:
    case 0x2a:
      cursor.skip(2);
      return;
    case 0x27:
    case 0x2b:
      cursor.skip(3);
      return;
    case 0x06:
    case 0x13:
    case 0x28:
    case 0x2c:
      cursor.skip(4);
      return;
    case 0x07:
    case 0x14:
    case 0x20:
      cursor.skip(8);
      return;
    case 0x1e:
      cursor.skip(16);
      return;
    case 0x0e:
    case 0x10:
    case 0x17:
    case 0x1f:
      cursor.skip(unit.offsetBytes);
      return;
    case 0x0d:
    case 0x0f:
    case 0x15:
    case 0x1a:
    case 0x1b:
    case 0x22:
    case 0x23:
      cursor.unsigned();
      return;
    case 0x19:
    case FORM_IMPLICIT_CONST:
      return;
    default:
      cursor.at = unit.end;
  }
}

/** A place in bytes that moves on; beyond the end all is zero. */
export class Cursor {
  readonly bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  fixed(length: number): number {
    const at = this.at;
    this.at += length;
    if (this.at > this.bytes.length) return 0;
    if (length === 1) return this.bytes[at];
    if (length === 2) return u16In(this.bytes, at);
    if (length === 4) return u32In(this.bytes, at);
    if (length === 3) return u16In(this.bytes, at) | (this.bytes[at + 2] << 16);
    return length === 8 ? wordIn(this.bytes, at) : 0;
  }

  /** LEB128; exact below 2^53. */
  unsigned(): number {
    let value = 0;
    let scale = 1;
    while (this.at < this.bytes.length) {
      const byte = this.bytes[this.at++];
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) break;
      scale *= 128;
    }
    return value;
  }

  signed(): number {
    let value = 0;
    let scale = 1;
    while (this.at < this.bytes.length) {
      const byte = this.bytes[this.at++];
      value += (byte & 0x7f) * scale;
      scale *= 128;
      if (byte < 0x80) return byte & 0x40 ? value - scale : value;
    }
    return value;
  }

  block(length: number): Uint8Array {
    const at = this.at;
    this.at += length;
    return this.bytes.subarray(at, this.at);
  }

  skip(length: number): void {
    this.at += length;
  }

  text(): string {
    const at = this.at;
    this.skipText();
    return decodeUtf8(this.bytes, at, this.at - 1);
  }

  skipText(): void {
    const end = this.bytes.indexOf(0, this.at);
    this.at = end < 0 ? this.bytes.length : end + 1;
  }
}

function textAt(bytes: Uint8Array, at: number): string {
  return new Cursor(bytes, at).text();
}

export function textOf(die: Die | undefined, attribute: number): string | undefined {
  const value = die?.attributes.get(attribute);
  return typeof value === "string" ? value : undefined;
}

export function numberOf(die: Die | undefined, attribute: number): number | undefined {
  const value = die?.attributes.get(attribute);
  return typeof value === "number" ? value : undefined;
}
