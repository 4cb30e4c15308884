/** The bar above every view: what is open, which view, which profile and base, which sample type, search, menus. */
import type { ValueType } from "../../src/core/profile/profile.js";
import { element, setHint, setText } from "../page/element.js";
import { type MenuPart, openMenuBelow } from "./menu.js";
import { sampleWords } from "../page/sample-text.js";
import type { Tab } from "../page/state.js";

export interface ToolbarHandlers {
  showTab(tab: Tab): void;
  showProfile(profile: number): void;
  showBase(base: number | undefined): void;
  /** Another profile, of the host's. */
  chooseBase: () => void;
  showSampleType(sampleType: number): void;
  invert(inverted: boolean): void;
  search(pattern: string): void;
  undo(): void;
  redo(): void;
  viewMenu(): readonly MenuPart[];
  exportMenu(): readonly MenuPart[];
}

interface ToolbarState {
  readonly title: string;
  /** "heap profile, 1,204 samples, taken …". */
  readonly about: string;
  readonly tabs: readonly Tab[];
  readonly tab: Tab;
  readonly profiles: readonly string[];
  readonly profile: number;
  readonly base: number | undefined;
  /** Whether the host can fetch another base. */
  readonly canChooseBase: boolean;
  readonly sampleTypes: readonly ValueType[];
  readonly sampleType: number;
  readonly inverted: boolean;
  readonly pattern: string;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
}

export interface Toolbar {
  readonly element: HTMLElement;
  draw(state: ToolbarState): void;
  /** What the search found, or why it could not. */
  say(found: string, isProblem?: boolean): void;
  focusSearch(): void;
}

const TAB_TITLES: Readonly<Record<Tab, string>> = {
  diagnosis: "Diagnosis",
  time: "Time Line",
  flame: "Flame Graph",
  graph: "Call Graph",
  table: "Table",
  callers: "Callers",
  source: "Source",
  growth: "Growth",
};

