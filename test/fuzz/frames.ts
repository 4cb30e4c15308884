/**
 * `npm run fuzz` for the frame reader: what a client, a web page or a broken program may send, a million times. The
 * reader accepts nothing that Delve's own reader (go-dap's ReadBaseMessage) does not accept, but for one line with the
 * type, and the same wherever the chunks end. A short run is part of the unit tests, and test/delve/session/doors.test.ts
 * asks a real dlv.
 */
import { FrameReader, FramingError, MAX_CLIENT_BODY_BYTES } from "../../src/delve/dap/framing.js";
import { type Random, randomFrom } from "../support/random.js";

export interface FramesFuzzed {
  readonly inputs: number;
  /** Inputs of which at least one frame was read. */
  readonly accepted: number;
  /** Inputs that were refused at some place. */
  readonly refused: number;
}

/** Throws for the first input that is read otherwise than Delve reads it. */
export function fuzzFrames(inputs: number, seed: number): FramesFuzzed {
  let accepted = 0;
  let refused = 0;
  for (let i = 0; i < inputs; i++) {
    const random = randomFrom(seed + i);
    const input = Buffer.from(someInput(random), "latin1");
    const ours = readBy(input, [input.length]);
    const wanted = readByDelve(input);
    const cuts = readBy(input, [random.int(input.length + 1), random.int(input.length + 1), input.length]);
    const isSame = ours.bodies.join() === wanted.join() && cuts.bodies.join() === ours.bodies.join();
    if (!isSame || cuts.isRefused !== ours.isRefused) {
      const how = JSON.stringify({ input: input.toString("latin1"), ours, cuts, wanted });
      throw new Error(`seed ${seed + i}: not as Delve reads it: ${how}`);
    }
    if (ours.bodies.length > 0) accepted++;
    if (ours.isRefused) refused++;
  }
  return { inputs, accepted, refused };
}

export function framesReport(inputs: number, seed: number): string {
  const { accepted, refused } = fuzzFrames(inputs, seed);
  return `frames: ${inputs} inputs, ${accepted} with frames, ${refused} refused; none that Delve does not read`;
}

function readBy(input: Buffer, ends: readonly number[]): { bodies: string[]; isRefused: boolean } {
  const reader = new FrameReader(MAX_CLIENT_BODY_BYTES);
  const bodies: string[] = [];
  let from = 0;
  try {
    for (const end of [...ends].sort((a, b) => a - b)) {
      for (const { bytes, bodyStart } of reader.push(input.subarray(from, end))) {
        bodies.push(JSON.stringify(bytes.toString("latin1", bodyStart)));
      }
      from = end;
    }
    return { bodies, isRefused: reader.problem !== undefined };
  } catch (error) {
    if (!(error instanceof FramingError)) throw error;
    return { bodies, isRefused: true };
  }
}

/**
 * ReadBaseMessage of github.com/google/go-dap v0.12.0 (io.go), until it fails or the bytes end; before it, one line with
 * the type is taken out of each header.
 */
function readByDelve(input: Buffer): string[] {
  const bodies: string[] = [];
  let rest = input.toString("latin1");
  for (;;) {
    rest = withoutType(rest);
    const cr = rest.indexOf("\r");
    if (cr < 0 || rest.slice(cr, cr + 4) !== "\r\n\r\n") return bodies;
    const length = /^Content-Length: ([0-9]+)$/.exec(rest.slice(0, cr))?.[1];
    // Ours reads no numbers of more than 15 digits.
    if (length === undefined || length.length > 15 || Number(length) > 4 * 1024 * 1024) return bodies;
    const from = cr + 4;
    if (rest.length < from + Number(length)) return bodies;
    bodies.push(JSON.stringify(rest.slice(from, from + Number(length))));
    rest = rest.slice(from + Number(length));
  }
}

function withoutType(text: string): string {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return text;
  const header = text.slice(0, end);
  return header.replace(/^Content-Type: [\x20-\x7e]+\r\n|\r\nContent-Type: [\x20-\x7e]+$/, "") + text.slice(end);
}

const REQUEST = '{"seq":1,"type":"request","command":"launch","arguments":{"program":"/bin/sh"}}';
const BODIES = ["{}", "", REQUEST, "\r\n\r\n", `Content-Length: 2\r\n\r\n{}`, "ü{}"];
const LINES = [
  ...["Content-Type: x", "Content-Type: application/json; charset=utf-8", "Content-Type:x", "Content-Type: \t"],
  ...["POST / HTTP/1.1", "GET / HTTP/1.1", "Host: 127.0.0.1:4711", "Origin: http://evil.example", "x: y", "", " "],
  ...["Upgrade: websocket", "content-length: 2", "Content-Length:2", "Content-Length : 2", "\x16\x03\x01\x02"],
];
const ENDS = ["\r\n", "\r\n", "\r\n", "\r\n", "\n", "\r", "\r\r\n"];

function someInput(random: Random): string {
  let input = "";
  for (let message = random.int(3); message >= 0; message--) input += someMessage(random);
  // … and some of it broken.
  for (let breaks = random.chance(0.4) ? 1 + random.int(3) : 0; breaks > 0; breaks--) {
    const at = random.int(input.length + 1);
    const put = random.pick([
      "",
      "\r",
      "\n",
      " ",
      "0",
      "C",
      ":",
      "\0",
      "\r\n\r\n",
      String.fromCharCode(random.int(256)),
    ]);
    input = input.slice(0, at) + put + input.slice(at + random.int(4));
  }
  return input;
}

function someMessage(random: Random): string {
  const body = random.pick(BODIES);
  const length = random.chance(0.9)
    ? body.length
    : random.pick([0, 1, body.length + 1, 4194304, 4194305, "", "-1", "1e3"]);
  const lines = [`Content-Length: ${random.chance(0.1) ? "00" : ""}${length}`];
  if (random.chance(0.4)) lines.splice(random.int(2), 0, random.pick(LINES));
  if (random.chance(0.1)) lines.splice(random.int(3), 0, random.pick(LINES));
  const end = random.chance(0.9) ? "\r\n" : random.pick(ENDS);
  return lines.join(end) + end + (random.chance(0.95) ? "\r\n" : random.pick(ENDS)) + body;
}
