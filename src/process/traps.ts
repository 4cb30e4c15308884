/**
 * Breakpoints that a debugger has left in a program which goes on without it: the first thread that runs into one would
 * end the program. They are found by comparing the program's code in memory with its file, and taken back.
 *
 * Linux. A page of code that somebody wrote to is a private copy: bit 61 of its entry in /proc/PID/pagemap is clear
 * (Documentation/admin-guide/mm/pagemap.rst), so that of a big program only a few pages are read.
 */
import { closeSync, openSync, readFileSync, readlinkSync, readSync, writeSync } from "node:fs";

/** Where code differs from the file: probes of somebody else, when it was so before. */
export type ChangedCode = ReadonlySet<number>;

const PAGE = 4096;
const ENTRY = 8;

interface CodeMapping {
  readonly start: number;
  readonly end: number;
  readonly offset: number;
}

/** Addresses of the program's own code whose bytes are not those of its file. Empty where that cannot be told. */
export function changedCode(pid: number): ChangedCode {
  const changed = new Set<number>();
  eachChange(pid, (address) => changed.add(address));
  return changed;
}

/** Puts back what is in the file, save what differed `before`. Returns how many bytes that were. */
export function restoreCode(pid: number, before: ChangedCode): number {
  let restored = 0;
  let memory: number | undefined;
  try {
    eachChange(pid, (address, original) => {
      if (before.has(address)) return;
      memory ??= openSync(`/proc/${pid}/mem`, "r+");
      restored += writeSync(memory, Uint8Array.of(original), 0, 1, address);
    });
  } catch {
    // It has ended, or may not be written to.
  } finally {
    if (memory !== undefined) closeSync(memory);
  }
  return restored;
}

function eachChange(pid: number, found: (address: number, original: number) => void): void {
  const files: number[] = [];
  const open = (path: string) => {
    const file = openSync(path, "r");
    files.push(file);
    return file;
  };
  try {
    const mappings = codeOf(pid);
    if (mappings.length === 0) return;
    const [pages, memory, program] = [`pagemap`, `mem`, `exe`].map((name) => open(`/proc/${pid}/${name}`));
    const inMemory = Buffer.alloc(PAGE);
    const inFile = Buffer.alloc(PAGE);
    for (const { start, end, offset } of mappings) {
      const entries = Buffer.alloc(((end - start) / PAGE) * ENTRY);
      readSync(pages, entries, 0, entries.length, (start / PAGE) * ENTRY);
      for (let at = start, i = 0; at < end; at += PAGE, i += ENTRY) {
        const top = entries[i + 7];
        const isThere = (top & 0xc0) !== 0; // in memory, or swapped out
        const isOfFile = (top & 0x20) !== 0;
        if (!isThere || isOfFile) continue;
        const length = readSync(program, inFile, 0, PAGE, offset + at - start);
        readSync(memory, inMemory, 0, PAGE, at);
        for (let j = 0; j < length; j++) if (inMemory[j] !== inFile[j]) found(at + j, inFile[j]);
      }
    }
  } catch {
    // It has ended, or is not ours to read.
  } finally {
    for (const file of files) closeSync(file);
  }
}

/** Executable mappings of the program's own file. */
function codeOf(pid: number): CodeMapping[] {
  const own = readlinkSync(`/proc/${pid}/exe`);
  const lines = readFileSync(`/proc/${pid}/maps`, "utf8").split("\n");
  return lines.flatMap((line) => {
    const [, start, end, offset, path] = /^([0-9a-f]+)-([0-9a-f]+) r-xp ([0-9a-f]+) \S+ \d+\s+(\/.*)$/.exec(line) ?? [];
    if (path !== own) return [];
    return [{ start: parseInt(start, 16), end: parseInt(end, 16), offset: parseInt(offset, 16) }];
  });
}
