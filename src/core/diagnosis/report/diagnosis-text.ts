/**
 * A diagnosis in words: lines for a terminal (each with its role, so that the caller can colour it) and Markdown
 * for an issue.
 *
 * Bytes are written as Go's own tools write them: 1 MB is 1,048,576 bytes.
 */
import type { Diagnosis, Finding, OutsideCaller, SnapshotNumbers } from "../diagnosis.js";
import { MAX_DZ } from "../growth/growth-judgement.js";
import { formatValue, thousands } from "../../text/format.js";
import type { StackFrame } from "../../profile/named-stack.js";
import { escapedMarkdown } from "../../text/markdown.js";
import { codeSpan, printable } from "../../text/printable.js";

export type LineRole = "bad" | "warn" | "good" | "title" | "place" | "text" | "faint";

export interface TextLine {
  readonly role: LineRole;
  readonly text: string;
}

/** Frames of a stack that are shown; the rest is counted. */
const SHOWN_FRAMES = 8;
/** Of those, how many may come before the blamed frame. */
const CALLEES_SHOWN = 3;

export function diagnosisLines(diagnosis: Diagnosis): readonly TextLine[] {
  const { findings, notes } = diagnosis;
  const lines: TextLine[] = [
    { role: verdictRole(diagnosis), text: printable(headline(diagnosis)) },
    ...measured(diagnosis.snapshots).map((text): TextLine => ({ role: "text", text })),
  ];
  for (const [i, finding] of findings.entries()) {
    lines.push({ role: "text", text: "" }, ...findingLines(finding, i + 1));
  }
  lines.push(...callerLines(diagnosis));
  if (notes.length > 0) lines.push({ role: "text", text: "" }, { role: "title", text: "Notes" });
  for (const { code, message } of notes) lines.push({ role: "faint", text: printable(`  ${code}: ${message}`) });
  return lines;
}

export function diagnosisText(diagnosis: Diagnosis): string {
  return diagnosisLines(diagnosis)
    .map(({ text }) => text + "\n")
    .join("");
}

export function diagnosisMarkdown(diagnosis: Diagnosis): string {
  const { findings, notes, snapshots } = diagnosis;
  const lines = [
    `## ${escapedMarkdown(headline(diagnosis))}`,
    "",
    ...measured(snapshots).map((line) => `- ${escapedMarkdown(line.replace(/ +/g, " "))}`),
    "",
  ];
  if (findings.length > 0) {
    lines.push("| | where | first | last | per minute | share | z | dz |", "|---|---|---:|---:|---:|---:|---:|---:|");
    for (const finding of findings) {
      lines.push(
        `| ${finding.level} | ${codeSpan(finding.function)} ${codeSpan(placeOf(finding))} | ${amount(finding.first, finding.sampleType)} | ` +
          `${amount(finding.last, finding.sampleType)} | ${signedAmount(finding.slopePerMinute, finding.sampleType)} | ` +
          `${percent(finding.share)} | ${finding.z.toFixed(1)} | ${isExact(finding.dz) ? "exact" : finding.dz.toFixed(1)} |`,
      );
    }
    lines.push("");
  }
  for (const [i, finding] of findings.entries()) {
    lines.push(
      `### ${i + 1}. ${codeSpan(finding.function)}`,
      "",
      escapedMarkdown(finding.explanation),
      ...(finding.evidence ?? []).map((text) => `- ${escapedMarkdown(text)}`),
      escapedMarkdown(finding.advice),
      "",
    );
    lines.push("```", ...stackLines(finding.stack, Number.POSITIVE_INFINITY).map(unfenced), "```", "");
  }
  for (const { function: name, file, line, via, calls } of diagnosis.outside?.callers ?? []) {
    lines.push(`- ${thousands(calls)} ${CALLS[via]} by ${codeSpan(name)} ${codeSpan(placeOf({ file, line }))}`);
  }
  if (diagnosis.outside?.callers?.length) lines.push("", CALLERS_DOUBT, "");
  if (notes.length > 0) lines.push("### Notes", "");
  for (const { code, message } of notes) lines.push(`- ${codeSpan(code)}: ${escapedMarkdown(message)}`);
  return lines.join("\n").trimEnd() + "\n";
}

