/**
 * The page: one state, from which every view is drawn, and the ways that people change it.
 *
 * A change sets the state and redraws what is shown; what needs thinking is asked of the worker. Answers that come
 * after the state has moved on are dropped.
 */
import type { Diagnosis, Finding } from "../src/core/diagnosis.js";
import { labelFilterOf } from "../src/core/filter.js";
import { formatPercent, formatValue } from "../src/core/format.js";
import type { LabelSummary } from "../src/core/label-summary.js";
import { type Ask, Refusal } from "./asking.js";
import { aboutOf } from "./about.js";
import { createArrivals } from "./bytes.js";
import { createChipsView } from "./chips-view.js";
import { diagnosisView } from "./diagnosis-view.js";
import { element } from "./element.js";
import { exportMenu } from "./export-menu.js";
import { createFlameView } from "./flame-view.js";
import { type FrameDeeds, frameMenu } from "./frame-menu.js";
import { createGrowthView } from "./growth-view.js";
import { historyFrom } from "./history.js";
import type { Host } from "./host.js";
import { openMenu } from "./menu.js";
import { messageView, sentence } from "./message-view.js";
import { exactly, namePattern } from "./name-pattern.js";
import type { CodePlace, HostSkills, ProfileBytes, ToWebview } from "./protocol.js";
import type { Chip, LensInfo, Opened, SeriesAnswer, WantedStep, ZoomStep } from "./queries.js";
import { createSandwichView } from "./sandwich-view.js";
import { sampleWords } from "./sample-words.js";
import { sourceCostsOf } from "./source-costs.js";
import { createSourceView } from "./source-view.js";
import { lensOf, START, stateFrom, type Tab, type ViewState } from "./state.js";
import { createTableView } from "./table-view.js";
import { createToolbar } from "./toolbar.js";
import { viewMenu } from "./view-menu.js";

export interface Viewer {
  take(message: ToWebview): void;
}

/** What the host keeps for this page while it is hidden, and over a reload. */
interface Saved {
  /** The host's. */
  readonly id?: string;
  readonly view?: unknown;
}

/** Lines of the source list, and lines whose costs the editor shows. */
const LISTED_LINES = 1000;
const EDITOR_LINES = 5000;
const SERIES_ROWS = 1000;

