/**
 * What a file that is not a profile is instead, and what to do with it, as far as its first bytes tell: better than a wire
 * type that is wrong at byte 0.
 */
import { FormatError } from "../text/format-error.js";
import { isTextByte } from "../text/utf16.js";
import { describeText } from "./foreign-text.js";

const PERF = "it is a recording of Linux perf (perf.data)";

/** The first bytes are looked at as Latin-1. */
const MAGIC: readonly (readonly [magic: string, what: string, todo: string])[] = [
  ["\x1f\x8b", "it is still compressed with gzip", "unpack it once more with gunzip"],
  ["\xfd7zXZ\0", "it is compressed with xz", "unpack it with xz -d"],
  ["\x28\xb5\x2f\xfd", "it is compressed with zstd", "unpack it with zstd -d"],
  ["\x04\x22\x4d\x18", "it is compressed with lz4", "unpack it with lz4 -d"],
  ["7z\xbc\xaf\x27\x1c", "it is a 7z archive", "unpack it and give the profile in it"],
  ["Rar!\x1a\x07", "it is a RAR archive", "unpack it and give the profile in it"],
  ["PK\x03\x04", "it is a zip archive", "unpack it with unzip and give the profile in it"],
  ["PK\x05\x06", "it is an empty zip archive", "look at what was to be in it"],
  ["PERFILE2", PERF, "`perf_to_profile -i FILE -o OUT.pb.gz` makes a profile of it"],
  ["2ELIFREP", PERF, "`perf_to_profile -i FILE -o OUT.pb.gz` makes a profile of it"],
  ["MDMP", "it is a minidump of Windows", "open it in a debugger; profiles come from the running program"],
  ["MZ", "it is a program for Windows", "run it and capture a profile of it"],
  ["\xcf\xfa\xed\xfe", "it is a program for macOS", "run it and capture a profile of it"],
  ["\xce\xfa\xed\xfe", "it is a program for macOS", "run it and capture a profile of it"],
  ["!<arch>\n", "it is an archive of object files", "build a program with it and capture a profile of that"],
  ["\0asm", "it is a WebAssembly module", "run it and capture a profile of it"],
  ["JAVA PROFILE ", "it is a heap dump of Java (HPROF)", "tools for Java read it"],
  ["FLR\0", "it is a recording of Java's Flight Recorder", "tools for Java read it"],
  ["\x89PNG", "it is a picture (PNG)", "give the profile that it was drawn from"],
  ["\xff\xd8\xff", "it is a picture (JPEG)", "give the profile that it was drawn from"],
  ["GIF8", "it is a picture (GIF)", "give the profile that it was drawn from"],
  ["%PDF-", "it is a PDF", "give the profile that it was drawn from"],
  ["\xff\xfe", "it is UTF-16 text", "save it as UTF-8"],
  ["\xfe\xff", "it is UTF-16 text", "save it as UTF-8"],
  ["SQLite format 3\0", "it is a SQLite database", "give a profile"],
  ["bplist00", "it is a property list of macOS", "give a profile that Go wrote"],
];

/**
 * Call it when decoding failed, or for bytes that cannot be a profile: a profile may by chance begin like something else.
 * Undefined when nothing is known of it.
 */
export function describeForeign(bytes: Uint8Array): FormatError | undefined {
  const head = bytes.subarray(0, 512);
  const binary = describeBinary(bytes);
  if (binary !== undefined || head.length === 0) return binary;
  return head.every(isTextByte) ? describeText(String.fromCharCode(...head)) : undefined;
}

/** As `describeForeign`, of what no profile begins with. */
export function describeBinary(bytes: Uint8Array): FormatError | undefined {
  const text = String.fromCharCode(...bytes.subarray(0, 512));
  const known = MAGIC.find(([magic]) => text.startsWith(magic));
  if (known !== undefined) return notPprof(known[1], known[2]);
  if (text.startsWith("\x7fELF")) return describeElf(bytes);
  if (/^BZh[1-9]\x31\x41\x59\x26\x53\x59/.test(text)) {
    return notPprof("it is compressed with bzip2", "unpack it with bzip2 -d");
  }
  if (isTar(bytes)) return notPprof("it is a tar archive", "unpack it with tar -xf and give the profile in it");
  if (/^go 1\.\d+ trace\0/.test(text)) {
    return notPprof("it is an execution trace of Go", "`godiag trace FILE` and `go tool trace FILE` read it");
  }
  if (/^go1\.\d+ heap dump\n/.test(text)) {
    return notPprof("it is a heap dump of runtime/debug.WriteHeapDump", "capture /debug/pprof/heap instead");
  }
  // The second byte of a gzip file is no UTF-8: U+FFFD took its place.
  if (/^.\xef\xbf\xbd/.test(text) && text.charCodeAt(0) === 0x1f) {
    return notPprof(
      "it was a gzip file, and something that takes it for text replaced its bytes: they are lost",
      "capture or download it again as binary (curl -o FILE)",
    );
  }
  return undefined;
}

function notPprof(what: string, todo: string): FormatError {
  return new FormatError("not-pprof", `this is not a pprof profile: ${what}`, 0, todo);
}

function describeElf(bytes: Uint8Array): FormatError {
  // e_type: a half word at 16, in the byte order that byte 5 names.
  const type = bytes[5] === 2 ? bytes[17] : bytes[16];
  if (type === 4) {
    return notPprof(
      "it is a core file, the memory of a program that crashed",
      "`godiag holders core:FILE` and `dlv core` read it",
    );
  }
  const what = type === 1 ? "it is an object file" : "it is an executable or a library";
  return notPprof(what, "run the program and capture a profile of it");
}

/** The header's checksum, in octal at 148, is the sum of its 512 bytes with spaces in its own place. */
function isTar(bytes: Uint8Array): boolean {
  if (bytes.length < 512) return false;
  const field = String.fromCharCode(...bytes.subarray(148, 156));
  const stated = /^ *([0-7]{1,7})[ \0]/.exec(field)?.[1];
  if (stated === undefined) return false;
  let sum = 0;
  for (let i = 0; i < 512; i++) sum += i >= 148 && i < 156 ? 32 : bytes[i];
  return sum === parseInt(stated, 8);
}
