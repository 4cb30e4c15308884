import { expect, test } from "vitest";
import { diagnose } from "../../../src/core/diagnosis/diagnose.js";
import type { Snapshot } from "../../../src/core/diagnosis/diagnosis.js";
import { placesWords } from "../../../src/core/diagnosis/report/diagnosis-text.js";
import { parseDump } from "../../../src/core/goroutines/goroutine-dump.js";
import { profileOfGoroutines } from "../../../src/core/goroutines/goroutine-profile.js";
import type { ValueType } from "../../../src/core/profile/profile.js";
import { profileOf } from "../../support/folded.js";

/** As many goroutines in each state as at that snapshot, one line of counts per place. */
function dumps(
  ...places: readonly { readonly state: string; readonly line: number; readonly counts: readonly number[] }[]
) {
  return places[0].counts.map((_, at): Snapshot => {
    const texts = places.flatMap(({ state, line, counts }, place) =>
      Array.from(
        { length: counts[at] },
        (_, i) =>
          `goroutine ${(place + 1) * 1000 + i} [${state}]:\nmain.work${line}()\n\t/src/main.go:${line} +0x1d\ncreated by main.start in goroutine 1\n\t/src/main.go:5 +0x2a\n`,
      ),
    );
    return { atMs: at * 10_000, goroutine: profileOfGoroutines(parseDump(new TextEncoder().encode(texts.join("\n")))) };
  });
}

const LEAKED: readonly ValueType[] = [{ type: "goroutineleak", unit: "count" }];

test("what can never wake is a finding with its proof, although it does not grow", () => {
  const snapshots = dumps(
    { state: "chan send (nil chan)", line: 7, counts: [6, 6, 6, 6, 6, 6] },
    { state: "IO wait", line: 9, counts: [3, 4, 3, 2, 3, 4] },
  );
  const { verdict, findings } = diagnose("test", snapshots);
  expect(verdict).toBe("leak");
  expect(findings).toMatchObject([
    { kind: "goroutine", level: "confirmed", line: 7, first: 6, last: 6, slopePerMinute: 0, share: 0 },
  ]);
  expect(findings[0].evidence?.[0]).toBe("Nothing can ever wake a goroutine that waits like that.");
  expect(placesWords(findings)).toBe("1 place holds goroutines that never end");
});

test("the runtime's proof makes growth certain, and names what does not grow", () => {
  const counts = [2, 4, 5, 6, 8, 9];
  const snapshots = dumps(
    { state: "chan receive", line: 7, counts },
    { state: "chan send", line: 8, counts: [2, 2, 2, 2, 2, 2] },
  );
  expect(diagnose("test", snapshots).findings).toMatchObject([{ line: 7, level: "suspect" }]);
  const leaked = profileOf(
    "main.start@/src/main.go:5;main.work7@/src/main.go:7;runtime.chanrecv1@c.go:5 9\n" +
      "main.start@/src/main.go:5;main.work8@/src/main.go:8;runtime.chansend1@c.go:5 2",
    { sampleTypes: LEAKED },
  );
  const last = snapshots.length - 1;
  const proven = snapshots.map((snapshot, i) => (i === last ? { ...snapshot, leaked } : snapshot));
  const { findings, snapshots: numbers } = diagnose("test", proven);
  expect(findings.map(({ line, level, last: count }) => [line, level, count])).toEqual([
    [7, "confirmed", 9],
    [8, "confirmed", 2],
  ]);
  for (const { evidence } of findings) expect(evidence?.[0]).toMatch(/^Proved by the Go runtime/);
  expect(placesWords(findings)).toBe("1 place keeps growing, 1 place holds goroutines that never end");
  expect(numbers.at(-1)).not.toHaveProperty("leaked");
});

test("a healthy program's pools and parked goroutines are not accused", () => {
  const steady = [8, 8, 8, 8, 8, 8];
  const { verdict, findings } = diagnose(
    "test",
    dumps({ state: "chan receive", line: 7, counts: steady }, { state: "select", line: 8, counts: steady }),
  );
  expect([verdict, findings]).toEqual(["no-growth", []]);
});
