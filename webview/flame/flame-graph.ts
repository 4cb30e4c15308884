/**
 * One flame graph as people meet it: frames that can be clicked, hovered and walked with the keyboard, a tooltip, a
 * menu, and the same in words for screen readers (an ARIA tree).
 *
 * It draws what it is given and says what people want; asking the worker is the page's business.
 */
import { type FlameLayout, SMALLER } from "../../src/core/views/flame-layout.js";
import { formatPercent, formatValue } from "../../src/core/text/format.js";
import { element, setHint, setText } from "../page/element.js";
import { diffColour, frameColour } from "./frame-colour.js";
import type { Place } from "../worker/queries.js";
import { createFlameDrawing } from "./screen-or-paper.js";
import { shortFunction } from "../../src/core/text/short-function.js";
import type { Colours } from "../page/state.js";

export interface GraphPicture {
  readonly layout: FlameLayout;
  /** With a base: by row, how much more than before. */
  readonly delta: Float64Array | undefined;
  readonly total: number;
  readonly names: readonly string[];
  readonly files: readonly string[];
  readonly unit: string;
  /** What the root stands for: "Live bytes now". */
  readonly what: string;
  readonly colours: Colours;
  /** The root at the bottom. */
  readonly upright: boolean;
  /** Name of the selected function, "" for none. */
  readonly selected: string;
  /** What the tree is called for screen readers. */
  readonly title: string;
}

/** Rows are of the layout that was drawn last. */
export interface GraphHandlers {
  zoomTo(row: number): void;
  /** One step back; false when there is none. */
  zoomOut(): boolean;
  openSource: ((row: number) => void) | undefined;
  menu(row: number, x: number, y: number, opener: Element): void;
  /** What the tooltip adds once it is known. */
  describe(row: number): Promise<Place | undefined>;
}

export interface FlameGraph {
  readonly element: HTMLElement;
  /** Pixels that the graph has. */
  width(): number;
  draw(picture: GraphPicture): void;
  /** Marks the frames whose function matches; `undefined` marks none. */
  highlight(matched: Uint8Array | undefined): void;
  /** Of the root, once it is drawn again. */
  focusNext(): void;
  name(row: number): string;
}

const DESCRIBE_AFTER_MS = 120;

