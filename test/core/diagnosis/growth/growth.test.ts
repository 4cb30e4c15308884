import { expect, test } from "vitest";
import { diagnose } from "../../../../src/core/diagnosis/diagnose.js";
import type { Diagnosis, Snapshot } from "../../../../src/core/diagnosis/diagnosis.js";
import { measureHeap } from "../../../../src/core/profile/heap-measures.js";
import { heapProfile } from "../../../support/heap-simulation.js";

const KB = 1024;

/**
 * A line per stack: `stack: kilobytes at each snapshot`, as objects of 64 kB unless `(size)` says otherwise, or as
 * `(one)` array. What grows was allocated since, what shrinks was freed; an array that changes its size is a new one.
 */
function series(text: string): Snapshot[] {
  const rows = text
    .trim()
    .split("\n")
    .map((line) => {
      const match = /^\s*(\S+?)(?: \((\d+|one)\))?: (.*)$/.exec(line);
      if (!match) throw new Error(`not a series: ${line}`);
      return {
        stack: match[1],
        size: match[2] === "one" ? undefined : Number(match[2] ?? 64 * KB),
        kilobytes: match[3].trim().split(/\s+/).map(Number),
      };
    });
  return rows[0].kilobytes.map((_, at) => {
    const folded = rows.flatMap(({ stack, size, kilobytes }) => {
      if (size === undefined) return arrayLines(stack, kilobytes.slice(0, at + 1));
      const bytes = kilobytes[at] * KB;
      const ever = kilobytes
        .slice(0, at + 1)
        .reduce((sum, now, i) => sum + Math.max(0, now - (kilobytes[i - 1] ?? 0)), 0);
      return `${stack} ${Math.round((ever * KB) / size)} ${ever * KB} ${Math.round(bytes / size)} ${bytes}`;
    });
    folded.push(`main.tick ${at + 1} ${at + 1} 0 0`); // something always happens between two collections
    return { atMs: at * 10_000, heap: heapProfile(folded.join("\n"), at * 10_000) };
  });
}

/** One sample for each size that the array ever had. */
function arrayLines(stack: string, kilobytes: readonly number[]): string[] {
  const sizes = kilobytes.filter((size, i) => size > 0 && size !== kilobytes[i - 1]);
  const now = kilobytes[kilobytes.length - 1];
  return [...new Set(sizes)].map((size) => {
    const ever = sizes.filter((other) => other === size).length;
    return `${stack} ${ever} ${ever * size * KB} ${size === now ? 1 : 0} ${size === now ? size * KB : 0}`;
  });
}

/** A finding a line: level kind function first→last kB share. */
function told({ verdict, findings, notes }: Diagnosis): string[] {
  return [
    verdict,
    ...findings.map(
      ({ level, kind, function: name, line, first, last, share }) =>
        `${level} ${kind} ${name}:${line} ${first / KB}→${last / KB} ${Math.round(share * 100)}%`,
    ),
    ...notes.filter(({ code }) => code !== "few-samples").map(({ code }) => code),
  ];
}

const diagnosed = (text: string) => told(diagnose("test", series(text)));

