/**
 * A table of any length with as many rows in the document as a screen shows: sortable heads, one row to walk with the
 * arrow keys.
 */
import { addChildren, element, setText } from "../page/element.js";

const ROW_HEIGHT_PX = 24;
/** Rows kept above and below what is seen. */
const SPARE_ROWS = 12;

export interface Column<Sort extends string> {
  readonly title: string;
  readonly hint: string;
  /** Class of its cells, which gives them their width and side. */
  readonly kind: string;
  /** Undefined: it cannot be sorted by. */
  readonly sort?: Sort;
}

export interface GridPicture<Sort extends string> {
  readonly columns: readonly Column<Sort>[];
  readonly count: number;
  readonly sort: Sort | undefined;
  readonly descending: boolean;
  /** The cells' contents of a row, and attributes for the row. */
  row(index: number): {
    readonly cells: readonly (Node | string)[][];
    readonly name: string;
    readonly isSelected: boolean;
  };
  /** What it says when there are no rows. */
  readonly empty: string;
}

export interface GridHandlers<Sort extends string> {
  sortBy(sort: Sort, descending: boolean): void;
  select(index: number): void;
  /** Enter, or a double click. */
  open(index: number): void;
  menu(index: number, x: number, y: number, opener: Element): void;
}

export interface Grid<Sort extends string> {
  readonly element: HTMLElement;
  draw(picture: GridPicture<Sort>): void;
}

export function createGrid<Sort extends string>(label: string, handlers: GridHandlers<Sort>): Grid<Sort> {
  const head = element("div", { role: "row", class: "table-head" });
  const body = element("div", { class: "table-body" });
  const empty = element("p", { class: "empty", hidden: true });
  const scroller = element(
    "div",
    { class: "table-scroller", tabindex: 0, role: "rowgroup", "aria-label": label },
    body,
  );
  const table = element(
    "div",
    { role: "table", class: "table", "aria-label": label },
    element("div", { role: "rowgroup" }, head),
    scroller,
  );
  const view = element("div", { class: "grid" }, table, empty);
  let picture: GridPicture<Sort> | undefined;
  let shown = { from: -1, to: -1 };

  const drawHead = () => {
    const { columns, sort, descending } = picture!;
    head.replaceChildren(
      ...columns.map((column) => {
        const by = column.sort;
        const active = by !== undefined && by === sort;
        const turned = active ? !descending : by !== "name";
        const mark = active ? (descending ? " ▾" : " ▴") : "";
        return element(
          "div",
          {
            role: "columnheader",
            class: `cell ${column.kind}`,
            "aria-sort": by === undefined ? undefined : active ? (descending ? "descending" : "ascending") : "none",
          },
          by === undefined
            ? element("span", { class: "plain-head", title: column.hint }, column.title)
            : element(
                "button",
                { class: "plain", title: column.hint, onclick: () => handlers.sortBy(by, turned) },
                column.title + mark,
              ),
        );
      }),
    );
  };

  const drawRows = (always: boolean) => {
    if (!picture) return;
    const { count, columns } = picture;
    const from = Math.max(0, Math.floor(scroller.scrollTop / ROW_HEIGHT_PX) - SPARE_ROWS);
    const seen = Math.ceil((scroller.clientHeight || 600) / ROW_HEIGHT_PX);
    const to = Math.min(count, from + seen + 2 * SPARE_ROWS);
    if (!always && from === shown.from && to === shown.to) return;
    shown = { from, to };
    const rows: HTMLElement[] = [];
    for (let index = from; index < to; index++) {
      const { cells, name, isSelected } = picture.row(index);
      const row = element(
        "div",
        {
          role: "row",
          class: isSelected ? "table-row selected" : "table-row",
          "aria-rowindex": index + 2,
          "data-row": index,
          "data-function": name,
        },
        ...cells.map((cell, column) => {
          const made = element("div", { role: "cell", class: `cell ${columns[column].kind}` });
          addChildren(made, ...cell);
          return made;
        }),
      );
      row.style.top = `${index * ROW_HEIGHT_PX}px`;
      rows.push(row);
    }
    body.replaceChildren(...rows);
  };

  const rowOf = (target: EventTarget | null) => {
    const row = target instanceof Element ? target.closest<HTMLElement>("[data-row]") : null;
    return row ? { row, index: Number(row.dataset["row"]) } : undefined;
  };
  body.addEventListener("click", (event) => {
    const hit = rowOf(event.target);
    if (hit && !(event.target as Element).closest("button")) handlers.select(hit.index);
  });
  body.addEventListener("dblclick", (event) => {
    const hit = rowOf(event.target);
    if (hit && !(event.target as Element).closest("button")) handlers.open(hit.index);
  });
  body.addEventListener("contextmenu", (event) => {
    const hit = rowOf(event.target);
    if (!hit) return;
    event.preventDefault();
    handlers.menu(hit.index, event.clientX, event.clientY, hit.row.querySelector("button") ?? scroller);
  });
  scroller.addEventListener("keydown", (event) => {
    if (!picture || picture.count === 0) return;
    const inside = rowOf(event.target);
    if (event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey)) {
      const index = inside?.index ?? selectedRow();
      if (index === undefined) return;
      const { left, bottom } = (event.target as Element).getBoundingClientRect();
      handlers.menu(index, left, inside ? bottom : scroller.getBoundingClientRect().top, event.target as Element);
    } else if (!inside && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      const before = selectedRow();
      const next = before === undefined ? 0 : before + (event.key === "ArrowDown" ? 1 : -1);
      const index = Math.max(0, Math.min(picture.count - 1, next));
      reveal(index);
      handlers.select(index);
    } else if (!inside && event.key === "Enter") {
      const index = selectedRow();
      if (index !== undefined) handlers.open(index);
    } else return;
    event.preventDefault();
  });

  function selectedRow(): number | undefined {
    for (let index = 0; picture && index < picture.count; index++) if (picture.row(index).isSelected) return index;
    return undefined;
  }

  function reveal(index: number): void {
    const top = index * ROW_HEIGHT_PX;
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (top + ROW_HEIGHT_PX > scroller.scrollTop + scroller.clientHeight) {
      scroller.scrollTop = top + ROW_HEIGHT_PX - scroller.clientHeight;
    }
  }

  scroller.addEventListener("scroll", () => drawRows(false), { passive: true });
  new ResizeObserver(() => drawRows(false)).observe(scroller);

  return {
    element: view,
    draw(next) {
      const sameRows = picture?.count === next.count;
      picture = next;
      table.style.setProperty("--columns", next.columns.map(({ kind }) => `var(--w-${kind})`).join(" "));
      drawHead();
      table.setAttribute("aria-rowcount", String(next.count + 1));
      body.style.height = `${next.count * ROW_HEIGHT_PX}px`;
      empty.hidden = next.count > 0;
      setText(empty, next.empty);
      if (!sameRows) scroller.scrollTop = 0;
      drawRows(true);
    },
  };
}

/** A value with its share of the whole, and a bar as long as the share. */
export function costCell(value: string, percent: string, share: number): (Node | string)[] {
  const bar = element("span", { class: share < 0 ? "share less" : "share", "aria-hidden": "true" });
  bar.style.width = `${Math.min(100, Math.abs(share) * 100)}%`;
  return [element("span", { class: "value" }, value), element("span", { class: "percent" }, percent), bar];
}