export function createViewer(root: HTMLElement, host: Host, ask: Ask): Viewer {
  const saved = (host.state ?? {}) as Saved;
  const history = historyFrom<ViewState>(START);
  let profiles: ProfileBytes[] = [];
  let diagnosis: Diagnosis | undefined;
  let skills: HostSkills = {};
  let id = saved.id;
  let openedBy: (Promise<Opened> | undefined)[] = [];
  let opened: Opened | undefined;
  /** Of the lens that is looked through. */
  let info: LensInfo | undefined;
  let infoOf = "";
  let sampleType = 0;
  /** The zoomed stack as the picture of this key has it. */
  let zoomed: { readonly key: string; readonly steps: readonly WantedStep[] } = { key: "", steps: [] };
  let labels: { readonly key: string; readonly summaries: readonly LabelSummary[] } | undefined;
  let series: { readonly key: string; readonly answer: Promise<SeriesAnswer> } | undefined;
  /** The costs that the editor shows beside the code; undefined: none were asked for. */
  let annotated: string | undefined;
  /** Pixels that the graph had when it was asked for. */
  let drawnWidth = 0;
  let turn = 0;
  /** Turns whose views are still being drawn. */
  let unfinished = 0;
  const arrivals = createArrivals((profile, have, size) => {
    const part = size ? `${Math.floor((100 * have) / size)} %` : formatValue(have, "bytes");
    if (profile === history.now.profile && reading.isConnected) reading.textContent = readingWords(profile, part);
  });
  const reading = element("p", { class: "empty", role: "status" });

  const can = <Wish>(wish: Wish): Wish | undefined => (host.isEditor ? wish : undefined);
  const view = () => ({ lens: lensOf(history.now), sampleType });
  const openSource = (frame: number, range?: ZoomStep["range"]) => {
    void place(frame, range).then((found) => openPlace(found), report);
  };
  const openPlace = ({ function: name, file, line }: CodePlace) => {
    host.send({ type: "openSource", function: name, file, line });
    annotate();
  };
  const place = (frame: number, range?: ZoomStep["range"]) => {
    const { inverted, side } = history.now;
    return ask("place", { ...view(), side, inverted, frame, range });
  };
  const describe = (frame: number, range?: ZoomStep["range"]) =>
    frame < 0 ? Promise.resolve(undefined) : place(frame, range).catch(() => undefined);

  const toolbar = createToolbar({
    showTab: (tab) => change({ tab }, false),
    showProfile: (profile) => change({ profile, base: history.now.base === profile ? undefined : history.now.base }),
    showBase: (base) => change({ base }),
    chooseBase: () => host.send({ type: "chooseBase" }),
    showSampleType: (next) => change({ sampleType: info?.sampleTypes[next].type }),
    invert: (inverted) => change({ inverted, zoom: [] }),
    search: (pattern) => searchFor(pattern),
    undo: () => history.undo() && draw(),
    redo: () => history.redo() && draw(),
    viewMenu: () => viewMenu(history.now, (fields) => change(fields)),
    exportMenu: () =>
      exportMenu({
        host,
        ask,
        skills,
        state: history.now,
        view: view(),
        zoom: zoomed.steps,
        title: title(),
        bytesOf,
        report,
      }),
  });
  const chips = createChipsView({
    change: (next) => changeChips(next),
    split: (split) => change({ split, zoom: [] }),
  });
  const flame = createFlameView({
    zoomTo: (steps) => zoomTo(steps),
    openSource: can(({ frame, range }: ZoomStep) => openSource(frame, range)),
    copy: (text) => host.send({ type: "copy", text }),
    describe: ({ frame, range }) => describe(frame, range),
    menu(steps, x, y, opener) {
      const last = steps.at(-1);
      if (!last || last.frame < 0) return;
      const stack = steps.filter(({ frame }) => frame >= 0).map(({ frame }) => nameOf(frame));
      const deeds = { zoom: () => zoomTo(steps), stack, openSource: can(() => openSource(last.frame, last.range)) };
      openMenu(
        "Frame",
        frameMenu(nameOf(last.frame), { ...deedsFor(last.frame, stack, last.range), ...deeds }),
        x,
        y,
        opener,
      );
    },
  });
  const table = createTableView({
    sortBy: (sort, descending) => change({ sort, descending }, false),
    select: (frame) => change({ selected: nameOf(frame) }, false),
    openSource: can((frame: number) => openSource(frame)),
    find: (frame) => find(nameOf(frame)),
    menu: (frame, x, y, opener) => functionMenu(nameOf(frame), x, y, opener),
  });
  const sandwich = createSandwichView({
    select: (frame) => change({ selected: nameOf(frame) }),
    openSource: can((frame: number) => openSource(frame)),
    menu: (frame, x, y, opener) => functionMenu(nameOf(frame), x, y, opener),
    describe: (frame) => describe(frame),
  });
  const source = createSourceView({
    open: can((where: CodePlace) => openPlace(where)),
    select: (selected) => change({ selected }),
    menu: (name, x, y, opener) => functionMenu(name, x, y, opener),
    annotate: can(() => annotate()),
  });
  const growth = createGrowthView({
    showProfile: (profile) => change({ profile, base: undefined }, false),
    compare: (profile, base) => change({ profile, base, tab: "flame" }),
    count: (cost) => change({ cost }, false),
    select: (selected) => change({ selected }, false),
    find: (name) => find(name),
    menu: (name, x, y, opener) => functionMenu(name, x, y, opener),
  });
  const hint = element("p", { class: "hint" });
  const panel = element("div", { id: "panel", role: "tabpanel", class: "panel", tabindex: -1 });
  root.replaceChildren(toolbar.element, chips.element, hint, panel);
  const graph = () => ({ flame, callers: sandwich })[history.now.tab as string];
  const redraw = debounced(() => {
    const shown = graph();
    if (shown && info && shown.width() !== drawnWidth) draw();
  }, 80);
  new ResizeObserver(redraw).observe(panel);
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
    const control = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    const isRedo = control && !typing && (key === "y" || (key === "z" && event.shiftKey));
    const isUndo = control && !typing && key === "z" && !isRedo;
    const isFind = (key === "f" && control) || (key === "/" && !typing);
    if (history.now.tab === "diagnosis" || !(isRedo || isUndo || isFind)) return;
    event.preventDefault();
    if (isFind) toolbar.focusSearch();
    else if (isUndo ? history.undo() : history.redo()) draw();
  });

  function change(fields: Partial<ViewState>, isStep = true): void {
    const next = { ...history.now, ...fields };
    if (isStep) history.go(next);
    else history.replace(next);
    draw();
  }

  function changeChips(next: readonly Chip[]): void {
    try {
      for (const { kind, pattern } of next) {
        if (kind === "label") labelFilterOf(pattern);
        else namePattern(pattern);
      }
    } catch (error) {
      return chips.say(error instanceof Error ? sentence(error.message) : String(error));
    }
    change({ chips: next });
  }

  function zoomTo(steps: readonly WantedStep[]): void {
    zoomed = { key: pictureKey(), steps };
    const last = steps.at(-1)?.frame ?? -1;
    const names = steps.map(({ frame }) => nameOf(frame));
    change({ zoom: names, selected: last >= 0 ? nameOf(last) : "" });
  }

  /** Ranges are of one picture; names find the stack again in any other. */
  function pictureKey(): string {
    return JSON.stringify([view(), history.now.inverted, history.now.side]);
  }

  function nameOf(frame: number): string {
    return frame < 0 ? "(smaller)" : (info?.names[frame] ?? "");
  }

  function title(): string {
    return profiles[history.now.profile]?.name ?? diagnosis?.target ?? "profile";
  }

  function find(functionName: string): void {
    change({ tab: "flame", selected: functionName, pattern: exactly(functionName), zoom: [] });
  }

  function deedsFor(frame: number | undefined, stack: readonly string[], range?: ZoomStep["range"]): FrameDeeds {
    return {
      showCallers: () => change({ tab: "callers", selected: stack.at(-1) ?? "" }),
      showLines: () => change({ tab: "source", selected: stack.at(-1) ?? "" }),
      filter: (kind, pattern) => changeChips([...history.now.chips, { kind, pattern }]),
      copy: (text) => host.send({ type: "copy", text }),
      showGoroutines:
        skills.goroutines && frame !== undefined
          ? () => {
              void place(frame, range).then(({ function: name, file, line }) => {
                host.send({ type: "showGoroutines", function: name, file, line, stack });
              }, report);
            }
          : undefined,
    };
  }

  function functionMenu(name: string, x: number, y: number, opener: Element): void {
    const frame = info?.names.indexOf(name) ?? -1;
    const known = frame < 0 ? undefined : frame;
    const deeds: FrameDeeds = {
      ...deedsFor(known, [name]),
      find: () => find(name),
      openSource: known === undefined ? undefined : can(() => openSource(known)),
    };
    openMenu("Function", frameMenu(name, deeds), x, y, opener);
  }

  /** In the first profile that counts what the finding counts; of a series, the last snapshot if it is named so. */
  async function showFrames({ sampleType: type, function: name }: Finding): Promise<void> {
    const all = profiles.map((_, i) => i);
    const isLast = (i: number) => /\blast\b/.test(profiles[i].name);
    for (const i of [...all.filter(isLast), ...all.filter((i) => !isLast(i))]) {
      const candidate = await open(i).catch(() => undefined); // a damaged one says so when it is chosen
      if (!candidate?.sampleTypes.some((known) => known.type === type)) continue;
      history.replace({ ...history.now, profile: i, base: undefined, sampleType: type });
      break;
    }
    find(name);
  }

  async function reveal({ function: name }: CodePlace, stack: readonly string[] | undefined): Promise<void> {
    if (!(await look(++turn)) || !info) return;
    const frames = stack?.map((one) => info!.names.indexOf(one)) ?? [];
    const { side, inverted } = history.now;
    if (frames.length > 0 && !inverted && frames.every((frame) => frame >= 0)) {
      const zoom = frames.map((frame) => ({ frame }));
      const answer = await ask("flame", { ...view(), side, inverted, width: flame.width(), zoom });
      if (answer.zoom.length === frames.length) return change({ tab: "flame", zoom: [...stack!], selected: name });
    }
    const frame = info.names.indexOf(name);
    const path = frame < 0 ? [] : await ask("locate", { ...view(), frame, inverted });
    if (path.length > 0) return change({ tab: "flame", zoom: path.map(nameOf), selected: name });
    change({ tab: "flame" }, false);
    toolbar.say(`${name} has no cost here`, true);
  }

  async function bytesOf(number: number): Promise<Uint8Array> {
    const { name, bytes } = profiles[number];
    if (bytes) return bytes;
    const arrived = await arrivals.wanted(number, () => host.send({ type: "wantBytes", profile: number }));
    profiles[number] = { name, bytes: arrived };
    return arrived;
  }

  function open(number: number): Promise<Opened> {
    const opening = (openedBy[number] ??= bytesOf(number).then((bytes) => ask("open", { profile: number, bytes })));
    opening.catch(() => (openedBy[number] = undefined));
    return opening;
  }

  function draw(): void {
    const mine = ++turn;
    unfinished++;
    drawing(mine)
      .catch(report)
      .finally(() => unfinished--);
  }

  /** Marks what matches in the picture that is there; tables list only that, and are drawn anew. */
  function searchFor(pattern: string): void {
    history.replace({ ...history.now, pattern });
    if (!info || unfinished > 0 || ["table", "growth"].includes(history.now.tab)) return draw();
    search(++turn, info.sampleTypes[sampleType]?.unit ?? "")
      .then(save)
      .catch(report);
  }

  async function drawing(mine: number): Promise<void> {
    drawBar();
    const { tab } = history.now;
    if (tab === "diagnosis") return drawDiagnosis();
    if (!(await look(mine)) || !info) return;
    drawBar();
    drawHint(info);
    drawChips();
    panel.setAttribute("aria-labelledby", `tab-${tab}`);
    const { type, unit } = info.sampleTypes[sampleType] ?? { type: "samples", unit: "" };
    const what = sampleWords({ type, unit }).name;
    switch (tab) {
      case "table":
        await drawTable(mine, info, unit);
        break;
      case "callers":
        await drawCallers(mine, info, unit);
        break;
      case "source":
        await drawSource(mine, unit);
        break;
      case "growth":
        await drawGrowth(mine, type, what);
        break;
      case "flame":
        await drawFlame(mine, info, unit, what);
        break;
    }
    if (mine !== turn) return;
    await search(mine, unit);
    save();
    await Promise.all([findLabels(mine), sendCosts(mine, unit, what)]);
  }

  function drawDiagnosis(): void {
    hint.replaceChildren();
    chips.element.hidden = true;
    panel.setAttribute("aria-labelledby", "tab-diagnosis");
    if (!panel.querySelector("[data-view=diagnosis]")) {
      panel.replaceChildren(
        diagnosisView(diagnosis!, {
          openSource: can(({ function: name, file, line }: CodePlace) =>
            host.send({ type: "openSource", function: name, file, line }),
          ),
          showFrames: profiles.length > 0 ? (finding) => void showFrames(finding).catch(report) : undefined,
        }),
      );
    }
    save();
  }

  async function drawFlame(mine: number, { names, files }: LensInfo, unit: string, what: string): Promise<void> {
    put(flame.element);
    const { inverted, side, colours, upright, selected, base } = history.now;
    const key = pictureKey();
    const wanted = zoomed.key === key ? zoomed.steps : framesCalled(history.now.zoom, names);
    const same = wanted.map(({ frame }) => nameOf(frame)).join("\0") === history.now.zoom.join("\0");
    const zoom = same ? wanted : framesCalled(history.now.zoom, names);
    drawnWidth = flame.width();
    const answer = await ask("flame", { ...view(), side, inverted, width: drawnWidth, zoom });
    if (mine !== turn) return;
    zoomed = { key, steps: answer.zoom };
    history.replace({ ...history.now, zoom: answer.zoom.map(({ frame }) => nameOf(frame)) });
    if (answer.layout.width[0] === 0) {
      const why = history.now.chips.length > 0 ? "The filters leave no samples" : "This profile has no samples";
      const words = base === undefined ? `${why} that count for “${what}”.` : `Nothing changed in “${what}”.`;
      return put(messageView("Nothing to draw", words));
    }
    flame.draw({ ...answer, names, files, unit, what, colours, upright, selected });
    if (answer.zoom.length === 0) return flame.drawOverview(undefined);
    const overview = await ask("overview", { ...view(), side, inverted, zoom: answer.zoom });
    if (mine === turn) flame.drawOverview(overview);
  }

  async function drawTable(mine: number, { names, files }: LensInfo, unit: string): Promise<void> {
    const { sort, descending, selected } = history.now;
    const answer = await ask("table", { ...view(), sort, descending, filter: validPattern() });
    if (mine !== turn) return;
    put(table.element);
    table.draw({ ...answer, names, files, unit, sort, descending, selected });
  }

  async function drawCallers(mine: number, { names, files }: LensInfo, unit: string): Promise<void> {
    put(sandwich.element);
    const { selected, colours, base } = history.now;
    if (selected === "") return sandwich.drawNothing("Select a function, in the table or the flame graph.");
    const frame = names.indexOf(selected);
    if (frame < 0) return sandwich.drawNothing(`${selected} is not in this picture.`);
    drawnWidth = sandwich.width();
    const answer = await ask("sandwich", { ...view(), frame, width: drawnWidth });
    if (mine !== turn) return;
    if (answer.callees.width[0] === 0) return sandwich.drawNothing(`${selected} costs nothing here.`);
    sandwich.draw({ ...answer, frame, names, files, unit, colours, isDiff: base !== undefined });
  }

  async function drawSource(mine: number, unit: string): Promise<void> {
    const { selected, base } = history.now;
    const wanted = selected === "" ? undefined : selected;
    const answer = await ask("lines", { ...view(), function: wanted, limit: LISTED_LINES });
    if (mine !== turn) return;
    put(source.element);
    source.draw({ ...answer, unit, selected, isDiff: base !== undefined });
  }

  async function drawGrowth(mine: number, type: string, what: string): Promise<void> {
    const { cost, profile, selected } = history.now;
    const lens = { ...lensOf(history.now), profile: 0, base: undefined, normalize: false };
    const key = JSON.stringify([lens, type, cost, validPattern()]);
    if (series?.key !== key) {
      put(reading);
      reading.textContent = `Reading ${profiles.length} profiles…`;
      const numbers = [...profiles.keys()];
      const ready = Promise.all(
        numbers.map((number) =>
          open(number).then(
            () => number,
            () => undefined,
          ),
        ),
      );
      const filter = validPattern();
      const answer = ready.then((all) => {
        const readable = all.filter((number) => number !== undefined);
        return ask("series", { lens, profiles: readable, sampleType: type, cost, filter, limit: SERIES_ROWS });
      });
      series = { key, answer };
      answer.catch(() => (series = undefined));
    }
    const answer = await series.answer;
    if (mine !== turn) return;
    put(growth.element);
    growth.draw({ ...answer, titles: profiles.map(({ name }) => name), profile, cost, what, selected });
  }

  /** Opens what the state names and looks through its lens; false when there is something else to say instead. */
  async function look(mine: number): Promise<boolean> {
    if (profiles.length === 0) {
      put(messageView("Nothing to show", "There is no profile here."));
      return false;
    }
    const { profile, base } = history.now;
    if (profile >= profiles.length || (base !== undefined && (base >= profiles.length || base === profile))) {
      history.replace({ ...history.now, profile: Math.min(profile, profiles.length - 1), base: undefined });
    }
    const wanted = [history.now.profile, ...(history.now.base === undefined ? [] : [history.now.base])];
    for (const number of wanted) {
      if (!openedBy[number]) {
        put(reading);
        reading.textContent = readingWords(number, "");
      }
      try {
        const now = await open(number);
        if (mine !== turn) return false;
        if (number === history.now.profile) opened = now;
      } catch (error) {
        if (mine === turn) sayUnreadable(number, error);
        return false;
      }
    }
    const lens = lensOf(history.now);
    const key = JSON.stringify(lens);
    try {
      if (!info || infoOf !== key) {
        const now = await ask("lens", { lens });
        if (mine !== turn) return false;
        info = now;
        infoOf = key;
      }
    } catch (error) {
      if (mine !== turn) return false;
      const why = error instanceof Error ? error.message : String(error);
      put(messageView("This cannot be shown", `${sentence(why)} Undo leads back.`));
      return false;
    }
    const named = info.sampleTypes.findIndex(({ type }) => type === history.now.sampleType);
    sampleType = named >= 0 ? named : preferredType(info);
    return true;
  }

  function sayUnreadable(number: number, error: unknown): void {
    const where = error instanceof Refusal && error.offset !== undefined ? ` (at byte ${error.offset})` : "";
    const why = error instanceof Error ? error.message : String(error);
    put(messageView("This file cannot be read as a profile", `${sentence(why)}${where}`));
    host.send({ type: "log", message: `cannot read ${profiles[number].name}: ${why}${where}` });
  }

  function readingWords(number: number, progress: string): string {
    return `Reading ${profiles[number].name}… ${progress}`;
  }

  async function search(mine: number, unit: string): Promise<void> {
    const { pattern, side } = history.now;
    const mark = (matched: Uint8Array | undefined) => {
      flame.highlight(matched);
      sandwich.highlight(matched);
    };
    if (pattern === "") {
      mark(undefined);
      return toolbar.say("");
    }
    try {
      const { matched, functions, sum, total } = await ask("search", { ...view(), side, pattern });
      if (mine !== turn) return;
      mark(matched);
      const count = functions === 1 ? "1 function" : `${functions} functions`;
      toolbar.say(functions === 0 ? "No match" : `${count}: ${formatValue(sum, unit)}, ${formatPercent(sum, total)}`);
    } catch (error) {
      if (mine !== turn) return;
      mark(undefined);
      toolbar.say(error instanceof Error ? sentence(error.message) : String(error), true);
    }
  }

  async function findLabels(mine: number): Promise<void> {
    const { profile, base, normalize } = history.now;
    const key = JSON.stringify([profile, base, normalize, sampleType]);
    if (labels?.key === key) return;
    const summaries = await ask("labels", view());
    if (mine !== turn) return;
    labels = { key, summaries };
    drawChips();
  }

  function annotate(): void {
    annotated ??= "";
    const { type, unit } = info?.sampleTypes[sampleType] ?? { type: "", unit: "" };
    void sendCosts(turn, unit, sampleWords({ type, unit }).name).catch(report);
  }

  async function sendCosts(mine: number, unit: string, what: string): Promise<void> {
    const key = JSON.stringify(view());
    if (annotated === undefined || annotated === key) return;
    const lines = await ask("lines", { ...view(), limit: EDITOR_LINES });
    if (mine !== turn) return;
    annotated = key;
    host.send({ type: "sourceCosts", costs: sourceCostsOf(`${title()}: ${what}`, unit, lines) });
  }

  /** The table keeps all its rows while a pattern is half typed. */
  function validPattern(): string {
    try {
      namePattern(history.now.pattern);
      return history.now.pattern;
    } catch {
      return "";
    }
  }

  function drawBar(): void {
    const { tab, profile, base, inverted, pattern } = history.now;
    const tabs: Tab[] = [
      ...(diagnosis ? (["diagnosis"] as const) : []),
      ...(profiles.length > 0 ? (["flame", "table", "callers", "source"] as const) : []),
      ...(profiles.length > 1 ? (["growth"] as const) : []),
    ];
    toolbar.draw({
      title: diagnosis && tab === "diagnosis" ? diagnosis.target : title(),
      about: opened && tab !== "diagnosis" ? aboutOf(opened) : "",
      tabs,
      tab,
      profiles: profiles.map(({ name }) => name),
      profile,
      base,
      canChooseBase: skills.bases ?? false,
      sampleTypes: info?.sampleTypes ?? [],
      sampleType,
      inverted,
      pattern,
      canUndo: history.canUndo,
      canRedo: history.canRedo,
    });
  }

  function drawChips(): void {
    const { chips: shown, split } = history.now;
    chips.element.hidden = false;
    chips.draw({ chips: shown, unmatched: info?.unmatched ?? [], split, labels: labels?.summaries });
  }

  function drawHint({ warnings, sampleTypes }: LensInfo): void {
    const { base, side } = history.now;
    const words = sampleTypes[sampleType] ? sampleWords(sampleTypes[sampleType]).hint : "";
    const widths = { change: "how much changed", now: "the profile now", before: "the base" }[side];
    const diff =
      base === undefined ? "" : `Minus ${profiles[base].name}: red grew, blue shrank; widths are ${widths}. `;
    hint.replaceChildren(
      diff + words,
      ...warnings.map(({ message: text }) => element("span", { class: "warning" }, ` ⚠ ${text}`)),
    );
  }

  function put(shown: HTMLElement): void {
    if (panel.firstElementChild !== shown || panel.childElementCount !== 1) panel.replaceChildren(shown);
  }

  function save(): void {
    host.saveState({ view: history.now, ...(id !== undefined && { id }) } satisfies Saved);
  }

  function report(error: unknown): void {
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    host.send({ type: "log", message: why });
    put(messageView("Something went wrong", error instanceof Error ? error.message : String(error)));
  }

  function show(message: Extract<ToWebview, { type: "show" }>): void {
    id = message.id;
    profiles = [...message.profiles];
    diagnosis = message.diagnosis;
    skills = message.skills ?? {};
    openedBy = [];
    opened = undefined;
    info = undefined;
    labels = undefined;
    series = undefined;
    annotated = undefined;
    panel.replaceChildren();
    const known = message.view ?? saved.view;
    const start = stateFrom(known);
    const tab =
      known === undefined || (start.tab === "diagnosis" && !diagnosis)
        ? diagnosis
          ? "diagnosis"
          : "flame"
        : start.tab;
    history.replace({ ...start, tab: profiles.length === 0 && diagnosis ? "diagnosis" : tab });
    draw();
  }

  return {
    take(message) {
      switch (message.type) {
        case "show":
          return show(message);
        case "bytes":
          return arrivals.part(message);
        case "noBytes":
          return arrivals.failed(message.profile, message.message);
        case "base":
          profiles = [...profiles, message.profile];
          return change({
            base: profiles.length - 1,
            tab: history.now.tab === "diagnosis" ? "flame" : history.now.tab,
          });
        case "reveal":
          return void reveal(message.place, message.stack).catch(report);
        case "goroutines":
          skills = { ...skills, goroutines: message.available };
          return;
        case "view":
          return change(stateFrom(message.view));
        case "failed":
          return put(messageView("Cannot open this", message.message));
      }
    },
  };
}

/** Live bytes are what one looks for first in a heap profile, whatever it names as its default. */
function preferredType({ sampleTypes, defaultSampleType }: LensInfo): number {
  const live = sampleTypes.findIndex(({ type }) => type === "inuse_space");
  return live >= 0 ? live : defaultSampleType;
}

function framesCalled(names: readonly string[], all: readonly string[]): { frame: number }[] {
  const frames = names.map((name) => ({ frame: all.indexOf(name) }));
  const unknown = frames.findIndex(({ frame }) => frame < 0);
  return unknown < 0 ? frames : frames.slice(0, unknown);
}

function debounced(run: () => void, ms: number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(run, ms);
  };
}
