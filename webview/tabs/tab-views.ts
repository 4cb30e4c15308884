/** The views behind the tabs: what each asks of the worker, and draws of the answer. */
import type { Ask } from "../page/worker-client.js";
import { createFlameView } from "../flame/flame-view.js";
import type { FrameActions } from "../controls/frame-actions.js";
import { createGraphView } from "../graph/graph-view.js";
import { createGrowthView } from "./growth-view.js";
import type { Host } from "../page/host.js";
import type { ActiveView } from "../page/active-view.js";
import { messageView } from "./message-view.js";
import { exactly, namePattern } from "../controls/name-pattern.js";
import type { ChipKind, SeriesAnswer, WantedStep, ZoomStep } from "../worker/queries.js";
import { createSandwichView } from "./sandwich-view.js";
import { createSourceView } from "./source-view.js";
import { lensOf, type Tab, type ViewState } from "../page/state.js";
import { createTableView } from "./table-view.js";

const LISTED_LINES = 1000;
const SERIES_ROWS = 1000;

interface TabsNeed {
  readonly activeView: ActiveView;
  readonly host: Host;
  readonly ask: Ask;
  readonly actions: FrameActions;
  /** Writes the costs beside the code; undefined where no editor is. */
  readonly annotate: (() => void) | undefined;
  readonly change: (fields: Partial<ViewState>, isStep?: boolean) => void;
  addChip(kind: ChipKind, pattern: string): void;
  /** Shows an element in the panel. */
  readonly put: (shown: HTMLElement) => void;
  /** Shows what is being read instead of a view. */
  reading(words: string): void;
}

export interface TabViews {
  /** Draws what the state shows, which has been looked at; returns early once `isWanted` is false. */
  draw(isWanted: () => boolean): Promise<void>;
  /** By function: 1 where it matches the search; undefined when there is none. */
  highlight(matched: Uint8Array | undefined): void;
  zoomTo(steps: readonly WantedStep[]): void;
  /** The zoomed stack as it was drawn last. */
  readonly zoom: readonly WantedStep[];
  /** Pixels that the flame graph has. */
  width(): number;
  /** Whether the graph that is shown was drawn for another width. */
  isOutgrown(): boolean;
  forget(): void;
}

