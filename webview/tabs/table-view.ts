/** Functions with their flat and cumulative cost; of a diff, with what they cost before and how much they grew. */
import { formatPercent, formatValue } from "../../src/core/text/format.js";
import { element } from "../page/element.js";
import { type Column, costCell, createGrid } from "./grid.js";
import type { TableAnswer, TableSort } from "../worker/queries.js";

interface TablePicture extends TableAnswer {
  readonly names: readonly string[];
  readonly files: readonly string[];
  readonly unit: string;
  readonly sort: TableSort;
  readonly descending: boolean;
  readonly selected: string;
}

export interface TableHandlers {
  sortBy(sort: TableSort, descending: boolean): void;
  select(frame: number): void;
  openSource: ((frame: number) => void) | undefined;
  /** Show where this function is in the flame graph. */
  find(frame: number): void;
  menu(frame: number, x: number, y: number, opener: Element): void;
}

export interface TableView {
  readonly element: HTMLElement;
  draw(picture: TablePicture): void;
}

const FLAT: Column<TableSort> = { sort: "flat", kind: "flat", title: "Flat", hint: "In the function itself" };
const CUM: Column<TableSort> = {
  sort: "cum",
  kind: "cum",
  title: "Cumulative",
  hint: "In the function and all it calls; recursion counts once",
};
const NAME: Column<TableSort> = { sort: "name", kind: "name", title: "Function", hint: "" };
const BEFORE: Column<TableSort> = { kind: "before", title: "Before", hint: "Cumulative cost in the base" };
const GROWTH: Column<TableSort> = {
  sort: "growth",
  kind: "growth",
  title: "Growth",
  hint: "Change of the cumulative cost, as a part of what it was",
};

export function createTableView(handlers: TableHandlers): TableView {
  let picture: TablePicture | undefined;
  const grid = createGrid<TableSort>("Functions", {
    sortBy: (sort, descending) => handlers.sortBy(sort, descending),
    select: (index) => handlers.select(picture!.order[index]),
    open: (index) => handlers.find(picture!.order[index]),
    menu: (index, x, y, opener) => handlers.menu(picture!.order[index], x, y, opener),
  });

  const row = (index: number) => {
    const { order, flat, cum, total, names, files, unit, before, selected } = picture!;
    const frame = order[index];
    const sign = (value: number) => (before && value > 0 ? "+" : "");
    const cost = (value: number) =>
      costCell(sign(value) + formatValue(value, unit), formatPercent(value, total), value / (total || 1));
    const open = handlers.openSource;
    const name = [
      element(
        "button",
        {
          class: "link",
          title: `${names[frame]}\n${files[frame]}\nClick: find in the flame graph`,
          onclick: () => handlers.find(frame),
        },
        names[frame] || "(no label)",
      ),
      ...(open && files[frame] !== ""
        ? [
            element(
              "button",
              {
                class: "plain source",
                title: `Open ${files[frame]}`,
                "aria-label": `Open source of ${names[frame]}`,
                onclick: () => open(frame),
              },
              "Source",
            ),
          ]
        : []),
    ];
    const was = before ? [[formatValue(before.cum[frame], unit)], [growthOf(cum[frame], before.cum[frame])]] : [];
    return {
      cells: [cost(flat[frame]), cost(cum[frame]), ...was, name],
      name: names[frame],
      isSelected: names[frame] === selected,
    };
  };

  return {
    element: element("div", { class: "table-view", "data-view": "table" }, grid.element),
    draw(next) {
      picture = next;
      grid.draw({
        columns: next.before ? [FLAT, CUM, BEFORE, GROWTH, NAME] : [FLAT, CUM, NAME],
        count: next.order.length,
        sort: next.sort,
        descending: next.descending,
        row,
        empty: "No function matches.",
      });
    },
  };
}

function growthOf(change: number, before: number): string {
  if (change === 0) return "0%";
  if (before === 0) return "new";
  if (change === -before) return "gone";
  return `${change > 0 ? "+" : "−"}${formatPercent(change, before)}`;
}
