import { readdirSync, readFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { FormatError } from "../../src/core/text/format-error.js";
import { openProfile, recognise } from "../../src/core/open.js";
import { bytesOf } from "../support/goroutine-lines.js";
import { randomFrom } from "../support/random.js";

const fixtures = ["profiles", "dumps", "gopls-series"].flatMap((folder) =>
  readdirSync(`test/fixtures/${folder}`).map((name) => `test/fixtures/${folder}/${name}`),
);
const unpacked = (path: string) => (path.endsWith(".gz") ? gunzipSync(readFileSync(path)) : readFileSync(path));

const formatOf = (path: string) =>
  path.endsWith(".pb.gz") ? "pprof" : path.includes("debug1") ? "legacy-text" : "goroutine-dump";

test.each(fixtures.filter((path) => /\.pb\.gz$|(?<!\.go)\.txt$/.test(path)))("%s is recognised by content", (path) => {
  const bytes = unpacked(path);
  expect(recognise(bytes)).toBe(formatOf(path));
  expect(openProfile(bytes).samples.count).toBeGreaterThan(0);
});

const utf16 = (text: string) => Uint8Array.from(Buffer.from(text, "utf16le"));
const errorOf = (bytes: Uint8Array) => {
  try {
    return recognise(bytes);
  } catch (error) {
    if (error instanceof FormatError) return `${error.code}: ${error.message}`;
    throw error;
  }
};

test.each([
  ["nothing", bytesOf(""), /^empty: .*0 bytes/],
  ["a web page", bytesOf("\n<!DOCTYPE html><html>…"), /^html: this is an HTML page.*\/debug\/pprof\/heap/],
  ["XML", bytesOf("<?xml version='1.0'?>"), /^html: this is XML/],
  ["JSON", bytesOf('{"error": "no"}'), /^json: this is JSON/],
  ["a JSON list", bytesOf('[{"a": 1}]'), /^json: /],
  ["UTF-16 with a mark", utf16("\ufeffgoroutine 1 [running]:\n"), /^goroutine-dump$/],
  ["UTF-16 without", utf16("goroutine 1 [running]:\n"), /^goroutine-dump$/],
  ["a text profile in UTF-16", utf16("\ufeffgoroutine profile: total 3\n3 @ 0x10\n"), /^legacy-text$/],
  ["other text in UTF-16", utf16("\ufeffhello\n"), /^text: /],
  [
    "a binary file that PowerShell made UTF-16 of",
    utf16("\ufeff\x1f\ufffd\b\0\0\0\0\0"),
    /^utf-16: .*bytes are lost; let the program write the file itself/,
  ],
  [
    "a binary file that was taken for UTF-8",
    bytesOf("\x1f\ufffd\b\0\0\0\0\0\0\ufffd"),
    /^not-pprof: .*replaced its bytes: they are lost; capture or download it again as binary/,
  ],
  ["net/http/pprof's error", bytesOf("Unknown profile\n"), /^http-error: /],
  ["a coverage profile", bytesOf("mode: set\na.go:1.1,2.2 1 1\n"), /^coverage: .*go tool cover/],
  ["other text", bytesOf("hello\n"), /^text: /],
  ["a panic among log lines", bytesOf("log\n[signal SIGSEGV]\n\ngoroutine 1 [running]:\n"), /^goroutine-dump$/],
  ["a dump with a byte order mark", bytesOf("\ufeffgoroutine 1 [running]:\n"), /^goroutine-dump$/],
  [
    "a dump in a recorded terminal",
    bytesOf("\u001b[31mpanic: x\u0007\n\ngoroutine 1 [running]:\n"),
    /^goroutine-dump$/,
  ],
  ["a legacy profile behind a comment", bytesOf("# saved\nheap profile: 1: 2 [3: 4] @ heap/2\n"), /^legacy-text$/],
])("%s", (_, bytes, answer) => expect(errorOf(bytes)).toMatch(answer));

const latin = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const tar = () => {
  const header = new Uint8Array(1024);
  header.set(latin("heap.pb.gz\0"));
  header.set(latin("0000644\x000000000\x000000000\x0000000000012\x0000000000000\0"), 100);
  header.set(latin("        "), 148);
  const sum = header.subarray(0, 512).reduce((all, byte) => all + byte, 0);
  header.set(latin(`${sum.toString(8).padStart(6, "0")}\0 `), 148);
  header.set(latin("goroutine 1 [running]:\n"), 512);
  return header;
};
const elf = (type: number) => latin(`\x7fELF\x02\x01\x01${"\0".repeat(9)}${String.fromCharCode(type)}\0`);
const gzipBase64 = Buffer.from(gzipSync(bytesOf("x".repeat(300)))).toString("base64");

// What the file is, and what to do with it: "Capture it again" is of no use for any of these.
test.each([
  ["perf.data", latin("PERFILE2\0\0\0"), "not-pprof", /perf \(perf\.data\); `perf_to_profile/],
  [
    "a Git LFS pointer",
    bytesOf("version https://git-lfs.github.com/spec/v1\noid sha256:12\n"),
    "git-lfs",
    /Git LFS, not the file itself; fetch the file with git lfs pull/,
  ],
  ["tar", tar(), "not-pprof", /a tar archive; unpack it with tar -xf/],
  ["xz", latin("\xfd7zXZ\0\0\x04"), "not-pprof", /compressed with xz; unpack it with xz -d/],
  ["zstd", latin("\x28\xb5\x2f\xfd\0"), "not-pprof", /compressed with zstd; unpack it with zstd -d/],
  ["bzip2", latin("BZh91AY&SY\0"), "not-pprof", /compressed with bzip2; unpack it with bzip2 -d/],
  ["zip", latin("PK\x03\x04\x14\0"), "not-pprof", /a zip archive; unpack it with unzip/],
  ["a core file", elf(4), "not-pprof", /a core file.*; `godiag holders core:FILE`/],
  ["an executable", elf(2), "not-pprof", /an executable or a library; run the program/],
  ["base64 of a gzip file", bytesOf(gzipBase64), "base64", /base64 of a gzip file; make bytes of it with base64 -d/],
  ["a data URI", bytesOf(`data:application/octet-stream;base64,${gzipBase64}`), "base64", /base64 of a gzip file/],
  [
    "base64 in lines",
    bytesOf(Buffer.from(randomBytes()).toString("base64").replace(/.{76}/g, "$&\n")),
    "base64",
    /base64/,
  ],
  ["HTML", bytesOf("<html><head><title>Sign in</title>"), "html", /an HTML page.*; name one profile/],
  ["SVG", bytesOf('<?xml version="1.0"?>\n<svg width="100">'), "picture", /a picture \(SVG\).*; give the profile/],
  ["expvar", bytesOf('{\n"cmdline": ["/app"],\n"memstats": {}}'), "expvar", /expvar.*; name one profile/],
  [
    "speedscope",
    bytesOf('{"$schema":"https://www.speedscope.app/file-format-schema.json"}'),
    "speedscope",
    /speedscope/,
  ],
  ["metrics", bytesOf("# HELP go_goroutines Number of goroutines\n"), "metrics", /Prometheus.*; name one profile/],
  ["folded stacks", bytesOf("main.main;main.f 12\nmain.main 3\n"), "folded", /folded stacks/],
  [
    "pprof's report",
    bytesOf("File: app\nType: inuse_space\nShowing nodes accounting for 5MB"),
    "report",
    /a report that pprof printed/,
  ],
  ["curl's error", bytesOf("curl: (7) Failed to connect\n"), "tool-error", /the error message of a tool/],
  [
    "an answer with headers",
    bytesOf("HTTP/1.1 200 OK\r\nContent-Type: x\r\n"),
    "http-error",
    /with its headers; capture without them/,
  ],
  ["GODEBUG's lines", bytesOf("gc 1 @0.012s 2%: 0.01+1+0 ms clock\n"), "gctrace", /lines of GODEBUG/],
  ["Go source", bytesOf("// Package a.\npackage main\n\nfunc main() {}\n"), "go-source", /a Go source file/],
  ["Java's heap", bytesOf("--- heapz 1 ---\nformat = java\n"), "java", /a Java program/],
])("%s is named, with what to do", (_, bytes, code, message) => {
  let error: unknown;
  try {
    openProfile(bytes);
  } catch (caught) {
    error = caught;
  }
  expect(error).toBeInstanceOf(FormatError);
  expect(error).toMatchObject({ code });
  expect((error as FormatError).message).toMatch(message);
  expect((error as FormatError).todo).not.toMatch(/^capture (?:it|the profile) again$/i);
});

/** 600 bytes, the same each time, that compress to nothing known. */
function randomBytes(): Uint8Array {
  const random = randomFrom(1);
  return Uint8Array.from({ length: 600 }, () => random.int(256));
}

test("a byte order mark is passed over", () => {
  const counts = ["goroutine 1 [running]:\n", "goroutine profile: total 3\n3 @ 0x10\n"].map(
    (text) => openProfile(bytesOf(`\ufeff${text}`)).samples.count,
  );
  expect(counts).toEqual([1, 1]);
});

test("binary that is no profile is named by the decoder", () => {
  expect(() => openProfile(bytesOf("\x7fELF\x02\x01\x01\x00"))).toThrow(FormatError);
});

test("an execution trace opens as a profile of its waits, recognised by content", () => {
  const bytes = new Uint8Array(gunzipSync(readFileSync("test/fixtures/traces/hog-go1.26.8.trace.gz")));
  expect(recognise(bytes)).toBe("trace");
  const profile = openProfile(bytes);
  expect(profile.format).toBe("trace");
  expect(profile.sampleTypes.map(({ type, unit }) => `${type}/${unit}`)).toEqual([
    "start_latency/nanoseconds",
    "sched/nanoseconds",
    "sync/nanoseconds",
    "net/nanoseconds",
    "syscall/nanoseconds",
  ]);
  expect(profile.durationNanos).toBeGreaterThan(1e7);
  const names = new Set(Array.from(profile.functions.name, (name) => profile.strings.at(name)));
  expect([...names].filter((name) => name.startsWith("["))).toEqual([
    "[woken by]",
    "[preempted or gave way]",
    "[runnable when the trace began]",
  ]);
  expect(errorOf(bytesOf("go 1.21 trace\0\0\0"))).toBe("trace");
  expect(() => openProfile(bytesOf("go 1.21 trace\0\0\0"))).toThrow(/Go 1\.21 or older/);
});
