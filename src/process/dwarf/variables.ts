/**
 * Variables in a program's debug information: of packages by their name, of functions by where they lie in the frame, and
 * those that a closure has captured by where they lie in it (Go 1.23 and later).
 */
import type { GoField, GoType } from "../../core/heap/go-type.js";
import { AT, Cursor, type Die, type DieReader, numberOf, TAG, textOf } from "./die-reader.js";
import type { DwarfTypes } from "./dwarf-types.js";

export interface LocalVariable {
  readonly name: string;
  readonly type: GoType | undefined;
  /** Bytes from the beginning of the variable to the place that was asked for. */
  readonly offset: number;
}

export class DwarfVariables {
  readonly #dwarf: DieReader;
  readonly #types: DwarfTypes;
  /** Top-level entries of the units of a package: variables by name, functions by entry. */
  readonly #packages = new Map<string, { variables: Map<string, Die>; functions: Map<string, Die> }>();

  constructor(dwarf: DieReader, types: DwarfTypes) {
    this.#dwarf = dwarf;
    this.#types = types;
  }

  /** The type of a package's variable, by its symbol ("main.app"). */
  typeOf(symbol: string): GoType | undefined {
    const die = this.#package(packageOf(symbol)).variables.get(symbol);
    return die === undefined ? undefined : this.#types.ofDie(die);
  }

  /** What a closure of this function has captured, in the order of its fields. */
  captured(fn: string): readonly GoField[] {
    if (fn.endsWith(METHOD_VALUE)) return this.#receiverOf(fn.slice(0, -METHOD_VALUE.length));
    const subprogram = this.#function(fn);
    if (subprogram === undefined) return [];
    const fields = this.#variablesIn(subprogram).flatMap((die) => {
      const offset = numberOf(die, AT.goClosureOffset);
      if (offset === undefined) return [];
      return [{ name: bareName(textOf(die, AT.name) ?? ""), offset, type: () => this.#capturedType(die) }];
    });
    return fields.sort((a, b) => a.offset - b.offset);
  }

  /**
   * The local variable or parameter of a function that lies so many bytes from where its frame begins, at a program
   * counter of the file.
   */
  local(fn: string, pc: number, fromBase: number): LocalVariable | undefined {
    const subprogram = this.#function(fn);
    if (subprogram === undefined) return undefined;
    let best: LocalVariable | undefined;
    for (const die of this.#variablesIn(subprogram)) {
      const type = this.#types.ofDie(die);
      const size = Math.max(8, type?.size ?? 8);
      for (const part of this.#placesOf(die, pc)) {
        const offset = fromBase - part.fromBase + part.inVariable;
        if (fromBase < part.fromBase || fromBase >= part.fromBase + (part.length ?? size)) continue;
        const name = bareName(textOf(die, AT.name) ?? "");
        // One that was moved to the heap is a pointer to it, "&name".
        const found = { name, type, offset };
        if (best === undefined || !name.startsWith("~")) best = found;
      }
    }
    return best;
  }

  /** A method value (`x.Method` without a call) is a closure that has captured x. */
  #receiverOf(method: string): readonly GoField[] {
    const subprogram = this.#function(method);
    const receiver = subprogram && this.#variablesIn(subprogram).find(({ tag }) => tag === TAG.formalParameter);
    if (receiver === undefined) return [];
    const name = bareName(textOf(receiver, AT.name) ?? "");
    return [{ name, offset: 8, type: () => this.#types.ofDie(receiver) }];
  }

  /** A variable that is captured by reference is noted by its own type, and stored as a pointer. */
  #capturedType(die: Die): GoType | undefined {
    const type = this.#types.ofDie(die);
    if (!(textOf(die, AT.name) ?? "").startsWith("&") || type === undefined || type.kind === "pointer") return type;
    return { kind: "pointer", name: `*${type.name}`, size: 8, element: () => type };
  }

