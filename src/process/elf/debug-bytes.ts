/** How much debug information a program's file has: a debugger that attaches reads it while the program stands still. */
import { wordIn } from "../memory/memory.js";
import { ElfFile, type Section } from "./elf-file.js";

const SHF_COMPRESSED = 0x800;
const PACKED_HEADER_BYTES = 24;

/** Bytes of its `.debug_` sections, unpacked; undefined of what cannot be read, or is no ELF file of 64 bits. */
export function debugBytesOf(path: string): number | undefined {
  let file: ElfFile | undefined;
  try {
    const opened = (file = new ElfFile(path));
    return opened.sections.reduce((sum, section) => sum + debugBytesIn(opened, section), 0);
  } catch {
    return undefined;
  } finally {
    file?.close();
  }
}

function debugBytesIn(file: ElfFile, { name, flags, offset, length }: Section): number {
  if (!/^\.z?debug_/.test(name)) return 0;
  const header = file.bytes(offset, PACKED_HEADER_BYTES);
  if (header.length < PACKED_HEADER_BYTES) return length;
  // Before the compressed bytes: Elf64_Chdr.ch_size; in .zdebug_ sections, "ZLIB" and a big-endian size.
  if ((flags & SHF_COMPRESSED) !== 0) return wordIn(header, 8);
  return name.startsWith(".z") ? Number(new DataView(header.buffer, header.byteOffset).getBigUint64(4)) : length;
}
