/** Engines that are down, busy, strange or empty: each is one sentence, and what is known is kept. */
import { gzipSync } from "node:zlib";
import type { RequestListener } from "node:http";
import { onTestFinished, expect, test } from "vitest";
import { sentenceOf } from "../../../src/capture/capture-problem.js";
import { parseEngine } from "../../../src/capture/fleet/engine-target.js";
import { readFleet } from "../../../src/capture/fleet/read-fleet.js";
import { diagnoseFleet } from "../../../src/core/fleet/fleet-diagnosis.js";
import { encodeProfile } from "../../../src/core/pprof/encode.js";
import { type StandIn, startStandIn } from "../../support/engine-stand-in.js";
import { diagnosed, KINDS, MINUTE } from "../../support/fleet-at.js";
import { heapProfile } from "../../support/heap-simulation.js";
import { closedPort } from "../../support/local-server.js";
import { plantFleet, type PlantedFleet } from "../../support/planted-fleet.js";

const small: PlantedFleet = {
  service: "shop",
  instances: 6,
  leaking: 6,
  points: 12,
  intervalMs: MINUTE,
  endMs: Date.now() - 5000,
};

async function standIn(answerFirst?: RequestListener, fleet: Partial<PlantedFleet> | "empty" = {}): Promise<StandIn> {
  const engine = await startStandIn(answerFirst);
  onTestFinished(() => engine.stop());
  if (fleet !== "empty") for (const { labels, bytes } of plantFleet({ ...small, ...fleet })) engine.keep(labels, bytes);
  return engine;
}

async function sentence(
  text: string,
  more: { by?: string; requestMs?: number; headers?: Record<string, string> } = {},
) {
  const target = parseEngine(text, more.headers ? { headers: more.headers } : {});
  if (!target.ok) return sentenceOf(target.problem);
  const read = await readFleet(target.value, {
    ...{ sinceMs: 20 * MINUTE, points: 12, signal: new AbortController().signal },
    ...(more.by !== undefined && { by: more.by }),
    times: { requestMs: more.requestMs ?? 20_000, wholeMs: 30_000 },
  });
  if (read.ok) return diagnoseFleet(read.value.fleet).notes.map(({ message }) => message);
  return sentenceOf(read.problem).replaceAll(/127\.0\.0\.1:\d+/g, "HOST");
}

test.each([
  [
    "pyroscope+http://x?selector={a=b}",
    /^Cannot use "pyroscope\+http:\/\/x": "\{a=b\}" is not a selector\. Write one as /,
  ],
  ["pyroscope+ftp://x", /it is not the URL of an engine\. Give pyroscope\+http:\/\/localhost:4040\?selector=/],
  ["parca+http://me:secret@:x", /^Cannot use "parca\+http:\/\/:x": it is not the URL of an engine/],
])("%s", async (text, words) => expect(await sentence(text)).toMatch(words));

test("a literal selector may have +, & and % in its strings", () => {
  const target = parseEngine('pyroscope+http://u:p@h:4040/base?selector={a=~"x+&y",b="50%"}');
  expect(target).toMatchObject({
    value: { name: 'pyroscope+http://h:4040/base {a=~"x+&y",b="50%"}', base: { pathname: "/base/" } },
  });
});

test.each(KINDS)("%s: down", async (kind) => {
  const url = await closedPort();
  expect(await sentence(`${kind}+${url}`)).toMatch(
    /nothing listens on HOST\. Start the engine, and check its address\.$/,
  );
});

test.each(KINDS)("%s: slow", async (kind) => {
  const { url } = await standIn((_, response) => void response.writeHead(200));
  expect(await sentence(`${kind}+${url}`, { requestMs: 300 })).toMatch(
    /there was no complete answer within 0\.3 s\. Ask for less/,
  );
});

