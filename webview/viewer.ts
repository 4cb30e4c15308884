/**
 * The page: one state, from which every view is drawn, and the ways that people change it.
 *
 * A change sets the state and redraws what is shown; what needs thinking is asked of the worker. Answers that come
 * after the state has moved on are dropped.
 */
import type { Diagnosis, Finding } from "../src/core/diagnosis.js";
import { formatPercent, formatValue } from "../src/core/format.js";
import { type Ask, Refusal } from "./asking.js";
import { aboutOf } from "./about.js";
import { diagnosisView } from "./diagnosis-view.js";
import { element } from "./element.js";
import { createFlameView } from "./flame-view.js";
import type { Host } from "./host.js";
import { messageView, sentence } from "./message-view.js";
import type { ProfileBytes } from "./protocol.js";
import type { Opened, TableSort, ZoomStep } from "./queries.js";
import type { Saved } from "./saved.js";
import { sampleWords } from "./sample-words.js";
import { createTableView } from "./table-view.js";
import { createToolbar, type Tab } from "./toolbar.js";

export interface Viewer {
  show(profiles: readonly ProfileBytes[], diagnosis: Diagnosis | undefined, id?: string): void;
  fail(message: string): void;
}

export function createViewer(root: HTMLElement, host: Host, ask: Ask): Viewer {
  const saved = (host.state ?? {}) as Saved;
  let profiles: readonly ProfileBytes[] = [];
  let diagnosis: Diagnosis | undefined;
  let openedBy: (Promise<Opened> | undefined)[] = [];
  let opened: Opened | undefined;
  let tab: Tab = "flame";
  let profile = saved.profile ?? 0;
  let sampleType = 0;
  /** Kept over profiles that have it. */
  let wantedType = saved.sampleType;
  let inverted = saved.inverted ?? false;
  let pattern = saved.pattern ?? "";
  let sort: TableSort = saved.sort ?? "flat";
  let descending = saved.descending ?? true;
  let zoom: readonly { readonly frame: number; readonly range?: ZoomStep["range"] }[] = [];
  let zoomNames: readonly string[] = saved.zoom ?? [];
  let id = saved.id;
  let turn = 0;

  const openSource = (frame: number, range?: ZoomStep["range"]) => {
    void ask("place", { profile, sampleType, inverted, frame, range }).then(
      (place) => host.send({ type: "openSource", ...place }),
      report,
    );
  };
  const toolbar = createToolbar({
    showTab: (next) => change(() => (tab = next)),
    showProfile: (next) =>
      change(() => {
        profile = next;
        opened = undefined;
        forgetRanges();
      }),
    showSampleType: (next) =>
      change(() => {
        sampleType = next;
        wantedType = opened?.sampleTypes[next].type;
        forgetRanges();
      }),
    invert: (next) =>
      change(() => {
        inverted = next;
        zoom = [];
        zoomNames = [];
      }),
    search: (next) => change(() => (pattern = next)),
  });
  const flame = createFlameView(
    {
      zoomTo: (steps) =>
        change(() => {
          zoom = steps;
          zoomNames = [];
        }),
      openSource: ({ frame, range }) => openSource(frame, range),
      copy: (text) => host.send({ type: "copy", text }),
    },
    host.isEditor,
  );
  const table = createTableView({
    sortBy: (by, down) =>
      change(() => {
        sort = by;
        descending = down;
      }),
    openSource: host.isEditor ? (frame) => openSource(frame) : undefined,
    find: (frame) => find(opened!.names[frame]),
  });
  const hint = element("p", { class: "hint" });
  const panel = element("main", { id: "panel", role: "tabpanel", class: "panel", tabindex: -1 });
  root.replaceChildren(toolbar.element, hint, panel);
  new ResizeObserver(debounced(() => tab === "flame" && opened && draw(), 80)).observe(panel);
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
    const find = event.key === "f" && (event.ctrlKey || event.metaKey);
    if (tab === "diagnosis" || !(find || (event.key === "/" && !typing))) return;
    event.preventDefault();
    toolbar.focusSearch();
  });

  function change(how: () => void): void {
    how();
    draw();
  }

  /** The zoomed stack by name: other pictures have other ranges, another profile other indexes. */
  function forgetRanges(): void {
    zoom = [];
  }

  function find(functionName: string): void {
    change(() => {
      tab = "flame";
      pattern = `^${functionName.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")}$`;
      zoom = [];
      zoomNames = [];
    });
  }

  /** In the first profile that counts what the finding counts; of a series, the last snapshot if it is named so. */
  async function showFrames({ sampleType: type, function: name }: Finding): Promise<void> {
    const all = profiles.map((_, i) => i);
    const isLast = (i: number) => /\blast\b/.test(profiles[i].name);
    for (const i of [...all.filter(isLast), ...all.filter((i) => !isLast(i))]) {
      const candidate = await open(i).catch(() => undefined); // a damaged one says so when it is chosen
      if (!candidate?.sampleTypes.some((known) => known.type === type)) continue;
      profile = i;
      opened = undefined;
      wantedType = type;
      return find(name);
    }
    find(name);
  }

  function open(number: number): Promise<Opened> {
    return (openedBy[number] ??= ask("open", { profile: number, bytes: profiles[number].bytes }));
  }

  function draw(): void {
    const mine = ++turn;
    drawing(mine).catch(report);
  }

  async function drawing(mine: number): Promise<void> {
    drawBar();
    if (tab === "diagnosis") {
      hint.replaceChildren();
      panel.setAttribute("aria-labelledby", "tab-diagnosis");
      if (!panel.querySelector("[data-view=diagnosis]")) {
        const canOpen = host.isEditor;
        panel.replaceChildren(
          diagnosisView(diagnosis!, {
            openSource: canOpen
              ? ({ function: name, file, line }) => host.send({ type: "openSource", function: name, file, line })
              : undefined,
            showFrames: profiles.length > 0 ? (finding) => void showFrames(finding).catch(report) : undefined,
          }),
        );
      }
      return save();
    }
    if (!(await ensureOpen(mine)) || !opened) return;
    drawBar();
    drawHint(opened);
    panel.setAttribute("aria-labelledby", `tab-${tab}`);
    const view = { profile, sampleType };
    const { unit } = opened.sampleTypes[sampleType] ?? { unit: "" };
    if (tab === "table") {
      const answer = await ask("table", { ...view, sort, descending, filter: validPattern() });
      if (mine !== turn) return;
      put(table.element);
      table.draw({ ...answer, names: opened.names, files: opened.files, unit, sort, descending });
      await search(mine, unit);
      return save();
    }
    put(flame.element);
    const restored = zoom.length > 0 ? zoom : framesCalled(zoomNames, opened.names);
    const answer = await ask("flame", { ...view, inverted, width: flame.width(), zoom: restored });
    if (mine !== turn) return;
    zoom = answer.zoom;
    zoomNames = zoom.map(({ frame }) => opened!.names[frame] ?? "");
    if (answer.total === 0) {
      const { name } = sampleWords(opened.sampleTypes[sampleType] ?? { type: "samples", unit: "" });
      put(messageView("Nothing to draw", `This profile has no samples that count for “${name}”.`));
    } else {
      const what = sampleWords(opened.sampleTypes[sampleType]).name;
      flame.draw({ ...answer, names: opened.names, files: opened.files, unit, what });
    }
    await search(mine, unit);
    save();
  }

  async function ensureOpen(mine: number): Promise<boolean> {
    if (opened) return true;
    if (profiles.length === 0) {
      put(messageView("Nothing to show", "There is no profile here."));
      return false;
    }
    profile = Math.min(profile, profiles.length - 1);
    put(element("p", { class: "empty", role: "status" }, `Reading ${profiles[profile].name}…`));
    try {
      const now = await open(profile);
      if (mine !== turn) return false;
      opened = now;
    } catch (error) {
      openedBy[profile] = undefined;
      if (mine === turn) {
        const where = error instanceof Refusal && error.offset !== undefined ? ` (at byte ${error.offset})` : "";
        const why = error instanceof Error ? error.message : String(error);
        put(messageView("This file cannot be read as a profile", `${sentence(why)}${where}`));
        host.send({ type: "log", message: `cannot read ${profiles[profile].name}: ${why}${where}` });
      }
      return false;
    }
    const named = opened.sampleTypes.findIndex(({ type }) => type === wantedType);
    sampleType = named >= 0 ? named : preferredType(opened);
    return true;
  }

  async function search(mine: number, unit: string): Promise<void> {
    if (pattern === "") {
      flame.highlight(undefined);
      return toolbar.say("");
    }
    try {
      const { matched, functions, sum, total } = await ask("search", { profile, sampleType, pattern });
      if (mine !== turn) return;
      flame.highlight(matched);
      const count = functions === 1 ? "1 function" : `${functions} functions`;
      toolbar.say(functions === 0 ? "No match" : `${count}: ${formatValue(sum, unit)}, ${formatPercent(sum, total)}`);
    } catch (error) {
      if (mine !== turn) return;
      flame.highlight(undefined);
      toolbar.say(error instanceof Error ? sentence(error.message) : String(error), true);
    }
  }

  /** The table keeps all its rows while a pattern is half typed. */
  function validPattern(): string {
    try {
      new RegExp(pattern.replace(/^\(\?[ims]+\)/, ""));
      return pattern;
    } catch {
      return "";
    }
  }

  function drawBar(): void {
    const tabs: Tab[] = [
      ...(diagnosis ? (["diagnosis"] as const) : []),
      ...(profiles.length > 0 ? (["flame", "table"] as const) : []),
    ];
    toolbar.draw({
      title: diagnosis && tab === "diagnosis" ? diagnosis.target : (profiles[profile]?.name ?? diagnosis?.target ?? ""),
      about: opened && tab !== "diagnosis" ? aboutOf(opened) : "",
      tabs,
      tab,
      profiles: profiles.map(({ name }) => name),
      profile,
      sampleTypes: opened?.sampleTypes ?? [],
      sampleType,
      inverted,
      pattern,
    });
  }

  function drawHint({ warnings, sampleTypes }: Opened): void {
    const words = sampleTypes[sampleType] ? sampleWords(sampleTypes[sampleType]).hint : "";
    hint.replaceChildren(
      words,
      ...warnings.map(({ message: text }) => element("span", { class: "warning" }, ` ⚠ ${text}`)),
    );
  }

  function put(view: HTMLElement): void {
    if (panel.firstElementChild !== view || panel.childElementCount !== 1) panel.replaceChildren(view);
  }

  function save(): void {
    const state: Saved = { tab, profile, inverted, pattern, sort, descending, zoom: zoomNames };
    host.saveState({
      ...state,
      ...(wantedType !== undefined && { sampleType: wantedType }),
      ...(id !== undefined && { id }),
    });
  }

  function report(error: unknown): void {
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    host.send({ type: "log", message: why });
    put(messageView("Something went wrong", error instanceof Error ? error.message : String(error)));
  }

  return {
    show(nextProfiles, nextDiagnosis, nextId) {
      id = nextId;
      profiles = nextProfiles;
      diagnosis = nextDiagnosis;
      openedBy = [];
      opened = undefined;
      forgetRanges();
      panel.replaceChildren();
      tab = diagnosis ? "diagnosis" : "flame";
      if (saved.tab && (saved.tab !== "diagnosis" || diagnosis) && profiles.length > 0) tab = saved.tab;
      draw();
    },
    fail: (why) => put(messageView("Cannot open this", why)),
  };
}

/** Live bytes are what one looks for first in a heap profile, whatever it names as its default. */
function preferredType({ sampleTypes, defaultSampleType }: Opened): number {
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
