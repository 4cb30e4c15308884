/**
 * Draws a visible tree with d3-flame-graph, and hides its ways behind one small interface.
 *
 * It is fed the whole picture anew each time (about 0.1 ms per frame), never asked to zoom or search: those
 * re-walk everything and write into the data. Its clicks and <title>s are switched off; frames carry `data-row`,
 * and whoever wants to know of events listens on the element.
 */
import flamegraph from "d3-flame-graph";
import { select } from "d3-selection";
import type { FlameLayout } from "../src/core/flame-layout.js";

const ROW_HEIGHT_PX = 20;
/** Narrower frames have no label: the library's own limit. */
const NARROWEST_LABEL_PX = 35;

/** One frame as d3-flame-graph reads it; the names are its own. */
interface Drawn {
  readonly row: number;
  readonly name: string;
  /** The width. Children never sum to more. */
  readonly value: number;
  readonly children: Drawn[];
}

export interface FlameDrawing {
  readonly element: HTMLElement;
  /** `upright` has the root at the bottom. `label` and `fill` by row of the layout. `dress` may set any attribute but name, width, height and transform. */
  draw(layout: FlameLayout, width: number, upright: boolean, faces: Faces): void;
  /** The frame of a row, drawn or not. */
  frame(row: number): SVGGElement | undefined;
}

interface Faces {
  label(row: number): string;
  /** A CSS colour. */
  fill(row: number): string;
  dress(frame: SVGGElement, row: number): void;
}

export function createFlameDrawing(): FlameDrawing {
  const element = document.createElement("div");
  element.className = "graph";
  // The library zooms by itself on click, over all that it was fed; this view feeds it anew instead.
  element.addEventListener("click", (event) => event.stopPropagation(), { capture: true });
  let frames: (SVGGElement | undefined)[] = [];
  let faces: Faces;
  const quiet = Object.assign(() => {}, { show: () => {}, hide: () => {} });
  const chart = flamegraph<Drawn>()
    .cellHeight(ROW_HEIGHT_PX)
    .transitionDuration(0)
    .resetHeightOnZoom(true)
    .tooltip(quiet)
    .setLabelHandler(() => "")
    .setColorMapper(({ data }) => faces.fill(data.row));
  let first = true;

  return {
    element,
    draw(layout, width, upright, newFaces) {
      faces = newFaces;
      const root = treeOf(layout, faces);
      chart.width(width).inverted(!upright);
      // New elements are placed at once, old ones by animations of no length: one per attribute and frame.
      select(element).selectAll("g.frame").remove();
      if (first) chart(select<HTMLElement, Drawn>(element).datum(root));
      else chart.update(root);
      first = false;
      frames = new Array<SVGGElement | undefined>(layout.count);
      let deepest = 0;
      const scale = width / (layout.width[0] || 1);
      select(element)
        .selectAll<SVGGElement, { data: Drawn; depth: number }>("g.frame")
        .each(function (node) {
          frames[node.data.row] = this;
          deepest = Math.max(deepest, node.depth);
          this.dataset["row"] = String(node.data.row);
          faces.dress(this, node.data.row);
          // An empty label costs as much to lay out and paint as a full one.
          if (layout.width[node.data.row] * scale < NARROWEST_LABEL_PX) this.querySelector("foreignObject")?.remove();
        });
      // The library leaves two empty rows behind the deepest one.
      const height = (deepest + 1) * ROW_HEIGHT_PX;
      const empty = upright ? 2 * ROW_HEIGHT_PX : 0;
      select(element).select("svg").attr("height", height).attr("viewBox", `0 ${empty} ${width} ${height}`);
    },
    frame: (row) => frames[row],
  };
}

function treeOf(layout: FlameLayout, faces: Faces): Drawn {
  const rows: Drawn[] = [];
  for (let row = 0; row < layout.count; row++) {
    const drawn: Drawn = { row, name: faces.label(row), value: layout.width[row], children: [] };
    rows.push(drawn);
    // Placeholders come after all others but lie to the right of their siblings anyway.
    if (row > 0) rows[layout.parent[row]].children.push(drawn);
  }
  return rows[0];
}
