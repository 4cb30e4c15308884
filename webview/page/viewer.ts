/**
 * The page: one state, from which every view is drawn, and the ways that people change it.
 *
 * A change sets the state and redraws what is shown; what needs thinking is asked of the worker. Answers that come
 * after the state has moved on are dropped.
 */
import type { Diagnosis, Finding } from "../../src/core/diagnosis/diagnosis.js";
import { labelFilterOf } from "../../src/core/profile/filter.js";
import { formatValue } from "../../src/core/text/format.js";
import type { LabelSummary } from "../../src/core/profile/label-summary.js";
import { aboutOf } from "./about.js";
import type { Ask } from "./worker-client.js";
import { createChipsView } from "../controls/chips-view.js";
import { diagnosisView } from "../tabs/diagnosis-view.js";
import { createEditorCosts } from "./editor-costs.js";
import { addChildren, element, setText } from "./element.js";
import { exportMenu } from "../controls/export-menu.js";
import { createFrameActions } from "../controls/frame-actions.js";
import { hintOf } from "./hint.js";
import { historyFrom } from "./history.js";
import type { Host } from "./host.js";
import { createActiveView } from "./active-view.js";
import { messageView, sentence } from "../tabs/message-view.js";
import { namePattern } from "../controls/name-pattern.js";
import { createOpenedProfiles } from "./opened-profiles.js";
import type { CodePlace, HostSkills, ToWebview } from "../protocol.js";
import type { Chip, ChipKind } from "../worker/queries.js";
import { stackOf, tellingProfile } from "./revealed.js";
import { createSearch } from "../controls/search.js";
import { START, stateFrom, type Tab, type ViewState } from "./state.js";
import { createTabViews } from "../tabs/tab-views.js";
import { createTraceTab } from "../timeline/trace-tab.js";
import { createToolbar } from "../controls/toolbar.js";
import { viewMenu } from "../controls/view-menu.js";
import { listenToKeys } from "../controls/viewer-keys.js";
import { errorText } from "../../src/core/text/error-text.js";

export interface Viewer {
  take(message: ToWebview): void;
}

/** What the host keeps for this page while it is hidden, and over a reload. */
interface Saved {
  /** The host's. */
  readonly id?: string;
  readonly view?: unknown;
}

const REDRAW_AFTER_MS = 80;

