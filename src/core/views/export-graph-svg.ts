/** The call graph as one SVG file that needs nothing else: sharp at any size, its names can be searched. */
import { formatValue } from "../text/format.js";
import type { Frames } from "../profile/frames.js";
import { escapeXml } from "./export-svg.js";
import { LINE_HEIGHT, type PlacedGraph, strokeWidth } from "./graph-boxes.js";
import { edgePath, edgeWords, middleOf } from "./graph-edges.js";

interface GraphPicture {
  readonly title: string;
  readonly placed: PlacedGraph;
  readonly frames: Frames;
  readonly unit: string;
  readonly total: number;
  /** What is not in it, in words. */
  readonly hidden: string;
  /** Red where it grew, blue where it shrank. */
  readonly isDiff: boolean;
}

const TOP = 44;
const MARGIN = 12;

export function graphSvgSize({ width, height }: PlacedGraph): { readonly width: number; readonly height: number } {
  return { width: Math.ceil(width + 2 * MARGIN), height: Math.ceil(height + TOP + MARGIN) };
}

export function graphSvg({ title, placed, frames, unit, total, hidden, isDiff }: GraphPicture): string {
  const { graph, boxes, x, y } = placed;
  const size = graphSvgSize(placed);
  const parts: string[] = [];
  for (const [edge, weight] of graph.weight.entries()) {
    const dash = graph.isResidual[edge] ? ' stroke-dasharray="3 3"' : "";
    const [lx, ly] = middleOf(placed, edge);
    parts.push(
      `<g><title>${escapeXml(edgeWords(graph, frames.name, edge, unit))}</title>` +
        `<path d="${edgePath(placed, edge)}" stroke-width="${strokeWidth(weight, total).toFixed(1)}"${dash} marker-end="url(#arrow)"/>` +
        `<text class="e" x="${lx.toFixed(1)}" y="${ly.toFixed(1)}">${escapeXml(formatValue(weight, unit))}</text></g>`,
    );
  }
  for (const [node, lines] of boxes.lines.entries()) {
    const [width, height, font] = [boxes.width[node], boxes.height[node], boxes.fontSize[node]];
    const [left, top] = [x[node] - width / 2, y[node] - height / 2];
    const text = lines.map((line, at) => {
      const down = top + 4 + font * (0.85 + at * LINE_HEIGHT);
      return `<text x="${x[node].toFixed(1)}" y="${down.toFixed(1)}" font-size="${font.toFixed(1)}">${escapeXml(line)}</text>`;
    });
    const fill = isDiff ? (graph.cum[node] >= 0 ? "#f8dcdc" : "#dce4f8") : shade(graph.cum[node], total);
    parts.push(
      `<g><title>${escapeXml(frames.name[graph.frame[node]])}</title>` +
        `<rect x="${left.toFixed(1)}" y="${top.toFixed(1)}" width="${width.toFixed(1)}" height="${height.toFixed(1)}" fill="${fill}"/>${text.join("")}</g>`,
    );
  }
  return `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" width="${size.width}" height="${size.height}" role="img">
<title>${escapeXml(title)}</title>
<style>
text { font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #111; text-anchor: middle; }
.e { font-size: 9px; fill: #444; paint-order: stroke; stroke: #fff; stroke-width: 3px; }
.t { font-size: 14px; font-weight: bold; text-anchor: start; }
.h { font-size: 11px; text-anchor: start; }
path { fill: none; stroke: #777; }
rect { stroke: #888; }
</style>
<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0 8 4 0 8z" style="fill:#777;stroke:none"/></marker></defs>
<rect width="100%" height="100%" fill="#fff" stroke="none"/>
<text class="t" x="${MARGIN}" y="18">${escapeXml(title)}</text>
<text class="h" x="${MARGIN}" y="34">${escapeXml(hidden)}</text>
<g transform="translate(${MARGIN} ${TOP})">
${parts.join("\n")}
</g>
</svg>
`;
}

/** Grey for little, warmer for more. */
function shade(cum: number, total: number): string {
  const part = total === 0 ? 0 : Math.min(1, Math.abs(cum) / total);
  return `rgb(${Math.round(246 - 6 * part)},${Math.round(246 - 38 * part)},${Math.round(246 - 60 * part)})`;
}
