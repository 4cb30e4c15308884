import { expect, test } from "vitest";
import { diagnosisMarkdown, diagnosisText, sparkline } from "../../../../src/core/diagnosis/report/diagnosis-text.js";
import { aDiagnosis, aFinding } from "../../../support/a-diagnosis.js";

test("a terminal gets verdict, numbers, findings and notes", () => {
  expect("\n" + diagnosisText(aDiagnosis())).toBe(`
Leak: 1 place keeps growing (http://localhost:6060: 5 snapshots over 40 s)
resident (RSS)    100MB → 140MB  ▆▇▇██
goroutines        10 → 1,010  ▁▃▅▇█

1. confirmed: app.(*Cache).Put
   /src/cache.go:42
   live bytes 1MB → 9MB  ▁▃▅▇█  +12MB/min  80% of the growth  (z 2.2, dz 3.5)
   It is kept.
   Drop it.
     strings.Clone  /go/src/strings/clone.go:25
     app.(*Cache).Put  /src/cache.go:42
     main.main  /src/main.go:7

Notes
  mid-gc: A collection was running.
`);
});

test("Markdown for an issue", () => {
  expect("\n" + diagnosisMarkdown(aDiagnosis())).toBe(`
## Leak: 1 place keeps growing (http://localhost:6060: 5 snapshots over 40 s)

- resident (RSS) 100MB → 140MB ▆▇▇██
- goroutines 10 → 1,010 ▁▃▅▇█

| | where | first | last | per minute | share | z | dz |
|---|---|---:|---:|---:|---:|---:|---:|
| confirmed | \`app.(*Cache).Put\` \`/src/cache.go:42\` | 1MB | 9MB | +12MB | 80% | 2.2 | 3.5 |

### 1. \`app.(*Cache).Put\`

It is kept.
Drop it.

\`\`\`
strings.Clone  /go/src/strings/clone.go:25
app.(*Cache).Put  /src/cache.go:42
main.main  /src/main.go:7
\`\`\`

### Notes

- \`mid-gc\`: A collection was running.
`);
});

test("hostile names reach neither the terminal nor the page as commands", () => {
  const name = "evil\u001b[2J\n# title `code` | <script>\u202e```";
  const diagnosis = aDiagnosis({
    target: name,
    findings: [aFinding({ function: name, file: name, stack: [{ function: name, file: name, line: 1 }] })],
    notes: [{ code: name, message: name }],
  });
  const text = diagnosisText(diagnosis);
  // eslint-disable-next-line no-control-regex
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  expect(text.split("\n").filter((line) => line.startsWith("# title"))).toEqual([]);
  const markdown = diagnosisMarkdown(diagnosis);
  // eslint-disable-next-line no-control-regex
  expect(markdown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  expect(markdown.match(/^```/gm)).toHaveLength(2);
  expect(markdown.replace(/```[^]*?```/g, "").replace(/`[^`\n]*`/g, "")).not.toContain("<script>");
});

test("a deep stack is shown around the blamed frame", () => {
  const stack = Array.from({ length: 30 }, (_, i) => ({ function: `f${i}`, file: "a.go", line: i + 1 }));
  const lines = diagnosisText(aDiagnosis({ findings: [aFinding({ ...stack[12], stack })] }))
    .split("\n")
    .filter((line) => line.startsWith("     "))
    .map((line) => line.trim());
  expect(lines).toEqual([
    "… 9 more frames",
    ...[9, 10, 11, 12, 13, 14, 15, 16].map((i) => `f${i}  a.go:${i + 1}`),
    "… 13 more frames",
  ]);
});

test.each([
  [[1, 2, 3], "▃▆█"],
  [[5, 5], "██"],
  [[], ""],
])("sparkline of %j: %s", (series, drawn) => expect(sparkline(series)).toBe(drawn));
