import { readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { FormatError } from "../../../src/core/text/format-error.js";
import { CHUNK } from "../../../src/core/pprof/scan-layout.js";
import { decodeBothWays } from "../../support/both-ways.js";
import { padded, randomProfile } from "../../support/random-profile.js";
import { randomFrom } from "../../support/random.js";
import { firstDifference, readableByPeer, readableByUs } from "../../support/readable-profile.js";
import { bytes, fixed32, fixed64, message, packed, rawVarint, varint } from "../../support/wire.js";

const decodeProfile = (raw: Uint8Array) => decodeBothWays(raw).profile;

const folders = ["test/fixtures/profiles", "test/fixtures/gopls-series"];
const fixtures = folders.flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".pb.gz"))
    .map((name) => [name, `${folder}/${name}`]),
);

describe("an independent reader agrees", () => {
  test.each(fixtures)("on every sample of %s", (_, path) => {
    const raw = gunzipSync(readFileSync(path));
    expect(firstDifference(readableByUs(decodeProfile(raw)), readableByPeer(raw))).toBeUndefined();
  });

  test("on random profiles", () => {
    for (let seed = 1; seed <= 300; seed++) {
      const raw = randomProfile(randomFrom(seed));
      const difference = firstDifference(readableByUs(decodeProfile(raw)), readableByPeer(raw));
      expect(difference, `seed ${seed}`).toBeUndefined();
    }
  });
});

describe("WebAssembly reads", () => {
  const isScanned = (raw: Uint8Array) => decodeBothWays(raw).isScanned;

  test.each(fixtures)("%s", (_, path) => {
    expect(isScanned(gunzipSync(readFileSync(path)))).toBe(true);
  });

  test("whatever is cut by the end of a chunk", () => {
    for (let length = CHUNK - 120; length < CHUNK; length++) {
      const header = message(bytes(6, ""), [0x32, ...rawVarint(length)]);
      const rest = message(TYPES, SAMPLE, SAMPLE, TABLES);
      expect(isScanned(Buffer.concat([header, new Uint8Array(length), rest]))).toBe(true);
    }
  });

  test("strings longer than a chunk, but no such samples", () => {
    const long = bytes(6, "x".repeat(3 * CHUNK));
    expect(isScanned(message(TYPES, SAMPLE, TABLES, long, SAMPLE))).toBe(true);
    const deep = bytes(2, [...packed(1, new Array<number>(CHUNK).fill(1)), ...packed(2, [7])]);
    expect(isScanned(message(TYPES, deep, TABLES))).toBe(false);
  });
});

// A profile with one of everything, to vary: one sample type, one sample, one location, one function.
const TYPES = bytes(1, [...varint(1, 1), ...varint(2, 2)]);
const SAMPLE = bytes(2, [...packed(1, [1]), ...packed(2, [7])]);
const LOCATION = bytes(4, [...varint(1, 1), ...bytes(4, [...varint(1, 1), ...varint(2, 42)])]);
const FUNCTION = bytes(5, [...varint(1, 1), ...varint(2, 3)]);
const STRINGS = ["", "cpu", "nanoseconds", "main.main", "key", "text"].flatMap((text) => bytes(6, text));
const TABLES = [...LOCATION, ...FUNCTION, ...STRINGS];
const sampleOf = (...fields: number[][]) => decodeProfile(message(TYPES, bytes(2, fields.flat()), TABLES));
/** Locations 1 to `count`, as bytes: there may be millions. */
function locationTable(count: number): Uint8Array {
  const table = new Uint8Array(7 * count);
  for (let i = 0; i < count; i++) {
    const id = i + 1;
    table.set([0x22, 5, 0x08, (id & 127) | 128, ((id >> 7) & 127) | 128, ((id >> 14) & 127) | 128, id >> 21], 7 * i);
  }
  return table;
}

