/**
 * The Live view: charts of a running program over one time axis, with one cursor for all of them. The same page is the
 * narrow view beside the debugger, the wide tab, and the editor of saved histories. It draws once a frame at most, only
 * charts that can be seen, and nothing while it is hidden.
 */
import { decodeRun } from "../../src/core/live/live-file.js";
import { LiveHistory, MAX_ROWS } from "../../src/core/live/live-history.js";
import { chartOf, CHARTS, type Chart } from "../../src/core/live/live-measures.js";
import type { LiveRow } from "../../src/core/live/live-row.js";
import type { FromLive, LiveAbout, ToLive } from "../protocol.js";
import { element, setText } from "../page/element.js";
import { diagnosisStrip } from "./diagnosis-strip.js";
import { LiveChart, type Shown } from "./live-chart.js";
import type { LiveHost } from "./live-host.js";
import { lengthText } from "./live-text.js";
import { MarkLane } from "./mark-lane.js";
import { momentPanel } from "./moment.js";

const MINUTE = 60_000;
const WINDOWS = [
  [MINUTE, "1 min"],
  [5 * MINUTE, "5 min"],
  [15 * MINUTE, "15 min"],
  [60 * MINUTE, "1 hour"],
] as const;
const LEAST_RANGE_MS = 2_000;
const ZOOM_STEP = 2;
/** With Shift, arrows go so many samples. */
const LONG_STEP = 10;

interface Kept {
  readonly windowMs: number;
  readonly hidden: readonly string[];
}

export class LivePage {
  readonly #host: LiveHost;
  readonly #charts = element("div", { class: "live-charts" });
  readonly #title = element("h1", { class: "live-title" });
  readonly #state = element("p", { class: "live-state", role: "status" });
  readonly #source = element("p", { class: "live-source" });
  readonly #lacking = element("div", { class: "live-lacking" });
  readonly #actions = element("div", { class: "live-actions" });
  readonly #moment = element("div", {});
  readonly #diagnosis = element("div", {});
  readonly #compared = element("p", { class: "live-source", hidden: true });
  readonly #back = element("button", { type: "button", hidden: true, onclick: () => this.#follow() }, "Back to Now");
  readonly #choice = element("details", { class: "live-choice" }, element("summary", {}, "Charts"));
  readonly #window: HTMLSelectElement;
  readonly #nobody: HTMLElement;
  readonly #somebody: HTMLElement;
  readonly #lane = new MarkLane((axisMs) => this.#pick(axisMs));
  readonly #seen: IntersectionObserver;
  #list: LiveChart[] = [];
  #history = new LiveHistory([], 1);
  #other: LiveHistory | undefined;
  #about: LiveAbout | undefined;
  /** A stretch that was zoomed into; without it, the page follows what comes. */
  #range: { from: number; to: number } | undefined;
  #cursor: number | undefined;
  #picked: number | undefined;
  #isDrawingSoon = false;
  #kept: Kept;

