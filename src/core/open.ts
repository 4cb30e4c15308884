/**
 * Opens whatever a program writes about its memory and goroutines, by what is in it and never by its name: pprof
 * protobuf, older binary CPU profiles, the text forms of `debug=1`, goroutine text (`debug=2`, panics, SIGQUIT), which
 * may stand in a log, execution traces.
 *
 * Bytes come gunzipped; how to gunzip is the environment's business. What is none of these gets an error that says what
 * it looks like and what to do.
 */
import { findDumpStart } from "./goroutines/dump/dump-start.js";
import { parseDump } from "./goroutines/goroutine-dump.js";
import { goroutineSampleType, goroutinesOfProfile, profileOfGoroutines } from "./goroutines/goroutine-profile.js";
import type { Goroutines } from "./goroutines/goroutine.js";
import { decodeProfile } from "./pprof/decode.js";
import { describeBinary } from "./pprof/foreign.js";
import { describeText } from "./pprof/foreign-text.js";
import { isLegacyCpu, readLegacyCpu } from "./pprof/legacy-cpu.js";
import { legacyKind, parseLegacyText } from "./pprof/legacy-text.js";
import type { Profile } from "./profile/profile.js";
import { NEWLINE } from "./text/ascii.js";
import { FormatError } from "./text/format-error.js";
import { hasTerminalCodes, withoutTerminalCodes } from "./text/terminal-codes.js";
import { isTextByte, utf8OfUtf16 } from "./text/utf16.js";
import { isTrace } from "./trace/events/trace-format.js";
import { analyseTrace, piecesOf } from "./trace/read-trace.js";
import { traceProfile } from "./trace/trace-profile.js";
import { byteOrderMark, decodeUtf8 } from "./text/utf8.js";

export type Recognised = "pprof" | "legacy-text" | "legacy-cpu" | "goroutine-dump" | "trace";

/**
 * Reads a profile of any format; throws FormatError. A goroutine dump becomes a profile of its stacks, a trace one of
 * where goroutines waited.
 */
export function openProfile(bytes: Uint8Array): Profile {
  switch (recognise(bytes)) {
    case "legacy-text":
      return parseLegacyText(bytes);
    case "legacy-cpu":
      return readLegacyCpu(bytes);
    case "goroutine-dump":
      return profileOfGoroutines(parseDump(bytes));
    case "trace":
      return traceProfile(analyseTrace(() => piecesOf(bytes)));
    case "pprof":
      return decodeProfile(bytes);
  }
}

/** Reads goroutines: a dump, or a goroutine profile of any format; throws FormatError. */
export function openGoroutines(bytes: Uint8Array): Goroutines {
  if (recognise(bytes) === "goroutine-dump") return parseDump(bytes);
  const profile = openProfile(bytes);
  const sampleType = goroutineSampleType(profile);
  if (sampleType !== undefined) return goroutinesOfProfile(profile, sampleType);
  const types = profile.sampleTypes.map(({ type }) => type).join(", ");
  throw new FormatError(
    "not-goroutines",
    `it is a profile of ${types || "nothing"}`,
    undefined,
    "give a goroutine profile or dump",
  );
}

/** Tells the formats apart by content; throws FormatError for what is none of them. */
export function recognise(bytes: Uint8Array): Recognised {
  if (bytes.length === 0) {
    const what = "there is nothing in it (0 bytes): the capture failed or is still being written";
    throw new FormatError("empty", what, 0);
  }
  if (isLegacyCpu(bytes)) return "legacy-cpu";
  if (isTrace(bytes)) return "trace";
  const plain = utf8OfUtf16(bytes);
  if (plain !== undefined) return recogniseUtf16(plain);
  const head = bytes.subarray(0, HEAD_BYTES);
  const text = decodeUtf8(head).replace(/^\ufeff/, "");
  if (legacyKind(firstLineOf(text)) !== undefined) return "legacy-text";
  // Protobuf has lengths and numbers in its first bytes, which text does not: only then a header further on may be
  // the content of a string.
  const isText = head.every(isTextByte);
  // Archives and programs hold texts of their own.
  const foreign = describeBinary(bytes);
  if (foreign !== undefined) throw foreign;
  if (hasDump(isText ? bytes : head)) return "goroutine-dump";
  if (!isText) {
    // Terminal recordings and container logs put control bytes into text; a profile begins with a field of its own.
    if (startsLikeProtobuf(bytes) || !hasDump(bytes)) return "pprof";
    return "goroutine-dump";
  }
  throw describeText(text);
}

const HEAD_BYTES = 1024;

/** PowerShell's ">" makes UTF-16 of texts, which are read, and of binary files, which are lost. */
function recogniseUtf16(plain: Uint8Array): Recognised {
  if (plain.length > 0 && plain.subarray(0, HEAD_BYTES).every(isTextByte)) return recognise(plain);
  throw new FormatError(
    "utf-16",
    'this was a binary file, and something that takes it for text (PowerShell\'s ">") made UTF-16 of it: its bytes are lost',
    0,
    "let the program write the file itself (curl -o FILE)",
  );
}

/** Go's own reader passes over blank lines and comments before the header. */
function firstLineOf(text: string): string {
  for (const line of text.split(/\r?\n/)) if (!/^\s*(#|$)/.test(line)) return line.trimEnd();
  return "";
}

/** Whether goroutines begin in some line, whatever stands before them. */
function hasDump(bytes: Uint8Array): boolean {
  const mayHaveCodes = hasTerminalCodes(bytes);
  for (let from = byteOrderMark(bytes, 0); from < bytes.length;) {
    const newline = bytes.indexOf(NEWLINE, from);
    const to = newline < 0 ? bytes.length : newline;
    const plain = mayHaveCodes ? withoutTerminalCodes(bytes, from, to) : undefined;
    const start = plain === undefined ? findDumpStart(bytes, from, to) : findDumpStart(plain, 0, plain.length);
    if (start !== undefined) return true;
    if (newline < 0) return false;
    from = newline + 1;
  }
  return false;
}

/** The first byte of a profile is the tag of one of its 15 fields: a number (0) or something with a length (2). */
function startsLikeProtobuf(bytes: Uint8Array): boolean {
  const wireType = bytes[0] & 7;
  return bytes[0] < 0x80 && bytes[0] >= 8 && (wireType === 0 || wireType === 2);
}
