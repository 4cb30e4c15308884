import { readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { FormatError } from "../../src/core/text/format-error.js";
import { openProfile, recognise } from "../../src/core/open.js";
import { bytesOf } from "../support/goroutine-lines.js";

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
  ["UTF-16 with a mark", utf16("\ufeffgoroutine 1 [running]:\n"), /^utf-16: .*save it as UTF-8/],
  ["UTF-16 without", utf16("goroutine 1 [running]:\n"), /^utf-16: /],
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
