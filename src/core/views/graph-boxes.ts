/** What the boxes of a call graph say, and how large they are: the more a function costs itself, the larger its text. */
import { formatPercent, formatValue } from "../text/format.js";
import { type Frames, packageOf } from "../profile/frames.js";
import { printableText } from "../text/printable.js";
import type { CallGraph } from "./call-graph.js";

/** By node of the graph; sizes in pixels. */
export interface GraphBoxes {
  /** Package, function, what it costs itself, and with what it calls. */
  readonly lines: readonly (readonly string[])[];
  readonly fontSize: Float32Array;
  readonly width: Float32Array;
  readonly height: Float32Array;
}

/** A graph whose boxes and edges have their places. */
export interface PlacedGraph {
  readonly graph: CallGraph;
  readonly boxes: GraphBoxes;
  readonly width: number;
  readonly height: number;
  /** Centres of the boxes. */
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Edge `i` goes through the points `points[2 * pointStart[i] .. 2 * pointStart[i + 1])`, x and y in turn. */
  readonly pointStart: Uint32Array;
  readonly points: Float32Array;
}

/** Of a monospaced font, as a part of its size. */
const CHARACTER_WIDTH = 0.602;
export const LINE_HEIGHT = 1.25;
const SMALLEST_PX = 9;
const LARGEST_PX = 22;
const PADDING_PX = 8;
const MAX_CHARACTERS = 44;

export function boxesOf(graph: CallGraph, frames: Frames, unit: string, total: number): GraphBoxes {
  const count = graph.frame.length;
  const lines: string[][] = [];
  const fontSize = new Float32Array(count);
  const width = new Float32Array(count);
  const height = new Float32Array(count);
  const most = graph.flat.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  for (let node = 0; node < count; node++) {
    const [flat, cum] = [graph.flat[node], graph.cum[node]];
    const cost = (value: number) => `${formatValue(value, unit)} (${formatPercent(value, total)})`;
    const costs = flat === cum ? [cost(flat)] : [flat === 0 ? "0" : cost(flat), `of ${cost(cum)}`];
    lines.push([...nameLines(frames.name[graph.frame[node]]), ...costs].map(shortened));
    fontSize[node] = SMALLEST_PX + (LARGEST_PX - SMALLEST_PX) * (most === 0 ? 0 : Math.sqrt(Math.abs(flat) / most));
    const longest = lines[node].reduce((max, line) => Math.max(max, line.length), 0);
    width[node] = longest * CHARACTER_WIDTH * fontSize[node] + 2 * PADDING_PX;
    height[node] = lines[node].length * LINE_HEIGHT * fontSize[node] + PADDING_PX;
  }
  return { lines, fontSize, width, height };
}

/** "http" and "(*Server).Serve" of "net/http.(*Server).Serve". */
function nameLines(name: string): string[] {
  const path = packageOf(name);
  const own = name.startsWith(`${path}.`) ? name.slice(path.length + 1) : "";
  return own === "" ? [name] : [path.slice(path.lastIndexOf("/") + 1), own];
}

function shortened(line: string): string {
  const text = printableText(line);
  return text.length <= MAX_CHARACTERS ? text : `${text.slice(0, MAX_CHARACTERS - 1)}…`;
}

/** Width of the line of an edge in pixels, from what flows along it. */
export function strokeWidth(weight: number, total: number): number {
  return 1 + 5 * Math.min(1, total === 0 ? 0 : Math.abs(weight) / total);
}

/** What is not in the picture, in words; empty where it is all there. */
export function hiddenWords(graph: CallGraph, unit: string): string {
  const { smallNodes, furtherNodes, smallEdges } = graph;
  const many = (count: number, what: string) => `${count.toLocaleString("en-US")} ${what}${count === 1 ? "" : "s"}`;
  const parts = [
    ...(smallNodes > 0 ? [`${many(smallNodes, "function")} below ${formatValue(graph.nodeCutoff, unit)}`] : []),
    ...(furtherNodes > 0 ? [many(furtherNodes, smallNodes > 0 ? "more" : "function").replace("mores", "more")] : []),
    ...(smallEdges > 0 ? [`${many(smallEdges, "call")} below ${formatValue(graph.edgeCutoff, unit)}`] : []),
  ];
  return parts.length === 0 ? "" : `Hidden: ${parts.join(", ")}`;
}
