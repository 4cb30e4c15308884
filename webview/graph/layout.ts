/**
 * Places for the boxes and edges of a call graph: layers from callers down to callees, by dagre (layered drawing after
 * Sugiyama; ranks by a tight tree, which takes half the time of its network simplex on graphs of 500 boxes and looks alike).
 */
import { Graph, layout } from "@dagrejs/dagre";
import type { CallGraph } from "../../src/core/views/call-graph.js";
import type { GraphBoxes, PlacedGraph } from "../../src/core/views/graph-boxes.js";

const GAP_PX = { nodesep: 14, ranksep: 36, edgesep: 8, marginx: 4, marginy: 4 };

export function placed(graph: CallGraph, boxes: GraphBoxes): PlacedGraph {
  const drawing = new Graph();
  drawing.setGraph({ ...GAP_PX, ranker: "tight-tree" });
  for (let node = 0; node < graph.frame.length; node++) {
    drawing.setNode(String(node), { width: boxes.width[node], height: boxes.height[node] });
  }
  const total = graph.cum.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  for (let edge = 0; edge < graph.from.length; edge++) {
    // What much flows along is drawn short and straight.
    const weight = 1 + Math.round((9 * Math.abs(graph.weight[edge])) / (total || 1));
    drawing.setEdge(String(graph.from[edge]), String(graph.to[edge]), { weight });
  }
  layout(drawing);
  const nodes = Array.from({ length: graph.frame.length }, (_, node) => drawing.node(String(node)) as Place);
  const pointStart = new Uint32Array(graph.from.length + 1);
  const points: number[] = [];
  for (let edge = 0; edge < graph.from.length; edge++) {
    const line = drawing.edge(String(graph.from[edge]), String(graph.to[edge])) as {
      readonly points: readonly Place[];
    };
    for (const { x, y } of line.points) points.push(x, y);
    pointStart[edge + 1] = points.length / 2;
  }
  const { width = 0, height = 0 } = drawing.graph() as { readonly width?: number; readonly height?: number };
  return {
    ...{ graph, boxes, width, height },
    x: Float32Array.from(nodes, ({ x }) => x),
    y: Float32Array.from(nodes, ({ y }) => y),
    ...{ pointStart, points: Float32Array.from(points) },
  };
}

interface Place {
  readonly x: number;
  readonly y: number;
}
