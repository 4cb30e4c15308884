/** A series of profiles: which of them is shown (a slider), and a small chart for every function. */
import { formatValue } from "../../src/core/text/format.js";
import { element, setText } from "../page/element.js";
import { type Column, createGrid } from "./grid.js";
import { lineChart, sparkline } from "./line-chart.js";
import type { SeriesAnswer } from "../worker/queries.js";

interface GrowthPicture extends SeriesAnswer {
  /** By profile, all of the panel's. */
  readonly titles: readonly string[];
  /** The one that the other views show. */
  readonly profile: number;
  readonly cost: "flat" | "cum";
  readonly what: string;
  readonly selected: string;
}

export interface GrowthHandlers {
  showProfile(profile: number): void;
  /** Show one profile as a difference to another. */
  compare(profile: number, base: number): void;
  count(cost: "flat" | "cum"): void;
  select(functionName: string): void;
  find(functionName: string): void;
  menu(functionName: string, x: number, y: number, opener: Element): void;
}

export interface GrowthView {
  readonly element: HTMLElement;
  draw(picture: GrowthPicture): void;
}

const COLUMNS: readonly Column<never>[] = [
  { kind: "flat", title: "Growth", hint: "From the first profile to the last" },
  { kind: "cum", title: "First → last", hint: "" },
  { kind: "trend", title: "Over the series", hint: "" },
  { kind: "name", title: "Function", hint: "" },
];

export function createGrowthView(handlers: GrowthHandlers): GrowthView {
  let picture: GrowthPicture | undefined;
  const nameAt = (index: number) => picture!.names[index];
  const grid = createGrid<never>("Growth of functions", {
    sortBy: () => {},
    select: (index) => handlers.select(nameAt(index)),
    open: (index) => handlers.find(nameAt(index)),
    menu: (index, x, y, opener) => handlers.menu(nameAt(index), x, y, opener),
  });
  const above = element("div", { class: "above series" });
  const slider = element("input", {
    type: "range",
    min: 0,
    step: 1,
    class: "slider",
    "aria-label": "Profile of the series",
    oninput: () => {
      const profile = picture!.profiles[Number(slider.value)];
      setText(label, labelOf(Number(slider.value)));
      handlers.showProfile(profile);
    },
  });
  const label = element("output", { class: "slider-label" });
  const labelOf = (at: number) => {
    const { profiles, titles, takenMs, totals, unit } = picture!;
    const taken = takenMs[at];
    const when = taken === undefined ? "" : ` · ${new Date(taken).toLocaleTimeString()}`;
    return `${at + 1} of ${profiles.length}: ${titles[profiles[at]]}${when} · ${formatValue(totals[at], unit)}`;
  };
  const row = (index: number) => {
    const { values, profiles, unit, selected, names } = picture!;
    const series = values.subarray(index * profiles.length, (index + 1) * profiles.length);
    const [first, last] = [series[0], series[series.length - 1]];
    const growth = last - first;
    const name = names[index];
    return {
      cells: [
        [element("span", { class: "value" }, `${growth > 0 ? "+" : ""}${formatValue(growth, unit)}`)],
        [element("span", { class: "value" }, `${formatValue(first, unit)} → ${formatValue(last, unit)}`)],
        [sparkline(series, `${name}: ${Array.from(series, (value) => formatValue(value, unit)).join(", ")}`)],
        [
          element(
            "button",
            { class: "link", title: `${name}\nClick: find in the flame graph`, onclick: () => handlers.find(name) },
            name,
          ),
        ],
      ],
      name,
      isSelected: name === selected,
    };
  };

  return {
    element: element("div", { class: "growth-view", "data-view": "growth" }, above, grid.element),
    draw(next) {
      picture = next;
      const { profiles, totals, takenMs, unit, cost, what } = next;
      const timed = takenMs.every((at) => at !== undefined);
      const at = Math.max(0, profiles.indexOf(next.profile));
      slider.max = String(profiles.length - 1);
      slider.value = String(at);
      setText(label, labelOf(at));
      const plain = (text: string, title: string, onclick: () => void) =>
        element("button", { class: "plain", title, onclick }, text);
      const toggle = (kind: "flat" | "cum", text: string) =>
        element(
          "button",
          { class: "toggle", "aria-pressed": String(cost === kind), onclick: () => handlers.count(kind) },
          text,
        );
      const focused = document.activeElement === slider;
      above.replaceChildren(
        element(
          "figure",
          { class: "series-chart" },
          lineChart({
            name: `${what}, whole profile`,
            values: [...totals],
            atMs: timed ? takenMs.map(Number) : [...profiles.keys()],
            format: (value) => formatValue(value, unit),
          }),
        ),
        element(
          "div",
          { class: "series-controls" },
          element("div", { class: "slider-row" }, slider, label),
          element(
            "div",
            { class: "slider-row" },
            toggle("cum", "Cumulative"),
            toggle("flat", "Flat"),
            plain("Last minus first", "Show what changed over the whole series in the flame graph", () =>
              handlers.compare(profiles[profiles.length - 1], profiles[0]),
            ),
            ...(at > 0
              ? [
                  plain("This minus the one before", "Show what changed since the profile before", () =>
                    handlers.compare(profiles[at], profiles[at - 1]),
                  ),
                ]
              : []),
          ),
        ),
      );
      if (focused) slider.focus();
      grid.draw({
        columns: COLUMNS,
        count: next.names.length,
        sort: undefined,
        descending: true,
        row,
        empty: "No function matches.",
      });
    },
  };
}
