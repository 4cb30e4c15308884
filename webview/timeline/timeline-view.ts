/**
 * The time line of an execution trace: processors and kinds of goroutines over time, or one goroutine; a part of it that
 * is chosen for the tables and flame graphs.
 *
 * What is seen changes at once and is asked of the worker; while an answer is on its way the next is not asked for, so
 * that a fast hand never waits for old pictures.
 */
import { formatValue } from "../../src/core/text/format.js";
import { createPalette } from "../flame/palette.js";
import { element, setText } from "../page/element.js";
import type { Ask } from "../page/worker-client.js";
import { createMomentView } from "./moment-view.js";
import type { Moment, TimelineAnswer, TimeRange, TracePlace } from "./questions.js";
import { around, panned, rangeText, showing, zoomed } from "./time-scale.js";
import { AXIS_PX, LINE_PX, lineText, paintTimeline, STATE_COLOURS } from "./timeline-drawing.js";
import { type TimelineAction, timelineAction } from "./timeline-keys.js";
import { listenToPointer } from "./timeline-pointer.js";

export interface TimelineHandlers {
  readonly openSource: ((place: TracePlace) => void) | undefined;
  /** A part was chosen for tables and flame graphs; undefined: the whole. */
  readonly choose: (range: TimeRange | undefined) => void;
  readonly showGoroutine: (goroutine: number | undefined) => void;
  /** To be seen again after a reload. */
  readonly remember: (seen: TimeRange | undefined) => void;
  readonly report: (error: unknown) => void;
}

export interface TimelineShown {
  readonly profile: number;
  readonly seen: TimeRange | undefined;
  readonly range: TimeRange | undefined;
  readonly goroutine: number | undefined;
}

export interface TimelineView {
  readonly element: HTMLElement;
  /** Resolves once the picture is there and the trace was read to its end; early once `isWanted` is false. */
  draw(shown: TimelineShown, isWanted: () => boolean): Promise<void>;
  /** Selects what the goroutine's own line, or else the selected line, shows there, and takes the focus. */
  select(part: TimeRange): void;
}

/** Of the names, at most this part of the width. */
const NAMES_SHARE = 0.28;
const NAMES_PX = 220;

