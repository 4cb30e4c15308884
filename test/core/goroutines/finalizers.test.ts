/** A finalizer that is blocked: nothing behind it runs any more. */
import { expect, test } from "vitest";
import { diagnose } from "../../../src/core/diagnosis/diagnose.js";
import { goroutineSampleType, goroutinesOfProfile } from "../../../src/core/goroutines/goroutine-profile.js";
import { findLeaks } from "../../../src/core/goroutines/leak.js";
import type { Profile } from "../../../src/core/profile/profile.js";
import { profileOf } from "../../support/folded.js";

const GOROUTINE = [{ type: "goroutine", unit: "count" }];
const profile = (folded: string): Profile => profileOf(folded, { sampleTypes: GOROUTINE });
const BLOCKED =
  "app.closeSession@s.go:9;runtime.chansend1@c.go:161;runtime.chansend@c.go:283;runtime.gopark@p.go:462 1";
const leaksIn = (now: Profile, base?: Profile) => {
  const rows = (of: Profile) => goroutinesOfProfile(of, goroutineSampleType(of) ?? 0);
  return findLeaks(rows(now), base && rows(base)).map(({ level, pattern, line }) => `${level} ${pattern} :${line}`);
};

test.each([["runtime.runfinq"], ["runtime.runFinalizers"], ["runtime.runCleanups"]])("below %s", (root) => {
  const blocked = profile(`${root}@m.go:272;${BLOCKED}`);
  expect(leaksIn(blocked)).toEqual(["suspect finalizer :9"]);
  expect(leaksIn(blocked, blocked)).toEqual(["confirmed finalizer :9"]);
});

test("finalizers that wait for work are none", () => {
  expect(
    leaksIn(profile("runtime.runFinalizers@m.go:1;runtime.goparkunlock@p.go:2;runtime.gopark@p.go:462 1")),
  ).toEqual([]);
});

test("in every snapshot it is a finding, and the first; in some it is none", () => {
  const blocked = `runtime.runFinalizers@m.go:272;${BLOCKED}`;
  const series = (isBlocked: (i: number) => boolean) =>
    diagnose(
      "test",
      [0, 1, 2, 3, 4, 5].map((i) => ({
        atMs: i * 10_000,
        goroutine: profile(`main.main@m.go:1;time.Sleep@t.go:2 1\n${isBlocked(i) ? blocked : ""}`),
      })),
    );
  const { verdict, findings } = series(() => true);
  expect([verdict, findings.map(({ level, line }) => `${level} :${line}`)]).toEqual(["leak", ["confirmed :9"]]);
  expect(series((i) => i !== 2).findings).toEqual([]);
});