test.each([
  [
    "a leak at one place is found in its stack, at the user's line",
    `main.main@m.go:1;app.(*Cache).Put@c.go:42;strings.Clone@s.go:9: 1000 3000 5000 7000 9000 11000 13000 15000
     main.main@m.go:1;app.load@l.go:7: 9000 9000 9000 9000 9000 9000 9000 9000`,
    ["leak", "confirmed heap-stack app.(*Cache).Put:42 1000→15000 100%"],
  ],
  [
    "growth spread over stacks is found in the deepest function that explains it",
    `main.main@m.go:1;app.serve@s.go:2;app.keep@k.go:3;app.a@a.go:1: 300 600 900 1200 1500 1800 2100 2300
     main.main@m.go:1;app.serve@s.go:2;app.keep@k.go:4;app.b@b.go:1: 300 600 900 1200 1500 1800 2100 2300
     main.main@m.go:1;app.serve@s.go:2;app.keep@k.go:5;app.c@c.go:1: 300 600 900 1200 1500 1800 2100 2300
     main.main@m.go:1;app.serve@s.go:2;app.keep@k.go:6;app.d@d.go:1: 300 600 900 1200 1500 1800 2100 2300
     main.main@m.go:1;app.serve@s.go:2;app.keep@k.go:7;app.e@e.go:1: 300 600 900 1200 1500 1800 2100 2300
     main.main@m.go:1;app.serve@s.go:2;app.other@o.go:1: 4000 4000 4000 4000 4000 4000 4000 4000`,
    ["leak", "confirmed heap-function app.keep:3 1500→11500 100%"],
  ],
  [
    "two leaks are two findings, their common caller is none",
    `main.main@m.go:1;app.serve@s.go:2;app.a@a.go:1: 1000 3000 5000 7000 9000 11000 13000 15000
     main.main@m.go:1;app.serve@s.go:2;app.b@b.go:1: 1000 2500 4000 5500 7000 8500 10000 11500`,
    ["leak", "confirmed heap-stack app.a:1 1000→15000 57%", "confirmed heap-stack app.b:1 1000→11500 43%"],
  ],
  [
    "a function that recurs counts once",
    `main.main@m.go:1;app.walk@w.go:1;app.walk@w.go:1;app.walk@w.go:2: 1000 3000 5000 7000 9000 11000 13000 15000`,
    ["leak", "confirmed heap-stack app.walk:2 1000→15000 100%"],
  ],
  [
    "a small leak on a large heap",
    `main.main@m.go:1;app.put@p.go:1: 900000 902000 904000 906000 908000 910000 912000 914000`,
    ["leak", "confirmed heap-stack app.put:1 900000→914000 100%"],
  ],
  [
    "a cache that filled up is no leak",
    `main.main@m.go:1;app.fill@f.go:1: 2000 6000 10000 14000 14000 14000 14000 14000 14000`,
    ["no-growth"],
  ],
  [
    "one step is an event, and told of",
    `main.main@m.go:1;app.load@f.go:1: 1000 1000 1000 1000 1000 9000 9000 9000`,
    ["no-growth", "stepped"],
  ],
  [
    "a map that only grows is silent for longer and longer between its steps",
    `main.main@m.go:1;app.put@f.go:1: 4000 8000 8000 16000 16000 16000 16000 32000 32000 32000 32000 32000 32000`,
    ["leak", "confirmed heap-stack app.put:1 4000→32000 100%"],
  ],
  [
    "two steps of a map are a suspicion",
    `main.main@m.go:1;app.put@f.go:1: 4000 8000 8000 8000 16000 16000 16000 16000 16000 16000`,
    ["suspect", "suspect heap-stack app.put:1 4000→16000 100%"],
  ],
  [
    "a map whose next step is overdue has filled up",
    `main.main@m.go:1;app.put@f.go:1: 4000 8000 8000 16000 16000 16000 16000 16000 16000 16000 16000`,
    ["no-growth"],
  ],
  [
    "one array that grows is judged by its bytes: it is one object from first to last",
    `main.main@m.go:1;app.record@r.go:7 (one): 2000 2500 4000 5000 8000 10000 16000 20000
     main.main@m.go:1;app.load@l.go:7: 9000 9000 9000 9000 9000 9000 9000 9000`,
    ["leak", "confirmed heap-stack app.record:7 2000→20000 100%"],
  ],
  [
    "an array that doubles is silent for longer and longer between its steps",
    `main.main@m.go:1;app.write@w.go:3 (one): 2000 4000 8000 8000 16000 16000 16000 16000 32000`,
    ["leak", "confirmed heap-stack app.write:3 2000→32000 100%"],
  ],
  [
    "one more large object now and then: two are a suspicion, three are a leak",
    `main.main@m.go:1;app.two@a.go:1 (8388608): 8192 8192 8192 16384 16384 16384 16384 24576 24576 24576
     main.main@m.go:1;app.three@b.go:1 (8388608): 8192 8192 16384 16384 16384 24576 24576 24576 32768 32768`,
    ["leak", "confirmed heap-stack app.three:1 8192→32768 60%", "suspect heap-stack app.two:1 8192→24576 40%"],
  ],
  [
    "one step of an array is told of, also where two snapshots fell into it",
    `main.main@m.go:1;app.arena@a.go:1 (one): 200000 200000 200000 200000 285000 285000 285000 285000
     main.main@m.go:1;app.table@t.go:1 (8388608): 81920 81920 81920 98304 122880 122880 122880 122880`,
    ["no-growth", "stepped"],
  ],
  [
    "an array that has been full for long is no leak",
    `main.main@m.go:1;app.record@r.go:7 (one): 2000 5000 8000 11000 14000 16000 16000 16000 16000 16000 16000 16000 16000`,
    ["no-growth"],
  ],
  [
    "large objects that come and go under load are no leak",
    `main.main@m.go:1;app.serve@s.go:1 (4194304): 8192 16384 8192 24576 12288 16384 20480 12288 24576 16384`,
    ["no-growth"],
  ],
  [
    "what the runtime allocates for goroutines and threads is theirs",
    `runtime.systemstack@p.go:1;runtime.newproc1@p.go:2;runtime.malg@p.go:3 (448): 1000 3000 5000 7000 9000 11000 13000 15000
     runtime.mstart@p.go:1;runtime.newm@p.go:2;runtime.allocm@p.go:3 (2048): 1000 3000 5000 7000 9000 11000 13000 15000`,
    ["no-growth", "descriptors"],
  ],
  [
    "several stacks at one line are one finding",
    `main.main@m.go:1;app.add@a.go:9;unique.Make@u.go:1;strings.Clone@c.go:1: 1000 3000 5000 7000 9000 11000 13000 15000
     main.main@m.go:1;app.add@a.go:9;unique.Make@u.go:2;weak.Make@w.go:1: 1000 3000 5000 7000 9000 11000 13000 15000`,
    ["leak", "confirmed heap-function app.add:9 2000→30000 100%"],
  ],
  [
    "a sawtooth is no leak",
    `main.main@m.go:1;app.buf@f.go:1: 2000 6000 10000 2000 6000 10000 2000 6000`,
    ["no-growth"],
  ],
  [
    "what shrinks is no leak",
    `main.main@m.go:1;app.buf@f.go:1: 20000 16000 12000 8000 4000 2000 1000 500`,
    ["no-growth"],
  ],
  [
    "the profiler's own allocations are told of, not accused",
    `main.main@m.go:1;net/http.serve@h.go:1;net/http/pprof.Index@p.go:1;runtime/pprof.writeHeap@w.go:1: 1000 3000 5000 7000 9000 11000 13000 15000`,
    ["no-growth", "profilers-own"],
  ],
  [
    "what runs below pprof.Do is the program's",
    `main.main@m.go:1;runtime/pprof.Do@p.go:1;app.put@p.go:1: 1000 3000 5000 7000 9000 11000 13000 15000`,
    ["leak", "confirmed heap-stack app.put:1 1000→15000 100%"],
  ],
  [
    "nothing but a cache with a limit: it explains the growth",
    `main.main@m.go:1;github.com/hashicorp/golang-lru/v2.(*Cache[go.shape.int]).Add@l.go:1: 1000 3000 5000 7000 9000 11000 13000 15000`,
    ["no-growth", "known-cache"],
  ],
  [
    "a cache that has a limit only where one was set excuses nothing",
    `main.main@m.go:1;github.com/golang/groupcache/lru.(*Cache).Add@l.go:1: 1000 3000 5000 7000 9000 11000 13000 15000`,
    ["suspect", "suspect heap-stack github.com/golang/groupcache/lru.(*Cache).Add:1 1000→15000 100%", "known-cache"],
  ],
  [
    "making caches with a limit again and again is no cache that fills",
    `main.handle@m.go:1;github.com/hashicorp/golang-lru/v2.New[go.shape.int]@/vendor/l.go:1;github.com/hashicorp/golang-lru/v2/simplelru.NewLRU[...]@/vendor/l.go:2: 1000 3000 5000 7000 9000 11000 13000 15000`,
    ["leak", "confirmed heap-stack main.handle:1 1000→15000 100%"],
  ],
  [
    "a cache beside a leak belongs to the picture, as a suspect",
    `main.main@m.go:1;github.com/coocood/freecache.(*Cache).Set@l.go:1: 1000 3000 5000 7000 9000 11000 13000 15000
     main.main@m.go:1;app.put@p.go:1: 1000 3000 5000 7000 9000 11000 13000 15000`,
    [
      "leak",
      "confirmed heap-stack app.put:1 1000→15000 50%",
      "suspect heap-stack github.com/coocood/freecache.(*Cache).Set:1 1000→15000 50%",
      "known-cache",
    ],
  ],
  [
    "four snapshots are not enough, but the candidate is named",
    `main.main@m.go:1;app.put@p.go:1: 1000 5000 9000 13000`,
    ["not-enough-data", "few-snapshots"],
  ],
])("%s", (_, text, expected) => expect(diagnosed(text)).toEqual(expected));

