/**
 * The whole flame graph, small, with the zoomed part framed: a click goes to what lies there.
 *
 * One path per colour, not one element per frame: it costs next to nothing, and follows the theme by itself.
 */
import { element, svgElement } from "../page/element.js";
import type { AnswerTo } from "../worker/queries.js";

const HEIGHT = 48;
const WIDTH = 1000;

export interface Overview {
  readonly element: HTMLElement;
  draw(answer: AnswerTo<"overview"> | undefined, fill: (row: number) => string, upright: boolean): void;
}

/** `zoomTo` gets rows of the layout that was drawn last, from the root's child down to the one that was clicked. */
export function createOverview(zoomTo: (rows: readonly number[]) => void): Overview {
  const view = element("div", { class: "overview-map", hidden: true });
  let shown: { answer: AnswerTo<"overview">; rowHeight: number; upright: boolean } | undefined;
  view.addEventListener("click", (event) => {
    if (!shown) return;
    const { layout } = shown.answer;
    const box = view.getBoundingClientRect();
    const at = ((event.clientX - box.left) / box.width) * layout.width[0];
    const fromTop = ((event.clientY - box.top) / box.height) * HEIGHT;
    const depth = Math.floor((shown.upright ? HEIGHT - fromTop : fromTop) / shown.rowHeight);
    let hit = 0;
    for (let row = 1; row < layout.count; row++) {
      const inside = layout.left[row] <= at && at < layout.left[row] + layout.width[row];
      if (inside && layout.frame[row] >= 0 && layout.depth[row] <= depth && layout.depth[row] > layout.depth[hit])
        hit = row;
    }
    const path: number[] = [];
    for (let row = hit; row > 0; row = layout.parent[row]) path.unshift(row);
    zoomTo(path);
  });
  return {
    element: view,
    draw(answer, fill, upright) {
      view.hidden = answer === undefined;
      shown = undefined;
      if (!answer) return;
      const { layout } = answer;
      const deepest = layout.depth.reduce((most, depth) => Math.max(most, depth), 0);
      const rowHeight = Math.min(6, HEIGHT / (deepest + 1));
      shown = { answer, rowHeight, upright };
      const scale = WIDTH / (layout.width[0] || 1);
      const top = (depth: number) => (upright ? HEIGHT - (depth + 1) * rowHeight : depth * rowHeight);
      const paths = new Map<string, string>();
      for (let row = 0; row < layout.count; row++) {
        const width = layout.width[row] * scale;
        const d = `M${(layout.left[row] * scale).toFixed(1)} ${top(layout.depth[row]).toFixed(2)}h${width.toFixed(1)}v${rowHeight.toFixed(2)}h${(-width).toFixed(1)}z`;
        paths.set(fill(row), (paths.get(fill(row)) ?? "") + d);
      }
      const x = answer.left * scale;
      const width = Math.max(3, answer.width * scale);
      view.replaceChildren(
        svgElement(
          "svg",
          {
            viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
            preserveAspectRatio: "none",
            role: "img",
            "aria-label": "The whole flame graph; the zoomed part is framed. The zoomed stack above leads back, too.",
          },
          ...[...paths].map(([colour, d]) => svgElement("path", { d, fill: `var(${colour})` })),
          svgElement("path", {
            class: "elsewhere",
            d: `M0 0h${x}v${HEIGHT}h${-x}zM${x + width} 0H${WIDTH}V${HEIGHT}H${x + width}z`,
          }),
          svgElement("rect", { class: "here", x, y: 0.5, width, height: HEIGHT - 1 }),
        ),
      );
    },
  };
}
