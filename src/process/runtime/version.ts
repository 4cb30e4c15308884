/**
 * Which Go built a program: from the section that `go version` reads (debug/buildinfo).
 */
import { decodeUtf8 } from "../../core/text/utf8.js";
import { Cursor } from "../dwarf/die-reader.js";
import type { ElfFile } from "../elf/elf-file.js";

const HEADER_BYTES = 32;
/** The version and the module follow the header, instead of pointers to them: since Go 1.18. */
const IS_INLINE = 2;
const MAX_VERSION_BYTES = 1_000;

/** Such as "go1.26.8"; undefined when it is no Go program, or one of before Go 1.18. */
export function goVersionOf(file: ElfFile): string | undefined {
  const section = file.section(".go.buildinfo");
  if (section === undefined) return undefined;
  const bytes = file.bytes(section.offset, Math.min(section.length, HEADER_BYTES + MAX_VERSION_BYTES));
  if (decodeUtf8(bytes, 1, 14) !== " Go buildinf:" || !(bytes[15] & IS_INLINE)) return undefined;
  const cursor = new Cursor(bytes, HEADER_BYTES);
  const length = cursor.unsigned();
  return decodeUtf8(bytes, cursor.at, Math.min(cursor.at + length, bytes.length));
}
