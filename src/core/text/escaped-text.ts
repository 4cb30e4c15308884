/**
 * Text that was written into one line: as a JSON string, in Go's %q, or by syslog ("#012" for a newline). A string in a
 * string is escaped twice: its level is 2, and its quotes have one backslash before them.
 */

/** How a text was made one line. */
export interface Escaping {
  /** How many times backslashes were added; 0 for syslog's "#012", -1 for XML's "&#xA;". */
  readonly level: number;
}

/** The escaping by what stands where a newline or the end of the string is expected; undefined when it is neither. */
export function escapingAt(text: string, at: number): Escaping | undefined {
  const match = END_OF_LINE.exec(text.slice(at, at + 40));
  if (match === null) return undefined;
  const [, newline, quote, octal, entity] = match;
  if (octal !== undefined) return { level: 0 };
  if (entity !== undefined) return { level: XML };
  if (newline !== undefined) return { level: Math.ceil(Math.log2(newline.length)) + 1 };
  return { level: Math.ceil(Math.log2(quote.length + 1)) + 1 };
}

const END_OF_LINE =
  /^ *(?:(\\{1,16})(?:n|r|u000[aAdD]|x0[aAdD]|012|015)|(\\{0,15})["']|#?(#012|#015)|(&#(?:x0?[aAdD]|10|13);))/;

/** Where the string that holds `at` begins, behind its quote; -1 when no quote of that level stands before it. */
export function openingQuote(text: string, at: number, level: number): number {
  const backslashes = 2 ** (level - 1) - 1;
  for (let i = at - 1; i >= 0; i--) {
    if (text[i] !== '"' && text[i] !== "'") continue;
    if (backslashesBefore(text, i) === backslashes && isOpening(text, i - backslashes)) return i + 1;
  }
  return -1;
}

/** Where the string that begins at `from` ends: at its closing quote, or at the end of the text. */
export function closingQuote(text: string, from: number, quote: string, level: number): number {
  for (let at = text.indexOf(quote, from); at >= 0; at = text.indexOf(quote, at + 1)) {
    const count = Math.min(backslashesBefore(text, at), at - from);
    if (count % 2 ** level < 2 ** (level - 1)) return at - Math.min(count, 2 ** (level - 1) - 1);
  }
  return text.length;
}

/** Undoes one level of backslashes; level 0 is syslog's "#NNN" in octal, -1 XML. */
export function unescaped(text: string, { level }: Escaping): string {
  if (level === 0) return unescapedOctal(text);
  if (level === XML) return unescapedXml(text);
  let plain = text;
  for (let i = 0; i < Math.min(level, MAX_LEVEL); i++) plain = unescapedOnce(plain);
  return plain;
}

/** "#011" → tab, as rsyslog writes control characters. */
export function unescapedOctal(text: string): string {
  return text.replace(/#0([0-3][0-7])/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
}

/** As Go's encoding/xml writes it, in JUnit's reports. */
function unescapedXml(text: string): string {
  return text.replace(/&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(lt|gt|amp|quot|apos));/g, (whole, hex, decimal, name) => {
    if (name !== undefined) return XML_NAMES[name as string] ?? whole;
    const code = parseInt((hex ?? decimal) as string, hex === undefined ? 10 : 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

const XML = -1;
const XML_NAMES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };
const MAX_LEVEL = 5;
const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([0-3][0-7]{2})|([^ux0-3]|.))/gs;
const NAMED: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", a: "\x07", b: "\b", f: "\f", v: "\v" };

function unescapedOnce(text: string): string {
  return text.replace(ESCAPE, (_, short: string, byte: string, octal: string, named: string) => {
    if (named !== undefined) return NAMED[named] ?? named;
    return String.fromCharCode(octal === undefined ? parseInt(short ?? byte, 16) : parseInt(octal, 8));
  });
}

function backslashesBefore(text: string, at: number): number {
  let count = 0;
  while (at - count > 0 && text[at - count - 1] === "\\") count++;
  return count;
}

/** A string begins behind a colon, an arrow, a bracket, a comma or a space, or Python's b; otherwise the quote closes one. */
function isOpening(text: string, at: number): boolean {
  return /(?:^|[\s:=[{(,]|=>)b?$/.test(text.slice(Math.max(0, at - 3), at));
}
