/** The diagnosis in words, numbers and small charts; each finding leads to its source line and its frames. */
import type {
  Diagnosis,
  Finding,
  FunctionBalance,
  SnapshotNumbers,
  Verdict,
} from "../../src/core/diagnosis/diagnosis.js";
import type { StackFrame } from "../../src/core/profile/named-stack.js";
import {
  CALLERS_DOUBT,
  CALLERS_TITLE,
  CALLS,
  isExact,
  isUnseen,
  placesWords,
} from "../../src/core/diagnosis/report/diagnosis-text.js";
import { formatPercent, formatValue, thousands } from "../../src/core/text/format.js";
import { partWords } from "../../src/core/diagnosis/report/outside-text.js";
import { element } from "../page/element.js";
import { lineChart, type Series } from "./line-chart.js";
import { shortFunction } from "../../src/core/text/short-function.js";

export interface DiagnosisHandlers {
  /** Undefined where there is no editor. */
  readonly openSource: ((frame: StackFrame) => void) | undefined;
  /** Undefined where no profile is at hand. */
  readonly showFrames: ((finding: Finding) => void) | undefined;
}

export function diagnosisView(diagnosis: Diagnosis, handlers: DiagnosisHandlers): HTMLElement {
  const { verdict, findings, notes, snapshots, target } = diagnosis;
  const { title, tone } = VERDICTS[verdict];
  return element(
    "div",
    { class: "diagnosis", "data-view": "diagnosis" },
    element(
      "header",
      { class: `verdict ${tone}`, "data-verdict": verdict },
      element("h1", {}, title),
      element("p", {}, summary(diagnosis)),
      element("p", { class: "faint" }, `${target} · ${snapshots.length} snapshots${spanOf(snapshots)}`),
    ),
    overview(snapshots),
    findings.length === 0
      ? undefined
      : element(
          "section",
          { "aria-label": "Findings" },
          ...findings.map((finding) => card(finding, snapshots, handlers)),
        ),
    outsideCard(diagnosis, handlers),
    balance(diagnosis.functions ?? []),
    notes.length === 0
      ? undefined
      : element(
          "section",
          { class: "notes" },
          element("h2", {}, "Notes"),
          element("ul", {}, ...notes.map(({ code, message }) => element("li", { "data-note": code }, message))),
        ),
  );
}

const VERDICTS: Readonly<Record<Verdict, { title: string; tone: "bad" | "warn" | "good" | "plain" }>> = {
  leak: { title: "Leak", tone: "bad" },
  suspect: { title: "Suspected leak", tone: "warn" },
  "growth-outside-heap": { title: "Growth outside the Go heap", tone: "warn" },
  "no-growth": { title: "No growth", tone: "good" },
  "not-enough-data": { title: "Not enough data", tone: "plain" },
};

function summary({ verdict, findings }: Diagnosis): string {
  const places = findings.length === 1 ? "One place keeps" : `${findings.length} places keep`;
  switch (verdict) {
    case "leak": {
      const words = placesWords(findings);
      return `${words[0].toUpperCase()}${words.slice(1)}. The surest comes first.`;
    }
    case "suspect":
      if (isUnseen(findings)) return "The heap as a whole grows, and no stack explains it: see why, and what to do.";
      return `${places} growing, but not long or surely enough to be called a leak. Take more snapshots.`;
    case "growth-outside-heap":
      return "The process grows, its Go heap does not: look at stacks, cgo, memory maps and memory not yet given back.";
    case "no-growth":
      return "Nothing grew over the snapshots beyond what chance explains.";
    case "not-enough-data":
      return "Too few snapshots, or too little growth, to tell a leak from chance: see the notes, and sample for longer.";
  }
}

function spanOf(snapshots: readonly SnapshotNumbers[]): string {
  const ms = (snapshots.at(-1)?.atMs ?? 0) - (snapshots[0]?.atMs ?? 0);
  return ms > 0 ? ` over ${formatValue(Math.round(ms), "ms")}` : "";
}

