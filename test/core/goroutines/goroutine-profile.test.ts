import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { framesOf, stacksOf } from "../../../src/core/profile/frames.js";
import {
  goroutineSampleType,
  goroutinesOfProfile,
  profileOfGoroutines,
  WAITING_FRAMES,
} from "../../../src/core/goroutines/goroutine-profile.js";
import { withoutUninteresting } from "../../../src/core/profile/prune.js";
import { type Goroutines, LEAKED } from "../../../src/core/goroutines/goroutine.js";
import { openProfile } from "../../../src/core/open.js";
import type { Profile } from "../../../src/core/profile/profile.js";
import { drawnGoroutines, goroutinesOf } from "../../support/goroutine-lines.js";

const open = (name: string) => {
  const bytes = readFileSync(`test/fixtures/${name}`);
  return openProfile(name.endsWith(".gz") ? gunzipSync(bytes) : bytes);
};

/** "root;leaf values {labels}", one sample a line. */
function folded(profile: Profile): string {
  const frames = framesOf(profile, "function");
  const stacks = stacksOf(profile, frames);
  const { samples, strings, sampleTypes } = profile;
  const lines: string[] = [];
  for (let i = 0; i < samples.count; i++) {
    const stack = Array.from(
      stacks.frame.subarray(stacks.start[i], stacks.start[i + 1]),
      (frame) => frames.name[frame],
    );
    const values = samples.values.subarray(i * sampleTypes.length, (i + 1) * sampleTypes.length);
    const labels: string[] = [];
    for (let row = samples.labelStart[i]; row < samples.labelStart[i + 1]; row++) {
      labels.push(`${strings.at(samples.labels.key[row])}=${strings.at(samples.labels.string[row])}`);
    }
    lines.push(`${stack.join(";")} ${values.join(" ")} {${labels.join(", ")}}`);
  }
  return lines.join("\n");
}

test("a dump becomes samples of goroutines, with state and labels", () => {
  const goroutines = goroutinesOf(`
    1 [running] main.main
    2 [chan send] {req: 1} main.send < main.run
    3 [chan send] {req: 1} main.send < main.run
    4 [chan send (leaked)] main.send < main.run
  `);
  const profile = profileOfGoroutines(goroutines);
  expect(profile.sampleTypes).toEqual([{ type: "goroutine", unit: "count" }]);
  expect(folded(profile)).toBe(
    [
      "main.main 1 {state=running}",
      "main.run;main.send 2 {req=1, state=chan send}",
      "main.run;main.send 1 {state=chan send (leaked)}",
    ].join("\n"),
  );
});

test("waiting time is a second value where it is known; goroutines stay the default", () => {
  const profile = profileOfGoroutines(
    goroutinesOf("1 [select, 2 minutes] main.f\n2 [select] main.f\n3 [select, 1 minutes] main.f"),
  );
  expect(profile.sampleTypes.map(({ type }) => type)).toEqual(["goroutine", "wait"]);
  expect(profile.defaultSampleType).toBe(0);
  expect(folded(profile)).toBe("main.f 3 180000000000 {state=select}");
});

test("a goroutine without a stack is still counted", () => {
  expect(folded(profileOfGoroutines(goroutinesOf("1 [running] ")))).toBe("(no stack) 1 {state=running}");
});

const statesOf = (goroutines: Goroutines) => {
  const counts: Record<string, number> = {};
  for (let row = 0; row < goroutines.count; row++) {
    const state = goroutines.states[goroutines.state[row]];
    counts[state] = (counts[state] ?? 0) + goroutines.multiplicity[row];
  }
  return counts;
};

test.each([
  ["profiles/app.goroutine.pb.gz", { running: 1, "chan send": 20 }],
  ["profiles/g100k.goroutine.pb.gz", { running: 1, "chan send": 20, "chan receive": 100_000 }],
  // The text leaves the runtime's functions out, which alone would tell.
  ["profiles/app.goroutine.debug1.txt", { running: 1, unknown: 20 }],
  ["dumps/leak-go1.27.3.pb.gz", { "chan send": 3 }],
])("%s: what goroutines wait for is read from their stacks", (name, states) => {
  const profile = open(name);
  expect(statesOf(goroutinesOfProfile(profile, goroutineSampleType(profile) ?? -1))).toEqual(states);
});

test("a goroutineleak profile is the runtime's proof", () => {
  const profile = open("dumps/leak-go1.27.3.pb.gz");
  const goroutines = goroutinesOfProfile(profile, goroutineSampleType(profile) ?? -1);
  expect(Array.from(goroutines.flags)).toEqual([LEAKED, LEAKED, LEAKED]);
  expect(goroutines.labelSets).toEqual([[["req", "1"]], [["req", "2"]], [["req", '3 and "more"']]]);
});

test("other profiles are not about goroutines", () => {
  expect(goroutineSampleType(open("profiles/app.heap.pb.gz"))).toBeUndefined();
});

test("a profile made of a dump goes back to the same stacks", () => {
  const goroutines = goroutinesOf("1 [select] main.f@a.go:1 < main.g@b.go:2\n2 [select] main.f@a.go:1 < main.g@b.go:2");
  const again = goroutinesOfProfile(profileOfGoroutines(goroutines), 0);
  expect([again.count, again.total]).toEqual([1, 2]);
  expect(drawnGoroutines(again)).toContain("main.f@a.go:1 < main.g@b.go:2");
});

test("how the runtime lets them wait is left out where people look, and stays in the profile", () => {
  const goroutines = goroutinesOf(`
    1 [chan send] runtime.gopark@p.go:1 < runtime.chansend@c.go:2 < runtime.chansend1@c.go:3 < main.send@m.go:4 < runtime.goexit@a.s:5
    2 [sync.Mutex.Lock] runtime.semacquire1@s.go:1 < internal/sync.runtime_SemacquireMutex@s.go:2 < internal/sync.(*Mutex).lockSlow@m.go:3 < main.put@m.go:9
    3 [select] runtime.selectgo@s.go:1 < main.loop@m.go:7
    4 [GC worker (idle)] runtime.gopark@p.go:1 < runtime.gcBgMarkWorker@g.go:2
  `);
  const profile = { ...profileOfGoroutines(goroutines), dropFrames: WAITING_FRAMES };
  expect(folded(withoutUninteresting(profile))).toBe(
    [
      "main.send 1 {state=chan send}",
      "main.put;internal/sync.(*Mutex).lockSlow 1 {state=sync.Mutex.Lock}",
      "main.loop 1 {state=select}",
      "runtime.gcBgMarkWorker 1 {state=GC worker (idle)}",
    ].join("\n"),
  );
  expect(folded(profile)).toContain("main.send;runtime.chansend1;runtime.chansend;runtime.gopark 1");
});
