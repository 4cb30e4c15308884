/** One function between its callers (above, growing upwards) and its callees (below): the sandwich, with lists. */
import type { FlameLayout } from "../../src/core/views/flame-layout.js";
import { formatPercent, formatValue } from "../../src/core/text/format.js";
import { element, setText } from "../page/element.js";
import { createFlameGraph, type GraphPicture } from "../flame/flame-graph.js";
import type { Neighbours, Place, SandwichAnswer } from "../worker/queries.js";
import { shortFunction } from "../../src/core/text/short-function.js";

interface SandwichPicture extends SandwichAnswer, Pick<GraphPicture, "names" | "files" | "unit" | "colours"> {
  readonly frame: number;
  readonly isDiff: boolean;
}

export interface SandwichHandlers {
  /** Another function in the middle. */
  select(frame: number): void;
  openSource: ((frame: number) => void) | undefined;
  menu(frame: number, x: number, y: number, opener: Element): void;
  describe(frame: number): Promise<Place | undefined>;
}

export interface SandwichView {
  readonly element: HTMLElement;
  width(): number;
  draw(picture: SandwichPicture): void;
  /** No function is selected, or it is not in this picture. */
  drawNothing(words: string): void;
  highlight(matched: Uint8Array | undefined): void;
}

const MAX_LISTED = 30;

export function createSandwichView(handlers: SandwichHandlers): SandwichView {
  let picture: SandwichPicture | undefined;
  const half = (layoutOf: (picture: SandwichPicture) => FlameLayout) => {
    const frameOf = (row: number) => layoutOf(picture!).frame[row];
    const open = handlers.openSource;
    return createFlameGraph({
      zoomTo: (row) => frameOf(row) >= 0 && handlers.select(frameOf(row)),
      zoomOut: () => false,
      openSource: open && ((row) => frameOf(row) >= 0 && open(frameOf(row))),
      menu: (row, x, y, opener) => frameOf(row) >= 0 && handlers.menu(frameOf(row), x, y, opener),
      describe: (row) => handlers.describe(frameOf(row)),
    });
  };
  const callers = half((shown) => shown.callers);
  const callees = half((shown) => shown.callees);
  const middle = element("div", { class: "middle" });
  const callerList = element("ul", { class: "neighbours", "aria-label": "Callers" });
  const calleeList = element("ul", { class: "neighbours", "aria-label": "Callees" });
  const side = (title: string, list: HTMLElement, graph: HTMLElement) =>
    element(
      "section",
      { class: "half", "aria-label": title },
      element("div", { class: "half-list" }, element("h2", {}, title), list),
      graph,
    );
  const nothing = element("p", { class: "empty", hidden: true });
  const halves = element(
    "div",
    { class: "halves" },
    side("Called by", callerList, callers.element),
    middle,
    side("Calls", calleeList, callees.element),
  );
  const view = element("div", { class: "sandwich", "data-view": "callers" }, nothing, halves);

  const listed = ({ frame, value }: Neighbours): HTMLElement[] => {
    const { names, unit, cum } = picture!;
    const rows = Array.from(frame.subarray(0, MAX_LISTED), (one, at) =>
      element(
        "li",
        {},
        element("span", { class: "value" }, formatValue(value[at], unit)),
        element("span", { class: "percent" }, formatPercent(value[at], cum)),
        element(
          "button",
          { class: "link", title: names[one], onclick: () => handlers.select(one) },
          shortFunction(names[one]),
        ),
      ),
    );
    if (frame.length > MAX_LISTED)
      rows.push(element("li", { class: "faint" }, `and ${frame.length - MAX_LISTED} more`));
    return rows.length > 0 ? rows : [element("li", { class: "faint" }, "none")];
  };

  return {
    element: view,
    width: () => callees.width(),
    draw(next) {
      picture = next;
      nothing.hidden = true;
      halves.hidden = false;
      const { names, files, unit, total, frame, flat, cum } = next;
      const name = names[frame];
      const open = handlers.openSource;
      middle.replaceChildren(
        element("strong", { class: "middle-name" }, name),
        element(
          "span",
          {},
          `flat ${formatValue(flat, unit)} (${formatPercent(flat, total)}), cumulative ${formatValue(cum, unit)} (${formatPercent(cum, total)})`,
        ),
        ...(open && files[frame] !== ""
          ? [element("button", { class: "plain", onclick: () => open(frame) }, "Open Source")]
          : []),
      );
      callerList.replaceChildren(...listed(next.direct.callers));
      calleeList.replaceChildren(...listed(next.direct.callees));
      const shared = { total, names, files, unit, what: name, colours: next.colours, selected: "" };
      const graph = (layout: FlameLayout, upright: boolean, title: string) => ({
        ...shared,
        layout,
        delta: next.isDiff ? layout.value : undefined,
        upright,
        title,
      });
      callers.draw(graph(next.callers, true, `Callers of ${name}`));
      callees.draw(graph(next.callees, false, `Callees of ${name}`));
    },
    drawNothing(words) {
      setText(nothing, words);
      nothing.hidden = false;
      halves.hidden = true;
    },
    highlight(matched) {
      callers.highlight(matched);
      callees.highlight(matched);
    },
  };
}
