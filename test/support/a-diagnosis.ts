/** A diagnosis with one finding, for tests of what is made of it. */
import type { Diagnosis, Finding } from "../../src/core/diagnosis/diagnosis.js";

const MB = 1024 * 1024;

export function aFinding(changes: Partial<Finding> = {}): Finding {
  return {
    kind: "heap-stack",
    level: "confirmed",
    function: "app.(*Cache).Put",
    file: "/src/cache.go",
    line: 42,
    stack: [
      { function: "strings.Clone", file: "/go/src/strings/clone.go", line: 25 },
      { function: "app.(*Cache).Put", file: "/src/cache.go", line: 42 },
      { function: "main.main", file: "/src/main.go", line: 7 },
    ],
    sampleType: "inuse_space",
    first: MB,
    last: 9 * MB,
    slopePerMinute: 12 * MB,
    z: 2.2,
    dz: 3.5,
    share: 0.8,
    series: [MB, 3 * MB, 5 * MB, 7 * MB, 9 * MB],
    explanation: "It is kept.",
    advice: "Drop it.",
    ...changes,
  };
}

export function aDiagnosis(changes: Partial<Diagnosis> = {}): Diagnosis {
  return {
    target: "http://localhost:6060",
    snapshots: [0, 1, 2, 3, 4].map((i) => ({
      atMs: i * 10_000,
      rss: (100 + 10 * i) * MB,
      goroutines: 10 + 250 * i,
    })),
    verdict: "leak",
    findings: [aFinding()],
    notes: [{ code: "mid-gc", message: "A collection was running." }],
    ...changes,
  };
}