  constructor(root: HTMLElement, host: LiveHost) {
    this.#host = host;
    this.#kept = keptOf(host.state);
    this.#window = element(
      "select",
      { "aria-label": "Time shown", onchange: () => this.#setWindow(Number(this.#window.value)) },
      ...WINDOWS.map(([ms, label]) => element("option", { value: ms, selected: ms === this.#kept.windowMs }, label)),
    );
    this.#nobody = element(
      "div",
      { class: "live-nobody" },
      element(
        "p",
        {},
        "Live numbers of a running Go program: heap, collections, scheduler, goroutines. It needs no import and is not stopped.",
      ),
      element("button", { type: "button", onclick: () => host.send({ type: "pickProgram" }) }, "Watch a Go Program…"),
    );
    this.#somebody = element(
      "div",
      { class: "live-somebody", hidden: true },
      element(
        "header",
        { class: "live-header" },
        this.#title,
        this.#state,
        element("div", { class: "live-tools" }, this.#window, this.#back, this.#actions, this.#choice),
      ),
      this.#lacking,
      this.#compared,
      this.#diagnosis,
      this.#lane.element,
      this.#moment,
      this.#charts,
      this.#source,
    );
    root.append(this.#nobody, this.#somebody);
    this.#seen = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        const chart = this.#list.find(({ element }) => element === target);
        if (chart) chart.isVisible = isIntersecting;
      }
      this.#drawSoon();
    });
    new ResizeObserver(() => this.#drawSoon()).observe(root);
    document.addEventListener("visibilitychange", () => this.#drawSoon());
  }

  take(message: ToLive): void {
    switch (message.type) {
      case "live":
        return this.#show(message.run, message.about);
      case "compared":
        return this.#compare(message.run, message.name);
      case "row":
        return this.#add(message.row);
      case "measure":
        if (this.#history.addMeasure(message.measure)) this.#makeCharts();
        return;
      case "mark":
        this.#history.addMark(message.mark);
        if (this.#picked !== undefined) this.#showMoment();
        return this.#drawSoon();
      case "about":
        return this.#tell(message.about);
      case "nobody":
        this.#somebody.hidden = true;
        this.#nobody.hidden = false;
        return;
    }
  }

  /** Colours of canvases do not follow the theme by themselves. */
  drawAgain(): void {
    this.#drawSoon();
  }

  #show(run: Uint8Array, about: LiveAbout): void {
    try {
      this.#history = decodeRun(run, about.state === "file" ? 0 : MAX_ROWS, {
        trusted: about.state !== "file",
      }).history;
    } catch (error) {
      this.#host.send({ type: "log", message: String(error) });
      return this.#tell({ ...about, state: "ended", ended: error instanceof Error ? error.message : String(error) });
    }
    this.#nobody.hidden = true;
    this.#somebody.hidden = false;
    this.#range = undefined;
    this.#picked = undefined;
    this.#moment.replaceChildren();
    this.#tell(about);
    this.#makeCharts();
  }

  #compare(run: Uint8Array | undefined, name: string): void {
    this.#other = run && decodeRun(run).history;
    this.#compared.hidden = run === undefined;
    const stop = element(
      "button",
      { type: "button", onclick: () => this.#host.send({ type: "chooseRun", none: true }) },
      "Stop Comparing",
    );
    this.#compared.replaceChildren(element("span", {}, `Dotted: ${name}, from its beginning. `), stop);
    this.#drawSoon();
  }

  #add(row: LiveRow): void {
    this.#history.add(row);
    this.#drawSoon();
  }

