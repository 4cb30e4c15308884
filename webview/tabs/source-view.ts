/** Source lines by what they cost: of the selected function, or the hottest of all. */
import { formatPercent, formatValue } from "../../src/core/text/format.js";
import { element } from "../page/element.js";
import { type Column, costCell, createGrid } from "./grid.js";
import type { LinesAnswer } from "../worker/queries.js";

interface SourcePicture extends LinesAnswer {
  readonly unit: string;
  readonly isDiff: boolean;
  /** The selected function; "" shows lines of all. */
  readonly selected: string;
}

export interface SourceHandlers {
  open: ((place: { function: string; file: string; line: number }) => void) | undefined;
  select(functionName: string): void;
  menu(functionName: string, x: number, y: number, opener: Element): void;
  /** Write the costs beside the code in the editor. */
  annotate: (() => void) | undefined;
}

export interface SourceView {
  readonly element: HTMLElement;
  draw(picture: SourcePicture): void;
}

const COLUMNS: readonly Column<never>[] = [
  { kind: "flat", title: "Flat", hint: "On the line itself" },
  { kind: "cum", title: "Cumulative", hint: "On the line and in all it calls" },
  { kind: "place", title: "Line", hint: "" },
  { kind: "name", title: "Function", hint: "" },
];

export function createSourceView(handlers: SourceHandlers): SourceView {
  let picture: SourcePicture | undefined;
  const nameAt = (index: number) => picture!.names[picture!.name[index]];
  const placeAt = (index: number) => ({
    function: nameAt(index),
    file: picture!.files[picture!.file[index]],
    line: picture!.line[index],
  });
  const grid = createGrid<never>("Source lines", {
    sortBy: () => {},
    select: (index) => handlers.select(nameAt(index)),
    open: (index) => handlers.open?.(placeAt(index)),
    menu: (index, x, y, opener) => handlers.menu(nameAt(index), x, y, opener),
  });
  const about = element("div", { class: "above" });

  const row = (index: number) => {
    const { flat, cum, total, unit, isDiff, selected } = picture!;
    const place = placeAt(index);
    const cost = (value: number) =>
      costCell(
        (isDiff && value > 0 ? "+" : "") + formatValue(value, unit),
        formatPercent(value, total),
        value / (total || 1),
      );
    const short = `${place.file.slice(place.file.lastIndexOf("/") + 1)}:${place.line}`;
    const words = place.file === "" ? "unknown" : short;
    const open = handlers.open;
    const where =
      open && place.file !== ""
        ? element("button", { class: "link", title: `${place.file}:${place.line}`, onclick: () => open(place) }, words)
        : element("span", { title: `${place.file}:${place.line}` }, words);
    const name = element(
      "button",
      { class: "link", title: place.function, onclick: () => handlers.select(place.function) },
      place.function,
    );
    return {
      cells: [cost(flat[index]), cost(cum[index]), [where], [name]],
      name: place.function,
      isSelected: place.function === selected,
    };
  };

  return {
    element: element("div", { class: "source-view", "data-view": "source" }, about, grid.element),
    draw(next) {
      picture = next;
      const { selected, count } = next;
      const annotate = handlers.annotate;
      about.replaceChildren(
        element("span", {}, selected === "" ? `The ${count} hottest lines` : `Lines of ${selected}`),
        ...(selected === ""
          ? []
          : [element("button", { class: "plain", onclick: () => handlers.select("") }, "Lines of all functions")]),
        ...(annotate
          ? [
              element(
                "button",
                {
                  class: "plain",
                  title: "Write what each line costs beside the code, in every source file that is open or opened",
                  onclick: () => annotate(),
                },
                "Show Costs in the Editor",
              ),
            ]
          : []),
      );
      grid.draw({
        columns: COLUMNS,
        count,
        sort: undefined,
        descending: true,
        row,
        empty: "The profile names no source lines here.",
      });
    },
  };
}
