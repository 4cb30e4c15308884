/**
 * A core file: the memory of a process at one moment, written by the kernel or by a debugger. What the kernel leaves
 * out, code and constants that are in the executable, is read from that.
 */
import type { Address, Memory } from "../memory/memory.js";
import { u32In, wordIn } from "../memory/memory.js";
import type { ThreadPlace } from "../memory/standing-still.js";
import { AARCH64, type ElfFile, PT_LOAD, PT_NOTE, type Segment } from "./elf-file.js";

const NT_PRSTATUS = 1;
const NT_AUXV = 6;
const NT_FILE = 0x46494c45;
/** Of Delve's own notes the one that says what was dumped, as text. */
const DELVE_HEADER = 0x444c5645;
const MAX_NOTE_BYTES = 64 * 1_048_576;

export interface CoreNotes {
  readonly auxiliary: Uint8Array | undefined;
  /** Address of the program's first instruction, where Delve says it. */
  readonly entry: Address | undefined;
  /** Files that were mapped, the executable first. */
  readonly files: readonly string[];
  readonly threads: readonly ThreadPlace[];
}

export class CoreMemory implements Memory {
  readonly #parts: readonly Part[];

  /** Later ones fill what the earlier ones leave out. */
  constructor(files: readonly { readonly file: ElfFile; readonly loadedAt: number }[]) {
    this.#parts = files.map(({ file, loadedAt }) => ({
      file,
      segments: file.segments
        .filter(({ type, fileBytes }) => type === PT_LOAD && fileBytes > 0)
        .map((segment) => ({ ...segment, address: segment.address + loadedAt }))
        .sort((a, b) => a.address - b.address),
    }));
  }

  readInto(address: Address, target: Uint8Array): number {
    let done = 0;
    while (done < target.length) {
      const got = this.#readPart(address + done, target.subarray(done));
      if (got === 0) break;
      done += got;
    }
    return done;
  }

  #readPart(address: Address, target: Uint8Array): number {
    for (const { file, segments } of this.#parts) {
      const segment = segmentAt(segments, address);
      if (segment === undefined) continue;
      const inSegment = address - segment.address;
      const length = Math.min(target.length, segment.fileBytes - inSegment);
      const got = file.readInto(segment.offset + inSegment, target.subarray(0, length));
      if (got > 0) return got;
    }
    return 0;
  }
}

interface Part {
  readonly file: ElfFile;
  readonly segments: readonly Segment[];
}

function segmentAt(segments: readonly Segment[], address: Address): Segment | undefined {
  let low = 0;
  let high = segments.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (segments[middle].address <= address) low = middle + 1;
    else high = middle;
  }
  const segment = low === 0 ? undefined : segments[low - 1];
  return segment !== undefined && address < segment.address + segment.fileBytes ? segment : undefined;
}

/** How much of the memory that a core should have lies beyond its end. */
export function missingBytes(core: ElfFile): number {
  return core.segments.reduce(
    (sum, { offset, fileBytes }) => sum + Math.max(0, Math.min(fileBytes, offset + fileBytes - core.size)),
    0,
  );
}

export function notesOf(core: ElfFile): CoreNotes {
  let auxiliary: Uint8Array | undefined;
  let entry: Address | undefined;
  const files: string[] = [];
  const threads: ThreadPlace[] = [];
  for (const { type, bytes } of eachNote(core)) {
    if (type === NT_AUXV) auxiliary = bytes;
    else if (type === NT_PRSTATUS) threads.push(threadIn(bytes, core.machine));
    else if (type === NT_FILE) files.push(...filesIn(bytes));
    else if (type === DELVE_HEADER) entry = entryIn(bytes);
  }
  return { auxiliary, entry, files, threads };
}

function* eachNote(core: ElfFile): Generator<{ type: number; bytes: Uint8Array }> {
  const padded = (length: number) => Math.ceil(length / 4) * 4;
  for (const segment of core.segments) {
    if (segment.type !== PT_NOTE) continue;
    const notes = core.bytes(segment.offset, Math.min(segment.fileBytes, MAX_NOTE_BYTES));
    for (let at = 0; at + 12 <= notes.length;) {
      const [nameBytes, length, type] = [u32In(notes, at), u32In(notes, at + 4), u32In(notes, at + 8)];
      const from = at + 12 + padded(nameBytes);
      yield { type, bytes: notes.subarray(from, from + length) };
      at = from + padded(length);
    }
  }
}

/** struct elf_prstatus: process id at 32, registers from 112 on. */
function threadIn(status: Uint8Array, machine: number): ThreadPlace {
  const register = (index: number) => (112 + index * 8 + 8 <= status.length ? wordIn(status, 112 + index * 8) : 0);
  const isArm = machine === AARCH64;
  const count = isArm ? 31 : 15;
  return {
    id: u32In(status, 32),
    sp: register(isArm ? 31 : 19),
    pc: register(isArm ? 32 : 16),
    registers: Array.from({ length: count }, (_, i) => register(i)),
  };
}

/** Count and page size, then start, end and offset of each, then their names. */
function filesIn(bytes: Uint8Array): string[] {
  const count = Math.min(wordIn(bytes, 0), 65_536);
  const text = Buffer.from(bytes.subarray(16 + count * 24)).toString("utf8");
  return text.split("\0").slice(0, count);
}

/** Lines: system/architecture, process id, entry in hexadecimal digits. */
function entryIn(bytes: Uint8Array): Address | undefined {
  const entry = /0x([0-9a-f]+)\s*$/i.exec(Buffer.from(bytes).toString("latin1"))?.[1];
  return entry === undefined ? undefined : parseInt(entry, 16);
}
