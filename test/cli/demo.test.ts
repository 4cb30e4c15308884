/**
 * The demo where Go is missing: the recorded runs that ship with it. The real run is in test/delve, for it needs Go.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { leakMarkers, type Marker } from "../../src/cli/input/leak-markers.js";
import { recordedMarkers } from "../../src/cli/input/recorded-series.js";
import type { Diagnosis } from "../../src/core/diagnosis/diagnosis.js";
import type { PageData } from "../../src/core/views/page.js";
import { type BuiltCli, buildCli, type Ended } from "../support/built-cli.js";

let cli: BuiltCli;
beforeAll(() => {
  cli = buildCli({ example: true });
});
afterAll(() => cli.remove());

/** Without Go: an environment whose PATH leads nowhere. */
const demo = (...args: string[]): Promise<Ended> => cli.start(["demo", ...args], { PATH: cli.folder }).ended;

test("every leak of the recorded run is named with its line, and it is said that the run is recorded", async () => {
  const { code, out, err } = await demo();
  expect(err).toBe(
    "godiag: This is a recorded run of the example, since Go, or the example's source, was not found here; https://go.dev/dl installs Go.\n",
  );
  expect(out).toContain("Leak: 5 places keep growing");
  const places = [...out.matchAll(/^ +(found |MISSED) +(\w+)/gm)].map(([, found, leak]) => `${found.trim()} ${leak}`);
  expect(places).toEqual(["found cache", "found goroutine", "found ticker", "found body", "found mapkeys"]);
  expect(code).toBe(0);
});

test("the report holds the diagnosis and the profiles behind it", async () => {
  const { out } = await demo("--html", "mine.html");
  const path = join(cli.folder, "mine.html");
  expect(out).toContain(`Report: ${path}\n`);
  const page = readFileSync(path, "utf8");
  const block = /<script type="application\/json" id="viewer-data">(.*?)<\/script>/s.exec(page)?.[1] ?? "";
  const { diagnosis, profiles } = JSON.parse(block) as PageData;
  expect([diagnosis?.findings.length, diagnosis?.snapshots.length]).toEqual([5, 8]);
  expect(profiles.map(({ name, base64 }) => `${name}: ${base64.slice(0, 4)}`)).toEqual([
    "heap, last snapshot: H4sI",
    "goroutines, last snapshot: H4sI",
    "heap, first snapshot: H4sI",
    "goroutines, first snapshot: H4sI",
  ]);
});

test("the healthy run shows nothing", async () => {
  const { code, out } = await demo("--healthy", "--json");
  const { verdict, findings, notes } = JSON.parse(out) as Diagnosis;
  expect([code, verdict, findings, notes[0].code]).toEqual([0, "no-growth", [], "recorded"]);
});

test.each([
  [["--leaks", "cache"], "cannot choose leaks: the recorded run has all of them. Install Go"],
  [["--leaks", "cash"], 'There is no leak "cash", but cache, goroutine, ticker, body, mapkeys.'],
  [["--html", "no/such/folder/x.html"], "cannot write no/such/folder/x.html: ENOENT"],
])("%j is refused", async (args, words) => {
  const { code, err } = await demo(...args);
  expect(code).toBe(2);
  expect(err).toContain(words);
});

test.each(["leaky", "healthy"])("the %s recording knows the lines of the example as it is now", async (run) => {
  const lines = (markers: readonly Marker[]) => markers.map(({ leak, file, line }) => `${leak} ${file}:${line}`).sort();
  const recorded = await recordedMarkers(`test/fixtures/recorded/${run}`);
  expect(lines(recorded)).toEqual(lines(await leakMarkers("examples/leaky")));
  expect(recorded.length).toBe(5);
});