function overview(snapshots: readonly SnapshotNumbers[]): HTMLElement | undefined {
  const atMs = snapshots.map((snapshot) => snapshot.atMs);
  const series = (name: string, unit: string, pick: (snapshot: SnapshotNumbers) => number | undefined): Series => ({
    name,
    values: snapshots.map(pick),
    atMs,
    format: (value) => formatValue(value, unit),
  });
  const measured = [
    series("Resident memory (RSS)", "bytes", ({ rss }) => rss),
    series("Heap in use", "bytes", ({ heapInuse }) => heapInuse),
    series("Goroutine stacks", "bytes", ({ stackInuse }) => stackInuse),
    series("Goroutines", "count", ({ goroutines }) => goroutines),
    series("Threads", "count", ({ threads }) => threads),
  ].filter(({ values }) => values.filter((value) => value !== undefined).length > 1);
  if (measured.length === 0) return undefined;
  return element("section", { class: "overview", "aria-label": "The process over time" }, ...measured.map(figure));
}

function figure(series: Series): HTMLElement {
  const measured = series.values.filter((value) => value !== undefined);
  const [first, last] = [measured[0], measured[measured.length - 1]];
  return element(
    "figure",
    {},
    element(
      "figcaption",
      {},
      element("span", { class: "faint" }, series.name),
      element("span", { class: "from-to" }, `${series.format(first)} → ${series.format(last)}`),
    ),
    lineChart(series),
  );
}

function card(finding: Finding, snapshots: readonly SnapshotNumbers[], handlers: DiagnosisHandlers): HTMLElement {
  const unit = unitOf(finding);
  const amount = (value: number) =>
    formatValue(unit === "count" && Math.abs(value) >= 10 ? Math.round(value) : value, unit);
  const place = finding.file === "" ? "" : `${finding.file}${finding.line > 0 ? `:${finding.line}` : ""}`;
  const open = finding.file === "" ? undefined : handlers.openSource;
  const heading = element(
    "h2",
    {},
    open
      ? element("button", { class: "link", title: "Open source", onclick: () => open(finding) }, finding.function)
      : finding.function,
  );
  const sign = finding.slopePerMinute < 0 ? "−" : "+";
  const noise = isExact(finding.dz)
    ? "exact bytes, without sampling noise"
    : `beyond sampling noise ${finding.dz.toFixed(1)} σ`;
  return element(
    "article",
    { class: `finding ${finding.level}`, "data-finding": finding.function, "data-line": finding.line },
    element(
      "header",
      {},
      element("span", { class: `badge ${finding.level}` }, finding.level === "confirmed" ? "Leak" : "Suspect"),
      element("span", { class: "kind" }, KINDS[finding.kind]),
      finding.baselineState === undefined
        ? undefined
        : element("span", { class: "kind", "data-baseline": finding.baselineState }, BASELINE[finding.baselineState]),
    ),
    heading,
    place === ""
      ? undefined
      : open
        ? element("button", { class: "link place", "data-open": "source", onclick: () => open(finding) }, place)
        : element("div", { class: "place" }, place),
    element(
      "div",
      { class: "evidence" },
      lineChart({
        name: `Growth of ${finding.function}`,
        values: finding.series,
        atMs:
          snapshots.length === finding.series.length
            ? snapshots.map(({ atMs }) => atMs)
            : finding.series.map((_, i) => i),
        format: amount,
      }),
      element(
        "dl",
        {},
        ...pair("Grew", `${amount(finding.first)} → ${amount(finding.last)}`),
        ...pair("Rate", `${sign}${amount(Math.abs(finding.slopePerMinute))} per minute`),
        ...pair("Share", `${formatPercent(finding.share, 1)} of all growth`),
        ...pair("Certainty", `trend z ${finding.z.toFixed(1)}, ${noise}`),
      ),
    ),
    element("p", {}, finding.explanation),
    finding.evidence === undefined
      ? undefined
      : element("ul", { class: "known" }, ...finding.evidence.map((text) => element("li", {}, text))),
    finding.advice === "" ? undefined : element("p", { class: "advice" }, finding.advice),
    stack(finding, handlers),
  );
}

