/**
 * Goroutine text that a log wrote as strings: a whole dump in one field of a JSON line (zap, slog), in Go's %q or by
 * syslog, or each of its lines in a JSON line of its own (docker's json-file, `go test -json`, CloudWatch).
 *
 * The string that held the first header has a key before it ("log":, msg=, \"stack\":); the strings behind that key in
 * later lines are the text that goes on.
 */
import { findDumpStart } from "./dump-start.js";
import { closingQuote, type Escaping, openingQuote, unescaped } from "../../text/escaped-text.js";
import { LinePrefix } from "../../text/line-prefix.js";
import { withoutTerminalCodes } from "../../text/terminal-codes.js";
import { decodeUtf8, encodeUtf8 } from "../../text/utf8.js";
import type { DumpGrammar } from "./dump-grammar.js";

export class EscapedSource {
  readonly #grammar: DumpGrammar;
  readonly #escaping: Escaping;
  /** What stands before the strings, their quote included; "" where the text has no quotes. */
  readonly #key: string;
  readonly #quote: string;
  /** Where there is no key: what stands before the quote. */
  readonly #prefix: LinePrefix | undefined;
  /** Strings end with a newline, so one that does not goes on in the next. */
  #endsWithNewline = false;
  #unfinished = "";
  #seconds: number | undefined;

  /** Learns from the line `bytes[from .. to)`, in which a dump begins at `at`. */
  constructor(bytes: Uint8Array, from: number, to: number, at: number, grammar: DumpGrammar) {
    this.#grammar = grammar;
    this.#escaping = findDumpStart(bytes, at, to)?.escaping ?? { level: 1 };
    const before = decodeUtf8(bytes, from, at);
    const { level } = this.#escaping;
    const begin = level <= 0 ? -1 : openingQuote(before + "g", before.length, level);
    if (begin < 0) {
      this.#key = "";
      this.#quote = "";
      return;
    }
    const backslashes = 2 ** (level - 1) - 1;
    this.#quote = before[begin - 1];
    const opening = begin - 1 - backslashes;
    const name = KEY.exec(before.slice(Math.max(0, opening - MAX_KEY), opening))?.[0] ?? "";
    this.#key = name === "" ? "" : name + before.slice(opening, begin);
    if (this.#key === "") {
      const bytesBefore = encodeUtf8(before.slice(0, begin));
      this.#prefix = new LinePrefix(bytesBefore, 0, bytesBefore.length, "times");
    }
  }

  /** Second of the day in what stands around the last string. */
  get seconds(): number | undefined {
    return this.#seconds;
  }

