/** What every environment's gunzip has to do, as tests to run against one of them. */
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { FormatError } from "../../src/core/text/format-error.js";
import type { Gunzipped } from "../../src/core/text/gzip.js";

type Gunzip = (input: Uint8Array, limit?: number) => Gunzipped | Promise<Gunzipped>;

const bytes = (text: string) => new TextEncoder().encode(text);
const gz = (text: string) => gzipSync(text);
const cat = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));
const hello = gz("hello ".repeat(100));

function flipped(input: Uint8Array, fromEnd: number): Uint8Array {
  const copy = new Uint8Array(input);
  copy[copy.length - fromEnd] ^= 0x10;
  return copy;
}

/** A member with every optional header field, as `gzip -N` and others write them. */
function withHeaderFields(input: Uint8Array): Uint8Array {
  const header = new Uint8Array(input.subarray(0, 10));
  header[3] = 2 | 4 | 8 | 16;
  return cat(header, bytes("\x03\x00xyzname\0comment\0"), bytes("\x00\x00"), input.subarray(10));
}

export function gunzipContract(gunzip: Gunzip): void {
  test.each([
    ["one member", gz("profile"), "profile", []],
    ["nothing in it", gz(""), "", []],
    ["two members", cat(gz("pro"), gz("file")), "profile", []],
    ["three members, one of them empty", cat(gz("pro"), gz(""), gz("file")), "profile", []],
    ["stored, not compressed", gzipSync("profile", { level: 0 }), "profile", []],
    ["bytes after the end", cat(gz("profile"), bytes("junk")), "profile", ["4 bytes after the end"]],
    ["a byte after two members", cat(gz("pro"), gz("file"), bytes("!")), "profile", ["1 byte after the end"]],
  ])("%s", async (_, input, text, warnings) => {
    const result = await gunzip(input);
    expect(new TextDecoder().decode(result.bytes)).toBe(text);
    expect(result.warnings.map(({ message }) => message)).toEqual(
      warnings.map((start) => expect.stringContaining(start) as string),
    );
  });

  test.each([
    ["empty", new Uint8Array(), "empty", 0],
    ["text", bytes("<html>"), "gzip-header", 0],
    ["only the magic", hello.subarray(0, 2), "gzip-header", 0],
    ["cut off in the header", hello.subarray(0, 9), "truncated", 9],
    ["cut off in the data", hello.subarray(0, 15), "truncated", 15],
    ["cut off in the trailer", hello.subarray(0, -3), "truncated", hello.length - 3],
    ["cut off in the second member", cat(hello, hello.subarray(0, 14)), "truncated", hello.length + 14],
    ["a wrong checksum", flipped(hello, 8), "gzip-checksum", hello.length - 8],
    ["a wrong size", flipped(hello, 4), "gzip-checksum", hello.length - 8],
    ["a wrong checksum in the second member", cat(hello, flipped(hello, 8)), "gzip-checksum", 2 * hello.length - 8],
    ["a block of a kind that does not exist", cat(hello.subarray(0, 10), bytes("\x07")), "gzip-data", 11],
  ])("%s is refused", async (_, input, code, offset) => {
    const error: unknown = await (async () => gunzip(input))().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(FormatError);
    expect(error).toMatchObject({ code, offset });
  });

  test("optional header fields are passed over when the file is read member by member", async () => {
    const result = await gunzip(cat(withHeaderFields(gz("pro")), gz("file"), bytes("junk")));
    expect(new TextDecoder().decode(result.bytes)).toBe("profile");
  });

  describe("limit", () => {
    const bomb = gzipSync(Buffer.alloc(1 << 24));

    test.each([
      ["one member", bomb],
      ["two members that together are too much", cat(gzipSync(Buffer.alloc(3000)), gzipSync(Buffer.alloc(3000)))],
      ["followed by junk", cat(bomb, bytes("junk"))],
      ["a size that lies", cat(bomb.subarray(0, -4), new Uint8Array(4))],
    ])("%s stops at the limit", async (_, input) => {
      const error: unknown = await (async () => gunzip(input, 4096))().catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code: "too-large", message: "it expands to more than the limit of 4096 bytes" });
    });

    test("exactly the limit is let through", async () => {
      const result = await gunzip(gzipSync(Buffer.alloc(4096)), 4096);
      expect(result.bytes).toHaveLength(4096);
    });
  });

  test("random data of every size comes back", async () => {
    let seed = 1;
    for (let size = 0; size < 3000; size += 1 + (size >> 3)) {
      const data = Uint8Array.from({ length: size }, () => {
        seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
        return seed >>> 29;
      });
      // Junk sends it the slow way.
      const result = await gunzip(cat(gzipSync(data), bytes("junk")));
      expect(Buffer.compare(result.bytes, data), `${size} bytes`).toBe(0);
    }
  });
}