export function createToolbar(handlers: ToolbarHandlers): Toolbar {
  const title = element("h1", { class: "title" });
  const about = element("span", { class: "about" });
  const tabs = element("div", { role: "tablist", "aria-label": "View", class: "tabs" });
  const profiles = element("select", {
    "aria-label": "Profile",
    onchange: () => handlers.showProfile(profiles.selectedIndex),
  });
  let baseOf: (number | undefined | "choose")[] = [];
  const bases = element("select", {
    "aria-label": "Minus (base)",
    title: "Subtract another profile: what grew, what shrank",
    onchange: () => {
      const chosen = baseOf[bases.selectedIndex];
      if (chosen !== "choose") return handlers.showBase(chosen);
      bases.selectedIndex = Math.max(0, baseOf.indexOf(shownBase));
      handlers.chooseBase();
    },
  });
  let shownBase: number | undefined;
  const types = element("select", {
    "aria-label": "What to show",
    onchange: () => handlers.showSampleType(types.selectedIndex),
  });
  const invert = element(
    "button",
    {
      class: "toggle",
      title: "Turn the stacks over: start from the functions where the cost arises and show who calls them",
      onclick: () => handlers.invert(invert.getAttribute("aria-pressed") !== "true"),
    },
    "Bottom-up",
  );
  const menu = (label: string, parts: () => readonly MenuPart[]) => {
    const button = element(
      "button",
      { class: "toggle", "aria-haspopup": "menu", onclick: () => openMenuBelow(button, label, parts()) },
      `${label} ▾`,
    );
    return button;
  };
  const view = menu("View", () => handlers.viewMenu());
  const step = (label: string, sign: string, onclick: () => void) =>
    element("button", { class: "plain step", "aria-label": label, title: label, onclick }, sign);
  const undo = step("Undo", "↶", () => handlers.undo());
  const redo = step("Redo", "↷", () => handlers.redo());
  const found = element("span", { class: "found", role: "status" });
  /** Set while something was typed that is not searched for yet. */
  let later: ReturnType<typeof setTimeout> | undefined;
  const searchNow = () => {
    clearTimeout(later);
    later = undefined;
    handlers.search(search.value);
  };
  const search = element("input", {
    type: "search",
    placeholder: "Search functions (regex)",
    "aria-label": "Search functions by regular expression",
    spellcheck: "false",
    title: "A regular expression; capitals count only if there are any",
    oninput: () => {
      clearTimeout(later);
      later = setTimeout(() => searchNow(), 120);
    },
    onkeydown: (event) => {
      const { key } = event as KeyboardEvent;
      if (key !== "Enter" && key !== "Escape") return;
      if (key === "Escape") search.value = "";
      searchNow();
    },
  });
  const controls = element(
    "div",
    { class: "controls" },
    profiles,
    bases,
    types,
    invert,
    view,
    menu("Export", () => handlers.exportMenu()),
    undo,
    redo,
    element("div", { class: "search" }, search, found),
  );
  tabs.addEventListener("keydown", ({ key }) => {
    const all = [...tabs.querySelectorAll<HTMLElement>("[role=tab]")];
    const at = all.findIndex((tab) => tab.getAttribute("aria-selected") === "true");
    const to = key === "ArrowRight" ? at + 1 : key === "ArrowLeft" ? at - 1 : -1;
    if (to < 0 || to >= all.length) return;
    all[to].click();
    tabs.querySelector<HTMLElement>("[aria-selected=true]")?.focus();
  });

  return {
    element: element("header", { class: "bar" }, element("div", { class: "heading" }, title, about), tabs, controls),
    draw(state) {
      setText(title, state.title);
      setHint(title, "title", state.title);
      setText(about, state.about);
      tabs.hidden = state.tabs.length < 2;
      const hadFocus = tabs.contains(document.activeElement);
      tabs.replaceChildren(
        ...state.tabs.map((tab) =>
          element(
            "button",
            {
              role: "tab",
              id: `tab-${tab}`,
              "data-tab": tab,
              "aria-selected": String(tab === state.tab),
              "aria-controls": "panel",
              tabindex: tab === state.tab ? 0 : -1,
              onclick: () => handlers.showTab(tab),
            },
            TAB_TITLES[tab],
          ),
        ),
      );
      if (hadFocus) tabs.querySelector<HTMLElement>("[aria-selected=true]")?.focus();
      controls.hidden = state.tab === "diagnosis" || state.tab === "time" || state.sampleTypes.length === 0;
      fillSelect(profiles, state.profiles, state.profile);
      profiles.hidden = state.profiles.length < 2;
      drawBases(state);
      fillSelect(
        types,
        state.sampleTypes.map((type) => sampleWords(type).name),
        state.sampleType,
      );
      setHint(
        types,
        "title",
        state.sampleTypes[state.sampleType] ? sampleWords(state.sampleTypes[state.sampleType]).hint : "",
      );
      types.hidden = state.sampleTypes.length < 2;
      invert.hidden = state.tab !== "flame";
      invert.setAttribute("aria-pressed", String(state.inverted));
      undo.disabled = !state.canUndo;
      redo.disabled = !state.canRedo;
      if (document.activeElement !== search && later === undefined) search.value = state.pattern;
    },
    say(text, isProblem = false) {
      setText(found, text);
      found.classList.toggle("problem", isProblem);
    },
    focusSearch() {
      search.focus();
      search.select();
    },
  };

  function drawBases({ profiles: names, profile, base, canChooseBase }: ToolbarState): void {
    const others = [...names.keys()].filter((other) => other !== profile);
    shownBase = base;
    baseOf = [undefined, ...others, ...(canChooseBase ? (["choose"] as const) : [])];
    const words = [
      "− no base",
      ...others.map((other) => `− ${names[other]}${other === profile - 1 ? " (the one before)" : ""}`),
      ...(canChooseBase ? ["− another profile…"] : []),
    ];
    fillSelect(bases, words, Math.max(0, baseOf.indexOf(base)));
    bases.hidden = baseOf.length < 2;
  }
}

function fillSelect(select: HTMLSelectElement, names: readonly string[], selected: number): void {
  const same = select.options.length === names.length && names.every((name, i) => select.options[i].text === name);
  if (!same) select.replaceChildren(...names.map((name) => element("option", {}, name)));
  select.selectedIndex = selected;
}