test.each([
  [401, "", /the engine wants credentials \(401\)\. Give user and password in the URL, or --header/],
  [429, '{"code":"resource_exhausted","message":"too many"}', /asked too much \(429\): "too many"\. Try again later/],
  [500, "oops", /the engine answered 500 Internal Server Error: "oops"\. Look at the engine's log/],
  [200, "<!doctype html><p>log in", /it is a web page, not an engine's answer\. Check the address/],
  [200, "{", /it is not JSON/],
  [200, '{"profileTypes":7,"types":7}', /(profileTypes|types) is not as the engine's API has it/],
  [302, "", /it redirects to|answered 302/],
])("an answer of %d %s", async (status, body, words) => {
  const { url } = await standIn((_, response) => {
    response.writeHead(status, {
      "retry-after": "60",
      ...(status === 302 && { location: "http://elsewhere.example/" }),
    });
    response.end(body);
  });
  for (const kind of KINDS) {
    if (status === 302 && kind === "parca") continue; // a GET is followed, as everywhere
    expect(await sentence(`${kind}+${url}`)).toMatch(words);
  }
});

test.each(KINDS)("%s: credentials and tenant are sent, and shown nowhere", async (kind) => {
  const { url, requests } = await standIn();
  const told = await sentence(`${kind}+${url.replace("//", "//me:secret@")}?service=nobody`, {
    headers: { "x-scope-orgid": "team" },
  });
  expect(told).toMatch(/fits the selector\. Programs that it knows: shop\.$/);
  expect(told).not.toContain("secret");
  for (const { headers } of requests) {
    expect(headers).toMatchObject({
      authorization: `Basic ${Buffer.from("me:secret").toString("base64")}`,
      "x-scope-orgid": "team",
    });
  }
});

test.each(KINDS)("%s: nothing, and nothing of Go", async (kind) => {
  const empty = await standIn(undefined, "empty");
  expect(await sentence(`${kind}+${empty.url}`)).toMatch(
    /the engine has no profiles of the last 20 min\. Check that programs/,
  );
  const java = await standIn(undefined, "empty");
  const cpu = heapProfile("Main.run;Worker.call 1 1 1 1", 0);
  const sampleTypes = cpu.sampleTypes.map((_, i) => ({ type: `cpu${i}`, unit: "nanoseconds" }));
  const profile = { ...cpu, sampleTypes, timeNanos: BigInt(small.endMs) * 1_000_000n };
  java.keep({ __name__: "process_cpu", service_name: "cart", job: "cart", pod: "a" }, gzipSync(encodeProfile(profile)));
  expect(await sentence(`${kind}+${java.url}`)).toMatch(
    /neither heaps nor goroutines of Go programs, but process_cpu:cpu0:/,
  );
});

test.each(KINDS)("%s: no label that names instances, and the one that is named", async (kind) => {
  const engine = await standIn(undefined, "empty");
  for (const { labels, bytes } of plantFleet({ ...small, instances: 1 })) {
    engine.keep({ ...labels, pod: "", replica: "r1" }, bytes);
  }
  const { url } = engine;
  expect(await sentence(`${kind}+${url}`, { by: "shard" })).toMatch(
    /they have no label shard\. Name one with --by: .*replica/,
  );
  expect(await sentence(`${kind}+${url}`, { by: "replica" })).toEqual([
    "1 instance (replica), 12 windows: 1 judged, 1 of them lean upwards",
  ]);
});

test.each(KINDS)("%s: which instances grow is known where their stacks cannot be read", async (kind) => {
  const { url } = await standIn((request, response) => {
    const isMerge = /SelectMergeProfile|\/profiles\/query\?/.test(request.url ?? "");
    if (isMerge) response.writeHead(500).end('{"message":"out of memory"}');
  });
  const { diagnosis } = await diagnosed(kind, url, "shop");
  expect(diagnosis.notes[0].message).toBe("6 instances (pod), 12 windows: 6 judged, 6 of them lean upwards");
  expect(diagnosis.notes.find(({ code }) => code === "partial")?.message).toMatch(/answered 500.*"out of memory"/);
  expect(diagnosis.findings).toEqual([]);
});

test.each(KINDS)("%s: gaps are no zeros", async (kind) => {
  const engine = await standIn(undefined, "empty");
  const planted = plantFleet({ ...small, instances: 8, leaking: 4 });
  for (const [i, { labels, bytes }] of planted.entries()) if (i % 12 !== 5) engine.keep(labels, bytes);
  const { diagnosis } = await diagnosed(kind, engine.url, "shop");
  expect(diagnosis.findings.map(({ instances }) => instances?.leaking.length)).toEqual([4]);
  const live = diagnosis.snapshots.map(({ inuseSpace }) => inuseSpace!);
  expect(Math.min(...live)).toBeGreaterThan(0.8 * live[0]);
});

test.each(KINDS)("%s: an engine whose clock is hours ahead", async (kind) => {
  const aheadMs = 3 * 60 * MINUTE;
  const engine = await standIn(
    (_, response) => void response.setHeader("date", new Date(Date.now() + aheadMs).toUTCString()),
    "empty",
  );
  for (const { labels, bytes } of plantFleet({ ...small, endMs: small.endMs + aheadMs })) engine.keep(labels, bytes);
  // Pyroscope is asked for the types of a time; everything else is by the engine's clock.
  engine.keep(
    { __name__: "memory", service_name: "old", pod: "x" },
    plantFleet({ ...small, points: 5, instances: 1 })[4].bytes,
  );
  const { diagnosis } = await diagnosed(kind, engine.url, "shop");
  expect(diagnosis.findings[0].instances?.leaking.length).toBe(6);
  expect(diagnosis.notes.find(({ code }) => code === "clock")?.message).toMatch(/clock is 3 h ahead of this machine's/);
});
