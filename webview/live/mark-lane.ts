/** What happened, above the charts: captures, stops and findings as buttons on the time axis, and when it begins and ends. */
import type { Mark } from "../../src/core/live/live-history.js";
import { element, setText } from "../page/element.js";
import type { Shown } from "./live-chart.js";
import { timeText } from "./live-text.js";

/** Marks that lie closer are one button, that tells of the last of them. */
const APART_PIXELS = 14;

const SIGNS: Readonly<Record<Mark["kind"], string>> = { capture: "◆", stop: "❚❚", finding: "!", collection: "·" };

export class MarkLane {
  readonly element: HTMLElement;
  readonly #begin = element("span", { class: "live-begin" });
  readonly #end = element("span", { class: "live-end" });
  readonly #buttons = element("div", { class: "live-marks", role: "group", "aria-label": "What happened" });
  readonly #onPick: (axisMs: number) => void;
  #drawn = "";

  constructor(onPick: (axisMs: number) => void) {
    this.#onPick = onPick;
    this.element = element("div", { class: "live-lane" }, this.#buttons, this.#begin, this.#end);
  }

  draw({ history, from, to, rows }: Shown): void {
    if (rows.last < 0) return;
    setText(this.#begin, timeText(history.atMs(rows.first)));
    setText(this.#end, timeText(history.atMs(rows.last)));
    const width = this.#buttons.clientWidth;
    const placed: { mark: Mark; left: number; more: number }[] = [];
    for (const mark of history.marks) {
      if (mark.axisMs < from || mark.axisMs > to) continue;
      const left = Math.round(((mark.axisMs - from) / (to - from || 1)) * width);
      const last = placed.at(-1);
      if (last !== undefined && left - last.left < APART_PIXELS)
        placed[placed.length - 1] = { mark, left: last.left, more: last.more + 1 };
      else placed.push({ mark, left, more: 0 });
    }
    // Buttons that are made anew would lose the focus: only when something moved.
    const drawing = JSON.stringify(placed);
    if (drawing === this.#drawn) return;
    this.#drawn = drawing;
    const focused = [...this.#buttons.children].indexOf(document.activeElement!);
    this.#buttons.replaceChildren(
      ...placed.map(({ mark, left, more }) => {
        const words = `${mark.label}, ${timeText(mark.atMs)}${more > 0 ? `, and ${more} more` : ""}`;
        const button = element(
          "button",
          {
            type: "button",
            class: `live-mark live-mark-${mark.kind}`,
            title: words,
            "aria-label": words,
            "data-mark": mark.kind,
            onclick: () => this.#onPick(mark.axisMs),
          },
          SIGNS[mark.kind],
        );
        button.style.left = `${left}px`;
        return button;
      }),
    );
    (this.#buttons.children[focused] as HTMLElement | undefined)?.focus();
  }
}