/** Growth outside the heap: what it consists of, and who asks for such memory. */
function outsideCard({ outside }: Diagnosis, { openSource }: DiagnosisHandlers): HTMLElement | undefined {
  if (outside === undefined) return undefined;
  const bytes = (value: number) => formatValue(value, "bytes");
  const callers = (outside.callers ?? []).map((caller) => {
    const { function: name, file, line, via, calls } = caller;
    const place = `${file}:${line}`;
    return element(
      "li",
      { "data-caller": name, "data-line": line },
      element("strong", {}, shortFunction(name)),
      ` ${thousands(calls)} ${CALLS[via]} `,
      openSource
        ? element("button", { class: "link place", "data-open": "source", onclick: () => openSource(caller) }, place)
        : element("span", { class: "place" }, place),
    );
  });
  return element(
    "article",
    { class: "finding suspect", "data-outside": outside.of },
    element("header", {}, element("span", { class: "badge suspect" }, "Outside the heap")),
    element("h2", {}, `${bytes(outside.outside)} that no heap profile shows`),
    element(
      "ul",
      {},
      ...outside.parts.map(({ kind, bytes: part }) => element("li", {}, `${bytes(part)} ${partWords(kind)}`)),
    ),
    callers.length === 0 ? undefined : element("h3", {}, CALLERS_TITLE),
    callers.length === 0 ? undefined : element("ul", {}, ...callers),
    callers.length === 0 ? undefined : element("p", { class: "faint" }, CALLERS_DOUBT),
  );
}

/** Goroutines against allocations: which functions have both, and what grew below them. */
function balance(functions: readonly FunctionBalance[]): HTMLElement | undefined {
  if (functions.length === 0) return undefined;
  const cells = (unit: string, value: number, growth: number) => [
    element("td", {}, formatValue(value, unit)),
    element(
      "td",
      { class: "faint" },
      growth === 0 ? "" : `${growth > 0 ? "+" : "−"}${formatValue(Math.abs(growth), unit)}`,
    ),
  ];
  const heads = ["Function", "Goroutines", "grew", "Live bytes", "grew", "Objects", "grew"];
  return element(
    "details",
    { class: "balance" },
    element("summary", {}, "Goroutines against memory, by function"),
    element(
      "p",
      { class: "faint" },
      "Goroutines that have the function on their stack, and live memory that was allocated below it.",
    ),
    element(
      "table",
      {},
      element("thead", {}, element("tr", {}, ...heads.map((head) => element("th", { scope: "col" }, head)))),
      element(
        "tbody",
        {},
        ...functions.map((row) =>
          element(
            "tr",
            {},
            element("th", { scope: "row", title: row.function }, shortFunction(row.function)),
            ...cells("count", row.goroutines, row.goroutinesGrowth),
            ...cells("bytes", row.bytes, row.bytesGrowth),
            ...cells("count", row.objects, row.objectsGrowth),
          ),
        ),
      ),
    ),
  );
}

const KINDS: Readonly<Record<Finding["kind"], string>> = {
  "heap-stack": "memory kept by one call path",
  "heap-function": "memory kept below one function",
  goroutine: "goroutines that never end",
  "heap-growth": "the heap, where is not seen yet",
  threads: "threads of the system",
};

const BASELINE: Readonly<Record<NonNullable<Finding["baselineState"]>, string>> = {
  new: "new since the baseline",
  worse: "worse than in the baseline",
  unchanged: "as in the baseline",
};

function unitOf({ kind, sampleType }: Finding): string {
  return kind !== "goroutine" && /space|bytes/.test(sampleType) ? "bytes" : "count";
}

function pair(term: string, description: string): HTMLElement[] {
  return [element("dt", {}, term), element("dd", {}, description)];
}

function stack(finding: Finding, { openSource, showFrames }: DiagnosisHandlers): HTMLElement {
  const rows = finding.stack.map((frame) => {
    const place = frame.file === "" ? "" : `${frame.file.slice(frame.file.lastIndexOf("/") + 1)}:${frame.line}`;
    const name = openSource
      ? element(
          "button",
          { class: "link", title: frame.function, onclick: () => openSource(frame) },
          shortFunction(frame.function),
        )
      : element("span", { title: frame.function }, shortFunction(frame.function));
    return element(
      "li",
      {},
      name,
      " ",
      element("span", { class: "faint", title: `${frame.file}:${frame.line}` }, place),
    );
  });
  return element(
    "div",
    { class: "more" },
    showFrames && finding.stack.length > 0
      ? element("button", { class: "plain", onclick: () => showFrames(finding) }, "Show in Flame Graph")
      : undefined,
    rows.length === 0
      ? undefined
      : element(
          "details",
          {},
          element("summary", {}, `Stack of ${rows.length} frames`),
          element("ol", { class: "stack" }, ...rows),
        ),
  );
}
