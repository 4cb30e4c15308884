/**
 * Functions with their flat and cumulative cost: sortable, filterable, and with as many rows in the document as a
 * screen shows, however many there are.
 */
import { formatPercent, formatValue } from "../src/core/format.js";
import { element } from "./element.js";
import type { TableAnswer, TableSort } from "./queries.js";

const ROW_HEIGHT_PX = 24;
/** Rows kept above and below what is seen. */
const SPARE_ROWS = 12;

interface TablePicture extends TableAnswer {
  readonly names: readonly string[];
  readonly files: readonly string[];
  readonly unit: string;
  readonly sort: TableSort;
  readonly descending: boolean;
}

export interface TableWishes {
  sortBy(sort: TableSort, descending: boolean): void;
  openSource: ((frame: number) => void) | undefined;
  /** Show where this function is in the flame graph. */
  find(frame: number): void;
}

export interface TableView {
  readonly element: HTMLElement;
  draw(picture: TablePicture): void;
}

const COLUMNS: readonly { readonly sort: TableSort; readonly title: string; readonly hint: string }[] = [
  { sort: "flat", title: "Flat", hint: "In the function itself" },
  { sort: "cum", title: "Cumulative", hint: "In the function and all it calls; recursion counts once" },
  { sort: "name", title: "Function", hint: "" },
];

export function createTableView(wishes: TableWishes): TableView {
  const head = element("div", { role: "row", class: "table-head" });
  const body = element("div", { role: "rowgroup", class: "table-body" });
  const empty = element("p", { class: "empty", hidden: true }, "No function matches.");
  const scroller = element("div", { class: "table-scroller", tabindex: 0, role: "presentation" }, body);
  const table = element(
    "div",
    { role: "table", class: "table", "aria-label": "Functions" },
    element("div", { role: "rowgroup" }, head),
    scroller,
  );
  const view = element("div", { class: "table-view", "data-view": "table" }, table, empty);
  let picture: TablePicture | undefined;
  let shown = { from: -1, to: -1 };

  const drawHead = () => {
    const { sort, descending } = picture!;
    head.replaceChildren(
      ...COLUMNS.map((column) => {
        const active = column.sort === sort;
        const turned = active ? !descending : column.sort !== "name";
        const mark = active ? (descending ? " ▾" : " ▴") : "";
        return element(
          "div",
          {
            role: "columnheader",
            class: `cell ${column.sort}`,
            "aria-sort": active ? (descending ? "descending" : "ascending") : "none",
          },
          element(
            "button",
            { class: "plain", title: column.hint, onclick: () => wishes.sortBy(column.sort, turned) },
            column.title + mark,
          ),
        );
      }),
    );
  };

  const drawRows = (always: boolean) => {
    if (!picture) return;
    const { order, flat, cum, total, names, files, unit } = picture;
    const from = Math.max(0, Math.floor(scroller.scrollTop / ROW_HEIGHT_PX) - SPARE_ROWS);
    const seen = Math.ceil((scroller.clientHeight || 600) / ROW_HEIGHT_PX);
    const to = Math.min(order.length, from + seen + 2 * SPARE_ROWS);
    if (!always && from === shown.from && to === shown.to) return;
    shown = { from, to };
    const cost = (value: number, column: string) =>
      element(
        "div",
        { role: "cell", class: `cell ${column}` },
        element("span", { class: "value" }, formatValue(value, unit)),
        element("span", { class: "percent" }, formatPercent(value, total)),
        shareBar(Math.abs(value) / (total || 1)),
      );
    const rows: HTMLElement[] = [];
    for (let row = from; row < to; row++) {
      const frame = order[row];
      const open = wishes.openSource;
      rows.push(
        element(
          "div",
          { role: "row", class: "table-row", "aria-rowindex": row + 2, "data-function": names[frame] },
          cost(flat[frame], "flat"),
          cost(cum[frame], "cum"),
          element(
            "div",
            { role: "cell", class: "cell name" },
            element(
              "button",
              {
                class: "link",
                title: `${names[frame]}\n${files[frame]}\nClick: find in the flame graph`,
                onclick: () => wishes.find(frame),
              },
              names[frame],
            ),
            open && files[frame] !== ""
              ? element(
                  "button",
                  {
                    class: "plain source",
                    title: `Open ${files[frame]}`,
                    "aria-label": `Open source of ${names[frame]}`,
                    onclick: () => open(frame),
                  },
                  "Source",
                )
              : undefined,
          ),
        ),
      );
      rows.at(-1)!.style.top = `${row * ROW_HEIGHT_PX}px`;
    }
    body.replaceChildren(...rows);
  };

  scroller.addEventListener("scroll", () => drawRows(false), { passive: true });
  new ResizeObserver(() => drawRows(false)).observe(scroller);

  return {
    element: view,
    draw(next) {
      const sameRows = picture?.order.length === next.order.length;
      picture = next;
      drawHead();
      table.setAttribute("aria-rowcount", String(next.order.length + 1));
      body.style.height = `${next.order.length * ROW_HEIGHT_PX}px`;
      empty.hidden = next.order.length > 0;
      if (!sameRows) scroller.scrollTop = 0;
      drawRows(true);
    },
  };
}

function shareBar(share: number): HTMLElement {
  const filled = element("span", { class: "share", "aria-hidden": "true" });
  filled.style.width = `${Math.min(100, share * 100)}%`;
  return filled;
}
