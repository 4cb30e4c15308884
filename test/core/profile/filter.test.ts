import { describe, expect, test } from "vitest";
import { applyFilter, type Filter, labelFilterOf } from "../../../src/core/profile/filter.js";
import { foldedStacks } from "../../../src/core/views/export-folded.js";
import { framesOf, stacksOf } from "../../../src/core/profile/frames.js";
import { addLabelFrames } from "../../../src/core/profile/label-frames.js";
import type { Profile } from "../../../src/core/profile/profile.js";
import { viewedProfile } from "../../../src/core/profile/viewed-profile.js";
import { weightsOf } from "../../../src/core/profile/weights.js";
import { profileOf } from "../../support/folded.js";
import { uniform } from "../../support/random.js";
import { randomFolded } from "../../support/random-folded.js";

const program = profileOf(`
  main@m.go:1;serve@h.go:2;read@net.go:3 1 {tenant=blue bytes=64}
  main@m.go:1;serve@h.go:2;write@net.go:4 2 {tenant=red bytes=2048}
  main@m.go:1;gc@rt.go:5 4
  [libc.so];main@m.go:1;outer@x.go:1>inner@y.go:2 8 {tenant=red}
`);

function folded(profile: Profile, filter: Filter = {}): string[] {
  const { profile: left, kept, shown } = applyFilter(profile, filter);
  const frames = framesOf(left, "function", shown);
  return [...foldedStacks(frames, stacksOf(left, frames), weightsOf(left, 0, kept))].join("").split("\n").slice(0, -1);
}

const READ = "main;serve;read 1";
const WRITE = "main;serve;write 2";
const GC = "main;gc 4";
const INNER = "[libc.so];main;outer;inner 8";

test.each<[string, Filter, string[]]>([
  ["no filter", {}, [READ, WRITE, GC, INNER]],
  ["focus on a function", { focus: /serve/ }, [READ, WRITE]],
  ["focus on a file", { focus: /rt\.go/ }, [GC]],
  ["focus on an inlined function", { focus: /inner/ }, [INNER]],
  ["focus on a binary", { focus: /libc/ }, [INNER]],
  ["ignore", { ignore: /serve|gc/ }, [INNER]],
  ["focus and ignore", { focus: /serve/, ignore: /write/ }, [READ]],
  ["ignore wins over focus", { focus: /main/, ignore: /main/ }, []],
  ["hide", { hide: /^main$|serve/ }, ["read 1", "write 2", "gc 4", "[libc.so];outer;inner 8"]],
  ["hide an inlined frame only", { hide: /inner/ }, [READ, WRITE, GC, "[libc.so];main;outer 8"]],
  ["hide a binary", { hide: /libc/ }, [READ, WRITE, GC, "main;outer;inner 8"]],
  ["show", { show: /serve|gc/ }, ["serve 3", "gc 4"]],
  ["show and hide", { show: /main|serve/, hide: /serve/ }, ["main 15"]],
  ["show from", { showFrom: /serve|outer/ }, ["serve;read 1", "serve;write 2", "outer;inner 8"]],
  ["show from an inlined function", { showFrom: /inner/ }, ["inner 8"]],
  ["show from a binary", { showFrom: /libc/ }, [INNER]],
  ["show from where it is hidden", { showFrom: /serve|read/, hide: /serve/ }, ["read 1"]],
  ["trim to", { trimTo: /serve|outer/ }, ["main;serve 3", GC, "[libc.so];main;outer 8"]],
  ["show from and trim to", { showFrom: /main/, trimTo: /serve/ }, ["main;serve 3", GC, "main;outer;inner 8"]],
  ["show from and a label", { showFrom: /serve/, labels: [labelFilterOf("tenant=red")] }, ["serve;write 2"]],
  ["show from what recurs", { showFrom: /read|gc/ }, ["read 1", "gc 4"]],
  ["label", { labels: [labelFilterOf("tenant")] }, [READ, WRITE, INNER]],
  ["label with a pattern", { labels: [labelFilterOf("tenant=^r")] }, [WRITE, INNER]],
  ["label with a number, exactly", { labels: [labelFilterOf("bytes=64b")] }, [READ]],
  ["label from a number", { labels: [labelFilterOf("bytes=1kb:")] }, [WRITE]],
  ["label up to a number", { labels: [labelFilterOf("bytes=:64b")] }, [READ]],
  ["label between numbers", { labels: [labelFilterOf("bytes=60b:3kb")] }, [READ, WRITE]],
  ["all labels must match", { labels: [labelFilterOf("tenant=red"), labelFilterOf("bytes")] }, [WRITE]],
  ["an unknown label", { labels: [labelFilterOf("nothing")] }, []],
])("%s", (_, filter, expected) => expect(folded(program, filter)).toEqual(expected));

test.each<[Filter, string[]]>([
  [{ focus: /nowhere/ }, ["focus"]],
  [{ ignore: /nowhere/, focus: /main/ }, ["ignore"]],
  [{ showFrom: /nowhere/ }, ["showFrom"]],
  [{ trimTo: /nowhere/, showFrom: /main/ }, ["trimTo"]],
  [{ hide: /nowhere/, show: /nowhere/ }, ["hide", "show"]],
  [{ labels: [labelFilterOf("nothing")] }, ["label"]],
])("says what matched nothing: %o", (filter, expected) =>
  expect(applyFilter(program, filter).unmatched).toEqual(expected),
);

test("a label filter without a key is refused", () => expect(() => labelFilterOf("=x")).toThrow("no label key"));

describe("labels as frames", () => {
  test("root and leaf", () =>
    expect(folded(addLabelFrames(program, ["tenant"], ["bytes"]))).toEqual([
      "blue;main;serve;read;64 1",
      "red;main;serve;write;2048 2",
      "<unknown>;main;gc;<unknown> 4",
      "red;[libc.so];main;outer;inner;<unknown> 8",
    ]));
  test("the first key is outermost", () =>
    expect(folded(addLabelFrames(program, ["tenant", "bytes"], []))[0]).toBe("blue;64;main;serve;read 1"));
});

test.each(Array.from({ length: 100 }, (_, seed) => seed))(
  "the viewed profile shows what the view shows (seed %i)",
  (seed) => {
    const profile = profileOf(randomFolded(uniform(seed), { samples: 30 }));
    const filters: readonly Filter[] = [
      { focus: /f1/ },
      { hide: /f[23]/ },
      { show: /f[0-4]/, ignore: /f7/ },
      { hide: /lib/ },
      { showFrom: /f1/, trimTo: /f[45]/, hide: /f2/ },
    ];
    const filter = filters[seed % filters.length];
    const filtered = applyFilter(profile, filter);
    expect(folded(viewedProfile(filtered.profile, filtered))).toEqual(folded(profile, filter));
  },
);