export function createTabViews(need: TabsNeed): TabViews {
  const { activeView, ask, actions, change, put } = need;
  const { history, profiles } = activeView;
  /** The zoomed stack as the picture of this key has it. */
  let zoomed: { readonly key: string; readonly steps: readonly WantedStep[] } = { key: "", steps: [] };
  let series: { readonly key: string; readonly answer: Promise<SeriesAnswer> } | undefined;
  /** Pixels that the graph had when it was asked for. */
  let drawnWidth = 0;

  const openStep = actions.openSource && (({ frame, range }: ZoomStep) => actions.openSource!(frame, range));
  const functionMenu = (frame: number, x: number, y: number, opener: Element) =>
    actions.functionMenu(activeView.nameOf(frame), x, y, opener);
  const flame = createFlameView({
    zoomTo,
    openSource: openStep,
    copy: (text) => need.host.send({ type: "copy", text }),
    describe: ({ frame, range }) => actions.describe(frame, range),
    menu: (steps, x, y, opener) => actions.stackMenu(steps, x, y, opener),
  });
  const table = createTableView({
    sortBy: (sort, descending) => change({ sort, descending }, false),
    select: (frame) => change({ selected: activeView.nameOf(frame) }, false),
    openSource: actions.openSource && ((frame) => actions.openSource!(frame)),
    find: (frame) => actions.find(activeView.nameOf(frame)),
    menu: functionMenu,
  });
  const sandwich = createSandwichView({
    select: (frame) => change({ selected: activeView.nameOf(frame) }),
    openSource: actions.openSource && ((frame) => actions.openSource!(frame)),
    menu: functionMenu,
    describe: (frame) => actions.describe(frame),
  });
  const graph = createGraphView({
    select: (frame) => change({ selected: activeView.nameOf(frame) }, false),
    focus: (frame) => need.addChip("focus", exactly(activeView.nameOf(frame))),
    openSource: actions.openSource && ((frame) => actions.openSource!(frame)),
    menu: functionMenu,
    showBoxes: (maxBoxes) => change({ maxBoxes }),
  });
  /** What the graph was drawn of. */
  let drawnGraph: string | undefined;
  const source = createSourceView({
    open: actions.openPlace,
    select: (selected) => change({ selected }),
    menu: (name, x, y, opener) => actions.functionMenu(name, x, y, opener),
    annotate: need.annotate,
  });
  const growth = createGrowthView({
    showProfile: (profile) => change({ profile, base: undefined }, false),
    compare: (profile, base) => change({ profile, base, tab: "flame" }),
    count: (cost) => change({ cost }, false),
    select: (selected) => change({ selected }, false),
    find: (name) => actions.find(name),
    menu: (name, x, y, opener) => actions.functionMenu(name, x, y, opener),
  });
  const graphs: Partial<Record<Tab, { width(): number }>> = { flame, callers: sandwich };

  function zoomTo(steps: readonly WantedStep[]): void {
    zoomed = { key: pictureKey(), steps };
    const last = steps.at(-1)?.frame ?? -1;
    const names = steps.map(({ frame }) => activeView.nameOf(frame));
    change({ zoom: names, selected: last >= 0 ? activeView.nameOf(last) : "" });
  }

  /** Ranges are of one picture; names find the stack again in any other. */
  function pictureKey(): string {
    return JSON.stringify([activeView.view(), history.now.inverted, history.now.side]);
  }

  /** The zoomed stack: as it was clicked, or by its names. */
  function wantedZoom(): readonly WantedStep[] {
    const { zoom } = history.now;
    const isClicked =
      zoomed.key === pictureKey() &&
      zoomed.steps.length === zoom.length &&
      zoomed.steps.every(({ frame }, at) => activeView.nameOf(frame) === zoom[at]);
    return isClicked ? zoomed.steps : framesCalled(zoom, activeView.info!.names);
  }

  async function drawFlame(isWanted: () => boolean): Promise<void> {
    put(flame.element);
    const { inverted, side, colours, upright, selected, base, chips } = history.now;
    const { unit, what } = activeView.counted();
    const { names, files } = activeView.info!;
    const key = pictureKey();
    drawnWidth = flame.width();
    const answer = await ask("flame", { ...activeView.view(), side, inverted, width: drawnWidth, zoom: wantedZoom() });
    if (!isWanted()) return;
    zoomed = { key, steps: answer.zoom };
    history.replace({ ...history.now, zoom: answer.zoom.map(({ frame }) => activeView.nameOf(frame)) });
    if (answer.layout.width[0] === 0) {
      const why = chips.length > 0 ? "The filters leave no samples" : "This profile has no samples";
      const words = base === undefined ? `${why} that count for “${what}”.` : `Nothing changed in “${what}”.`;
      return put(messageView("Nothing to draw", words));
    }
    flame.draw({ ...answer, names, files, unit, what, colours, upright, selected });
    if (answer.zoom.length === 0) return flame.drawOverview(undefined);
    const overview = await ask("overview", { ...activeView.view(), side, inverted, zoom: answer.zoom });
    if (isWanted()) flame.drawOverview(overview);
  }

  async function drawGraph(isWanted: () => boolean): Promise<void> {
    put(graph.element);
    const { side, maxBoxes, colours, selected, base, chips } = history.now;
    const { unit, what } = activeView.counted();
    const key = JSON.stringify([activeView.view(), side, maxBoxes, colours]);
    if (key !== drawnGraph) {
      const answer = await ask("graph", { ...activeView.view(), side, maxBoxes });
      if (!isWanted()) return;
      if (answer.placed.graph.frame.length === 0) {
        const why = chips.length > 0 ? "The filters leave no samples" : "This profile has no samples";
        return put(messageView("Nothing to draw", `${why} that count for “${what}”.`));
      }
      const { names } = activeView.info!;
      graph.draw({ ...answer, names, unit, what, colours, maxBoxes, isDiff: base !== undefined && side === "change" });
      drawnGraph = key;
    }
    graph.select(selected);
  }

  async function drawTable(isWanted: () => boolean): Promise<void> {
    const { sort, descending, selected, pattern } = history.now;
    const { names, files } = activeView.info!;
    const { unit } = activeView.counted();
    const answer = await ask("table", { ...activeView.view(), sort, descending, filter: wholePattern(pattern) });
    if (!isWanted()) return;
    put(table.element);
    table.draw({ ...answer, names, files, unit, sort, descending, selected });
  }

  async function drawCallers(isWanted: () => boolean): Promise<void> {
    put(sandwich.element);
    const { selected, colours, base } = history.now;
    const { names, files } = activeView.info!;
    if (selected === "") return sandwich.drawNothing("Select a function, in the table or the flame graph.");
    const frame = activeView.frameOf(selected);
    if (frame === undefined) return sandwich.drawNothing(`${selected} is not in this picture.`);
    drawnWidth = sandwich.width();
    const answer = await ask("sandwich", { ...activeView.view(), frame, width: drawnWidth });
    if (!isWanted()) return;
    if (answer.callees.width[0] === 0) return sandwich.drawNothing(`${selected} costs nothing here.`);
    const { unit } = activeView.counted();
    sandwich.draw({ ...answer, frame, names, files, unit, colours, isDiff: base !== undefined });
  }

  async function drawSource(isWanted: () => boolean): Promise<void> {
    const { selected, base } = history.now;
    const wanted = selected === "" ? undefined : selected;
    const answer = await ask("lines", { ...activeView.view(), function: wanted, limit: LISTED_LINES });
    if (!isWanted()) return;
    put(source.element);
    source.draw({ ...answer, unit: activeView.counted().unit, selected, isDiff: base !== undefined });
  }

  async function drawGrowth(isWanted: () => boolean): Promise<void> {
    const { cost, profile, selected, pattern } = history.now;
    const { type, what } = activeView.counted();
    const lens = { ...lensOf(history.now), profile: 0, base: undefined, normalize: false };
    const filter = wholePattern(pattern);
    const key = JSON.stringify([lens, type, cost, filter]);
    if (series?.key !== key) {
      need.reading(`Reading ${profiles.count} profiles…`);
      const answer = readable().then((all) =>
        ask("series", { lens, profiles: all, sampleType: type, cost, filter, limit: SERIES_ROWS }),
      );
      series = { key, answer };
      answer.catch(() => (series = undefined));
    }
    const answer = await series.answer;
    if (!isWanted()) return;
    put(growth.element);
    growth.draw({ ...answer, titles: profiles.names, profile, cost, what, selected });
  }

  /** The numbers of the profiles that can be read, once all are. */
  async function readable(): Promise<number[]> {
    const outcomes = await Promise.allSettled([...profiles.names.keys()].map((number) => profiles.open(number)));
    return [...outcomes.keys()].filter((number) => outcomes[number].status === "fulfilled");
  }

  const draws: Readonly<Record<Exclude<Tab, "diagnosis" | "time">, (isWanted: () => boolean) => Promise<void>>> = {
    flame: drawFlame,
    graph: drawGraph,
    table: drawTable,
    callers: drawCallers,
    source: drawSource,
    growth: drawGrowth,
  };

  return {
    draw(isWanted) {
      const { tab } = history.now;
      return tab === "diagnosis" || tab === "time" ? Promise.resolve() : draws[tab](isWanted);
    },
    highlight(matched) {
      flame.highlight(matched);
      sandwich.highlight(matched);
      graph.highlight(matched);
    },
    zoomTo,
    width: () => flame.width(),
    isOutgrown() {
      const width = graphs[history.now.tab]?.width();
      return width !== undefined && width !== drawnWidth;
    },
    forget() {
      series = undefined;
      drawnGraph = undefined;
    },
    get zoom() {
      return zoomed.steps;
    },
  };
}

function framesCalled(names: readonly string[], all: readonly string[]): { frame: number }[] {
  const frames = names.map((name) => ({ frame: all.indexOf(name) }));
  const unknown = frames.findIndex(({ frame }) => frame < 0);
  return unknown < 0 ? frames : frames.slice(0, unknown);
}

/** Lists keep all their rows while a pattern is half typed. */
function wholePattern(pattern: string): string {
  try {
    namePattern(pattern);
    return pattern;
  } catch {
    return "";
  }
}