export function createViewer(root: HTMLElement, host: Host, ask: Ask): Viewer {
  const saved = (host.state ?? {}) as Saved;
  const history = historyFrom<ViewState>(START);
  const reading = element("p", { class: "empty", role: "status" });
  const profiles = createOpenedProfiles(
    ask,
    (profile) => host.send({ type: "wantBytes", profile }),
    (profile, have, size) => {
      const part = size ? `${Math.floor((100 * have) / size)} %` : formatValue(have, "bytes");
      if (profile === history.now.profile && reading.isConnected) setText(reading, readingWords(profile, part));
    },
  );
  const activeView = createActiveView(history, profiles, ask);
  const costs = createEditorCosts(activeView, host, ask, title);
  let diagnosis: Diagnosis | undefined;
  let skills: HostSkills = {};
  let id = saved.id;
  let labels: { readonly key: string; readonly summaries: readonly LabelSummary[] } | undefined;
  /** Nothing was said yet of what to show. */
  let isFirstLook = false;
  let turn = 0;
  /** Turns whose views are still being drawn. */
  let unfinished = 0;

  const toolbar = createToolbar({
    showTab: (tab) => change({ tab }, false),
    showProfile: (profile) => change({ profile, base: history.now.base === profile ? undefined : history.now.base }),
    showBase: (base) => change({ base }),
    chooseBase: () => host.send({ type: "chooseBase" }),
    showSampleType: (next) => change({ sampleType: activeView.info?.sampleTypes[next].type }),
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
        view: activeView.view(),
        zoom: views.zoom,
        title: title(),
        bytesOf: (profile) => profiles.bytesOf(profile),
        report,
      }),
  });
  const chips = createChipsView({
    change: (next) => changeChips(next),
    split: (split) => change({ split, zoom: [] }),
  });
  const actions = createFrameActions({
    activeView,
    host,
    ask,
    skills: () => skills,
    change,
    addChip,
    zoomTo: (steps) => views.zoomTo(steps),
    sourceOpened: () => annotate(),
    report,
  });
  const views = createTabViews({
    activeView,
    host,
    ask,
    actions,
    change,
    addChip,
    annotate: host.isEditor ? annotate : undefined,
    put,
    reading: (words) => {
      put(reading);
      setText(reading, words);
    },
  });
  const trace = createTraceTab({
    ...{ activeView, host, ask, change, put, report },
    remember(fields) {
      history.replace({ ...history.now, ...fields });
      saveLater();
    },
    reading(profile) {
      put(reading);
      setText(reading, readingWords(profile, ""));
    },
  });
  const search = createSearch({ history, activeView, ask, views, toolbar });
  const hint = element("p", { class: "hint" });
  const panel = element("div", { id: "panel", role: "tabpanel", class: "panel", tabindex: -1 });
  root.replaceChildren(toolbar.element, chips.element, hint, panel);
  const saveLater = debounced(() => save(), REDRAW_AFTER_MS);
  const redraw = debounced(() => activeView.info && views.isOutgrown() && draw(), REDRAW_AFTER_MS);
  new ResizeObserver(redraw).observe(panel);
  listenToKeys({
    isWanted: () => history.now.tab !== "diagnosis",
    find: () => toolbar.focusSearch(),
    undo: () => history.undo() && draw(),
    redo: () => history.redo() && draw(),
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

  function title(): string {
    return profiles.names[history.now.profile] ?? diagnosis?.target ?? "profile";
  }

  function readingWords(number: number, progress: string): string {
    return `Reading ${profiles.names[number]}… ${progress}`;
  }

  function draw(): void {
    const mine = ++turn;
    unfinished++;
    drawing(() => mine === turn)
      .catch(report)
      .finally(() => unfinished--);
  }

  async function drawing(isWanted: () => boolean): Promise<void> {
    drawBar();
    if (history.now.tab === "diagnosis") return drawDiagnosis();
    if ((await trace.look(isWanted)) && (await drawTrace(isWanted))) return;
    if (!isWanted()) return;
    if (history.now.tab === "time") history.replace({ ...history.now, tab: "flame" }); // of a link to a trace
    if (!(await look(isWanted))) return;
    drawBar();
    hint.replaceChildren();
    addChildren(hint, ...hintOf(activeView));
    drawChips();
    panel.setAttribute("aria-labelledby", `tab-${history.now.tab}`);
    await views.draw(isWanted);
    if (!isWanted()) return;
    await search(isWanted);
    save();
    await Promise.all([findLabels(isWanted), costs.send(isWanted)]);
  }

  /** Draws the time line where that is the tab, as it is at first; false where another is wanted. */
  async function drawTrace(isWanted: () => boolean): Promise<boolean> {
    if (isFirstLook) history.replace({ ...history.now, tab: "time" });
    isFirstLook = false;
    drawBar();
    if (history.now.tab !== "time") return false;
    hint.replaceChildren();
    chips.element.hidden = true;
    panel.setAttribute("aria-labelledby", "tab-time");
    await trace.draw(isWanted);
    if (isWanted()) save();
    return true;
  }

  function drawDiagnosis(): void {
    hint.replaceChildren();
    chips.element.hidden = true;
    panel.setAttribute("aria-labelledby", "tab-diagnosis");
    if (!panel.querySelector("[data-view=diagnosis]")) {
      const openSource = ({ function: name, file, line }: CodePlace) =>
        host.send({ type: "openSource", function: name, file, line });
      const showFrames = (finding: Finding) => void goToFinding(finding).catch(report);
      panel.replaceChildren(
        diagnosisView(diagnosis!, {
          openSource: host.isEditor ? openSource : undefined,
          showFrames: profiles.count > 0 ? showFrames : undefined,
        }),
      );
    }
    save();
  }

  /** Opens what the state names and looks through its lens; false when there is something else to say instead. */
  async function look(isWanted: () => boolean): Promise<boolean> {
    const outcome = await activeView.look(isWanted, (number) => {
      put(reading);
      setText(reading, readingWords(number, ""));
    });
    if (outcome === "seen" || outcome === "outdated") return outcome === "seen";
    put(messageView(outcome.title, outcome.words));
    if (outcome.log) host.send({ type: "log", message: outcome.log });
    return false;
  }

  async function goToFinding(finding: Finding): Promise<void> {
    const profile = await tellingProfile(finding, profiles);
    if (profile !== undefined) {
      history.replace({ ...history.now, profile, base: undefined, sampleType: finding.sampleType });
    }
    actions.find(finding.function);
  }

  async function reveal({ function: name }: CodePlace, stack: readonly string[] | undefined): Promise<void> {
    const mine = ++turn;
    if (!(await look(() => mine === turn))) return;
    const zoom = await stackOf(name, stack, activeView, ask, views.width());
    if (zoom) return change({ tab: "flame", zoom, selected: name });
    change({ tab: "flame" }, false);
    toolbar.say(`${name} has no cost here`, true);
  }

  /** Marks what matches in the picture that is there; tables list only that, and are drawn anew. */
  function searchFor(pattern: string): void {
    history.replace({ ...history.now, pattern });
    if (!activeView.info || unfinished > 0 || ["table", "growth"].includes(history.now.tab)) return draw();
    const mine = ++turn;
    search(() => mine === turn)
      .then(save)
      .catch(report);
  }

  async function findLabels(isWanted: () => boolean): Promise<void> {
    const { profile, base, normalize } = history.now;
    const key = JSON.stringify([profile, base, normalize, activeView.sampleType]);
    if (labels?.key === key) return;
    const summaries = await ask("labels", activeView.view());
    if (!isWanted()) return;
    labels = { key, summaries };
    drawChips();
  }

  function addChip(kind: ChipKind, pattern: string): void {
    changeChips([...history.now.chips, { kind, pattern }]);
  }

  function annotate(): void {
    costs.wanted();
    const mine = turn;
    void costs.send(() => mine === turn).catch(report);
  }

  function drawBar(): void {
    const { tab, profile, base, inverted, pattern } = history.now;
    const { info, sampleType } = activeView;
    const opened = trace.opened ?? activeView.opened;
    const tabs: Tab[] = [
      ...(diagnosis ? (["diagnosis"] as const) : []),
      ...(trace.opened ? (["time"] as const) : []),
      ...(profiles.count > 0 ? (["flame", "graph", "table", "callers", "source"] as const) : []),
      ...(profiles.count > 1 ? (["growth"] as const) : []),
    ];
    toolbar.draw({
      title: diagnosis && tab === "diagnosis" ? diagnosis.target : title(),
      about: opened && tab !== "diagnosis" ? aboutOf(opened) : "",
      tabs,
      tab,
      profiles: profiles.names,
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
    chips.draw({ chips: shown, unmatched: activeView.info?.unmatched ?? [], split, labels: labels?.summaries });
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
    put(messageView("Something went wrong", errorText(error)));
  }

  function show(message: Extract<ToWebview, { type: "show" }>): void {
    id = message.id;
    profiles.replace(message.profiles);
    diagnosis = message.diagnosis;
    skills = message.skills ?? {};
    labels = undefined;
    activeView.forget();
    views.forget();
    trace.forget();
    costs.forget();
    panel.replaceChildren();
    const known = message.view ?? saved.view;
    const start = stateFrom(known);
    isFirstLook = known === undefined && !diagnosis;
    const tab =
      known === undefined || (start.tab === "diagnosis" && !diagnosis)
        ? diagnosis
          ? "diagnosis"
          : "flame"
        : start.tab;
    history.replace({ ...start, tab: profiles.count === 0 && diagnosis ? "diagnosis" : tab });
    draw();
  }

  return {
    take(message) {
      switch (message.type) {
        case "show":
          return show(message);
        case "bytes":
          return profiles.part(message);
        case "noBytes":
          return profiles.failed(message);
        case "base":
          return change({
            base: profiles.add(message.profile),
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

function debounced(run: () => void, ms: number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(run, ms);
  };
}
