/**
 * The symbol table of a Go program: addresses of the runtime's variables by name, and names of variables by address.
 */
import { u32In, wordIn } from "../memory/memory.js";
import { type ElfFile, textIn } from "./elf-file.js";

const SYMBOL_BYTES = 24;
const STT_OBJECT = 1;

export interface Variable {
  readonly name: string;
  readonly address: number;
  readonly length: number;
}

export class ElfSymbols {
  readonly #table: Uint8Array;
  readonly #names: Buffer;
  /** Rows of variables in the table, by address. */
  #variables: Uint32Array | undefined;
  readonly #wanted = new Map<string, Variable | undefined>();

  constructor(file: ElfFile) {
    this.#table = file.contents(".symtab");
    const names = file.contents(".strtab");
    this.#names = Buffer.from(names.buffer, names.byteOffset, names.length);
  }

  get isEmpty(): boolean {
    return this.#table.length < 2 * SYMBOL_BYTES;
  }

  /** These symbols, with their addresses in the file, in one pass; those that are not there are left out. */
  find(names: readonly string[]): ReadonlyMap<string, Variable> {
    const open = new Map<number, string>();
    for (const name of names) {
      if (this.#wanted.has(name)) continue;
      this.#wanted.set(name, undefined);
      for (let at = this.#names.indexOf(`\0${name}\0`); at >= 0; at = this.#names.indexOf(`\0${name}\0`, at + 1)) {
        open.set(at + 1, name);
      }
    }
    if (open.size > 0) {
      for (let row = 0; row < this.#table.length; row += SYMBOL_BYTES) {
        const name = open.get(u32In(this.#table, row));
        if (name === undefined) continue;
        const [address, length] = [wordIn(this.#table, row + 8), wordIn(this.#table, row + 16)];
        this.#wanted.set(name, { name, address, length });
      }
    }
    return new Map(
      names.flatMap((name) => {
        const variable = this.#wanted.get(name);
        return variable === undefined ? [] : [[name, variable] as const];
      }),
    );
  }

  /** The variable that an address of the file lies in. */
  variableAt(address: number): Variable | undefined {
    const rows = (this.#variables ??= this.#sortedVariables());
    let low = 0;
    let high = rows.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#address(rows[middle]) <= address) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return undefined;
    const row = rows[low - 1];
    const start = this.#address(row);
    const length = wordIn(this.#table, row + 16);
    if (address >= start + Math.max(length, 1)) return undefined;
    return { name: textIn(this.#names, u32In(this.#table, row)), address: start, length };
  }

  #address(row: number): number {
    return wordIn(this.#table, row + 8);
  }

  #sortedVariables(): Uint32Array {
    const rows: number[] = [];
    for (let row = 0; row + SYMBOL_BYTES <= this.#table.length; row += SYMBOL_BYTES) {
      const isVariable = (this.#table[row + 4] & 0xf) === STT_OBJECT && wordIn(this.#table, row + 16) > 0;
      if (isVariable) rows.push(row);
    }
    const addresses = new Map(rows.map((row) => [row, this.#address(row)]));
    return Uint32Array.from(rows.sort((a, b) => (addresses.get(a) ?? 0) - (addresses.get(b) ?? 0)));
  }
}