/** A value of a sample type for people: bytes with a unit, counts with thousands. */
export function amount(value: number, sampleType: string): string {
  return sampleType.endsWith("_space") || sampleType === "bytes"
    ? formatValue(Math.round(value), "bytes")
    : thousands(Math.round(value));
}

/** The series as a row of blocks, from zero, so that noise of a few percent does not look like growth. */
export function sparkline(series: readonly number[]): string {
  const blocks = "▁▂▃▄▅▆▇█";
  const low = Math.min(0, ...series);
  const span = Math.max(...series) - low || 1;
  return series
    .map((value) => blocks[Math.min(blocks.length - 1, Math.floor(((value - low) / span) * blocks.length))])
    .join("");
}

function headline({ verdict, findings, target, snapshots }: Diagnosis): string {
  const of = `${target}: ${snapshots.length} snapshot${snapshots.length === 1 ? "" : "s"} over ${duration(snapshots)}`;
  const one = findings.length === 1;
  const count = one ? "1 place" : `${findings.length} places`;
  switch (verdict) {
    case "leak":
      return `Leak: ${placesWords(findings)} (${of})`;
    case "suspect":
      return isUnseen(findings)
        ? `The heap grows, where is not seen yet (${of})`
        : `Suspect: ${count} may keep growing (${of})`;
    case "growth-outside-heap":
      return `The process grows outside the Go heap (${of})`;
    case "no-growth":
      return `No growth beyond noise (${of})`;
    case "not-enough-data":
      return `Not enough data for a verdict (${of})`;
  }
}

/** Whether all that is known is that the heap as a whole grows. */
export function isUnseen(findings: readonly Finding[]): boolean {
  return findings.length > 0 && findings.every(({ kind }) => kind === "heap-growth");
}

/** "2 places keep growing", of which some may hold goroutines that are stuck but do not grow. */
export function placesWords(findings: readonly Finding[]): string {
  const places = findings.filter(({ file }) => file !== "");
  const stuck = places.filter(({ z, share }) => z === 0 && share === 0).length;
  const growing = places.length - stuck;
  const words = (count: number, one: string, many: string) =>
    count === 0 ? [] : [count === 1 ? `1 place ${one}` : `${count} places ${many}`];
  return [
    ...words(growing, "keeps growing", "keep growing"),
    ...(findings.some(({ kind }) => kind === "threads") ? ["the number of threads keeps growing"] : []),
    ...words(stuck, "holds goroutines that never end", "hold goroutines that never end"),
  ].join(", ");
}

function findingLines(finding: Finding, number: number): readonly TextLine[] {
  const { level, sampleType, first, last, series, slopePerMinute, share, z, dz, baselineState } = finding;
  const known = baselineState === undefined ? "" : `  [${baselineState} since baseline]`;
  const numbers =
    `${amount(first, sampleType)} → ${amount(last, sampleType)}  ${sparkline(series)}  ` +
    `${signedAmount(slopePerMinute, sampleType)}/min  ${percent(share)} of the growth  (z ${z.toFixed(1)}, ${noiseWords(dz)})`;
  return [
    {
      role: level === "confirmed" ? "bad" : "warn",
      text: printable(`${number}. ${level}: ${finding.function}${known}`),
    },
    ...(finding.file === "" ? [] : [{ role: "place" as const, text: `   ${printable(placeOf(finding))}` }]),
    { role: "text", text: `   ${what(finding)} ${numbers}` },
    { role: "text", text: `   ${printable(finding.explanation)}` },
    ...(finding.evidence ?? []).map((text): TextLine => ({ role: "text", text: `   - ${printable(text)}` })),
    { role: "text", text: `   ${printable(finding.advice)}` },
    ...stackWindow(finding).map((text): TextLine => ({ role: "faint", text: `     ${text}` })),
  ];
}

/** Bytes of objects that are all counted: beside them sampling noise is nothing. */
export const isExact = (dz: number): boolean => dz >= MAX_DZ;
const noiseWords = (dz: number): string => (isExact(dz) ? "exact" : `dz ${dz.toFixed(1)}`);