describe("samples", () => {
  test.each([
    ["packed", [packed(1, [1, 1, 1]), packed(2, [7])]],
    ["one by one", [varint(1, 1), varint(1, 1), varint(1, 1), varint(2, 7)]],
    ["mixed", [varint(1, 1), packed(1, [1]), varint(2, 7), packed(1, []), varint(1, 1)]],
    ["with needless bytes", [padded(1, 1, 2), padded(1, 1, 5), padded(1, 1, 10), padded(2, 7, 10)]],
    ["packed with needless bytes", [bytes(1, [1, 1, 0x81, 0x80, 0]), bytes(2, [0x87, 0])]],
    ["tags with needless bytes", [packed(1, [1, 1]), [0x8a, 0, 1, 1], [0x92, 0x80, 0, 1, 7]]],
    [
      "between unknown fields",
      [varint(9, 1), packed(1, [1, 1]), fixed32(4), fixed64(200), varint(1, 1), bytes(3000, "x"), varint(2, 7)],
    ],
  ])("%s", (_, fields) => {
    const { stack, stackStart, values } = sampleOf(...fields).samples;
    expect([...stackStart]).toEqual([0, 3]);
    expect([...stack]).toEqual([0, 0, 0]);
    expect([...values]).toEqual([7]);
  });

  test.each([
    [0n, 0],
    [1n, 1],
    [-1n, -1],
    [127n, 127],
    [128n, 128],
    [16384n, 16384],
    [2097152n, 2097152],
    [268435455n, 268435455],
    [268435456n, 268435456],
    [4294967295n, 4294967295],
    [-4294967296n, -4294967296],
    [2n ** 53n - 1n, Number.MAX_SAFE_INTEGER],
    [1n - 2n ** 53n, Number.MIN_SAFE_INTEGER],
  ])("the value %s is exact", (value, expected) => {
    const profile = sampleOf(packed(1, [1]), packed(2, [value]));
    expect(profile.samples.values[0]).toBe(expected);
    expect(profile.warnings).toEqual([]);
  });

  test.each([2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n), -(2n ** 53n) - 1n])("the value %s is rounded", (value) => {
    const profile = sampleOf(packed(2, [value]));
    expect(profile.samples.values[0]).toBe(Number(value));
    expect(profile.warnings).toEqual([{ code: "inexact", message: "A value is beyond 2^53 and had to be rounded." }]);
  });

  // Ids of one, two, three and four bytes, in runs of every length.
  test.each([100, 127, 128, 16383, 16384, 2097151, 2097152])("stacks of up to %i locations", (count) => {
    const at = (i: number) => Math.max(1, Math.floor((count * i) / 40));
    const stacks = Array.from({ length: 41 }, (_, length) => Array.from({ length }, (_, i) => at(i + 1)));
    const samples = stacks.map((stack) => bytes(2, [...packed(1, stack), ...varint(2, 1)])).flat();
    const raw = new Uint8Array(Buffer.concat([message(TYPES, samples, STRINGS), locationTable(count)]));
    const profile = decodeProfile(raw);
    expect([...profile.samples.stack]).toEqual(stacks.flat().map((id) => id - 1));
  });

  test.each([
    ["a string", [varint(1, 4), varint(2, 5)], ["key", "text", 0, ""]],
    ["a number", [varint(1, 4), varint(3, 300)], ["key", "", 300, ""]],
    ["a number with a unit", [varint(1, 4), varint(3, 300), varint(4, 2)], ["key", "", 300, "nanoseconds"]],
    ["a negative number", [varint(1, 4), varint(3, -5)], ["key", "", -5, ""]],
    ["a large number", [varint(1, 4), varint(3, 2n ** 40n)], ["key", "", 2 ** 40, ""]],
    ["a zero with a unit", [varint(1, 4), varint(4, 2)], ["key", "", 0, "nanoseconds"]],
    [
      "a string and a number, which Go reads as a string",
      [varint(2, 5), varint(3, 1), varint(4, 2)],
      ["", "text", 0, ""],
    ],
    ["unknown fields around it", [fixed64(7), varint(1, 4), varint(20, 2), varint(2, 5)], ["key", "text", 0, ""]],
  ])("a label: %s", (_, fields, expected) => {
    const { samples, strings } = sampleOf(varint(2, 7), bytes(3, fields.flat()));
    const { key, string, number, unit } = samples.labels;
    expect([...samples.labelStart]).toEqual([0, 1]);
    expect([strings.at(key[0]), strings.at(string[0]), number[0], strings.at(unit[0])]).toEqual(expected);
  });

  test("a label with neither string nor number is dropped, as Go does", () => {
    expect(sampleOf(varint(2, 7), bytes(3, varint(1, 4))).samples.labels.count).toBe(0);
  });
});