  #tell(about: LiveAbout): void {
    const before = this.#about;
    this.#about = about;
    document.body.dataset["state"] = about.state;
    setText(this.#title, about.title);
    setText(this.#source, about.source);
    this.#tellState();
    this.#lacking.replaceChildren(...about.lacking.map(({ why }) => element("p", {}, why)));
    const sameButtons =
      before?.captures === about.captures && before.state === about.state && before.isNarrow === about.isNarrow;
    if (!sameButtons) this.#makeActions(about);
    if (JSON.stringify(before?.diagnosis) !== JSON.stringify(about.diagnosis)) this.#tellDiagnosis(about.diagnosis);
    if (this.#picked !== undefined && before?.captures !== about.captures) this.#showMoment();
  }

  #tellDiagnosis(diagnosis: LiveAbout["diagnosis"]): void {
    const { activeElement } = document;
    const focused = this.#diagnosis.contains(activeElement) ? activeElement?.getAttribute("data-wish") : undefined;
    const strip = diagnosis && diagnosisStrip(diagnosis, (wish) => this.#host.send({ type: "diagnosis", wish }));
    this.#diagnosis.replaceChildren(...(strip ? [strip] : []));
    if (focused) strip?.querySelector<HTMLElement>(`[data-wish=${focused}]`)?.focus();
  }

  #tellState(): void {
    const about = this.#about;
    if (about === undefined) return;
    const { length } = this.#history;
    const ran = length === 0 ? "" : lengthText(this.#history.axisMs(length - 1) - this.#history.axisMs(0));
    const words: Readonly<Record<LiveAbout["state"], string>> = {
      opening: "Waiting for the program to start.",
      running: `Running${ran === "" ? "" : `, watched for ${ran}`}.`,
      stopped: `Stands still: the clock stands at ${ran === "" ? "0 s" : ran}.`,
      ended: `${about.ended ?? "It has ended"}.${ran === "" ? "" : ` Watched for ${ran}.`}`,
      file: `${ran} of a saved run.`,
    };
    // A screen reader is told of states, not of each second.
    const text = words[about.state];
    if (this.#state.dataset["state"] !== about.state || about.state !== "running") setText(this.#state, text);
    else if (this.#state.textContent !== text) {
      this.#state.setAttribute("aria-live", "off");
      setText(this.#state, text);
    }
    if (this.#state.dataset["state"] !== about.state) this.#state.removeAttribute("aria-live");
    this.#state.dataset["state"] = about.state;
  }

  #makeActions({ captures, state, isNarrow }: LiveAbout): void {
    const button = (label: string, onclick: () => void, title?: string) =>
      element("button", { type: "button", onclick, title }, label);
    const send = (message: FromLive) => this.#host.send(message);
    this.#actions.replaceChildren(
      ...(captures
        ? [
            button("Capture Heap", () => send({ type: "capture", kind: "heap" }), "Where memory in use was allocated"),
            button(
              "Capture Goroutines",
              () => send({ type: "capture", kind: "goroutine" }),
              "Where all goroutines are",
            ),
          ]
        : []),
      ...(isNarrow ? [button("Open Wide", () => send({ type: "openWide" }), "The same charts in an editor tab")] : []),
      button("Compare…", () => send({ type: "chooseRun" }), "With a saved run (*.golive)"),
      ...(state === "file" ? [] : [button("Save…", () => send({ type: "save" }), "As a *.golive file")]),
      ...(state === "ended" ? [button("Watch Another…", () => send({ type: "pickProgram" }))] : []),
    );
  }

  #makeCharts(): void {
    for (const { element } of this.#list) this.#seen.unobserve(element);
    const { measures } = this.#history;
    const ids = [...new Set(measures.map(({ chart }) => chart))];
    const known = CHARTS.map(({ id }) => id).filter((id) => ids.includes(id));
    const ordered = [...known, ...ids.filter((id) => !known.includes(id))];
    this.#list = ordered.map((id) => {
      const own = measures.flatMap((measure, index) => (measure.chart === id ? [{ measure, index }] : []));
      return new LiveChart(chartOf(own[0].measure), own, {
        onCursor: (axisMs) => this.#moveCursor(axisMs),
        onPick: (axisMs) => this.#pick(axisMs),
        onZoom: (from, to) => this.#zoom(from, to),
        onKey: (event) => this.#key(event),
      });
    });
    this.#charts.replaceChildren(...this.#list.map(({ element }) => element));
    this.#applyChoice();
    for (const { element } of this.#list) this.#seen.observe(element);
    this.#choice.replaceChildren(
      this.#choice.firstElementChild!,
      ...this.#list.map(({ chart }) => this.#choiceOf(chart)),
    );
    this.#focusable(this.#list.find(({ element }) => !element.hidden));
    this.#drawSoon();
  }

  #choiceOf({ id, title }: Chart): HTMLElement {
    const box = element("input", {
      type: "checkbox",
      checked: !this.#kept.hidden.includes(id),
      onchange: () => {
        const others = this.#kept.hidden.filter((one) => one !== id);
        this.#keep({ ...this.#kept, hidden: box.checked ? others : [...others, id] });
        this.#applyChoice();
        this.#drawSoon();
      },
    });
    return element("label", {}, box, title);
  }

  #applyChoice(): void {
    for (const { chart, element } of this.#list) element.hidden = this.#kept.hidden.includes(chart.id);
  }

