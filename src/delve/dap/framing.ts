/**
 * The Debug Adapter Protocol's frames: a header with the length, an empty line, a JSON body. A frame that is only
 * passed on keeps its bytes; of its body no more is read than its envelope (what kind of message it is).
 *
 * The header is read as strictly as Delve reads it (one line with the type may be there too), from its first byte on:
 * what a web page can make a browser send is no frame, whatever its body holds.
 *
 * https://microsoft.github.io/debug-adapter-protocol/overview#base-protocol
 * https://github.com/google/go-dap/blob/v0.12.0/io.go
 */

export interface Frame {
  /** Header and body, exactly as they came. */
  readonly bytes: Buffer;
  readonly bodyStart: number;
}

/** The bytes are no frames: nothing after them can be read. */
export class FramingError extends Error {}

/** Scalars of a message's outermost object; what was not there is undefined. */
export interface Envelope {
  readonly type?: string;
  readonly seq?: number;
  readonly command?: string;
  readonly event?: string;
  readonly requestSeq?: number;
  readonly success?: boolean;
}

const MAX_HEADER_BYTES = 4096;
/** The largest body that is held: a value of 64 MB and what is around it passes. A client's are smaller still. */
export const MAX_BODY_BYTES = 96 << 20;
/** The largest body of a client that Delve takes (go-dap's contentMaxLength). */
export const MAX_CLIENT_BODY_BYTES = 4 << 20;

/** Cuts a stream of bytes into frames, wherever its chunks begin and end. */
export class FrameReader {
  readonly #maxBodyBytes: number;
  #chunks: Buffer[] = [];
  #length = 0;
  /** Bytes of the frame that is being received, once its header is there. */
  #frameLength = 0;
  #bodyStart = 0;
  #problem: FramingError | undefined;

  constructor(maxBodyBytes = MAX_BODY_BYTES) {
    this.#maxBodyBytes = maxBodyBytes;
  }

  /** Why nothing more can be read, though the last chunk still completed frames. */
  get problem(): FramingError | undefined {
    return this.#problem;
  }

