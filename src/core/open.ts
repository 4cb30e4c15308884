/**
 * Opens whatever a Go program writes about its memory and goroutines, by what is in it and never by its name: pprof
 * protobuf, the text forms of `debug=1`, goroutine text (`debug=2`, panics, SIGQUIT), execution traces.
 *
 * Bytes come gunzipped; how to gunzip is the environment's business. What is none of these gets an error that says what
 * it looks like and what to do.
 */
import { FormatError } from "./text/format-error.js";
import { parseDump } from "./goroutines/goroutine-dump.js";
import { profileOfGoroutines } from "./goroutines/goroutine-profile.js";
import { decodeProfile } from "./pprof/decode.js";
import { isLegacyCpu, readLegacyCpu } from "./pprof/legacy-cpu.js";
import { legacyKind, parseLegacyText } from "./pprof/legacy-text.js";
import type { Profile } from "./profile/profile.js";
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

/** Tells the formats apart by content; throws FormatError for what is none of them. */
export function recognise(bytes: Uint8Array): Recognised {
  if (bytes.length === 0) {
    throw new FormatError("empty", "there is nothing in it (0 bytes): the capture failed or is still being written", 0);
  }
  if (isLegacyCpu(bytes)) return "legacy-cpu";
  if (isTrace(bytes)) return "trace";
  const encoding = wideEncoding(bytes);
  if (encoding !== undefined) {
    throw new FormatError(
      "utf-16",
      `this is text in ${encoding}, as PowerShell's ">" writes it; save it as UTF-8, or let the program write the file itself`,
      0,
    );
  }
  const head = bytes.subarray(0, HEAD_BYTES);
  const text = decodeUtf8(head).replace(/^\ufeff/, "");
  if (legacyKind(firstLineOf(text)) !== undefined) return "legacy-text";
  // Protobuf has lengths and numbers in its first bytes, which text does not: only then a header further on may be
  // the content of a string.
  const isText = head.every(isTextByte);
  if (hasGoroutineHeader(isText ? bytes : head)) return "goroutine-dump";
  if (!isText) {
    // Terminal recordings and container logs put control bytes into text; a profile begins with a field of its own.
    if (startsLikeProtobuf(bytes) || !hasGoroutineHeader(bytes)) return "pprof";
    return "goroutine-dump";
  }
  throw describeText(text);
}

const HEAD_BYTES = 1024;

/** UTF-16 by its mark, or by the zero in every other byte of Latin text. */
function wideEncoding(bytes: Uint8Array): string | undefined {
  if (bytes.length < 2) return undefined;
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "UTF-16";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "UTF-16";
  const length = Math.min(bytes.length & ~1, 64);
  if (length < 8) return undefined;
  let little = 0;
  let big = 0;
  for (let i = 0; i < length; i += 2) {
    if (bytes[i + 1] === 0 && isTextByte(bytes[i])) little++;
    if (bytes[i] === 0 && isTextByte(bytes[i + 1])) big++;
  }
  return little === length / 2 || big === length / 2 ? "UTF-16" : undefined;
}

/** Go's own reader passes over blank lines and comments before the header. */
function firstLineOf(text: string): string {
  for (const line of text.split(/\r?\n/)) if (!/^\s*(#|$)/.test(line)) return line.trimEnd();
  return "";
}

/** Tab to carriage return, escape (colours) and all that is printable. */
function isTextByte(byte: number): boolean {
  return (byte >= 0x20 && byte !== 0x7f) || (byte >= 0x09 && byte <= 0x0d) || byte === 0x1b;
}

/**
 * Whether a line begins with "goroutine 123 [" or "goroutine 123 gp="; in what tests print it may be indented, wrapped
 * in the JSON of `go test -json`, or be goleak's "Goroutine 123 in state".
 */
function hasGoroutineHeader(bytes: Uint8Array): boolean {
  for (let from = byteOrderMark(bytes, 0); from >= 0 && from < bytes.length;) {
    if (STARTS.has(bytes[from]) && HEADER.test(decodeUtf8(bytes, from, Math.min(from + 400, bytes.length))))
      return true;
    const newline = bytes.indexOf(0x0a, from);
    if (newline < 0) return false;
    from = newline + 1;
  }
  return false;
}

const STARTS = new Set(Array.from(" g[G{", (character) => character.charCodeAt(0)));
const HEADER =
  /^(?:\{"(?:Time|Action|ImportPath)":[^\n]*"Output":")? *(?:goroutine \d+ (?:\[|gp=)|\[?Goroutine \d+ in state )/;

/** The first byte of a profile is the tag of one of its 15 fields: a number (0) or something with a length (2). */
function startsLikeProtobuf(bytes: Uint8Array): boolean {
  const wireType = bytes[0] & 7;
  return bytes[0] < 0x80 && bytes[0] >= 8 && (wireType === 0 || wireType === 2);
}

function describeText(text: string): FormatError {
  const start = text.trimStart();
  const found = TEXTS.find(([pattern]) => pattern.test(start));
  if (found !== undefined) return new FormatError(found[1], found[2], 0);
  return new FormatError(
    "text",
    "this is text, but neither a profile that Go writes with debug=1 nor the stacks of goroutines",
    0,
  );
}

const TEXTS: readonly (readonly [pattern: RegExp, code: string, message: string])[] = [
  [
    /^(<!doctype\s+html|<html|<head|<body)/i,
    "html",
    "this is an HTML page, not a profile: the address answers with a page (a login, a proxy's error, or the index of /debug/pprof/); name one profile, such as /debug/pprof/heap",
  ],
  [/^</, "html", "this is XML or HTML, not a profile; name one profile, such as /debug/pprof/heap"],
  [
    /^(\{|\[\s*(?:["{[\]]|-?\d))/,
    "json",
    "this is JSON, not a profile; profiles come from /debug/pprof/ of the program, `go test -memprofile` or runtime/pprof",
  ],
  [
    /^(Unknown profile|404 page not found|Could not enable CPU profiling|Profile not found|Could not )/,
    "http-error",
    "this is a server's error message, not a profile; see what its /debug/pprof/ offers",
  ],
  [/^mode: (set|count|atomic)\s/, "coverage", "this is a coverage profile; `go tool cover` reads it"],
  [
    /^go1\.\d+ heap dump/,
    "heap-dump",
    "this is a heap dump of runtime/debug.WriteHeapDump, not a heap profile; capture /debug/pprof/heap",
  ],
];