export function createFlameGraph(handlers: GraphHandlers): FlameGraph {
  const tooltip = element("div", { class: "tooltip", "aria-hidden": "true", hidden: true });
  const scroller = element("div", { class: "scroller" });
  const drawing = createFlameDrawing(scroller);
  const view = element("div", { class: "flame-graph" }, scroller, tooltip);
  let picture: GraphPicture | undefined;
  let matched: Uint8Array | undefined;
  let current = 0;
  let refocus = false;
  let tipRow: number | undefined;
  let describing: ReturnType<typeof setTimeout> | undefined;

  const nameOf = (row: number): string => {
    const { layout, names, what } = picture!;
    const frame = layout.frame[row];
    if (frame === SMALLER) return `(${layout.smaller[row] || layout.count - 1} smaller)`;
    return frame < 0 ? what : names[frame] || "(no label)";
  };
  const rootOrRest = (row: number) =>
    row === 0 ? `${nameOf(row)}: ${amount(picture!.layout.value[row])}` : nameOf(row);
  const amount = (value: number) => formatValue(value, picture!.unit);
  const signed = (value: number) => `${value > 0 ? "+" : ""}${amount(value)}`;
  const isMatch = (row: number) => {
    const frame = picture!.layout.frame[row];
    return matched !== undefined && frame >= 0 && matched[frame] === 1;
  };
  const isSelected = (row: number) => {
    const { layout, names, selected } = picture!;
    return selected !== "" && layout.frame[row] >= 0 && names[layout.frame[row]] === selected;
  };
  const zoomTo = (row: number) => {
    hideTooltip();
    // The zoomed frame itself leads one back.
    if (row === 0) handlers.zoomOut();
    else handlers.zoomTo(row);
  };

  // Captured before the drawing stops them.
  scroller.addEventListener(
    "click",
    (event) => {
      const row = drawing.rowOf(event);
      if (row === undefined || !picture) return;
      if ((event.ctrlKey || event.metaKey) && handlers.openSource) handlers.openSource(row);
      else zoomTo(row);
    },
    { capture: true },
  );
  scroller.addEventListener("contextmenu", (event) => {
    const row = drawing.rowOf(event);
    if (row === undefined || !picture) return;
    event.preventDefault();
    hideTooltip();
    handlers.menu(row, event.clientX, event.clientY, drawing.frame(row)!);
  });
  scroller.addEventListener("pointermove", (event) => {
    const row = drawing.rowOf(event);
    if (row === undefined || !picture || event.pointerType === "touch") hideTooltip();
    else showTooltip(row, event.clientX, event.clientY);
  });
  scroller.addEventListener("pointerleave", () => hideTooltip());
  scroller.addEventListener("focusin", (event) => {
    const row = drawing.rowOf(event);
    if (row === undefined || !picture) return;
    makeCurrent(row);
    const frame = drawing.frame(row)!;
    if (!frame.matches(":focus-visible")) return;
    const box = frame.getBoundingClientRect();
    showTooltip(row, Math.max(box.left, 0), box.bottom);
  });
  scroller.addEventListener("focusout", () => hideTooltip());
  scroller.addEventListener("keydown", (event) => {
    const row = drawing.rowOf(event);
    if (row === undefined || !picture || event.altKey) return;
    if (onKey(event, row)) event.preventDefault();
  });

  function onKey({ key, ctrlKey, metaKey, shiftKey }: KeyboardEvent, row: number): boolean {
    const { layout, upright } = picture!;
    const go = (to: number | undefined) => {
      if (to !== undefined) drawing.frame(to)?.focus();
      return true;
    };
    const down = () => go(widest(childrenOf(row)));
    const up = () => go(row > 0 ? layout.parent[row] : undefined);
    switch (key) {
      case "ArrowDown":
        return upright ? up() : down();
      case "ArrowUp":
        return upright ? down() : up();
      case "ArrowRight":
        return go(neighbour(row, 1));
      case "ArrowLeft":
        return go(neighbour(row, -1));
      case "Home":
        return go(0);
      case "Enter":
      case " ":
        refocus = true;
        if ((ctrlKey || metaKey) && handlers.openSource) handlers.openSource(row);
        else zoomTo(row);
        return true;
      case "Escape":
      case "Backspace":
        refocus = handlers.zoomOut();
        return refocus;
      case "ContextMenu":
      case "F10": {
        if (key === "F10" && !shiftKey) return false;
        const frame = drawing.frame(row)!;
        const { left, bottom } = frame.getBoundingClientRect();
        hideTooltip();
        handlers.menu(row, Math.max(left, 0), bottom, frame);
        return true;
      }
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
      if (layout.depth[at] !== layout.depth[row] || (layout.left[at] - layout.left[row]) * way <= 0) continue;
      if (best === undefined || (layout.left[at] - layout.left[best]) * way < 0) best = at;
    }
    return best;
  }

  function makeCurrent(row: number): void {
    drawing.frame(current)?.setAttribute("tabindex", "-1");
    current = row;
    drawing.frame(row)?.setAttribute("tabindex", "0");
  }

  function showTooltip(row: number, x: number, y: number): void {
    if (tipRow !== row) fillTooltip(row);
    tooltip.hidden = false;
    const { width, height } = tooltip.getBoundingClientRect();
    const left = Math.max(4, Math.min(x + 12, window.innerWidth - width - 8));
    const top = y + 16 + height > window.innerHeight ? Math.max(4, y - height - 10) : y + 16;
    tooltip.style.left = `${left}px`;
    tooltip.style.top = `${top}px`;
  }

  function fillTooltip(row: number): void {
    tipRow = row;
    const { layout, total, files, delta } = picture!;
    const frame = layout.frame[row];
    const value = layout.value[row];
    const parent = layout.value[layout.parent[row]];
    const line = (text: string, name = "") => element("div", { class: name }, text);
    const place = line(frame >= 0 ? files[frame] : "", "tip-file");
    const everywhere = line("");
    const lines = [line(nameOf(row), "tip-name"), line(`${amount(value)}, ${formatPercent(value, total)} of all`)];
    if (delta && delta !== layout.value) lines.push(line(`${signed(delta[row])} since before`));
    if (row > 0)
      lines.push(line(`${formatPercent(value, parent)} of the frame ${picture!.upright ? "below" : "above"}`));
    if (frame >= 0) lines.push(line(`${amount(layout.self[row])} in itself`), everywhere, place);
    if (frame >= 0) {
      const source = handlers.openSource ? ` · ${modifier()}+click: open source` : "";
      lines.push(line(`Click: zoom${source} · right click: more`, "tip-hint"));
    }
    if (frame === SMALLER) lines.push(line("Too narrow to draw one by one. Click to spread them out.", "tip-hint"));
    tooltip.replaceChildren(...lines);
    clearTimeout(describing);
    if (frame < 0) return;
    describing = setTimeout(() => {
      void handlers.describe(row).then((known) => {
        if (!known || tipRow !== row) return;
        if (known.line > 0 && known.file !== "") setText(place, `${known.file}:${known.line}`);
        if (known.inlined > 0.005) {
          const part = known.inlined > 0.995 ? "" : `, ${formatPercent(known.inlined, 1)} of its cost`;
          setText(place, place.textContent + ` (inlined${part})`);
        }
        if (known.cum !== value || known.flat !== layout.self[row]) {
          setText(everywhere, `All stacks: flat ${amount(known.flat)}, cumulative ${amount(known.cum)}`);
        }
      });
    }, DESCRIBE_AFTER_MS);
  }

  function hideTooltip(): void {
    tooltip.hidden = true;
    tipRow = undefined;
    clearTimeout(describing);
  }

  return {
    element: view,
    width: () => Math.max(100, Math.floor(scroller.clientWidth)),
    draw(next) {
      picture = next;
      const { layout, total, delta, colours } = next;
      hideTooltip();
      current = 0;
      refocus ||= scroller.contains(document.activeElement); // whoever walks with the keyboard stays in the picture
      drawing.draw(layout, this.width(), next.upright, {
        title: `${next.title}. Arrow keys walk, Enter zooms, Escape zooms out.`,
        label: (row) => (layout.frame[row] >= 0 ? shortFunction(nameOf(row)) : rootOrRest(row)),
        fill(row) {
          if (layout.frame[row] < 0) return "--rest";
          if (delta) return diffColour(layout.width[row] === 0 ? 0 : delta[row] / layout.width[row]);
          return frameColour(nameOf(row), colours);
        },
        isMatch,
        isSelected,
        isSmaller: (row) => layout.frame[row] === SMALLER,
        dress(frame, row) {
          frame.setAttribute("role", "treeitem");
          frame.setAttribute("tabindex", row === 0 ? "0" : "-1");
          frame.setAttribute("aria-level", String(layout.depth[row] - layout.depth[0] + 1));
          const change = delta && delta !== layout.value ? `, ${signed(delta[row])} since before` : "";
          const words = `${nameOf(row)}, ${amount(layout.value[row])}, ${formatPercent(layout.value[row], total)}`;
          setHint(frame, "aria-label", words + change);
        },
      });
      if (next.upright) scroller.scrollTop = scroller.scrollHeight;
      if (refocus) drawing.frame(0)?.focus();
      refocus = false;
    },
    highlight(next) {
      matched = next;
      if (picture) drawing.mark(next !== undefined);
    },
    focusNext() {
      refocus = true;
    },
    name: nameOf,
  };
}

function modifier(): string {
  return /mac/i.test(navigator.userAgent) ? "⌘" : "Ctrl";
}
