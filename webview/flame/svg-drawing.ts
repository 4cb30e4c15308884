/**
 * Draws a visible tree as SVG with d3-flame-graph: for paper, see flame-drawing.ts.
 *
 * It is fed the whole picture anew each time (about 0.1 ms per frame), never asked to zoom or search: those
 * re-walk everything and write into the data. Its clicks and <title>s are switched off.
 */
import flamegraph from "d3-flame-graph";
import { select } from "d3-selection";
import type { FlameLayout } from "../../src/core/views/flame-layout.js";
import { type Faces, type FlameDrawing, frameOf, ROW_HEIGHT_PX } from "./flame-drawing.js";

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

export function createSvgDrawing(): FlameDrawing {
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
    .setColorMapper(({ data }) => `var(${faces.fill(data.row)})`);
  let first = true;
  let isSearching = false;
  const isMarked = (row: number) => isSearching && faces.isMatch(row);

  return {
    element,
    draw(layout, width, upright, newFaces) {
      faces = newFaces;
      const root = treeOf(layout, faces);
      chart.width(width).inverted(!upright);
      // It takes an old element for any new frame of the same number.
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
          const { row } = node.data;
          frames[row] = this;
          deepest = Math.max(deepest, node.depth);
          this.dataset["row"] = String(row);
          this.classList.toggle("smaller", faces.isSmaller(row));
          this.classList.toggle("selected", faces.isSelected(row));
          this.classList.toggle("match", isMarked(row));
          faces.dress(this, row);
          // An empty label costs as much to lay out and paint as a full one.
          if (layout.width[row] * scale < NARROWEST_LABEL_PX) this.querySelector("foreignObject")?.remove();
        });
      // The library leaves two empty rows behind the deepest one.
      const height = (deepest + 1) * ROW_HEIGHT_PX;
      const empty = upright ? 2 * ROW_HEIGHT_PX : 0;
      select(element)
        .select("svg")
        .attr("height", height)
        .attr("viewBox", `0 ${empty} ${width} ${height}`)
        .attr("role", "tree")
        .attr("aria-label", faces.title);
    },
    mark(searching) {
      isSearching = searching;
      element.classList.toggle("searching", searching);
      for (const [row, frame] of frames.entries()) frame?.classList.toggle("match", isMarked(row));
    },
    frame: (row) => frames[row],
    rowOf(event) {
      const frame = frameOf(event);
      return frame && Number(frame.dataset["row"]);
    },
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
