/** The calls of a placed call graph: where their lines go, and what they say. */
import { formatValue } from "../text/format.js";
import type { CallGraph } from "./call-graph.js";
import type { PlacedGraph } from "./graph-boxes.js";

/** "main.a calls main.b: 12 MB". */
export function edgeWords(
  { from, to, frame, weight, isResidual }: CallGraph,
  names: readonly string[],
  edge: number,
  unit: string,
): string {
  const how = isResidual[edge] ? "calls, by way of functions that are hidden," : "calls";
  return `${names[frame[from[edge]]]} ${how} ${names[frame[to[edge]]]}: ${formatValue(weight[edge], unit)}`;
}

/** A smooth line through the points of an edge, as the `d` of a path. */
export function edgePath({ points, pointStart }: PlacedGraph, edge: number): string {
  const at = (i: number) => `${points[2 * i].toFixed(1)} ${points[2 * i + 1].toFixed(1)}`;
  const [first, end] = [pointStart[edge], pointStart[edge + 1]];
  let path = `M${at(first)}`;
  for (let i = first + 1; i < end - 1; i++) {
    const [x, y] = [(points[2 * i] + points[2 * i + 2]) / 2, (points[2 * i + 1] + points[2 * i + 3]) / 2];
    path += i === end - 2 ? `Q${at(i)} ${at(end - 1)}` : `Q${at(i)} ${x.toFixed(1)} ${y.toFixed(1)}`;
  }
  return end - first === 2 ? `${path}L${at(end - 1)}` : path;
}

/** Where the label of an edge stands. */
export function middleOf({ points, pointStart }: PlacedGraph, edge: number): readonly [number, number] {
  const [first, last] = [pointStart[edge], pointStart[edge + 1] - 1];
  const middle = (first + last) / 2;
  const [a, b] = [Math.floor(middle), Math.ceil(middle)];
  return [(points[2 * a] + points[2 * b]) / 2, (points[2 * a + 1] + points[2 * b + 1]) / 2];
}
