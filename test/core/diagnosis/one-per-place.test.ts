import { expect, test } from "vitest";
import type { Finding } from "../../../src/core/diagnosis/diagnosis.js";
import { onePerPlace } from "../../../src/core/diagnosis/one-per-place.js";
import { aFinding } from "../../support/a-diagnosis.js";

const goroutines = (changes: Partial<Finding>): Finding =>
  aFinding({
    kind: "goroutine",
    sampleType: "goroutine",
    first: 10,
    last: 90,
    series: [10, 30, 50, 70, 90],
    ...changes,
  });
const dependency = (
  line: number,
  series: readonly number[],
  name = "google.golang.org/grpc/internal/transport",
): Finding =>
  goroutines({
    function: `${name}.loop${line}`,
    file: `/root/go/pkg/mod/google.golang.org/grpc@v1.60.0/loop.go`,
    line,
    series,
    first: series[0],
    last: series[series.length - 1],
    share: 0.3,
  });
const told = (findings: readonly Finding[]) =>
  onePerPlace(findings).map(
    ({ kind, level, line, share, beside }) =>
      `${level} ${kind} :${line} ${Math.round(share * 100)}% +${beside?.length ?? 0}`,
  );

test.each<[string, Finding[], string[]]>([
  ["one finding stays as it is", [aFinding()], ["confirmed heap-stack :42 80% +0"]],
  [
    "goroutines and bytes at one line: the goroutines, with their own share",
    [aFinding({ share: 0.9 }), goroutines({ share: 0.95, level: "suspect" })],
    ["confirmed goroutine :42 95% +1"],
  ],
  [
    "shares of one kind add up to the whole at most",
    [goroutines({ share: 0.7 }), goroutines({ share: 0.5 })],
    ["confirmed goroutine :42 100% +1"],
  ],
  [
    "another line is another finding",
    [aFinding(), aFinding({ line: 43 })],
    ["confirmed heap-stack :42 80% +0", "confirmed heap-stack :43 80% +0"],
  ],
  [
    "goroutines of one library that rise in lockstep",
    [dependency(7, [2, 4, 6, 8]), dependency(9, [1, 2, 3, 4]), dependency(11, [1, 2, 3, 4], "google.golang.org/grpc")],
    ["confirmed goroutine :7 90% +2"],
  ],
  [
    "goroutines of one library that rise on their own",
    [dependency(7, [2, 4, 6, 8]), dependency(9, [1, 1, 1, 9])],
    ["confirmed goroutine :7 30% +0", "confirmed goroutine :9 30% +0"],
  ],
  [
    "goroutines of the program itself are never taken together by their numbers",
    [goroutines({}), goroutines({ line: 50 })],
    ["confirmed goroutine :42 80% +0", "confirmed goroutine :50 80% +0"],
  ],
  [
    "no place is no same place",
    [aFinding({ file: "", line: 0 }), aFinding({ file: "", line: 0 })],
    ["confirmed heap-stack :0 80% +0", "confirmed heap-stack :0 80% +0"],
  ],
])("%s", (_, findings, expected) => expect(told(findings)).toEqual(expected));

test("what is beside is told in a sentence", () => {
  const [finding] = onePerPlace([aFinding(), goroutines({})]);
  expect(finding.evidence).toEqual(["Live memory at app.(*Cache).Put (/src/cache.go:42) rose with it: 1MB → 9MB."]);
});
