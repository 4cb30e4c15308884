/** The most expensive functions as text for an issue or a chat: aligned columns, or a Markdown table. */
import { formatPercent, formatValue } from "../text/format.js";
import type { Frames } from "../profile/frames.js";
import { type Costs, ranked, type SortKey } from "./report.js";
import { printable } from "../text/printable.js";

export interface TopText {
  /** "heap.pb.gz, live bytes now". */
  readonly title: string;
  /** What was filtered or subtracted, a line each. */
  readonly notes: readonly string[];
  readonly frames: Frames;
  readonly costs: Costs;
  readonly unit: string;
  /** What percentages refer to. */
  readonly total: number;
  readonly sort: SortKey;
  readonly limit: number;
}

export function topText(top: TopText, markdown: boolean): string {
  const { title, notes, frames, costs, unit, total } = top;
  const hottest = ranked(frames, costs, top.sort).slice(0, top.limit);
  const rows = hottest.map((frame) => [
    formatValue(costs.flat[frame], unit),
    formatPercent(costs.flat[frame], total),
    formatValue(costs.cum[frame], unit),
    formatPercent(costs.cum[frame], total),
    oneLine(frames.name[frame]),
  ]);
  const head = ["flat", "flat%", "cum", "cum%", "function"];
  if (markdown) {
    const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |\n`;
    const cell = (text: string, column: number) => (column === 4 ? codeSpan(text) : text);
    return (
      `**${escaped(title)}** (total ${formatValue(total, unit)})\n\n` +
      notes.map((note) => `- ${escaped(note)}\n`).join("") +
      (notes.length > 0 ? "\n" : "") +
      line(head) +
      line(head.map((_, column) => (column === 4 ? "---" : "---:"))) +
      rows.map((row) => line(row.map(cell))).join("")
    );
  }
  const widths = head.map((text, column) => Math.max(text.length, ...rows.map((row) => row[column].length)));
  const aligned = (cells: readonly string[]) =>
    cells.map((text, column) => (column === 4 ? text : text.padStart(widths[column]))).join("  ") + "\n";
  return (
    `${oneLine(title)}, total ${formatValue(total, unit)}\n` +
    notes.map((note) => `${oneLine(note)}\n`).join("") +
    aligned(head) +
    rows.map(aligned).join("")
  );
}

function oneLine(text: string): string {
  return printable(text.replace(/[\n\r\t]/g, " "), Infinity);
}

/** Names come from the profile: nothing in them may end the cell or the code span, or become markup. */
function codeSpan(text: string): string {
  const ticks = "`".repeat(1 + Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length)));
  const padded = ticks.length > 1 ? ` ${text} ` : text;
  return ticks + padded.replaceAll("|", "\\|") + ticks;
}

function escaped(text: string): string {
  return oneLine(text).replace(/[\\`*_{}[\]<>#|~!@]/g, "\\$&");
}
