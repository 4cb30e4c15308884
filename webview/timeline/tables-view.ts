/** The tables below the time line, one at a time, of the whole trace or the chosen part. */
import type { TraceReport } from "../../src/core/trace/trace-report.js";
import { element, setText } from "../page/element.js";
import { shortFunction } from "../../src/core/text/short-function.js";
import type { TracePlace } from "./questions.js";
import { type Cell, TABLE_NAMES, type TableName, TABLES, type TraceRow } from "./trace-tables.js";

export interface TablesHandlers {
  readonly openSource: ((place: TracePlace) => void) | undefined;
  readonly list: (table: TableName) => void;
  /** Shows where on the time line a row is. */
  readonly find: (row: TraceRow) => void;
}

export interface TablesView {
  readonly element: HTMLElement;
  draw(report: TraceReport, table: TableName, about: string): void;
  /** Until `draw` comes. */
  busy(words: string): void;
}

export function createTablesView(handlers: TablesHandlers): TablesView {
  const select = element("select", {
    "aria-label": "Table",
    onchange: () => handlers.list(TABLE_NAMES[select.selectedIndex]),
  });
  select.replaceChildren(...TABLE_NAMES.map((name) => element("option", { value: name }, TABLES[name].title)));
  const about = element("span", { class: "faint", role: "status" });
  const place = element("div", {
    class: "trace-table",
    tabindex: 0,
    role: "region",
    "aria-label": "Table of the trace",
  });
  let shown: { readonly report: TraceReport; readonly table: TableName } | undefined;

  return {
    element: element("section", { class: "trace-tables" }, element("div", { class: "above" }, select, about), place),
    busy: (words) => setText(about, words),
    draw(report, table, words) {
      setText(about, words);
      select.selectedIndex = TABLE_NAMES.indexOf(table);
      if (shown?.report === report && shown.table === table) return;
      shown = { report, table };
      for (const [at, name] of TABLE_NAMES.entries()) {
        setText(select.options[at], `${TABLES[name].title} (${TABLES[name].rows(report).length})`);
      }
      place.replaceChildren(tableOf(table, TABLES[table].rows(report), handlers));
    },
  };
}

function tableOf(name: TableName, rows: readonly TraceRow[], handlers: TablesHandlers): HTMLElement {
  const { heads, numbers, title } = TABLES[name];
  if (rows.length === 0) return element("p", { class: "empty" }, "There is nothing of this.");
  const numeric = (column: number) => (column < numbers ? "number" : undefined);
  return element(
    "table",
    { "aria-label": title },
    element(
      "thead",
      {},
      element("tr", {}, ...heads.map((head, column) => element("th", { scope: "col", class: numeric(column) }, head))),
    ),
    element(
      "tbody",
      {},
      ...rows.map((row) =>
        element(
          "tr",
          {},
          ...row.cells.map((cell, column) =>
            element("td", { class: numeric(column) }, cellOf(cell, column === 0 ? row : undefined, handlers)),
          ),
        ),
      ),
    ),
  );
}

/** `row` is given for the first cell, which leads to the time line. */
function cellOf(cell: Cell, row: TraceRow | undefined, { openSource, find }: TablesHandlers): HTMLElement | string {
  if (row?.at !== undefined && typeof cell === "string") {
    return element("button", { class: "link", title: "Show it on the time line", onclick: () => find(row) }, cell);
  }
  if (typeof cell === "string") return cell;
  const where = cell.file === "" ? cell.function : `${cell.function}, ${cell.file}:${cell.line}`;
  return openSource && cell.file !== ""
    ? element("button", { class: "link", title: where, onclick: () => openSource(cell) }, shortFunction(cell.function))
    : element("span", { title: where }, shortFunction(cell.function));
}
