/**
 * The Go programs of this user that run on this machine: told by their binaries, which say how Go linked them.
 *
 * Linux only, where /proc names each process's binary; elsewhere gops agents make programs known.
 */
import { open } from "node:fs/promises";
import { readlink, stat } from "node:fs/promises";
import { basename } from "node:path";
import { commandLineOf, entriesOf } from "./process.js";

export interface GoProcess {
  readonly pid: number;
  readonly name: string;
}

const MAX_PROCESSES = 64;

export async function goProcesses(): Promise<readonly GoProcess[]> {
  if (process.platform !== "linux") return [];
  const uid = process.getuid?.();
  const isGo = new Map<string, Promise<boolean>>();
  const pids = (await entriesOf("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid): Promise<GoProcess | undefined> => {
      const owner = await stat(`/proc/${pid}`).catch(() => undefined);
      if (owner === undefined || owner.uid !== uid || pid === process.pid) return undefined;
      const binary = await readlink(`/proc/${pid}/exe`).catch(() => undefined);
      if (binary === undefined) return undefined;
      let answer = isGo.get(binary);
      if (answer === undefined) isGo.set(binary, (answer = isGoBinary(`/proc/${pid}/exe`)));
      if (!(await answer)) return undefined;
      const [program] = (await commandLineOf(pid)) ?? [binary];
      return { pid, name: basename(program.replace(/ \(deleted\)$/, "")) };
    }),
  );
  return found.filter((one) => one !== undefined).slice(0, MAX_PROCESSES);
}

/** Whether an ELF file has the section that Go's linker writes (cmd/link, debug/buildinfo). */
async function isGoBinary(path: string): Promise<boolean> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return false;
  try {
    const read = async (offset: number, length: number): Promise<Buffer> => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    };
    // Elf64_Ehdr: e_shoff at 0x28, e_shentsize, e_shnum and e_shstrndx from 0x3a; Elf64_Shdr: offset 0x18, size 0x20.
    const header = await read(0, 64);
    const is64BitLittleEndian =
      header.length === 64 && header.readUInt32BE(0) === 0x7f454c46 && header.readUInt16BE(4) === 0x0201;
    if (!is64BitLittleEndian) return false;
    const table = Number(header.readBigUInt64LE(0x28));
    const [size, names] = [header.readUInt16LE(0x3a), header.readUInt16LE(0x3e)];
    const section = await read(table + names * size, 64);
    if (section.length < 40) return false;
    const length = Number(section.readBigUInt64LE(0x20));
    const text = await read(Number(section.readBigUInt64LE(0x18)), Math.min(length, 65_536));
    return text.includes(".go.buildinfo");
  } catch {
    return false; // numbers that lead nowhere
  } finally {
    await file.close();
  }
}
