/**
 * The call graph in Graphviz's language (graphviz.org/doc/info/lang.html), for `dot -Tsvg` and others. Names come from the
 * profile and are hostile: quotes and backslashes are escaped, control characters are gone.
 */
import { formatPercent, formatValue } from "../text/format.js";
import type { Frames } from "../profile/frames.js";
import { printableText } from "../text/printable.js";
import type { CallGraph } from "./call-graph.js";
import { boxesOf, hiddenWords, strokeWidth } from "./graph-boxes.js";

interface DotPicture {
  readonly title: string;
  readonly graph: CallGraph;
  readonly frames: Frames;
  readonly unit: string;
  /** What percentages refer to. */
  readonly total: number;
}

export function* dotText({ title, graph, frames, unit, total }: DotPicture): Generator<string> {
  const { lines, fontSize } = boxesOf(graph, frames, unit, total);
  const words = [title, hiddenWords(graph, unit)].filter((text) => text !== "");
  yield `digraph ${quoted(title)} {\n`;
  yield `node [shape=box style=filled fillcolor="#f8f8f8" fontname="monospace"]\nlabelloc=t\nlabel=${quotedLines(words)}\n`;
  for (const [node, frame] of graph.frame.entries()) {
    const hint = `${frames.name[frame]} (${formatValue(graph.cum[node], unit)}, ${formatPercent(graph.cum[node], total)})`;
    yield `N${node} [label=${quotedLines(lines[node])} fontsize=${fontSize[node].toFixed(1)} tooltip=${quoted(hint)}]\n`;
  }
  for (const [edge, from] of graph.from.entries()) {
    const weight = graph.weight[edge];
    const style = graph.isResidual[edge] ? " style=dotted" : "";
    const width = strokeWidth(weight, total).toFixed(1);
    const label = quoted(` ${formatValue(weight, unit)}`);
    yield `N${from} -> N${graph.to[edge]} [label=${label} weight=${share(weight, total)} penwidth=${width}${style}]\n`;
  }
  yield "}\n";
}

function share(weight: number, total: number): number {
  return total === 0 ? 1 : Math.max(1, Math.min(100, Math.round((100 * Math.abs(weight)) / total)));
}

function escaped(text: string): string {
  return printableText(text).replace(/[\\"]/g, "\\$&");
}

function quoted(text: string): string {
  return `"${escaped(text)}"`;
}

function quotedLines(lines: readonly string[]): string {
  return `"${lines.map(escaped).join("\\n")}"`;
}
