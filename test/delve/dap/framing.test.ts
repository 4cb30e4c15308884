/** Frames out of bytes: split anywhere, large, broken. */
import { describe, expect, test } from "vitest";
import {
  envelopeOf,
  type Frame,
  frameOf,
  FrameReader,
  FramingError,
  MAX_BODY_BYTES,
  MAX_CLIENT_BODY_BYTES,
  messageOf,
} from "../../../src/delve/dap/framing.js";
import { fuzzFrames } from "../../fuzz/frames.js";
import { randomFrom } from "../../support/random.js";

const bodies = (frames: readonly Frame[]) => frames.map(({ bytes, bodyStart }) => bytes.toString("utf8", bodyStart));
const frame = (body: string, header = `Content-Length: ${Buffer.byteLength(body)}`): Frame => {
  const head = `${header}\r\n\r\n`;
  return { bytes: Buffer.from(head + body), bodyStart: head.length };
};

describe("FrameReader", () => {
  const sent = [{ seq: 1, type: "request", command: "ü€𝄞" }, {}, { seq: 2, text: "Content-Length: 3\r\n\r\n{}" }];
  const bytes = Buffer.concat(sent.map(frameOf));

  test("reads frames cut at every place", () => {
    for (let cut = 0; cut <= bytes.length; cut++) {
      const reader = new FrameReader();
      const frames = [...reader.push(bytes.subarray(0, cut)), ...reader.push(bytes.subarray(cut))];
      expect(frames.map(messageOf)).toEqual(sent);
      expect(Buffer.concat(frames.map((one) => one.bytes))).toEqual(bytes);
      expect(reader.isPartial).toBe(false);
    }
  });

  test("passes the bytes of a frame that comes alone on without a copy", () => {
    const alone = frameOf(sent[0]);
    expect(new FrameReader().push(alone)[0].bytes).toBe(alone);
  });

  test("reads frames byte by byte", () => {
    const reader = new FrameReader();
    const frames = [...bytes].flatMap((byte) => reader.push(Buffer.from([byte])));
    expect(frames.map(messageOf)).toEqual(sent);
  });

  test.each([
    ["Content-Length: 5", "the length alone"],
    ["Content-Type: x\r\nContent-Length: 5", "the type before"],
    ["Content-Length: 0005\r\nContent-Type: x; charset=utf-8", "the type after"],
  ])("reads the header %j (%s)", (header) => {
    expect(bodies(new FrameReader().push(frame("01234", header).bytes))).toEqual(["01234"]);
  });

  test.each([
    ["Content-Type: x\r\n\r\n{}", "a header without Content-Length"],
    ["Content-Length: -1\r\n\r\n", "a header without Content-Length"],
    ["Content-Length: \r\n\r\n", "a header without Content-Length"],
    ["Content-Length: 1e9\r\n\r\n", "a header without Content-Length"],
    [`Content-Length: ${MAX_BODY_BYTES + 1}\r\n\r\n`, "a message of"],
    ["GET / HTTP/1.1\r\nHost: x\r\n\r\n", "a header without Content-Length"],
    ["POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}", "a header without Content-Length"],
    ["Content-Length: 2\r\nHost: x\r\n\r\n{}", "a header without Content-Length"],
    ["Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", "a header without Content-Length"],
    ["content-length: 2\r\n\r\n{}", "a header without Content-Length"],
    ["Content-Length:\t2\r\n\r\n{}", "a header without Content-Length"],
    ["\r\nContent-Length: 2\r\n\r\n{}", "a header without Content-Length"],
    ["Content-Length: 2\n\n{}", "a header without Content-Length"],
    ["P", "a header without Content-Length"],
    ["Content-Length: x", "a header without Content-Length"],
    ["x".repeat(5000), "no end of the header in 4096 bytes"],
  ])("refuses %j", (text, why) => {
    expect(() => new FrameReader().push(Buffer.from(text))).toThrow(FramingError);
    expect(() => new FrameReader().push(Buffer.from(text))).toThrow(why);
  });

  test("takes from a client no larger message than Delve does", () => {
    const reader = () => new FrameReader(MAX_CLIENT_BODY_BYTES);
    const header = (length: number) => Buffer.from(`Content-Length: ${length}\r\n\r\n`);
    expect(reader().push(header(MAX_CLIENT_BODY_BYTES))).toEqual([]);
    expect(() => reader().push(header(MAX_CLIENT_BODY_BYTES + 1))).toThrow("more than 4194304 are not read");
  });

  test("accepts only what Delve accepts, wherever the chunks end", () => {
    const { accepted, refused } = fuzzFrames(20_000, 1);
    expect(accepted).toBeGreaterThan(2_000);
    expect(refused).toBeGreaterThan(2_000);
  });

  test("reads a body of 64 MB that comes in pieces of 64 KiB, and copies it once", () => {
    const body = Buffer.alloc(64 << 20, 0x20);
    const whole = Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]);
    const reader = new FrameReader();
    let frames: Frame[] = [];
    for (let at = 0; at < whole.length; at += 65_536) frames = reader.push(whole.subarray(at, at + 65_536));
    expect(frames.map((one) => one.bytes.length)).toEqual([whole.length]);
  });

  test("knows when the stream ends within a frame", () => {
    const reader = new FrameReader();
    reader.push(bytes.subarray(0, 30));
    expect(reader.isPartial).toBe(true);
  });
});