test("the candidate of too few snapshots is named with its line", () => {
  const { notes } = diagnose("test", series("main.main@m.go:1;app.put@p.go:7: 1000 5000 9000 13000"));
  expect(notes.find(({ code }) => code === "few-snapshots")?.message).toContain("app.put (p.go:7)");
});

test("samples are recovered from what the runtime scaled up", () => {
  // 3 samples of 1 kB objects at 512 kB stand for 3 / (1 - exp(-1/512)) = 1537.5 objects.
  const [bytes, objects, samples, allocated] = measureHeap(heapProfile("main.main 3075 3148800 1537 1573888"));
  expect([bytes[0], objects[0]]).toEqual([1573888, 1537]);
  expect(samples[0]).toBeCloseTo(3, 2);
  expect(allocated[0]).toBeCloseTo(6, 2);
});

test("large objects are all recorded", () => {
  const [, , samples] = measureHeap(heapProfile("main.main 4 400000000 4 400000000"));
  expect(samples[0]).toBeCloseTo(4, 6);
});

test("an empty heap profile is no growth, no snapshot at all not enough", () => {
  const empty = Array.from({ length: 6 }, (_, i) => ({
    atMs: i * 1000,
    heap: heapProfile("main.main 0 0 0 0", i * 1000),
  }));
  expect(diagnose("test", empty).verdict).toBe("no-growth");
  expect(diagnose("test", []).verdict).toBe("not-enough-data");
});
