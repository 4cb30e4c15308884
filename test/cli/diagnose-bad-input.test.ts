/**
 * What spoils a series: each is recognised and said, and none becomes a verdict. The profiles are those of a recorded
 * run of the example, which leaks; the programs that serve them misbehave.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { gunzip } from "../../src/capture/gunzip.js";
import { run } from "../../src/cli/main.js";
import type { Diagnosis } from "../../src/core/diagnosis/diagnosis.js";
import { decodeProfile } from "../../src/core/pprof/decode.js";
import { encodeProfile } from "../../src/core/pprof/encode.js";
import type { Profile } from "../../src/core/profile/profile.js";
import { httpServer } from "../support/local-server.js";
import { testTerminal } from "../support/terminal.js";

const cwd = mkdtempSync(join(tmpdir(), "godiag-spoiled-"));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

type Answer = Parameters<RequestListener>[1];
const recorded = (i: number, kind: string) => readFileSync(`test/fixtures/recorded/leaky/0${i}.${kind}.pb.gz`);

/** A program that leaks; `instead` may answer the request for the `heaps`-th heap profile in its own way. */
function program(instead: (heaps: number, response: Answer) => boolean): Promise<string> {
  let heaps = 0;
  return httpServer(({ url = "" }, response) => {
    if (url === "/debug/pprof/heap?gc=1") {
      const index = heaps++;
      if (!instead(heaps, response)) response.end(recorded(index % 8, "heap"));
    } else if (url === "/debug/pprof/goroutine") response.end(recorded((heaps + 7) % 8, "goroutine"));
    else response.writeHead(404).end("404 page not found\n");
  });
}

async function diagnose(...args: string[]): Promise<Diagnosis & { err: string; code: number }> {
  const terminal = testTerminal({ cwd });
  const code = await run(["diagnose", ...args, "--interval", "0.1", "--json"], terminal);
  return { ...(JSON.parse(terminal.written.out) as Diagnosis), err: terminal.written.err, code };
}

const codes = ({ notes }: Diagnosis) => notes.map(({ code }) => code);
const MB = 1_048_576;

test("a program that dies between two snapshots", async () => {
  const told = await diagnose(await program((heaps, response) => heaps > 3 && Boolean(response.destroy())));
  expect([told.verdict, told.findings, codes(told)[0]]).toEqual(["not-enough-data", [], "partial"]);
  expect(told.err).toMatch(/partial: 3 of 8 snapshots, then cannot read .*hung up before it answered/);
});

test("a profile that never ends", async () => {
  const told = await diagnose(
    await program((heaps, response) => {
      if (heaps < 3) return false;
      const more = () => void response.write(Buffer.alloc(64 * 1024, 7), () => setImmediate(more));
      response.writeHead(200, { "content-type": "application/octet-stream" });
      more();
      return true;
    }),
    ...["--max-size", "8"],
  );
  expect([told.verdict, codes(told)[0]]).toEqual(["not-enough-data", "partial"]);
  expect(told.err).toContain("partial: 2 of 8 snapshots, then cannot read");
  expect(told.err).toContain("the answer is larger than 8 MB");
});

test("a profile of 2 GB", async () => {
  const told = await diagnose(
    await program((heaps, response) => {
      if (heaps < 3) return false;
      response.writeHead(200, { "content-length": 2 * 1024 * MB });
      return Boolean(response.write(recorded(0, "heap")) || true);
    }),
  );
  expect([told.verdict, codes(told)[0]]).toEqual(["not-enough-data", "partial"]);
  expect(told.err).toContain("the answer is larger than 256 MB");
});

test("a few kilobytes that unpack to more than the memory should be filled with", async () => {
  const bomb = gzipSync(Buffer.alloc(300 * MB));
  const told = await diagnose(await program((heaps, response) => heaps >= 3 && Boolean(response.end(bomb))));
  expect([told.verdict, codes(told)[0]]).toEqual(["not-enough-data", "partial"]);
  expect(told.err).toMatch(/then cannot read the heap profile of .*: it expands to more than the limit of 256 MiB/);
});

test("a program that was started anew in between: what was ever allocated fell", async () => {
  // The recorded series leaks; after the fourth it begins again.
  const told = await diagnose(
    await program((heaps, response) => heaps > 4 && Boolean(response.end(recorded(heaps - 5, "heap")))),
  );
  expect([told.verdict, told.findings, codes(told)[0]]).toEqual(["not-enough-data", [], "restarted"]);
});

test("two snapshots that are the same", async () => {
  const told = await diagnose(await program((_, response) => Boolean(response.end(recorded(0, "heap")))));
  expect(told.findings.filter(({ kind }) => kind !== "goroutine")).toEqual([]);
  expect(codes(told)).toContain("equal-snapshots");
});

test("a slow program is given time between snapshots", async () => {
  const url = await program((_, response) => {
    response.writeHead(200);
    setTimeout(() => response.end(recorded(0, "heap")), 300);
    return true;
  });
  const { snapshots } = await diagnose(url, "--samples", "3");
  expect(snapshots[2].atMs - snapshots[1].atMs).toBeGreaterThanOrEqual(600);
});

/** The recorded series as files, each profile changed. */
function files(change: (profile: Profile, i: number) => Partial<Profile>): string[] {
  return Array.from({ length: 8 }, (_, i) => {
    const profile = decodeProfile(gunzip(recorded(i, "heap")).bytes);
    const file = join(cwd, `${i}.pb`);
    writeFileSync(file, encodeProfile({ ...profile, ...change(profile, i) }));
    return file;
  });
}

test("the recorded series leaks when nothing spoils it", async () => {
  expect((await diagnose(...files(() => ({})))).verdict).toBe("leak");
});

test("a sampling rate that changes in between: values before and after cannot be compared", async () => {
  const told = await diagnose(...files(({ period }, i) => (i < 5 ? {} : { period: period / 8 })));
  expect([told.verdict, told.findings]).toEqual(["not-enough-data", []]);
  expect(codes(told)).toContain("sampling-rate-changed");
});

test("a clock that jumps: what grows is suspected, not more", async () => {
  const hour = 3_600_000_000_000n;
  const told = await diagnose(...files(({ timeNanos }, i) => ({ timeNanos: i < 4 ? timeNanos : timeNanos + hour })));
  expect(codes(told)).toContain("clock-jump");
  expect(told.verdict).not.toBe("leak");
  expect(told.findings.every(({ level }) => level === "suspect")).toBe(true);
});