describe("the header", () => {
  const withFields = (...fields: number[][]) => decodeProfile(message(TYPES, SAMPLE, TABLES, ...fields));

  test.each([
    ["nothing set", [], 1],
    ["the first by name", [varint(14, 1)], 0],
    ["the second by name", [varint(14, 3)], 1],
    ["a name that is no sample type", [varint(14, 5)], 1],
  ])("default sample type: %s", (_, fields, expected) => {
    const second = bytes(1, [...varint(1, 3), ...varint(2, 2)]);
    const samples = bytes(2, packed(2, [1, 2]));
    expect(decodeProfile(message(TYPES, second, samples, TABLES, ...fields)).defaultSampleType).toBe(expected);
  });

  test("texts, times and period", () => {
    const profile = withFields(
      varint(7, 3),
      varint(8, 4),
      varint(9, 1_800_000_000_000_000_001n),
      varint(10, 10_000_000_000),
      bytes(11, [...varint(1, 1), ...varint(2, 2)]),
      varint(12, 10_000_000),
      packed(13, [4, 5]),
      varint(13, 3),
      varint(15, 5),
    );
    expect(profile).toMatchObject({
      dropFrames: "main.main",
      keepFrames: "key",
      timeNanos: 1_800_000_000_000_000_001n,
      durationNanos: 10_000_000_000,
      periodType: { type: "cpu", unit: "nanoseconds" },
      period: 10_000_000,
      comments: ["key", "text", "main.main"],
      docUrl: "text",
    });
  });

  test("a time before 1970", () => expect(withFields(varint(9, -1)).timeNanos).toBe(-1n));
  test("no period type", () => expect(withFields().periodType).toBeUndefined());
  test("unknown fields of every kind", () => {
    const profile = withFields(varint(16, 1), fixed64(17), bytes(18, "x"), fixed32(2 ** 28), bytes(2 ** 40, ""));
    expect(profile.samples.count).toBe(1);
  });
});

describe("strings", () => {
  test.each(["", "plain", "ключ", "𝕊", "\ufeffmark", "a\0b", "x".repeat(70000)])("%j", (text) => {
    const { strings, functions } = decodeProfile(message(bytes(6, ""), bytes(6, text), bytes(5, [8, 1, 16, 1])));
    expect(strings.at(functions.name[0])).toBe(text);
  });

  test("what is not UTF-8 becomes U+FFFD", () => {
    expect(decodeProfile(message(bytes(6, ""), bytes(6, [0x61, 0xff, 0x62]))).strings.at(1)).toBe("a\ufffdb");
  });

  test("far from each other, the bytes between them are not kept", () => {
    const profile = decodeProfile(
      message(bytes(6, ""), bytes(100, "x".repeat(9000)), bytes(6, "one"), bytes(6, "two")),
    );
    expect([0, 1, 2].map((index) => profile.strings.at(index))).toEqual(["", "one", "two"]);
  });

  test("the file's bytes may change afterwards", () => {
    const raw = message(TYPES, SAMPLE, TABLES);
    const profile = decodeProfile(Buffer.from(raw.buffer));
    raw.fill(0xff);
    expect(profile.strings.at(3)).toBe("main.main");
    expect([...profile.samples.stack]).toEqual([0]);
  });
});

