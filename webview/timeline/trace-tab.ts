/** The tab of an execution trace: its time line, and the tables of the whole or of the part that was chosen. */
import type { TraceReport } from "../../src/core/trace/trace-report.js";
import { element } from "../page/element.js";
import type { ActiveView } from "../page/active-view.js";
import type { Host } from "../page/host.js";
import type { ViewState } from "../page/state.js";
import type { Ask } from "../page/worker-client.js";
import type { Opened } from "../worker/queries.js";
import type { TimeRange, TracePlace } from "./questions.js";
import { createTablesView } from "./tables-view.js";
import { around, rangeText } from "./time-scale.js";
import { createTimelineView } from "./timeline-view.js";

interface TraceTabNeeds {
  readonly activeView: ActiveView;
  readonly host: Host;
  readonly ask: Ask;
  readonly change: (fields: Partial<ViewState>, isStep?: boolean) => void;
  readonly put: (shown: HTMLElement) => void;
  /** Keeps the state for a reload, without drawing anything. */
  readonly remember: (fields: Partial<ViewState>) => void;
  readonly reading: (profile: number) => void;
  readonly report: (error: unknown) => void;
}

export interface TraceTab {
  /** What the state's profile is, if it is a trace that is open. */
  readonly opened: Opened | undefined;
  /** Opens the state's profile; true where it is a trace. Errors are left for whoever shows the profile. */
  look(isWanted: () => boolean): Promise<boolean>;
  draw(isWanted: () => boolean): Promise<void>;
  forget(): void;
}

export function createTraceTab(needs: TraceTabNeeds): TraceTab {
  const { activeView, host, ask, change } = needs;
  const { history, profiles } = activeView;
  const opened = new Map<number, Opened>();
  const openSource = host.isEditor ? (place: TracePlace) => host.send({ type: "openSource", ...place }) : undefined;
  /** To be selected on the time line as soon as that is drawn. */
  let toSelect: TimeRange | undefined;
  let report: { readonly key: string; readonly answer: Promise<TraceReport> } | undefined;

  const timeline = createTimelineView(ask, {
    openSource,
    choose: (range) => change({ range }),
    showGoroutine: (goroutine) => change({ goroutine }),
    remember: (seen) => needs.remember({ seen }),
    report: needs.report,
  });
  const tables = createTablesView({
    openSource,
    list: (listed) => change({ listed }, false),
    find({ at, goroutine = history.now.goroutine }) {
      if (!at) return;
      toSelect = at;
      change({ goroutine, seen: around(at, opened.get(history.now.profile)?.durationNanos ?? at.toNs) });
    },
  });
  const view = element("div", { class: "trace-view" }, timeline.element, tables.element);

  function reportOf(): Promise<TraceReport> {
    const { profile, range } = history.now;
    const key = JSON.stringify([profile, range]);
    if (report?.key !== key) {
      const answer = ask("traceReport", { profile, range });
      report = { key, answer };
      answer.catch(() => (report = undefined));
    }
    return report.answer;
  }

  return {
    get opened() {
      return opened.get(history.now.profile);
    },
    async look(isWanted) {
      const { profile } = history.now;
      if (profile >= profiles.count) return false;
      if (!profiles.isKnown(profile)) needs.reading(profile);
      try {
        const one = await profiles.open(profile);
        if (one.format === "trace") opened.set(profile, one);
        return isWanted() && one.format === "trace";
      } catch {
        return false;
      }
    },
    async draw(isWanted) {
      needs.put(view);
      const { profile, range, seen, goroutine, listed } = history.now;
      await timeline.draw({ profile, seen, range, goroutine }, isWanted);
      if (!isWanted()) return;
      if (toSelect) timeline.select(toSelect);
      toSelect = undefined;
      const words = range ? `Of ${rangeText(range)}` : "Of the whole trace";
      tables.busy(range ? `Reading ${rangeText(range)}…` : "Reading…");
      const answer = await reportOf();
      if (isWanted()) tables.draw(answer, listed, words);
    },
    forget() {
      opened.clear();
      report = undefined;
    },
  };
}
