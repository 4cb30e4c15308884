/**
 * What a file that is not a profile is instead, as far as its first bytes tell: better than a wire type that is wrong
 * at byte 0.
 */
import { FormatError } from "../format-error.js";

// The first bytes are looked at as Latin-1.
const KINDS: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/^\u001f\u008b/, "it is still compressed with gzip"],
  [/^(?:ÿþ|þÿ)/, "it is UTF-16 text"],
  [/^(?:ï»¿)?\s*(?:<!doctype\s+html|<html|<head|<body)/i, "it is an HTML page, probably an error page"],
  [/^(?:ï»¿)?\s*</, "it is XML or HTML"],
  [/^(?:ï»¿)?\s*[{[]\s*(?:["{[\]}]|-?\d)/, "it is JSON"],
  [/^PK\u0003\u0004/, "it is a zip archive"],
  [/^\u007fELF/, "it is an executable"],
  [/^go 1\.\d+ trace/, "it is a Go execution trace; `go tool trace -pprof=TYPE` makes profiles of it"],
];

/** Call it when decoding failed: a profile may by chance begin like something else. */
export function describeForeign(bytes: Uint8Array): FormatError | undefined {
  const head = bytes.subarray(0, 512);
  const text = String.fromCharCode(...head);
  const what = KINDS.find(([pattern]) => pattern.test(text))?.[1] ?? (head.every(isText) ? "it is text" : undefined);
  return what === undefined ? undefined : new FormatError("not-pprof", `this is not a pprof profile: ${what}`, 0);
}

/** Tab to carriage return, and all that is printable; the lengths in a profile's first bytes are neither. */
function isText(byte: number): boolean {
  return (byte >= 0x20 && byte !== 0x7f) || (byte >= 0x09 && byte <= 0x0d);
}
