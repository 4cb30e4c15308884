/**
 * Findings of libraries at the program's own lines: series recorded from real programs (fixtures/owners), and what is
 * done where a witness is missing.
 */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { diagnose } from "../../../src/core/diagnosis/diagnose.js";
import type { Snapshot } from "../../../src/core/diagnosis/diagnosis.js";
import { parseDump } from "../../../src/core/goroutines/goroutine-dump.js";
import { openProfile } from "../../../src/core/open.js";
import { profileOf } from "../../support/folded.js";

const FIXTURES = "test/fixtures/owners";
const opened = (path: string) => openProfile(new Uint8Array(gunzipSync(readFileSync(`${FIXTURES}/${path}.pb.gz`))));

/** Six moments, two seconds apart. */
function series(program: string, parts: { readonly dump: boolean; readonly heap: boolean }): Snapshot[] {
  return Array.from({ length: 6 }, (_, i): Snapshot => {
    const isEnd = i === 0 || i === 5;
    return {
      atMs: i * 2000,
      goroutine: opened(`${program}/goroutine${i}`),
      ...(parts.heap && isEnd && { heap: opened(`${program}/heap${i}`) }),
      ...(parts.dump && i === 5 && { dump: parseDump(readFileSync(`${FIXTURES}/${program}/dump.txt`)) }),
    };
  });
}

const told = (snapshots: readonly Snapshot[]): string[] =>
  diagnose("a program", snapshots).findings.map(({ function: name, file, line, caller, advice }) =>
    [
      `${name} ${file.split("/").at(-1)}:${line}`,
      caller === undefined ? "" : "caller",
      advice.split(/[,;(]/, 1)[0],
    ].join(" | "),
  );

test.each([
  ["grpc", "main.backendStatus main.go:19 | caller | Make one ClientConn when the program starts and share it "],
  ["exec-wait", "main.sample main.go:12 | caller | Call cmd.Wait"],
  ["expirable-lru", "main.(*tenants).lookup main.go:25 | caller | Make as few of them as possible and keep them "],
])("%s: one finding, at the line that made what grows", (program, expected) => {
  expect(told(series(program, { dump: true, heap: true }))).toEqual([expected]);
});

test("a client that is made in an inlined function is at the line of its caller", () => {
  const [finding, ...others] = told(series("redis-v8", { dump: true, heap: true }));
  expect(others).toEqual([]);
  expect(finding).toMatch(/^main\.main\.func1 main\.go:\d+ \| caller \| Make one client/);
});

test("without a dump, the heap profile's allocations below the call name the line", () => {
  const [finding] = diagnose("grpc", series("grpc", { dump: false, heap: true })).findings;
  expect([finding.function, finding.line]).toEqual(["main.backendStatus", 19]);
  expect(finding.evidence?.[0]).toContain("calls of it allocated");
});

test("without any witness the library's place stays, with what to look for", () => {
  const [finding, ...others] = diagnose("exec-wait", series("exec-wait", { dump: false, heap: false })).findings;
  expect(others).toEqual([]);
  expect(finding.function).toBe("os/exec.(*Cmd).watchCtx");
  expect(finding.caller).toBeUndefined();
  expect(finding.evidence).toEqual([
    "No snapshot shows which line makes them: look for calls of exec.Cmd.Start or exec.Cmd.Run.",
  ]);
});

const GOROUTINE = [{ type: "goroutine", unit: "count" }];
const LIBRARY = "/src/vendor/example.com/pool";

/** Of a library that no owner is known for: `counts` of each goroutine, and a dump that says who started them. */
function unknownLibrary(counts: Readonly<Record<string, readonly number[]>>): Snapshot[] {
  const places = Object.keys(counts);
  return counts[places[0]].map((_, at): Snapshot => {
    const folded = places.map(
      (name, i) => `example.com/pool.${name}@${LIBRARY}/pool.go:${i + 7};runtime.gopark ${counts[name][at]}`,
    );
    const dump = places.map(
      (name, i) =>
        `goroutine ${i + 10} [select]:\nexample.com/pool.${name}()\n\t${LIBRARY}/pool.go:${i + 7} +0x1d\n` +
        `created by example.com/pool.Open in goroutine 1\n\t${LIBRARY}/pool.go:3 +0x2a\n[originating from goroutine 9]:\n` +
        `example.com/pool.Open(...)\n\t${LIBRARY}/pool.go:3 +0x2a\nmain.handle(...)\n\t/src/main.go:12 +0x2a\n`,
    );
    return {
      atMs: at * 5000,
      goroutine: profileOf(folded.join("\n"), { sampleTypes: GOROUTINE }),
      ...(at === counts[places[0]].length - 1 && { dump: parseDump(new TextEncoder().encode(dump.join("\n"))) }),
    };
  });
}

test("goroutines that rise in step under one caller are one finding there", () => {
  const { findings } = diagnose(
    "x",
    unknownLibrary({ read: [1, 5, 9, 13, 17, 21], write: [1, 5, 9, 13, 17, 21], check: [2, 10, 18, 26, 34, 42] }),
  );
  expect(findings.map(({ function: name, line, caller, last }) => [name, line, caller?.line, last])).toEqual([
    ["main.handle", 12, 12, 42],
  ]);
});

test("those that do not rise in step stay apart", () => {
  const { findings } = diagnose("x", unknownLibrary({ read: [1, 5, 9, 13, 17, 21], write: [1, 1, 1, 2, 3, 21] }));
  expect(findings.map(({ function: name }) => name)).toEqual(findings.map(() => "main.handle"));
  expect(findings.length).toBeGreaterThan(0);
});

test("the server's end of connections that the program makes to itself is no finding of its own", () => {
  const transport = "google.golang.org/grpc/internal/transport";
  const at = (counts: readonly number[], withClient: boolean) =>
    counts.map((count, i): Snapshot => {
      const folded = [`${transport}.(*http2Server).keepalive@/src/vendor/grpc/s.go:7;runtime.gopark ${count}`];
      if (withClient) folded.push(`${transport}.(*http2Client).reader@/src/vendor/grpc/c.go:7;runtime.gopark ${count}`);
      const dump = `goroutine 7 [select]:\n${transport}.(*http2Client).reader(0xc1)\n\t/src/vendor/grpc/c.go:7 +0x1\ncreated by main.check in goroutine 1\n\t/src/main.go:16 +0x2a\n`;
      return {
        atMs: i * 5000,
        goroutine: profileOf(folded.join("\n"), { sampleTypes: GOROUTINE }),
        dump: parseDump(new TextEncoder().encode(dump)),
      };
    });
  const levels = (snapshots: readonly Snapshot[]) =>
    diagnose("x", snapshots).findings.map(({ level, function: name }) => `${level} ${name}`);
  expect(levels(at([1, 5, 9, 13, 17, 21], true))).toEqual(["confirmed main.check"]);
  expect(levels(at([1, 5, 9, 13, 17, 21], false))).toEqual([`suspect ${transport}.(*http2Server).keepalive`]);
});
