/**
 * What a file that is not a profile is instead, as far as its first bytes tell: better than a wire type that is wrong
 * at byte 0.
 */
import { FormatError } from "../text/format-error.js";

// The first bytes are looked at as Latin-1.
const PREFIXES: readonly (readonly [prefix: string, what: string])[] = [
  ["\x1f\x8b", "it is still compressed with gzip"],
  ["\xff\xfe", "it is UTF-16 text"],
  ["\xfe\xff", "it is UTF-16 text"],
  ["PK\x03\x04", "it is a zip archive"],
  ["\x7fELF", "it is an executable"],
  ["go 1.", "it is a Go execution trace; `go tool trace -pprof=TYPE` makes profiles of it"],
];
const TEXTS: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/^(?:ï»¿)?\s*(?:<!doctype\s+html|<html|<head|<body)/i, "it is an HTML page, probably an error page"],
  [/^(?:ï»¿)?\s*</, "it is XML or HTML"],
  [/^(?:ï»¿)?\s*[{[]\s*(?:["{[\]}]|-?\d)/, "it is JSON"],
];

/** Call it when decoding failed: a profile may by chance begin like something else. */
export function describeForeign(bytes: Uint8Array): FormatError | undefined {
  const head = bytes.subarray(0, 512);
  const text = String.fromCharCode(...head);
  const what =
    PREFIXES.find(([prefix]) => text.startsWith(prefix))?.[1] ??
    TEXTS.find(([pattern]) => pattern.test(text))?.[1] ??
    (head.every(isText) ? "it is text" : undefined);
  return what === undefined ? undefined : new FormatError("not-pprof", `this is not a pprof profile: ${what}`, 0);
}

/** Tab to carriage return, and all that is printable; the lengths in a profile's first bytes are neither. */
function isText(byte: number): boolean {
  return (byte >= 0x20 && byte !== 0x7f) || (byte >= 0x09 && byte <= 0x0d);
}
