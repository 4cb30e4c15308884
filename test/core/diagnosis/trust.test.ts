import { expect, test } from "vitest";
import { diagnose } from "../../../src/core/diagnosis/diagnose.js";
import type { Snapshot } from "../../../src/core/diagnosis/diagnosis.js";
import type { ValueType } from "../../../src/core/profile/profile.js";
import { profileOf } from "../../support/folded.js";
import { heapProfile } from "../../support/heap-simulation.js";

const MB = 1024 * 1024;

/** Six healthy snapshots ten seconds apart; `change` spoils one. */
function snapshots(change: (snapshot: Snapshot, i: number) => Snapshot = (snapshot) => snapshot): Snapshot[] {
  return [0, 1, 2, 3, 4, 5].map((i) =>
    change(
      {
        atMs: i * 10_000,
        heap: heapProfile(`main.main;app.hold ${(i + 1) * 1000} ${(i + 1) * 1000 * MB} 40 ${40 * MB}`, i * 10_000),
      },
      i,
    ),
  );
}

const codes = (series: readonly Snapshot[]) => diagnose("test", series).notes.map(({ code }) => code);
const at =
  (index: number, extra: Partial<Snapshot>) =>
  (snapshot: Snapshot, i: number): Snapshot =>
    i === index ? { ...snapshot, ...extra } : snapshot;

test("a sound series has no notes", () => expect(codes(snapshots())).toEqual([]));

test.each<[string, Snapshot[], string[]]>([
  ["sampling is off", snapshots((snapshot) => ({ ...snapshot, sampleRate: 0 })), ["sampling-off"]],
  ["the rate changed", snapshots(at(3, { sampleRate: 4096 })), ["few-snapshots", "sampling-rate-changed"]],
  ["the rate is coarse", snapshots((s) => ({ ...s, sampleRate: 8 * MB })), ["sampling-coarse"]],
  [
    "few samples",
    snapshots((s, i) => ({ ...s, heap: heapProfile(`main.main ${i + 9} ${(i + 9) * MB} 5 ${5 * MB}`, i * 10_000) })),
    ["few-samples"],
  ],
  ["no collection between two", snapshots((s, i) => ({ ...s, gcCycles: [1, 2, 2, 3, 4, 5][i] })), ["no-gc-between"]],
  [
    "the same reading at another time",
    snapshots(at(2, { heap: heapProfile(`main.main;app.hold 2000 ${2000 * MB} 40 ${40 * MB}`, 20_000) })),
    ["no-gc-between"],
  ],
  ["in the middle of a collection", snapshots(at(2, { heapAlloc: 90 * MB, nextGc: 80 * MB })), ["mid-gc"]],
  [
    "a goroutine helps with a collection",
    snapshots(
      at(2, {
        goroutine: profileOf("app.run;runtime.mallocgc;runtime.gcAssistAlloc 1", {
          sampleTypes: [{ type: "goroutine", unit: "count" } satisfies ValueType],
        }),
      }),
    ),
    ["mid-gc"],
  ],
  [
    "the program was started anew",
    snapshots((s, i) =>
      i < 4 ? s : { ...s, heap: heapProfile(`main.main ${i} ${i * MB} 40 ${40 * MB}`, i * 10_000) },
    ),
    ["restarted", "few-snapshots"],
  ],
  [
    "the collections were counted anew",
    snapshots((s, i) => ({ ...s, gcCycles: i < 4 ? 100 + i : i })),
    ["restarted", "few-snapshots"],
  ],
  ["one file twice", [...snapshots(), snapshots()[5]], ["equal-snapshots"]],
  ["the clock jumped", snapshots((s, i) => ({ ...s, atMs: i < 4 ? s.atMs : s.atMs + 3_600_000 })), ["clock-jump"]],
  ["two at the same time", snapshots(at(3, { atMs: 20_000 })), ["clock-backwards"]],
  ["too short", snapshots((s, i) => ({ ...s, atMs: i * 100 })), ["short-series"]],
])("%s", (_, series, expected) => expect(codes(series)).toEqual(expected));

test("with sampling off there is no verdict", () => {
  expect(
    diagnose(
      "test",
      snapshots((s) => ({ ...s, sampleRate: 0 })),
    ).verdict,
  ).toBe("not-enough-data");
});

test("growth outside the heap: the process grows, heap and stacks in use do not", () => {
  const outside = snapshots((s, i) => ({ ...s, rss: (200 + 30 * i) * MB, heapInuse: 90 * MB, stackInuse: MB }));
  expect(diagnose("test", outside).verdict).toBe("growth-outside-heap");
  expect(codes(outside)).toEqual(["outside-heap"]);
});

test("no growth outside the heap: the heap grows with it, and that is told", () => {
  const series = snapshots((s, i) => ({ ...s, rss: (200 + 30 * i) * MB, heapInuse: (90 + 29 * i) * MB }));
  const { verdict, findings, outside } = diagnose("test", series);
  expect([verdict, findings.map(({ kind }) => kind), outside]).toEqual(["suspect", ["heap-growth"], undefined]);
});

test.each<[string, (i: number) => Partial<Snapshot>]>([
  ["it is little", (i) => ({ rss: (2000 + i) * MB, heapInuse: 90 * MB })],
  ["it is one step", (i) => ({ rss: (i < 3 ? 200 : 400) * MB, heapInuse: 90 * MB })],
  ["the runtime took the pages long ago", (i) => ({ rss: (200 + 30 * i) * MB, heapInuse: 90 * MB, sys: 600 * MB })],
])("no growth outside the heap: %s", (_, numbers) => {
  expect(
    diagnose(
      "test",
      snapshots((s, i) => ({ ...s, ...numbers(i) })),
    ).verdict,
  ).toBe("no-growth");
});

test("numbers alone, without any profile, can tell of growth outside the heap", () => {
  const numbers = [0, 1, 2, 3, 4, 5].map((i) => ({ atMs: i * 1e4, rss: (200 + 30 * i) * MB, heapInuse: 90 * MB }));
  expect(diagnose("test", numbers).verdict).toBe("growth-outside-heap");
});
