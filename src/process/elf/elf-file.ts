/**
 * An ELF file of 64 bits, little-endian: a Go program, or a core. Headers are read when it is opened, the rest when it is
 * asked for. https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { inflateSync } from "node:zlib";
import { decodeUtf8 } from "../../core/text/utf8.js";
import { u16In, u32In, wordIn } from "../memory/memory.js";

export interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly fileBytes: number;
  readonly memoryBytes: number;
  readonly isWritable: boolean;
}

export interface Section {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly address: number;
  readonly offset: number;
  readonly length: number;
  readonly link: number;
}

export const PT_LOAD = 1;
export const PT_NOTE = 4;
export const ET_DYN = 3;
export const ET_CORE = 4;
export const X86_64 = 62;
export const AARCH64 = 183;
const SHT_NOBITS = 8;
const SHF_COMPRESSED = 0x800;
const HEADER_BYTES = 64;
/** A file's own word for how many program headers there are, when they are more than 16 bits can say. */
const MANY_SEGMENTS = 0xffff;
const MAX_HEADERS = 1 << 20;

/** It is no ELF file of this kind, or it is cut off; the message says what is wrong with it. */
export class ElfProblem extends Error {}

export class ElfFile {
  readonly #fd: number;
  readonly size: number;
  readonly type: number;
  readonly machine: number;
  /** Address of its first instruction. */
  readonly entry: number;
  readonly segments: readonly Segment[];
  readonly sections: readonly Section[];

  /** Throws the system's error, or an `ElfProblem`. */
  constructor(path: string) {
    this.#fd = openSync(path, "r");
    try {
      this.size = fstatSync(this.#fd).size;
      const header = this.bytes(0, HEADER_BYTES);
      if (header.length < HEADER_BYTES || u32In(header, 0) !== 0x464c457f) throw new ElfProblem("it is no ELF file");
      if (header[4] !== 2) throw new ElfProblem("it is a program of 32 bits");
      if (header[5] !== 1) throw new ElfProblem("it is a big-endian program");
      this.type = u16In(header, 16);
      this.machine = u16In(header, 18);
      this.entry = wordIn(header, 24);
      const sectionCount = u16In(header, 60);
      const raw = this.#headers(wordIn(header, 40), u16In(header, 58), sectionCount);
      const names = raw.at(u16In(header, 62));
      this.sections = raw.map((bytes) => sectionIn(bytes, names === undefined ? EMPTY : this.#nameTable(names)));
      const segmentCount = u16In(header, 56);
      const isMany = segmentCount === MANY_SEGMENTS && raw.length > 0;
      const count = isMany ? u32In(raw[0], 44) : segmentCount;
      this.segments = this.#headers(wordIn(header, 32), u16In(header, 54), count).map(segmentIn);
    } catch (error) {
      closeSync(this.#fd);
      throw error;
    }
  }

  /** What the file has of so many bytes at an offset: fewer where it ends. */
  bytes(offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(Math.max(0, Math.min(length, this.size - offset)));
    return bytes.subarray(0, this.readInto(offset, bytes));
  }

  readInto(offset: number, target: Uint8Array): number {
    let done = 0;
    while (done < target.length) {
      const got = readSync(this.#fd, target, done, target.length - done, offset + done);
      if (got === 0) break;
      done += got;
    }
    return done;
  }

  section(name: string): Section | undefined {
    return this.sections.find((section) => section.name === name);
  }

  /** What a section holds, unpacked; nothing where the file has it not. */
  contents(name: string): Uint8Array {
    const section = this.section(name) ?? this.section(name.replace(/^\.debug_/, ".zdebug_"));
    if (section === undefined || section.type === SHT_NOBITS) return EMPTY;
    const bytes = this.bytes(section.offset, section.length);
    if (section.flags & SHF_COMPRESSED) {
      if (u32In(bytes, 0) !== 1) throw new ElfProblem(`its section ${name} is packed in a way that is not known`);
      return inflateSync(bytes.subarray(24));
    }
    return section.name.startsWith(".z") ? inflateSync(bytes.subarray(12)) : bytes;
  }

  close(): void {
    closeSync(this.#fd);
  }

  #headers(offset: number, size: number, count: number): Uint8Array[] {
    if (count === 0 || offset === 0) return [];
    if (count > MAX_HEADERS) throw new ElfProblem(`it has ${count} headers`);
    const all = this.bytes(offset, size * count);
    return Array.from({ length: Math.floor(all.length / size) }, (_, i) => all.subarray(i * size, (i + 1) * size));
  }

  #nameTable(header: Uint8Array): Uint8Array {
    return (this.#names ??= this.bytes(wordIn(header, 24), wordIn(header, 32)));
  }
  #names: Uint8Array | undefined;
}

const EMPTY = new Uint8Array(0);

function sectionIn(header: Uint8Array, names: Uint8Array): Section {
  return {
    name: textIn(names, u32In(header, 0)),
    type: u32In(header, 4),
    flags: wordIn(header, 8),
    address: wordIn(header, 16),
    offset: wordIn(header, 24),
    length: wordIn(header, 32),
    link: u32In(header, 40),
  };
}

function segmentIn(header: Uint8Array): Segment {
  return {
    type: u32In(header, 0),
    isWritable: (u32In(header, 4) & 2) !== 0,
    offset: wordIn(header, 8),
    address: wordIn(header, 16),
    fileBytes: wordIn(header, 32),
    memoryBytes: wordIn(header, 40),
  };
}

/** The text that ends with a zero byte. */
export function textIn(bytes: Uint8Array, from: number): string {
  const end = bytes.indexOf(0, from);
  return decodeUtf8(bytes, from, end < 0 ? bytes.length : end);
}