  #function(name: string): Die | undefined {
    return this.#package(packageOf(name)).functions.get(name);
  }

  #package(path: string) {
    let found = this.#packages.get(path);
    if (found !== undefined) return found;
    found = { variables: new Map<string, Die>(), functions: new Map<string, Die>() };
    for (const unit of this.#dwarf.unitsNamed(path)) {
      const root = this.#dwarf.die(unit.firstDie, unit);
      if (root === undefined) continue;
      for (const die of this.#dwarf.children(root)) {
        const name = textOf(die, AT.name);
        if (die.tag === TAG.variable && name !== undefined) found.variables.set(name, die);
        else if (die.tag === TAG.subprogram) this.#addFunction(found.functions, die, name);
      }
    }
    this.#packages.set(path, found);
    return found;
  }

  /** A function that is also inlined has its variables in an entry of its own, which this one refers to. */
  #addFunction(functions: Map<string, Die>, die: Die, name: string | undefined): void {
    const origin = numberOf(die, AT.abstractOrigin);
    const fullName = name ?? textOf(origin === undefined ? undefined : this.#dwarf.die(origin), AT.name);
    if (fullName === undefined) return;
    const hasCode = die.attributes.has(AT.lowPc);
    if (hasCode || !functions.has(fullName)) functions.set(fullName, die);
  }

  #variablesIn(scope: Die): Die[] {
    return [...this.#dwarf.children(scope)].flatMap((die) => {
      if (die.tag === TAG.lexicalBlock) return this.#variablesIn(die);
      if (die.tag !== TAG.variable && die.tag !== TAG.formalParameter) return [];
      const origin = numberOf(die, AT.abstractOrigin);
      if (origin === undefined) return [die];
      const abstract = this.#dwarf.die(origin);
      if (abstract === undefined) return [die];
      return [{ ...die, attributes: new Map([...abstract.attributes, ...die.attributes]) }];
    });
  }

  /** The pieces of a variable that lie in the frame at that program counter. */
  #placesOf(die: Die, pc: number): Piece[] {
    const location = die.attributes.get(AT.location);
    if (location instanceof Uint8Array) return piecesIn(location);
    if (typeof location !== "number") return [];
    const expression = die.unit.version >= 5 ? this.#listed(die, location, pc) : this.#listedOld(die, location, pc);
    return expression === undefined ? [] : piecesIn(expression);
  }

  /** Of DWARF 5, 7.7.3: the expression that holds at a program counter. */
  #listed(die: Die, location: number, pc: number): Uint8Array | undefined {
    const cursor = new Cursor(this.#dwarf.locationLists, location);
    let base = this.#unitBase(die);
    for (let i = 0; i < MAX_ENTRIES && cursor.at < cursor.bytes.length; i++) {
      const kind = cursor.fixed(1);
      let from = 0;
      let to = 0;
      if (kind === 0) return undefined;
      else if (kind === 1) {
        base = this.#dwarf.indexedAddress(die.unit, cursor.unsigned());
        continue;
      } else if (kind === 2) {
        from = this.#dwarf.indexedAddress(die.unit, cursor.unsigned());
        to = this.#dwarf.indexedAddress(die.unit, cursor.unsigned());
      } else if (kind === 3) {
        from = this.#dwarf.indexedAddress(die.unit, cursor.unsigned());
        to = from + cursor.unsigned();
      } else if (kind === 4) {
        from = base + cursor.unsigned();
        to = base + cursor.unsigned();
      } else if (kind === 6) {
        base = cursor.fixed(8);
        continue;
      } else if (kind === 7) {
        from = cursor.fixed(8);
        to = cursor.fixed(8);
      } else if (kind === 8) {
        from = cursor.fixed(8);
        to = from + cursor.unsigned();
      } else if (kind !== 5) return undefined;
      const expression = cursor.block(cursor.unsigned());
      if (pc >= from && pc < to) return expression;
    }
    return undefined;
  }

  #listedOld(die: Die, location: number, pc: number): Uint8Array | undefined {
    const cursor = new Cursor(this.#dwarf.oldLocationLists, location);
    let base = this.#unitBase(die);
    for (let i = 0; i < MAX_ENTRIES && cursor.at < cursor.bytes.length; i++) {
      const [low, from] = [cursor.fixed(4), cursor.fixed(4)];
      const isBase = low === 0xffffffff && from === 0xffffffff;
      const to = cursor.fixed(8);
      if (isBase) {
        base = to;
        continue;
      }
      const begin = low + from * 2 ** 32;
      if (begin === 0 && to === 0) return undefined;
      const expression = cursor.block(cursor.fixed(2));
      if (pc >= base + begin && pc < base + to) return expression;
    }
    return undefined;
  }

  #unitBase(die: Die): number {
    return numberOf(this.#dwarf.die(die.unit.firstDie, die.unit), AT.lowPc) ?? 0;
  }
}

/** Behind the method's name, in that of the function that the compiler makes for its values. */
const METHOD_VALUE = "-fm";
const MAX_ENTRIES = 100_000;

interface Piece {
  /** Bytes from where the frame begins. */
  readonly fromBase: number;
  /** Bytes from the beginning of the variable to this piece of it. */
  readonly inVariable: number;
  /** Undefined for the rest of it. */
  readonly length: number | undefined;
}

/** Frame base of Go's functions is the beginning of the frame (DW_OP_call_frame_cfa). */
function piecesIn(expression: Uint8Array): Piece[] {
  const cursor = new Cursor(expression, 0);
  const pieces: Piece[] = [];
  let place: number | undefined;
  let inVariable = 0;
  while (cursor.at < expression.length) {
    const operation = cursor.fixed(1);
    if (operation === 0x91)
      place = cursor.signed(); // fbreg
    else if (operation === 0x9c)
      place = 0; // call_frame_cfa
    else if (operation === 0x11)
      place = (place ?? 0) + cursor.signed(); // consts
    else if (operation === 0x23)
      place = (place ?? 0) + cursor.unsigned(); // plus_uconst
    else if (operation === 0x22)
      continue; // plus
    else if (operation === 0x93) {
      const length = cursor.unsigned();
      if (place !== undefined) pieces.push({ fromBase: place, inVariable, length });
      inVariable += length;
      place = undefined;
    } else if (operation >= 0x50 && operation <= 0x6f)
      place = undefined; // a register
    else return pieces; // nothing that lies in the frame
  }
  if (place !== undefined) pieces.push({ fromBase: place, inVariable, length: undefined });
  return pieces;
}

function bareName(name: string): string {
  return name.replace(/^[&.]/, "");
}

/** "net/http" of "net/http.(*Server).Serve". */
function packageOf(symbol: string): string {
  const bracket = symbol.indexOf("[");
  const name = bracket < 0 ? symbol : symbol.slice(0, bracket);
  const dot = name.indexOf(".", name.lastIndexOf("/") + 1);
  return (dot < 0 ? name : name.slice(0, dot)).replaceAll("%2e", ".");
}