  #setWindow(windowMs: number): void {
    this.#keep({ ...this.#kept, windowMs });
    this.#follow();
  }

  #keep(kept: Kept): void {
    this.#kept = kept;
    this.#host.saveState(kept);
  }

  #follow(): void {
    this.#range = undefined;
    this.#drawSoon();
  }

  #zoom(from: number, to: number): void {
    const middle = (from + to) / 2;
    const half = Math.max(LEAST_RANGE_MS, to - from) / 2;
    const { history } = this.#shown();
    const begin = Math.max(history.axisMs(0), middle - half);
    this.#range = { from: begin, to: Math.min(history.axisMs(history.length - 1), Math.max(middle + half, begin + 1)) };
    this.#drawSoon();
  }

  #moveCursor(axisMs: number | undefined): void {
    if (this.#history.length === 0) return;
    this.#cursor = axisMs;
    for (const chart of this.#list) if (chart.isVisible) chart.showAt(axisMs ?? this.#picked);
  }

  #pick(axisMs: number): void {
    if (this.#history.length === 0) return;
    this.#picked = this.#history.axisMs(this.#history.rowNear(axisMs));
    this.#showMoment();
    this.#moveCursor(this.#picked);
  }

  #showMoment(): void {
    if (this.#picked === undefined || this.#about === undefined) return;
    const had = this.#moment.contains(document.activeElement);
    const moment = { history: this.#history, axisMs: this.#picked, about: this.#about };
    const panel = momentPanel(
      moment,
      (message) => this.#host.send(message),
      () => this.#closeMoment(),
    );
    this.#moment.replaceChildren(panel);
    if (had || document.activeElement?.classList.contains("live-plot")) panel.querySelector("button")?.focus();
  }

  #closeMoment(): void {
    const had = this.#moment.contains(document.activeElement);
    this.#picked = undefined;
    this.#moment.replaceChildren();
    this.#moveCursor(undefined);
    if (had) this.#list.find(({ plot }) => plot.tabIndex === 0)?.plot.focus();
  }

  #key(event: KeyboardEvent): void {
    const { history, from, to } = this.#shown();
    const at = this.#list.findIndex(({ plot }) => plot === event.currentTarget);
    const last = history.length - 1;
    if (last < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const row = history.rowNear(this.#cursor ?? history.axisMs(last));
    const step = event.shiftKey ? LONG_STEP : 1;
    const goTo = (to: number) => this.#moveCursor(history.axisMs(Math.min(last, Math.max(0, to))));
    const middle = this.#cursor ?? (from + to) / 2;
    const handled: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => goTo(row - step),
      ArrowRight: () => goTo(row + step),
      Home: () => goTo(Math.max(0, history.rowAt(from))),
      End: () => goTo(history.rowAt(to)),
      ArrowUp: () => this.#focusNext(at, -1),
      ArrowDown: () => this.#focusNext(at, 1),
      Enter: () => this.#pick(this.#cursor ?? history.axisMs(last)),
      " ": () => this.#pick(this.#cursor ?? history.axisMs(last)),
      "+": () => this.#zoom(middle - (to - from) / (2 * ZOOM_STEP), middle + (to - from) / (2 * ZOOM_STEP)),
      "-": () => this.#zoom(middle - ((to - from) / 2) * ZOOM_STEP, middle + ((to - from) / 2) * ZOOM_STEP),
      Escape: () => (this.#picked === undefined ? this.#follow() : this.#closeMoment()),
    };
    const run = handled[event.key];
    if (run === undefined) return;
    event.preventDefault();
    run();
  }

  #focusNext(at: number, step: number): void {
    const shown = this.#list.filter(({ element }) => !element.hidden);
    const next = shown[shown.indexOf(this.#list[at]) + step];
    if (next === undefined) return;
    this.#focusable(next);
    next.plot.focus();
  }

  /** One of the plots is in the order of the Tab key; arrows lead to the others. */
  #focusable(chart: LiveChart | undefined): void {
    for (const { plot } of this.#list) plot.tabIndex = -1;
    if (chart) chart.plot.tabIndex = 0;
  }

  #shown(): Shown {
    const history = this.#history;
    const last = history.length === 0 ? 0 : history.axisMs(history.length - 1);
    const first = history.length === 0 ? 0 : history.axisMs(0);
    const isFile = this.#about?.state === "file";
    const { from, to } = this.#range ?? {
      from: isFile ? first : Math.max(first, last - this.#kept.windowMs),
      to: last,
    };
    // The row before the first one that is shown leads the line in.
    return {
      history,
      compared: this.#other,
      from,
      to,
      rows: { first: Math.max(0, history.rowAt(from)), last: history.rowAt(to) },
    };
  }

  #drawSoon(): void {
    if (document.hidden || this.#isDrawingSoon) return;
    this.#isDrawingSoon = true;
    requestAnimationFrame(() => {
      this.#isDrawingSoon = false;
      this.#draw();
    });
  }

  #draw(): void {
    if (this.#somebody.hidden || this.#history.length === 0) return;
    const shown = this.#shown();
    this.#back.hidden = this.#range === undefined;
    for (const chart of this.#list) {
      if (!chart.isVisible || chart.element.hidden) continue;
      chart.draw(shown);
      chart.showAt(this.#cursor ?? this.#picked);
    }
    this.#lane.draw(shown);
    this.#tellState();
    this.#charts.dataset["rows"] = String(shown.history.length);
  }
}

function keptOf(state: unknown): Kept {
  const { windowMs, hidden } = (typeof state === "object" && state !== null ? state : {}) as Partial<Kept>;
  const isWindow = WINDOWS.some(([ms]) => ms === windowMs);
  return {
    windowMs: isWindow ? windowMs! : 5 * MINUTE,
    hidden: Array.isArray(hidden) ? hidden.filter((one) => typeof one === "string") : [],
  };
}
