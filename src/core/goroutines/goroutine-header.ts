/**
 * The header line of a goroutine: "goroutine 7 [chan receive (nil chan), 5 minutes, locked to thread]:".
 *
 * Go has printed labels in two ways: inside the brackets, quoted (1.26 with GODEBUG=tracebacklabels=1), and behind
 * them, quoted only where needed (1.27).
 */
import { BEING_SCANNED, DURABLY_BLOCKED, type LabelSet, LEAKED, LOCKED_TO_THREAD } from "./goroutine.js";

export interface GoroutineHeader {
  readonly state: string;
  readonly waitMinutes: number | undefined;
  /** LOCKED_TO_THREAD, LEAKED, DURABLY_BLOCKED, BEING_SCANNED. */
  readonly flags: number;
  readonly bubble: number;
  readonly labels: LabelSet | undefined;
}

/** Reads what follows the id; undefined when it is no header. */
export function parseHeader(rest: string): GoroutineHeader | undefined {
  const open = rest.indexOf("[");
  if (open < 1 || !rest.endsWith(":") || !PREFIX.test(rest.slice(0, open))) return undefined;
  // A state never holds a bracket; labels may hold anything.
  const innerLabels = rest.indexOf(" labels:{", open);
  const firstClose = rest.indexOf("]", open);
  if (firstClose < 0) return undefined;
  const labelsAreInside = innerLabels >= 0 && innerLabels < firstClose;
  const parts = rest.slice(open + 1, labelsAreInside ? innerLabels : firstClose).split(", ", 8);
  let labels: LabelSet | undefined;
  if (labelsAreInside) {
    if (!rest.endsWith("}]:")) return undefined;
    labels = parseLabels(rest.slice(innerLabels + " labels:{".length));
  } else if (rest.startsWith(" {", firstClose + 1)) {
    labels = parseLabels(rest.slice(firstClose + 3));
  } else if (firstClose !== rest.length - 2) {
    return undefined;
  }

  let state = parts[0];
  let flags = 0;
  for (;;) {
    const suffix = SUFFIXES.find(([text]) => state.endsWith(text));
    if (suffix === undefined) break;
    state = state.slice(0, -suffix[0].length);
    flags |= suffix[1];
  }
  let waitMinutes: number | undefined;
  let bubble = 0;
  for (let i = 1; i < parts.length; i++) {
    const part = parts[i];
    const number = /^(?:(\d{1,12}) minutes|synctest bubble (\d{1,9}))$/.exec(part);
    if (part === "locked to thread") flags |= LOCKED_TO_THREAD;
    else if (number?.[1] !== undefined) waitMinutes = Number(number[1]);
    else if (number?.[2] !== undefined) bubble = Number(number[2]);
  }
  return { state, waitMinutes, flags, bubble, labels };
}

/** Writes what `parseHeader` reads, as Go 1.27 prints it. */
export function formatHeader(header: GoroutineHeader): string {
  let inside = header.state;
  for (const [text, flag] of [...SUFFIXES].reverse()) if (header.flags & flag) inside += text;
  if (header.waitMinutes !== undefined) inside += `, ${header.waitMinutes} minutes`;
  if (header.flags & LOCKED_TO_THREAD) inside += ", locked to thread";
  if (header.bubble > 0) inside += `, synctest bubble ${header.bubble}`;
  const labels = header.labels?.map(([key, value]) => `${quoteIfNeeded(key)}: ${quoteIfNeeded(value)}`).join(", ");
  return ` [${inside}]${labels ? ` {${labels}}` : ""}:`;
}

/** Between braces: `key: value, "quoted key": "quoted value"`. What cannot be read ends the list. */
export function parseLabels(text: string): LabelSet {
  const labels: [string, string][] = [];
  LABEL.lastIndex = 0;
  for (let match = LABEL.exec(text); match !== null; match = LABEL.exec(text)) {
    labels.push([unquote(match[1]), unquote(match[2])]);
    if (match[3] !== ",") break;
  }
  return labels;
}

/** With GOTRACEBACK=system "gp=0xc000002380 m=0 mp=0x5a3fc0" (or "m=nil") precedes the bracket. */
const PREFIX = /^(?: gp=\S+)?(?: m=\S+)?(?: mp=\S+)? $/;

/** Innermost last: Go prints them in the opposite order. */
const SUFFIXES: readonly (readonly [text: string, flag: number])[] = [
  [" (durable)", DURABLY_BLOCKED],
  [" (scan)", BEING_SCANNED],
  [" (leaked)", LEAKED],
];

const ATOM = String.raw`"(?:[^"\\]|\\.)*"|[^",:{}\s]*`;
const LABEL = new RegExp(String.raw`\s*(${ATOM})\s*:\s*(${ATOM})\s*([,}]|$)`, "gy");

function unquote(text: string): string {
  if (!text.startsWith('"')) return text;
  return text.slice(1, -1).replace(ESCAPE, (_, byte: string, short: string, long: string, named: string) => {
    if (named !== undefined) return NAMED[named] ?? named;
    const point = parseInt(byte ?? short ?? long, 16);
    return point > 0x10ffff ? "\ufffd" : String.fromCodePoint(point);
  });
}

const ESCAPE = /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|(.))/gs;
const NAMED: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", a: "\x07", b: "\b", f: "\f", v: "\v" };

function quoteIfNeeded(text: string): string {
  if (/^[\w./]*$/.test(text)) return text;
  const escaped = text.replace(/[\\"\n\r\t]|[^ -~]/gu, (character) => {
    const point = character.codePointAt(0) ?? 0;
    if (character === "\\" || character === '"') return "\\" + character;
    const named = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }[character];
    if (named !== undefined) return named;
    if (point < 128) return `\\x${point.toString(16).padStart(2, "0")}`;
    return point < 0x10000 ? `\\u${point.toString(16).padStart(4, "0")}` : `\\U${point.toString(16).padStart(8, "0")}`;
  });
  return `"${escaped}"`;
}
