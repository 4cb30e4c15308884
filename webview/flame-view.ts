/**
 * The flame graph as people meet it: the zoomed stack above, frames that can be clicked, hovered and walked with the
 * keyboard, a tooltip, and the same in words for screen readers (an ARIA tree).
 *
 * It draws what it is given and says what people want; asking the worker is the page's business.
 */
import { rangeOf, SMALLER } from "../src/core/flame-layout.js";
import { formatPercent, formatValue } from "../src/core/format.js";
import { element } from "./element.js";
import { createFlameDrawing } from "./flame-drawing.js";
import { frameColour } from "./frame-colour.js";
import type { FlameAnswer, ZoomStep } from "./queries.js";
import { shortName } from "./short-name.js";

interface FlamePicture extends FlameAnswer {
  readonly names: readonly string[];
  readonly files: readonly string[];
  readonly unit: string;
  /** What the root stands for: "Live bytes now". */
  readonly what: string;
}

export interface FlameWishes {
  zoomTo(steps: readonly ZoomStep[]): void;
  openSource(step: ZoomStep): void;
  copy(text: string): void;
}

export interface FlameView {
  readonly element: HTMLElement;
  /** Pixels that the graph has. */
  width(): number;
  draw(picture: FlamePicture): void;
  /** Marks the frames whose function matches; `undefined` marks none. */
  highlight(matched: Uint8Array | undefined): void;
  focus(): void;
}