  /** Takes a line; false when it has no such string. A whole answer of a log's API in one line has many of them. */
  line(bytes: Uint8Array, from: number, to: number): boolean {
    if (this.#quote === "") return this.#unquotedLine(bytes, from, to);
    const line = decodeUtf8(bytes, from, to);
    let begin = this.#contentStart(line, bytes, from, to);
    if (begin < 0) return this.#bareValue(line);
    // What stands around the first of many belongs to it; around the others stand their neighbours.
    let isFirst = true;
    while (begin >= 0) {
      const end = closingQuote(line, begin, this.#quote, this.#escaping.level);
      if (isFirst) this.#seconds = clockIn(line, begin, end) ?? this.#seconds;
      isFirst = false;
      this.#tell(unescaped(line.slice(begin, end), this.#escaping));
      begin = this.#nextStart(line, end);
    }
    return true;
  }

  end(): void {
    this.#tellLines(this.#unfinished);
    this.#unfinished = "";
    this.#grammar.end();
  }

  #contentStart(line: string, bytes: Uint8Array, from: number, to: number): number {
    if (this.#prefix === undefined) {
      const at = line.indexOf(this.#key);
      return at < 0 ? -1 : at + this.#key.length;
    }
    const at = this.#prefix.match(bytes, from, to);
    return at < 0 ? -1 : decodeUtf8(bytes, from, at).length;
  }

  /** The next string of the same key behind one that ended at `end`, or of the same list; -1 where there is none. */
  #nextStart(line: string, end: number): number {
    if (this.#key !== "") {
      const at = line.indexOf(this.#key, end);
      return at < 0 ? -1 : at + this.#key.length;
    }
    LIST_STEP.lastIndex = end;
    return LIST_STEP.test(line) ? LIST_STEP.lastIndex : -1;
  }

  /** YAML quotes a value only where it must. */
  #bareValue(line: string): boolean {
    if (!this.#key.endsWith(`: ${this.#quote}`)) return false;
    const key = this.#key.slice(0, -1);
    if (!line.trimStart().startsWith(key.trimStart())) return false;
    const value = line.slice(line.indexOf(key) + key.length);
    this.#tell(/^(["'])\1$/.test(value) ? "" : value);
    return true;
  }

  /** Syslog's "#012", or backslashes in a text that nobody quoted: the line itself is the text. */
  #unquotedLine(bytes: Uint8Array, from: number, to: number): boolean {
    const start = findDumpStart(bytes, from, to);
    if (start?.escaping?.level !== this.#escaping.level) return false;
    const line = decodeUtf8(bytes, from, to);
    const header = decodeUtf8(bytes, from, start.at).length;
    const reason = REASON.exec(line.slice(0, header));
    this.#seconds = clockIn(line, 0, 0) ?? this.#seconds;
    const text = line.slice(reason?.index ?? header);
    this.#tell(unescaped(this.#escaping.level < 0 ? text.replace(/<\/.*$/, "") : text, this.#escaping));
    return true;
  }

  #tell(text: string): void {
    const newline = text.endsWith("\n");
    if (text.indexOf("\n") !== text.length - 1 && text.includes("\n")) {
      // A text of several lines is whole: the next string begins another.
      this.#tellLines(this.#unfinished + text);
      this.#unfinished = "";
      this.#grammar.end();
    } else if (newline) {
      this.#endsWithNewline = true;
      this.#tellLines(this.#unfinished + text);
      this.#unfinished = "";
    } else if (this.#endsWithNewline && this.#unfinished.length + text.length < MAX_UNFINISHED) {
      this.#unfinished += text;
    } else this.#tellLines(text);
  }

  #tellLines(text: string): void {
    if (text === "" && this.#endsWithNewline) return;
    const encoded = encodeUtf8(text);
    const bytes = (text.includes("\x1b") ? withoutTerminalCodes(encoded, 0, encoded.length) : undefined) ?? encoded;
    let from = 0;
    while (from <= bytes.length) {
      const newline = bytes.indexOf(10, from);
      if (newline < 0 && from === bytes.length && from > 0) return;
      let to = newline < 0 ? bytes.length : newline;
      const next = to + 1;
      while (to > from && bytes[to - 1] === 13) to--;
      this.#grammar.line(bytes, from, to);
      if (newline < 0) return;
      from = next;
    }
  }
}

const MAX_KEY = 200;
const MAX_UNFINISHED = 1 << 26;
/** `"log":`, `"message": `, `msg=`, `\"stack\":`, `"log"=>` */
const KEY = /(?:\\{0,15}["'])?[\w@.-]+(?:\\{0,15}["'])?\s*[:=]>?\s*$/;
/** To the next string of a list: of lines, or of pairs of a time and a line, as Loki's API has them. */
const LIST_STEP = /"(?:, ?|\], ?\["\d+", ?)"/y;
const REASON = /(?:panic|fatal error|SIG[A-Z]+): /;
const CLOCK = /(?<!\d)(\d\d):(\d\d):(\d\d)(?!\d)/;
const EPOCH = /"(?:ts|time|timestamp|@timestamp)": ?(\d{10})/;
const MAX_AROUND = 1000;

/** In what stands before and behind the string. */
function clockIn(line: string, begin: number, end: number): number | undefined {
  const around = `${line.slice(Math.max(0, begin - MAX_AROUND), begin)} ${line.slice(end, end + MAX_AROUND)}`;
  const match = CLOCK.exec(around);
  if (match !== null) return Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3]);
  const epoch = EPOCH.exec(around);
  return epoch === null ? undefined : Number(epoch[1]) % 86_400;
}