/** Who leaves Go, where the process grows outside its heap. */
function callerLines({ outside }: Diagnosis): readonly TextLine[] {
  if (outside?.callers === undefined || outside.callers.length === 0) return [];
  return [
    { role: "text", text: "" },
    { role: "title", text: CALLERS_TITLE },
    ...outside.callers.flatMap(({ function: name, file, line, via, calls }): TextLine[] => [
      { role: "warn", text: printable(`   ${thousands(calls)} ${CALLS[via]}  ${name}`) },
      { role: "place", text: `   ${printable(placeOf({ file, line }))}` },
    ]),
    { role: "text", text: `   ${CALLERS_DOUBT}` },
  ];
}

export const CALLERS_TITLE = "Who calls C or maps memory (an execution trace of 2 seconds)";
export const CALLS: Readonly<Record<OutsideCaller["via"], string>> = { C: "calls of C", mmap: "memory maps" };
export const CALLERS_DOUBT =
  "The trace shows who asks for memory outside the heap, not who fails to give it back: look there first.";

/** The frames around the blamed one: what it called, where it was called from. */
function stackWindow({ stack, function: name, file, line }: Finding): readonly string[] {
  const blamed = stack.findIndex((frame) => frame.function === name && frame.file === file && frame.line === line);
  const from = Math.max(0, Math.min(blamed - CALLEES_SHOWN, stack.length - SHOWN_FRAMES));
  const above = from > 0 ? [`… ${from} more frames`] : [];
  return [...above, ...stackLines(stack.slice(from), SHOWN_FRAMES)];
}

function stackLines(stack: readonly StackFrame[], limit: number): readonly string[] {
  const lines = stack.slice(0, limit).map((frame) => printable(`${frame.function}  ${placeOf(frame)}`.trimEnd()));
  return stack.length > limit ? [...lines, `… ${stack.length - limit} more frames`] : lines;
}

function measured(snapshots: readonly SnapshotNumbers[]): readonly string[] {
  const row = (name: string, pick: (snapshot: SnapshotNumbers) => number | undefined, type: string) => {
    const values = snapshots.map(pick).filter((value) => value !== undefined);
    if (values.length < 2) return [];
    return [
      `${name.padEnd(18)}${amount(values[0], type)} → ${amount(values[values.length - 1], type)}  ${sparkline(values)}`,
    ];
  };
  return [
    ...row("resident (RSS)", (s) => s.rss, "bytes"),
    ...row("heap in use", (s) => s.heapInuse ?? s.heapAlloc, "bytes"),
    ...row("live (profiled)", (s) => s.inuseSpace, "bytes"),
    ...row("goroutines", (s) => s.goroutines, "goroutine"),
    ...row("threads", (s) => s.threads, "threads"),
  ];
}

function what({ kind }: Finding): string {
  switch (kind) {
    case "heap-stack":
      return "live bytes";
    case "heap-function":
      return "live bytes below it";
    case "goroutine":
      return "goroutines";
    case "heap-growth":
      return "bytes";
    case "threads":
      return "threads";
  }
}

function verdictRole({ verdict }: Diagnosis): LineRole {
  switch (verdict) {
    case "leak":
      return "bad";
    case "suspect":
    case "growth-outside-heap":
    case "not-enough-data":
      return "warn";
    case "no-growth":
      return "good";
  }
}

function placeOf({ file, line }: { readonly file: string; readonly line: number }): string {
  return line > 0 ? `${file}:${line}` : file;
}

const signedAmount = (value: number, type: string): string => (value > 0 ? "+" : "") + amount(value, type);
const percent = (share: number): string => `${Math.round(share * 100)}%`;

function duration(snapshots: readonly SnapshotNumbers[]): string {
  const ms = snapshots.length === 0 ? 0 : snapshots[snapshots.length - 1].atMs - snapshots[0].atMs;
  if (ms < 120_000) return `${Math.round(ms / 1000)} s`;
  return ms < 7_200_000 ? `${Math.round(ms / 60_000)} min` : `${(ms / 3_600_000).toFixed(1)} h`;
}

/** A line inside a code fence must not close it. */
const unfenced = (line: string): string => line.replaceAll("```", "'''");