export function createFlameView(wishes: FlameWishes, canOpenSource: boolean): FlameView {
  const drawing = createFlameDrawing();
  const crumbs = element("nav", { class: "crumbs", "aria-label": "Zoomed stack" });
  const tooltip = element("div", { class: "tooltip", "aria-hidden": "true", hidden: true });
  const scroller = element("div", { class: "scroller" }, drawing.element);
  const view = element("div", { class: "flame", "data-view": "flame" }, crumbs, scroller, tooltip);
  let picture: FlamePicture | undefined;
  let matched: Uint8Array | undefined;
  let current = 0;
  let refocus = false;

  const nameOf = (row: number): string => {
    const { layout, names, what } = picture!;
    const frame = layout.frame[row];
    if (frame === SMALLER) return `(${layout.smaller[row] || layout.count - 1} smaller)`;
    return frame < 0 ? what : names[frame];
  };
  const rootOrRest = (row: number) =>
    row === 0 ? `${nameOf(row)}: ${amount(picture!.layout.value[row])}` : nameOf(row);
  const amount = (value: number) => formatValue(value, picture!.unit);
  const isMatch = (row: number) => {
    const frame = picture!.layout.frame[row];
    return matched !== undefined && frame >= 0 && matched[frame] === 1;
  };

  const stepsTo = (row: number): ZoomStep[] => {
    const { layout, zoom } = picture!;
    const below: ZoomStep[] = [];
    for (let at = row; at > 0; at = layout.parent[at]) {
      const range = rangeOf(layout, at);
      // A placeholder stands for siblings: what its samples share ends at its parent.
      below.push({
        frame: layout.frame[at],
        range: layout.frame[at] === SMALLER ? { ...range, depth: range.depth - 1 } : range,
      });
    }
    return [...zoom, ...below.reverse()];
  };
  const rowOf = (target: EventTarget | null): number | undefined => {
    const frame = target instanceof Element ? target.closest<SVGGElement>("g.frame") : null;
    return frame ? Number(frame.dataset["row"]) : undefined;
  };

  const zoomTo = (row: number) => {
    hideTooltip();
    // The zoomed frame itself leads one back.
    wishes.zoomTo(row === 0 ? picture!.zoom.slice(0, -1) : stepsTo(row));
  };
  const openSource = (row: number) => {
    const step = stepsTo(row).at(-1);
    if (step && step.frame >= 0) wishes.openSource(step);
  };

  // Captured before the drawing stops them.
  scroller.addEventListener(
    "click",
    (event) => {
      const row = rowOf(event.target);
      if (row === undefined || !picture) return;
      if ((event.ctrlKey || event.metaKey) && canOpenSource) openSource(row);
      else zoomTo(row);
    },
    { capture: true },
  );
  scroller.addEventListener("pointermove", (event) => {
    const row = rowOf(event.target);
    if (row === undefined || !picture || event.pointerType === "touch") hideTooltip();
    else showTooltip(row, event.clientX, event.clientY);
  });
  scroller.addEventListener("pointerleave", () => hideTooltip());
  scroller.addEventListener("focusin", (event) => {
    const row = rowOf(event.target);
    if (row === undefined || !picture) return;
    makeCurrent(row);
    const frame = drawing.frame(row)!;
    if (!frame.matches(":focus-visible")) return;
    const box = frame.getBoundingClientRect();
    showTooltip(row, Math.max(box.left, 0), box.bottom);
  });
  scroller.addEventListener("focusout", () => hideTooltip());
  scroller.addEventListener("keydown", (event) => {
    const row = rowOf(event.target);
    if (row === undefined || !picture || event.altKey) return;
    const done = onKey(event, row);
    if (done) event.preventDefault();
  });

  function onKey({ key, ctrlKey, metaKey }: KeyboardEvent, row: number): boolean {
    const { layout, zoom } = picture!;
    const go = (to: number | undefined) => {
      if (to !== undefined) drawing.frame(to)?.focus();
      return true;
    };
    switch (key) {
      case "ArrowDown":
        return go(widest(childrenOf(row)));
      case "ArrowUp":
        return go(row > 0 ? layout.parent[row] : undefined);
      case "ArrowRight":
        return go(neighbour(row, 1));
      case "ArrowLeft":
        return go(neighbour(row, -1));
      case "Home":
        return go(0);
      case "Enter":
      case " ":
        refocus = true;
        if ((ctrlKey || metaKey) && canOpenSource) openSource(row);
        else zoomTo(row);
        return true;
      case "Escape":
      case "Backspace":
        if (zoom.length === 0) return false;
        refocus = true;
        wishes.zoomTo(zoom.slice(0, -1));
        return true;
      default:
        return false;
    }
  }

  function childrenOf(row: number): number[] {
    const { layout } = picture!;
    const children: number[] = [];
    for (let at = row + 1; at < layout.count; at++) if (layout.parent[at] === row) children.push(at);
    return children;
  }

  function widest(rows: readonly number[]): number | undefined {
    const { width } = picture!.layout;
    return rows.length === 0 ? undefined : rows.reduce((best, row) => (width[row] > width[best] ? row : best));
  }

  /** The next frame at the same height, also across parents. */
  function neighbour(row: number, way: 1 | -1): number | undefined {
    const { layout } = picture!;
    let best: number | undefined;
    for (let at = 1; at < layout.count; at++) {
      if (depthOf(at) !== depthOf(row) || (layout.left[at] - layout.left[row]) * way <= 0) continue;
      if (best === undefined || (layout.left[at] - layout.left[best]) * way < 0) best = at;
    }
    return best;
  }

  function depthOf(row: number): number {
    const { layout } = picture!;
    let depth = 0;
    for (let at = row; at > 0; at = layout.parent[at]) depth++;
    return depth;
  }

  function makeCurrent(row: number): void {
    drawing.frame(current)?.setAttribute("tabindex", "-1");
    current = row;
    drawing.frame(row)?.setAttribute("tabindex", "0");
  }

  function showTooltip(row: number, x: number, y: number): void {
    const { layout, total, files } = picture!;
    const frame = layout.frame[row];
    const value = layout.value[row];
    const parent = layout.value[layout.parent[row]];
    const lines = [
      element("div", { class: "tip-name" }, nameOf(row)),
      element("div", {}, `${amount(value)}, ${formatPercent(value, total)} of all`),
    ];
    if (row > 0) lines.push(element("div", {}, `${formatPercent(value, parent)} of the frame above`));
    if (frame >= 0) lines.push(element("div", {}, `${amount(layout.self[row])} in itself`));
    if (frame >= 0 && files[frame]) lines.push(element("div", { class: "tip-file" }, files[frame]));
    if (frame >= 0 && canOpenSource)
      lines.push(element("div", { class: "tip-hint" }, `Click: zoom · ${modifier()}+click: open source`));
    if (frame === SMALLER)
      lines.push(element("div", { class: "tip-hint" }, "Too narrow to draw one by one. Click to spread them out."));
    tooltip.replaceChildren(...lines);
    tooltip.hidden = false;
    const { width, height } = tooltip.getBoundingClientRect();
    const left = Math.max(4, Math.min(x + 12, window.innerWidth - width - 8));
    const top = y + 16 + height > window.innerHeight ? Math.max(4, y - height - 10) : y + 16;
    tooltip.style.left = `${left}px`;
    tooltip.style.top = `${top}px`;
  }

  function hideTooltip(): void {
    tooltip.hidden = true;
  }

  function drawCrumbs(): void {
    const { zoom, names, what } = picture!;
    const crumb = (label: string, title: string, steps: readonly ZoomStep[], last: boolean) =>
      element(
        "button",
        { class: "crumb", title, "aria-current": last && "location", onclick: () => wishes.zoomTo(steps) },
        label,
      );
    const called = ({ frame }: ZoomStep) => (frame === SMALLER ? "(smaller)" : names[frame]);
    const steps = element(
      "div",
      { class: "steps" },
      crumb(what, what, [], zoom.length === 0),
      ...zoom.map((step, i) =>
        crumb(shortName(called(step)), called(step), zoom.slice(0, i + 1), i === zoom.length - 1),
      ),
    );
    const last = zoom.at(-1);
    const parts: HTMLElement[] = [last ? steps : element("span", { class: "faint" }, "Click a frame to zoom in")];
    if (last) {
      if (canOpenSource && last.frame >= 0) {
        parts.push(element("button", { class: "plain", onclick: () => wishes.openSource(last) }, "Open Source"));
      }
      parts.push(
        element(
          "button",
          { class: "plain", onclick: () => wishes.copy(zoom.map(called).reverse().join("\n")) },
          "Copy Stack",
        ),
        element(
          "button",
          { class: "plain", title: "Escape zooms out by one frame", onclick: () => wishes.zoomTo([]) },
          "Reset Zoom",
        ),
      );
    }
    crumbs.replaceChildren(...parts);
    steps.scrollLeft = steps.scrollWidth;
  }

  return {
    element: view,
    width: () => Math.max(100, Math.floor(scroller.clientWidth)),
    draw(next) {
      picture = next;
      const { layout, total } = next;
      drawCrumbs();
      current = 0;
      drawing.draw(layout, this.width(), {
        label: (row) => (layout.frame[row] >= 0 ? shortName(nameOf(row)) : rootOrRest(row)),
        fill: (row) => (layout.frame[row] >= 0 ? frameColour(nameOf(row)) : "var(--rest)"),
        dress(frame, row) {
          frame.setAttribute("role", "treeitem");
          frame.setAttribute("tabindex", row === 0 ? "0" : "-1");
          frame.setAttribute("aria-level", String(depthOf(row) + 1));
          const words = `${nameOf(row)}, ${amount(layout.value[row])}, ${formatPercent(layout.value[row], total)}`;
          frame.setAttribute("aria-label", words);
          frame.classList.toggle("smaller", layout.frame[row] === SMALLER);
          frame.classList.toggle("match", isMatch(row));
        },
      });
      const svg = drawing.element.querySelector("svg")!;
      svg.setAttribute("role", "tree");
      svg.setAttribute("aria-label", `Flame graph of ${next.what}. Arrow keys walk, Enter zooms, Escape zooms out.`);
      if (refocus) drawing.frame(0)?.focus();
      refocus = false;
    },
    highlight(next) {
      matched = next;
      view.classList.toggle("searching", next !== undefined);
      if (!picture) return;
      for (let row = 0; row < picture.layout.count; row++) drawing.frame(row)?.classList.toggle("match", isMatch(row));
    },
    focus: () => drawing.frame(current)?.focus(),
  };
}

function modifier(): string {
  return /mac/i.test(navigator.userAgent) ? "⌘" : "Ctrl";
}