export function createTimelineView(ask: Ask, handlers: TimelineHandlers): TimelineView {
  const canvas = element("canvas", {
    class: "timeline-canvas",
    tabindex: 0,
    role: "application",
    "aria-label": "Time line of processors and goroutines",
    "aria-describedby": "timeline-keys",
  });
  const room = element("div", { class: "timeline-room", "aria-hidden": "true" });
  const scroller = element("div", { class: "timeline-lines" }, canvas, room);
  const state = element("span", { class: "faint", role: "status" });
  const button = (text: string, title: string, action: TimelineAction) =>
    element("button", { class: "toggle", title, onclick: () => act(action) }, text);
  const whole = button("Whole Trace", "Choose no part (Escape)", "unchoose");
  const toRange = button("Zoom to It", "Show the chosen part (Z)", "zoomToRange");
  const chosen = element("span", { class: "chosen", hidden: true });
  const one = element("button", { class: "toggle", onclick: () => handlers.showGoroutine(undefined) });
  const moments = createMomentView({
    openSource: handlers.openSource,
    zoomTo: (moment) => see(around(moment, durationNs())),
    showGoroutine: (goroutine) => handlers.showGoroutine(goroutine),
  });
  const bar = element(
    "div",
    { class: "above timeline-bar" },
    button("+", "Zoom in (+, W, or Ctrl and the wheel)", "zoomIn"),
    button("−", "Zoom out (−, S)", "zoomOut"),
    button("←", "Earlier (A)", "earlier"),
    button("→", "Later (D)", "later"),
    button("All", "See all of it (0)", "seeAll"),
    button("Choose What Is Seen", "Tables and flame graphs of the part that is in sight (R)", "chooseSeen"),
    chosen,
    toRange,
    whole,
    one,
    state,
  );
  const keys = element(
    "p",
    { class: "faint timeline-keys", id: "timeline-keys" },
    ...legend(),
    "Drag to choose a part for tables and flame graphs. Keys: arrows go from line to line and from run to run, Enter zooms to one, W S zoom, A D pan, R chooses what is seen, Escape chooses the whole.",
  );
  const view = element(
    "section",
    { class: "timeline", "data-view": "time", "aria-busy": "true" },
    bar,
    scroller,
    moments.element,
    keys,
  );

  let shown: TimelineShown = { profile: 0, seen: undefined, range: undefined, goroutine: undefined };
  let answer: TimelineAnswer | undefined;
  /** While a hand drags: the part so far. */
  let dragged: TimeRange | undefined;
  let selectedLine = 0;
  let moment: Moment | undefined;
  let isWanted: () => boolean = () => false;
  /** The asking that is on its way; it asks again while what is seen has moved on. */
  let asking: Promise<void> | undefined;
  let isStale = false;
  const palette = createPalette(() => paint());

  const durationNs = () => answer?.durationNs ?? 1;
  const seen = (): TimeRange => shown.seen ?? { fromNs: 0, toNs: durationNs() };
  const width = () => scroller.clientWidth;
  const left = () => Math.round(Math.min(NAMES_PX, width() * NAMES_SHARE));
  const height = () => scroller.clientHeight || 300;

  function see(next: TimeRange | undefined): void {
    shown = { ...shown, seen: next };
    handlers.remember(next);
    refresh().catch(handlers.report);
  }

  /** Asks for the picture of what is seen now, and paints it. */
  function refresh(): Promise<void> {
    isStale = true;
    return (asking ??= keepAsking().finally(() => (asking = undefined)));
  }

  async function keepAsking(): Promise<void> {
    while (isStale && isWanted()) {
      isStale = false;
      const first = Math.floor(scroller.scrollTop / LINE_PX);
      const next = await ask("timeline", {
        profile: shown.profile,
        part: shown.seen,
        width: Math.max(1, width() - left()),
        lines: { from: first, to: first + Math.ceil(height() / LINE_PX) + 1 },
        goroutine: shown.goroutine,
      });
      if (!isWanted()) return;
      answer = next;
      paint();
      drawBar();
      if (!next.isComplete) isStale = true;
    }
  }

  function paint(): void {
    if (!answer) return;
    room.style.height = `${AXIS_PX + answer.lines.length * LINE_PX}px`;
    canvas.style.width = `${width()}px`;
    canvas.style.height = `${height()}px`;
    paintTimeline(canvas, palette, {
      answer,
      width: width(),
      height: height(),
      left: left(),
      top: scroller.scrollTop,
      range: dragged ?? shown.range,
      selected: { line: selectedLine, part: moment },
    });
  }

  function drawBar(): void {
    const { range, goroutine } = shown;
    const part = dragged ?? range;
    chosen.hidden = toRange.hidden = whole.hidden = part === undefined;
    if (part) setText(chosen, `Chosen: ${rangeText(part)}`);
    one.hidden = goroutine === undefined;
    if (goroutine !== undefined) setText(one, `Hide Goroutine ${goroutine}`);
    if (!answer) return;
    const { isComplete, readNs, shortestNs } = answer;
    const percent = Math.floor((100 * readNs) / Math.max(1, answer.durationNs));
    const left = shortestNs > 0 ? `; runs under ${formatValue(shortestNs, "ns")} are drawn in sums only` : "";
    setText(state, `${isComplete ? "" : `Reading… ${percent} % · `}Seen: ${rangeText(answer)}${left}`);
    view.setAttribute("aria-busy", String(!isComplete));
  }

  function act(action: TimelineAction): void {
    switch (action) {
      case "zoomIn":
        return see(zoomed(seen(), 0.5, focusShare(), durationNs()));
      case "zoomOut":
        return see(zoomed(seen(), 2, focusShare(), durationNs()));
      case "earlier":
        return see(panned(seen(), -0.25, durationNs()));
      case "later":
        return see(panned(seen(), 0.25, durationNs()));
      case "seeAll":
        return see(undefined);
      case "chooseSeen":
        return handlers.choose(seen());
      case "unchoose":
        return handlers.choose(undefined);
      case "zoomToRange":
        return shown.range && see(shown.range);
      case "zoomToMoment":
        return moment && see(around(moment, durationNs()));
      case "lineUp":
        return selectLine(selectedLine - 1);
      case "lineDown":
        return selectLine(selectedLine + 1);
      case "before":
        return step(-1);
      case "after":
        return step(1);
    }
  }

  /** Zooming holds the selected place where it is, if it is in sight; else the middle. */
  function focusShare(): number {
    if (!moment) return 0.5;
    const { fromNs, toNs } = seen();
    const share = ((moment.fromNs + moment.toNs) / 2 - fromNs) / (toNs - fromNs);
    return share >= 0 && share <= 1 ? share : 0.5;
  }

  function selectLine(line: number): void {
    if (!answer) return;
    selectedLine = Math.max(0, Math.min(answer.lines.length - 1, line));
    const top = selectedLine * LINE_PX;
    const most = height() - AXIS_PX - LINE_PX;
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (top > scroller.scrollTop + most) scroller.scrollTop = top - most;
    const { fromNs, toNs } = seen();
    select(moment ? (moment.fromNs + moment.toNs) / 2 : (fromNs + toNs) / 2, 0);
  }

  function step(direction: -1 | 1): void {
    const { fromNs, toNs } = seen();
    if (!moment) return select((fromNs + toNs) / 2, 0);
    select(direction < 0 ? moment.fromNs : moment.toNs - (moment.toNs - moment.fromNs) / 1e6, direction);
  }

  function select(timeNs: number, direction: -1 | 0 | 1): void {
    const line = answer?.lines[selectedLine];
    if (!line) return;
    const name = lineText(line, answer!.kinds);
    ask("moment", { profile: shown.profile, line, timeNs, step: direction })
      .then((found) => {
        if (!isWanted()) return;
        if (found === undefined && direction !== 0) return; // there is none before or after
        moment = found;
        moments.draw(name, moment);
        const next = moment && direction !== 0 ? showing(seen(), moment, durationNs()) : seen();
        if (next.fromNs !== seen().fromNs || next.toNs !== seen().toNs) see(next);
        else paint();
      })
      .catch(handlers.report);
  }

  listenToPointer(canvas, {
    ...{ left, width, seen, durationNs, see },
    choose: handlers.choose,
    drag(part) {
      dragged = part;
      paint();
      drawBar();
    },
    click(timeNs, y) {
      const line = Math.floor((y - AXIS_PX + scroller.scrollTop) / LINE_PX);
      if (y < AXIS_PX || !answer || line >= answer.lines.length) return;
      selectedLine = line;
      select(timeNs, 0);
    },
  });
  canvas.addEventListener("keydown", (event) => {
    const action = timelineAction(event);
    if (action === undefined) return;
    event.preventDefault();
    act(action);
  });
  scroller.addEventListener("scroll", () => void refresh().catch(handlers.report), { passive: true });
  new ResizeObserver(() => void refresh().catch(handlers.report)).observe(scroller);

  return {
    element: view,
    async draw(next, wanted) {
      if (next.profile !== shown.profile || next.goroutine !== shown.goroutine) {
        selectedLine = 0;
        moment = undefined;
        moments.draw("", undefined);
      }
      shown = next;
      isWanted = wanted;
      drawBar();
      await refresh();
    },
    select(part) {
      if (shown.goroutine !== undefined) selectedLine = 0;
      moment = undefined;
      canvas.focus();
      select((part.fromNs + part.toNs) / 2, 0);
    },
  };
}

/** What the colours of a goroutine's own line, and of kinds, stand for. */
function legend(): HTMLElement[] {
  const words = ["running", "waiting for a processor", "blocked", "in a system call"];
  return words.map((text, state) => {
    const sample = element("span", { class: "sample", "aria-hidden": "true" });
    sample.style.background = `var(${STATE_COLOURS[state]})`;
    return element("span", { class: "legend" }, sample, text);
  });
}
