/** What a diagnosis and the stops of a session know of the same lines. */
import { expect, test } from "vitest";
import type { Finding } from "../../../src/core/diagnosis/diagnosis.js";
import {
  confirmedGoroutines,
  findingsWithLeaks,
  leaksWithDiagnosed,
} from "../../../src/core/diagnosis/session-verdicts.js";
import { leadingSuspects } from "../../../src/core/live/leading-suspects.js";
import type { LeakJson } from "../../../src/core/goroutines/answer-bodies.js";

function finding(name: string, more: Partial<Finding> = {}): Finding {
  return {
    ...{ kind: "goroutine", level: "confirmed", function: name, file: "/src/main.go", line: 7, stack: [] },
    ...{ sampleType: "goroutine", first: 1, last: 90, slopePerMinute: 60, z: 4, dz: 4, share: 1, series: [1, 90] },
    ...{ explanation: "nobody receives", advice: "close it" },
    ...more,
  };
}

function leak(name: string, more: Partial<LeakJson> = {}): LeakJson {
  return {
    ...{ level: "suspect", pattern: "send", count: 40, function: name, file: "/src/main.go", line: 7, stack: [] },
    ...{ explanation: "nobody receives", advice: "close it", evidence: ["it waits"], ids: [4, 5] },
    ...more,
  };
}

test("only goroutines that are certain are told to the stops", () => {
  const all = [finding("a"), finding("b", { level: "suspect" }), finding("c", { kind: "heap-stack" })];
  expect(confirmedGoroutines(all).map((one) => one.function)).toEqual(["a"]);
});

test("a stop names what the diagnosis confirmed: at the same line, and where it found nothing itself", () => {
  const body = { stop: 3, notes: [], findings: [leak("a"), leak("x", { line: 9 })] };
  const told = leaksWithDiagnosed(body, [finding("a"), finding("b", { line: 20 })], "14:03").findings;
  expect(told.map((one) => [one.function, one.level, one.count, one.ids.length])).toEqual([
    ["a", "confirmed", 40, 2],
    ["x", "suspect", 40, 2],
    ["b", "confirmed", 90, 0],
  ]);
  const words = "The diagnosis of this session at 14:03 confirmed it: they became 60 more a minute.";
  expect(told[0].evidence).toEqual(["it waits", words]);
  expect(told[2].evidence).toEqual([words]);
});

test("a diagnosis has what stops confirmed as evidence, but not its own words again", () => {
  const leaks = [leak("a", { level: "confirmed" }), leak("b", { level: "confirmed", pattern: "diagnosed" }), leak("c")];
  const told = findingsWithLeaks(
    [finding("a"), finding("b"), finding("c"), finding("a", { kind: "heap-stack" })],
    leaks,
  );
  expect(told.map(({ evidence }) => evidence)).toEqual([
    ["At a stop of this session, 40 goroutines here were confirmed as leaking: nobody receives"],
    undefined,
    undefined,
    undefined,
  ]);
});

test("the leading suspects of a diagnosis: what is certain first, then by their part of the growth", () => {
  const heap = { kind: "heap-stack", level: "suspect", slopePerMinute: 3 * 2 ** 20 } as const;
  const findings = [
    finding("small", { ...heap, share: 0.1 }),
    finding("large", { ...heap, share: 0.8 }),
    finding("certain", { share: 0.01 }),
    finding("fourth", { ...heap, share: 0 }),
  ];
  expect(leadingSuspects({ findings })).toEqual([
    { text: "certain: +60 goroutines a minute", isConfirmed: true },
    { text: "large: +3MB a minute", isConfirmed: false },
    { text: "small: +3MB a minute", isConfirmed: false },
  ]);
});
