/**
 * The filters as chips, each with its own ✕, the form that adds one, and the label to split by. What a chip does not
 * find, it says.
 */
import type { LabelSummary } from "../../src/core/profile/label-summary.js";
import { element, setText } from "../page/element.js";
import type { Chip, ChipKind } from "../worker/queries.js";

interface ChipsState {
  readonly chips: readonly Chip[];
  /** Places of chips that matched nothing. */
  readonly unmatched: readonly number[];
  readonly split: string | undefined;
  /** Undefined while they are not known. */
  readonly labels: readonly LabelSummary[] | undefined;
}

export interface ChipsHandlers {
  change(chips: readonly Chip[]): void;
  split(key: string | undefined): void;
}

export interface ChipsView {
  readonly element: HTMLElement;
  draw(state: ChipsState): void;
  /** Opens the form. */
  ask(kind: ChipKind): void;
  say(problem: string): void;
}

const KINDS: readonly { readonly kind: ChipKind; readonly name: string; readonly hint: string }[] = [
  { kind: "focus", name: "Focus", hint: "Only stacks with a function that matches" },
  { kind: "ignore", name: "Ignore", hint: "No stacks with a function that matches" },
  { kind: "hide", name: "Hide", hint: "Take matching functions out of the stacks; their cost goes to their callers" },
  { kind: "show", name: "Show only", hint: "Take all other functions out of the stacks" },
  { kind: "showFrom", name: "Show from", hint: "Begin stacks at the first function that matches; others go" },
  { kind: "trimTo", name: "Trim to", hint: "End stacks at the last function that matches: what it called goes" },
  { kind: "label", name: "Label", hint: "Only samples with this label: key=regex, or key=4kb:16kb for numbers" },
];

export function createChipsView(handlers: ChipsHandlers): ChipsView {
  let state: ChipsState = { chips: [], unmatched: [], split: undefined, labels: undefined };
  const list = element("ul", { class: "chips", "aria-label": "Filters" });
  const kind = element(
    "select",
    { "aria-label": "Kind of filter", onchange: () => prepare() },
    ...KINDS.map((one) => element("option", { value: one.kind, title: one.hint }, one.name)),
  );
  const offers = element("datalist", { id: "label-values" });
  const input = element("input", { type: "text", class: "chip-input", "aria-label": "Filter", spellcheck: "false" });
  const problem = element("span", { class: "chip-problem", role: "status" });
  const form = element(
    "form",
    {
      class: "chip-form",
      hidden: true,
      onsubmit: (event) => {
        event.preventDefault();
        if (input.value === "") return;
        handlers.change([...state.chips, { kind: kind.value as ChipKind, pattern: input.value }]);
        input.value = "";
      },
      onkeydown: (event) => {
        if ((event as KeyboardEvent).key !== "Escape") return;
        form.hidden = true;
        add.focus();
      },
    },
    kind,
    input,
    offers,
    element("button", { class: "toggle", type: "submit" }, "Add"),
    problem,
  );
  const add = element(
    "button",
    {
      class: "plain",
      "aria-expanded": "false",
      title: "Filter by function, file or label",
      onclick: () => (form.hidden ? ask((kind.value || "focus") as ChipKind) : ((form.hidden = true), prepare())),
    },
    "+ Filter",
  );
  const split = element("select", {
    "aria-label": "Split by label",
    title: "Values of this label become the outermost frames",
    onchange: () => handlers.split(split.value === "" ? undefined : split.value),
  });
  const view = element("div", { class: "chip-bar" }, list, add, form, split);

  function prepare(): void {
    const chosen = kind.value as ChipKind;
    add.setAttribute("aria-expanded", String(!form.hidden));
    input.placeholder = chosen === "label" ? "key=value (regex)" : "functions or files (regex)";
    if (chosen === "label") input.setAttribute("list", "label-values");
    else input.removeAttribute("list");
  }

  function ask(which: ChipKind): void {
    kind.value = which;
    form.hidden = false;
    setText(problem, "");
    prepare();
    input.focus();
  }

  return {
    element: view,
    draw(next) {
      state = next;
      setText(problem, "");
      const { chips, unmatched, labels } = next;
      list.hidden = chips.length === 0;
      list.replaceChildren(
        ...chips.map((chip, place) => {
          const { name, hint } = KINDS.find((one) => one.kind === chip.kind)!;
          const words = `${name} ${readable(chip)}`;
          const lost = unmatched.includes(place);
          return element(
            "li",
            { class: lost ? "chip lost" : "chip", title: `${hint}: ${chip.pattern}`, "data-chip": chip.kind },
            element("span", { class: "chip-kind" }, name),
            element("span", { class: "chip-pattern" }, readable(chip)),
            lost ? element("span", { class: "chip-lost" }, "matches nothing") : undefined,
            element(
              "button",
              {
                class: "chip-x",
                "aria-label": `Remove filter: ${words}`,
                onclick: () => handlers.change(chips.filter((_, other) => other !== place)),
              },
              "✕",
            ),
          );
        }),
      );
      split.hidden = !labels || labels.length === 0;
      if (!labels) return;
      split.replaceChildren(
        element("option", { value: "" }, "Split by label…"),
        ...labels.map(({ key, distinct }) =>
          element("option", { value: key }, `Split by ${key} (${distinct} ${distinct === 1 ? "value" : "values"})`),
        ),
      );
      split.value = next.split ?? "";
      offers.replaceChildren(
        ...labels.flatMap(({ key, values }) =>
          values.slice(0, 100).map(({ text, filter }) => element("option", { value: filter }, `${key}: ${text}`)),
        ),
      );
    },
    ask,
    say(words) {
      setText(problem, words);
    },
  };
}

/** Without the marks of a whole name. */
function readable({ pattern }: Chip): string {
  const whole = /^(.*=)?\^(.*)\$$/.exec(pattern);
  return whole ? (whole[1] ?? "") + whole[2].replace(/\\([\\^$.*+?()[\]{}|])/g, "$1") : pattern;
}