describe("envelopeOf", () => {
  test.each([
    [
      '{"seq":1,"type":"request","command":"next","arguments":{"threadId":1}}',
      { seq: 1, type: "request", command: "next" },
    ],
    [
      '{"command":"next","arguments":{"seq":9,"type":"x"},"type":"request","seq":1}',
      { seq: 1, type: "request", command: "next" },
    ],
    [
      ' { "arguments" : [ "}" , {"a":"\\"]"} ] , "type" : "event" , "seq" : 0 , "event" : "stopped" } ',
      { seq: 0, type: "event", event: "stopped" },
    ],
    [
      '{"seq":0,"type":"response","request_seq":7,"success":true,"command":"variables","body":{broken',
      { seq: 0, type: "response", requestSeq: 7, success: true, command: "variables" },
    ],
    ['{"seq":1,"type":"request","command":"ü\\u0041"}', { seq: 1, type: "request", command: "üA" }],
    ['{"seq":0,"type":"event","event":"stopped","body":{broken', { seq: 0, type: "event", event: "stopped" }],
    [
      '{"seq":2,"type":"request","command":"goDiagnostics/status"}',
      { seq: 2, type: "request", command: "goDiagnostics/status" },
    ],
    [
      '{"seq":0,"type":"response","request_seq":7,"success":false,"command":"next","message":"no"}',
      { seq: 0, type: "response", requestSeq: 7, success: false, command: "next" },
    ],
    [
      `{"seq":1,"type":"request","command":"${"x".repeat(300)}"}`,
      { seq: 1, type: "request", command: "x".repeat(300) },
    ],
    ['{"seq":null,"type":{"a":1}}', {}],
    ["{}", {}],
  ])("of %s", (body, expected) => {
    expect(JSON.parse(JSON.stringify(envelopeOf(frame(body))))).toEqual(expected);
  });

  test.each(["", "[]", "null", "{", '{"seq"', '{"seq":1', '{"seq":', '{"type":"request', "{seq:1}"])(
    "of %j is none",
    (body) => {
      expect(envelopeOf(frame(body))).toBeUndefined();
    },
  );

  test("agrees with JSON.parse on random messages", () => {
    const random = randomFrom(7);
    const value = (depth: number): unknown => {
      const kind = random.int(depth > 3 ? 4 : 6);
      if (kind === 4) return Array.from({ length: random.int(4) }, () => value(depth + 1));
      if (kind === 5)
        return Object.fromEntries(Array.from({ length: random.int(4) }, (_, i) => [`k${i}"`, value(depth + 1)]));
      return [`a\\"}]${random.int(9)}`, random.int(100) - 50.5, random.chance(0.5), null][kind];
    };
    for (let round = 0; round < 500; round++) {
      const fields = [
        ["seq", random.int(1000)],
        ["type", "request"],
        ["command", "evaluate"],
        ["arguments", value(0)],
        ["other", value(0)],
      ].sort(() => random.int(3) - 1);
      const body = JSON.stringify(Object.fromEntries(fields), undefined, random.int(3));
      expect(envelopeOf(frame(body)), body).toMatchObject({
        seq: fields.find(([key]) => key === "seq")?.[1],
        type: "request",
        command: "evaluate",
      });
    }
  });
});