  /**
   * The frames that this chunk completes. Throws a FramingError when it completes none and cannot be read, after which
   * the stream is of no use.
   */
  push(chunk: Buffer): Frame[] {
    if (this.#problem !== undefined) throw this.#problem;
    const only = this.#length === 0 ? onlyFrame(chunk, this.#maxBodyBytes) : undefined;
    if (only !== undefined) return [only];
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    const frames: Frame[] = [];
    try {
      this.#cut(frames);
    } catch (error) {
      if (!(error instanceof FramingError) || frames.length === 0) throw error;
      this.#problem = error;
    }
    return frames;
  }

  #cut(frames: Frame[]): void {
    for (;;) {
      if (this.#frameLength === 0 && !this.#readHeader()) return;
      if (this.#length < this.#frameLength) return;
      const held = this.#joined();
      frames.push({ bytes: held.subarray(0, this.#frameLength), bodyStart: this.#bodyStart });
      this.#keep(held.subarray(this.#frameLength));
      this.#frameLength = 0;
    }
  }

  /** Whether the stream has ended in the middle of a frame. */
  get isPartial(): boolean {
    return this.#length > 0;
  }

  #readHeader(): boolean {
    if (this.#length === 0) return false;
    const held = this.#joined();
    const header = headerOf(held);
    if (header === undefined) return false;
    const { length, end } = header;
    if (length > this.#maxBodyBytes) {
      throw new FramingError(`a message of ${length} bytes; more than ${this.#maxBodyBytes} are not read`);
    }
    this.#bodyStart = end;
    this.#frameLength = this.#bodyStart + length;
    return true;
  }

  #joined(): Buffer {
    if (this.#chunks.length !== 1) this.#chunks = [Buffer.concat(this.#chunks, this.#length)];
    return this.#chunks[0];
  }

  #keep(rest: Buffer): void {
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#length = rest.length;
  }
}

interface Header {
  /** Of the body. */
  readonly length: number;
  readonly end: number;
}

/** Undefined as long as more bytes could make it one. Throws a FramingError as soon as none can. */
function headerOf(held: Buffer): Header | undefined {
  const text = held.toString("latin1", 0, MAX_HEADER_BYTES);
  let length: string | undefined;
  let hasType = false;
  for (let at = 0; ;) {
    const lineEnd = text.indexOf("\r\n", at);
    const line = lineEnd < 0 ? text.slice(at) : text.slice(at, lineEnd);
    if (lineEnd < 0 && held.length >= MAX_HEADER_BYTES) {
      throw new FramingError(`no end of the header in ${MAX_HEADER_BYTES} bytes`);
    }
    if (lineEnd < 0 && mayBegin(line, length !== undefined)) return undefined;
    if (lineEnd >= 0 && line === "" && length !== undefined) return { length: Number(length), end: lineEnd + 2 };
    const isLength = length === undefined && LENGTH_LINE.test(line);
    if (lineEnd < 0 || !(isLength || (!hasType && TYPE_LINE.test(line)))) {
      throw new FramingError(`a header without Content-Length: ${JSON.stringify(text.slice(0, MAX_QUOTED))}`);
    }
    if (isLength) length = line.slice(LENGTH_NAME.length);
    else hasType = true;
    at = lineEnd + 2;
  }
}

/** Whether bytes are a frame's header, or can become one. */
export function beginsFrame(bytes: Buffer): boolean {
  try {
    headerOf(bytes);
    return true;
  } catch {
    return false;
  }
}

const MAX_QUOTED = 100;
const LENGTH_NAME = "Content-Length: ";
const TYPE_NAME = "Content-Type: ";
const LENGTH_LINE = /^Content-Length: \d{1,15}$/;
const TYPE_LINE = /^Content-Type: [\x20-\x7e]+$/;

/** Whether a line that has not ended yet can become one of a header. */
function mayBegin(line: string, hasLength: boolean): boolean {
  if (line === "\r") return hasLength;
  const names = hasLength ? [TYPE_NAME] : [LENGTH_NAME, TYPE_NAME];
  return names.some((name) =>
    line.length <= name.length
      ? name.startsWith(line)
      : line.startsWith(name) &&
        (name === LENGTH_NAME ? /^\d{1,15}\r?$/ : /^[\x20-\x7e]+\r?$/).test(line.slice(name.length)),
  );
}

const USUAL_HEADER = Buffer.from(LENGTH_NAME);
const USUAL_NUMBER = Buffer.from('{"seq":');
const MAX_DIGITS = 15;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const CR = 0x0d;
const LF = 0x0a;

/**
 * A chunk that is one frame, with no header but the length: what a debugger and its client say to each other in turns.
 * Undefined where it is anything else, which is the careful reader's to judge.
 */
function onlyFrame(chunk: Buffer, maxBodyBytes: number): Frame | undefined {
  let at = 0;
  for (; at < USUAL_HEADER.length; at++) if (chunk[at] !== USUAL_HEADER[at]) return undefined;
  if (chunk[at] === CR) return undefined;
  let length = 0;
  const end = at + MAX_DIGITS;
  for (; chunk[at] >= DIGIT_0 && chunk[at] <= DIGIT_9 && at < end; at++) {
    length = length * 10 + chunk[at] - DIGIT_0;
  }
  if (chunk[at++] !== CR || chunk[at++] !== LF || chunk[at++] !== CR || chunk[at++] !== LF) return undefined;
  return length <= maxBodyBytes && at + length === chunk.length ? { bytes: chunk, bodyStart: at } : undefined;
}

/** A message as a frame. */
export function frameOf(message: object): Buffer {
  const body = JSON.stringify(message);
  return Buffer.from(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

/** The frame with another sequence number, its body otherwise byte for byte. Undefined when the body has none. */
export function numbered(
  { bytes, bodyStart }: Frame,
  seq: number,
): readonly [header: Buffer, rest: Buffer] | undefined {
  const span = numberSpan(bytes, bodyStart);
  if (span === undefined) return undefined;
  const { start, end } = span;
  const begin = `${bytes.toString("latin1", bodyStart, start)}${seq}`;
  const rest = bytes.subarray(end);
  const length = begin.length + rest.length;
  return [Buffer.from(`${LENGTH_NAME}${length}\r\n\r\n${begin}`, "latin1"), rest];
}

/** Where the number stands that Delve writes first: `{"seq":0,`. */
function numberSpan(bytes: Buffer, bodyStart: number): { readonly start: number; readonly end: number } | undefined {
  const usual = bodyStart + USUAL_NUMBER.length;
  if (usual < bytes.length && bytes.compare(USUAL_NUMBER, 0, USUAL_NUMBER.length, bodyStart, usual) === 0) {
    const end = afterDigits(bytes, usual);
    if (end > usual && bytes[end] === COMMA) return { start: usual, end };
  }
  let at = afterSpace(bytes, bodyStart);
  if (bytes[at] !== OPEN_BRACE) return undefined;
  at = afterSpace(bytes, at + 1);
  while (bytes[at] === QUOTE) {
    const keyEnd = afterString(bytes, at);
    const isNumber = bytes.toString("latin1", at + 1, keyEnd - 1) === "seq";
    at = afterSpace(bytes, keyEnd);
    if (bytes[at] !== COLON) return undefined;
    const start = afterSpace(bytes, at + 1);
    const end = afterValue(bytes, start);
    if (end <= start) return undefined;
    if (isNumber) return { start, end: afterDigits(bytes, start) };
    at = afterSpace(bytes, end);
    if (bytes[at] === COMMA) at = afterSpace(bytes, at + 1);
  }
  return undefined;
}

function afterDigits(bytes: Buffer, at: number): number {
  while (bytes[at] >= DIGIT_0 && bytes[at] <= DIGIT_9) at++;
  return at;
}

/** The whole message; undefined when the body is not a JSON object. */
export function messageOf<T extends object>({ bytes, bodyStart }: Frame): T | undefined {
  try {
    const message: unknown = JSON.parse(bytes.toString("utf8", bodyStart));
    return typeof message === "object" && message !== null && !Array.isArray(message) ? (message as T) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * What kind of message it is, read from the outermost object without its contents. Stops as soon as all is known:
 * in Delve's messages the large part comes last. Undefined when it is no JSON object; a body that is broken further
 * on is not noticed, for it is the receiver's to judge.
 */
export function envelopeOf({ bytes, bodyStart }: Frame): Envelope | undefined {
  return (
    usualEnvelope(bytes.toString("latin1", bodyStart, bodyStart + MAX_USUAL_LENGTH)) ?? envelopeWithin(bytes, bodyStart)
  );
}

/**
 * As Delve and most clients write them, the envelope comes first and in this order: read at one go, which the first
 * hundred messages of a session gain most from.
 */
const USUAL =
  /^\{"seq":(\d{1,15}),"type":"(?:response","request_seq":(\d{1,15}),"success":(true|false),"command":"([\w/]+)"|(?:(event)","event|request","command)":"([\w/]+)")[,}]/;
const MAX_USUAL_LENGTH = 256;

function usualEnvelope(start: string): Envelope | undefined {
  const match = USUAL.exec(start);
  if (match === null) return undefined;
  const [, seq, requestSeq, success, answered, isEvent, name] = match;
  if (answered !== undefined) {
    const type = "response";
    return { type, seq: Number(seq), requestSeq: Number(requestSeq), success: success === "true", command: answered };
  }
  return isEvent
    ? { type: "event", seq: Number(seq), event: name }
    : { type: "request", seq: Number(seq), command: name };
}

function envelopeWithin(bytes: Buffer, bodyStart: number): Envelope | undefined {
  const found: { -readonly [Key in keyof Envelope]: Envelope[Key] } = {};
  let at = afterSpace(bytes, bodyStart);
  if (bytes[at] !== OPEN_BRACE) return undefined;
  at = afterSpace(bytes, at + 1);
  while (bytes[at] === QUOTE) {
    const keyEnd = afterString(bytes, at);
    const key = bytes.toString("latin1", at + 1, keyEnd - 1);
    at = afterSpace(bytes, keyEnd);
    if (bytes[at] !== COLON) return undefined;
    const start = afterSpace(bytes, at + 1);
    const end = afterValue(bytes, start);
    if (end <= start) return undefined;
    const name = FIELDS.get(key);
    if (name !== undefined) Object.assign(found, { [name]: scalar(bytes.toString("utf8", start, end)) });
    if (isComplete(found)) return found;
    at = afterSpace(bytes, end);
    if (bytes[at] === COMMA) at = afterSpace(bytes, at + 1);
  }
  return bytes[at] === CLOSE_BRACE ? found : undefined;
}

const FIELDS = new Map<string, keyof Envelope>([
  ["type", "type"],
  ["seq", "seq"],
  ["command", "command"],
  ["event", "event"],
  ["request_seq", "requestSeq"],
  ["success", "success"],
]);

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

function isComplete({ type, seq, command, event, requestSeq, success }: Envelope): boolean {
  if (seq === undefined) return false;
  if (type === "event") return event !== undefined;
  if (type === "request") return command !== undefined;
  return type === "response" && command !== undefined && requestSeq !== undefined && success !== undefined;
}

function scalar(text: string): string | number | boolean | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" ? undefined : (value as string | number | boolean);
  } catch {
    return undefined;
  }
}

function afterSpace(bytes: Buffer, at: number): number {
  while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at++;
  return at;
}

/** Just after the closing quote of the string that begins at `at`; the end of the bytes when it is not closed. */
function afterString(bytes: Buffer, at: number): number {
  for (let i = at + 1; i < bytes.length; i++) {
    if (bytes[i] === BACKSLASH) i++;
    else if (bytes[i] === QUOTE) return i + 1;
  }
  return bytes.length;
}

function afterValue(bytes: Buffer, at: number): number {
  if (bytes[at] === QUOTE) return afterString(bytes, at);
  let depth = 0;
  for (let i = at; i < bytes.length; i++) {
    switch (bytes[i]) {
      case QUOTE:
        i = afterString(bytes, i) - 1;
        break;
      case OPEN_BRACE:
      case OPEN_BRACKET:
        depth++;
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        if (depth === 0) return i;
        if (--depth === 0) return i + 1;
        break;
      case COMMA:
        if (depth === 0) return i;
        break;
    }
  }
  return bytes.length;
}