test("a location without lines, with an address of 64 bits", () => {
  const location = bytes(4, [...varint(1, 1), ...varint(2, 9), ...varint(3, 0xffff_8000_1234_5678n)]);
  const mapping = bytes(3, [...varint(1, 9), ...varint(2, 2n ** 64n - 1n), ...varint(5, 3), ...varint(10, 1)]);
  const { locations, mappings } = decodeProfile(message(TYPES, SAMPLE, location, mapping, STRINGS));
  expect([locations.addressHigh[0], locations.addressLow[0]]).toEqual([0xffff8000, 0x12345678]);
  expect([...locations.lineStart]).toEqual([0, 0]);
  expect(mappings[locations.mapping[0]]).toMatchObject({ filename: "main.main", start: 2n ** 64n - 1n });
  expect(mappings[0]).toMatchObject({ hasFunctions: false, hasInlineFrames: true });
});

test("a mapping that does not exist is none, with a warning", () => {
  const location = bytes(4, [...varint(1, 1), ...varint(2, 5)]);
  const { locations, warnings } = decodeProfile(message(TYPES, SAMPLE, location, STRINGS));
  expect(locations.mapping[0]).toBe(-1);
  expect(warnings.map(({ code }) => code)).toEqual(["mapping-id"]);
});

describe("broken profiles are refused", () => {
  const sample = (...fields: number[][]) => message(TYPES, bytes(2, fields.flat()), TABLES);
  const all = (...fields: number[][]) => message(TYPES, SAMPLE, TABLES, ...fields);

  test.each([
    ["an empty file", message(), "empty", 0],
    ["a 0 byte", message([0]), "truncated", 1],
    ["samples without sample types", message(SAMPLE, TABLES), "sample-types", undefined],
    ["no string table", message(TYPES), "string-table", undefined],
    ["a first string that is not empty", message(bytes(6, "x")), "string-table", 2],
    ["too few values", sample(packed(1, [1])), "value-count", 8],
    ["too many values", sample(packed(2, [1, 2])), "value-count", 10],
    ["values one by one, too many", sample(varint(2, 1), varint(2, 2)), "value-count", 11],
    ["location 0", sample(packed(1, [0]), packed(2, [1])), "location-id", 10],
    ["a location that is not there", sample(packed(1, [1, 1, 1, 2]), packed(2, [1])), "location-id", 13],
    ["a location of 2^64-1", sample(varint(1, 2n ** 64n - 1n), packed(2, [1])), "location-id", 9],
    ["a number of 11 bytes", sample(bytes(2, [...Array<number>(10).fill(0x80), 1])), "varint", 10],
    ["a packed number that runs on after its field", sample([0x12, 1, 0x80]), "length", 10],
    ["a packed location that runs on after its field", sample([0x0a, 5, 1, 1, 1, 1, 0x80, 1]), "length", 14],
    ["a field longer than its message", sample([0x12, 100]), "length", 10],
    ["a label longer than its message", sample([0x1a, 2, 0x08]), "length", undefined],
    ["a message longer than the file", message(TYPES, [0x12, 0x7f, 0x08]), "truncated", 7],
    ["locations of a fixed size", sample(fixed64(1), packed(2, [1])), "wire-type", 9],
    ["a label that is a number", sample(varint(3, 1), packed(2, [1])), "wire-type", 9],
    ["a group", sample([0x23], packed(2, [1])), "wire-type", 9],
    [
      "a string in a sample that is not there",
      sample(packed(2, [1]), bytes(3, varint(1, 6))),
      "string-index",
      undefined,
    ],
    ["a negative string", sample(packed(2, [1]), bytes(3, varint(2, -1))), "string-index", undefined],
    ["a sample type whose name is not there", message(bytes(1, varint(1, 9)), STRINGS), "string-index", 3],
    ["a negative string in the header", all(varint(7, -1)), "string-index", undefined],
    ["a comment that is not there", all(packed(13, [1, 77])), "string-index", undefined],
    ["samples that are numbers", all(varint(2, 1)), "wire-type", undefined],
    ["a time that is a text", all(bytes(9, "x")), "wire-type", undefined],
    ["wire type 7", all([0x97, 1]), "wire-type", undefined],
    ["a location with id 0", all(bytes(4, [])), "id", undefined],
    ["two locations with one id", all(LOCATION), "id", undefined],
    ["two functions with one id", all(FUNCTION), "id", undefined],
    ["two mappings with one id", all(bytes(3, varint(1, 2)), bytes(3, varint(1, 2))), "id", undefined],
    [
      "a line without a function",
      all(bytes(4, [...varint(1, 2), ...bytes(4, varint(2, 1))])),
      "function-id",
      undefined,
    ],
    [
      "a function that is not there",
      all(bytes(4, [...varint(1, 2), ...bytes(4, varint(1, 5))])),
      "function-id",
      undefined,
    ],
    ["two profiles in one file", all(varint(9, 5), [...all(varint(9, 6))]), "concatenated", undefined],
    ["gzip", message([0x1f, 0x8b, 8, 0]), "not-pprof", 0],
  ])("%s", (_, raw, code, offset) => {
    const error = caught(raw);
    expect(error).toMatchObject({ code });
    if (offset !== undefined) expect(error.offset).toBe(offset);
  });

  test.each([
    ["<!DOCTYPE html><html><body>404 page not found", /^this is an HTML page, not a profile: .*; name one profile/],
    ['  <html lang="en">', /^this is an HTML page, not a profile/],
    ["<?xml version='1.0'?>", /^this is XML or HTML, not a profile; name one profile/],
    ['{"error": "no"}', /^this is JSON, not a profile; profiles come from/],
    ["404 page not found\n", /^this is a server's error message, not a profile; see what/],
    ["Unknown profile\n", /^this is a server's error message, not a profile; see what/],
    ["\xff\xfeh\0i\0", /^this is not a pprof profile: it is UTF-16 text; save it as UTF-8$/],
    ["go 1.22 trace\0\0\0", /^this is not a pprof profile: it is an execution trace of Go; `godiag trace FILE`/],
    ["PK\x03\x04", /^this is not a pprof profile: it is a zip archive; unpack it/],
    ["\x7fELF\x02", /^this is not a pprof profile: it is an executable or a library; run the program/],
  ])("%j", (text, what) => {
    expect(caught(Buffer.from(text, "latin1")).message).toMatch(what);
  });

  test("cut off anywhere it is an error or, between two messages, a smaller profile", () => {
    for (const name of ["app.goroutine", "deep.cpu", "app.threadcreate", "app.block"]) {
      const raw = gunzipSync(readFileSync(`test/fixtures/profiles/${name}.pb.gz`));
      const whole = decodeProfile(raw).samples.count;
      for (let length = 0; length < raw.length; length++) {
        let count = 0;
        try {
          count = decodeProfile(raw.subarray(0, length)).samples.count;
        } catch (error) {
          expect(error, `${name} cut to ${length} bytes`).toBeInstanceOf(FormatError);
        }
        expect(count).toBeLessThanOrEqual(whole);
      }
    }
  });

  test("memory is not taken on a claim: a million empty samples of a million types", () => {
    const raw = message(TYPES, TABLES, Array.from({ length: 100_000 }, () => [0x0a, 0, 0x12, 0]).flat());
    expect(caught(raw).code).toBe("value-count");
  });

  function caught(raw: Uint8Array): FormatError {
    try {
      decodeProfile(raw);
    } catch (error) {
      if (error instanceof FormatError) return error;
      throw error;
    }
    throw new Error("it was decoded");
  }
});

test("the support's own wire notation", () => {
  expect(rawVarint(300)).toEqual([0xac, 0x02]);
  expect(rawVarint(-1)).toHaveLength(10);
  expect(padded(1, 1, 3)).toEqual([8, 0x81, 0x80, 0]);
});
