/**
 * What can be done about a moment that was clicked: take a profile now, open what was kept of it, or see what has changed
 * since. What is not kept of then cannot be had any more, and it says so.
 */
import type { LiveHistory, Mark } from "../../src/core/live/live-history.js";
import type { FromLive, LiveAbout } from "../protocol.js";
import { element } from "../page/element.js";
import { lengthText, timeText, valueText } from "./live-text.js";

/** Of what is kept, the nearest ones are offered. */
const MOST_OFFERED = 3;
/** These are said of a moment, where they are known. */
const TOLD = ["heapLive", "goroutines", "rss", "cpu"] as const;

export interface Moment {
  readonly history: LiveHistory;
  readonly axisMs: number;
  readonly about: LiveAbout;
}

export function momentPanel(
  { history, axisMs, about }: Moment,
  send: (message: FromLive) => void,
  onClose: () => void,
): HTMLElement {
  const row = history.rowNear(axisMs);
  const atMs = history.atMs(row);
  const ago = history.axisMs(history.length - 1) - history.axisMs(row);
  const told = TOLD.flatMap((id) => {
    const measure = history.measureOf(id);
    const value = measure < 0 ? NaN : history.value(measure, row);
    const { name, unit } = history.measures[measure] ?? {};
    return unit === undefined || Number.isNaN(value) ? [] : [`${NAMES[id] ?? name} ${valueText(value, unit)}`];
  });
  const button = (label: string, message: FromLive, title: string) =>
    element("button", { type: "button", title, onclick: () => send(message) }, label);
  const kept = nearest(history.marks, axisMs);
  const keptButtons = kept.flatMap((mark) => {
    const when = timeText(mark.atMs);
    const open = button(
      `Open ${mark.label} of ${when}`,
      { type: "openKept", kept: mark.kept! },
      "Opens what was captured then",
    );
    const since = button(
      `${mark.label}: Changes since ${when}`,
      { type: "compareSince", kept: mark.kept! },
      "Captures it once more and subtracts",
    );
    return about.captures ? [open, since] : [open];
  });
  const now = about.captures
    ? [
        button("Capture Heap Now", { type: "capture", kind: "heap" }, "Where memory in use was allocated"),
        button("Capture Goroutines Now", { type: "capture", kind: "goroutine" }, "Where all goroutines are"),
      ]
    : [];
  const isPast = ago > 0 && kept.length === 0;
  const panel = element(
    "section",
    {
      class: "live-moment",
      "aria-label": "The chosen moment",
      onkeydown: (event) => (event as KeyboardEvent).key === "Escape" && onClose(),
    },
    element(
      "p",
      {},
      element("strong", {}, timeText(atMs)),
      `${ago > 0 ? `, ${lengthText(ago)} ago` : ", now"}${told.length > 0 ? `: ${told.join(", ")}` : ""}.`,
      isPast ? " No profile was captured until now." : "",
    ),
    element(
      "div",
      { class: "live-actions" },
      ...keptButtons,
      ...now,
      element("button", { type: "button", onclick: onClose }, "Close"),
    ),
  );
  return panel;
}

const NAMES: Readonly<Record<string, string>> = {
  heapLive: "live heap",
  goroutines: "goroutines",
  rss: "resident",
  cpu: "CPU",
};

function nearest(marks: readonly Mark[], axisMs: number): readonly Mark[] {
  return marks
    .filter(({ kept }) => kept !== undefined)
    .sort((a, b) => Math.abs(a.axisMs - axisMs) - Math.abs(b.axisMs - axisMs))
    .slice(0, MOST_OFFERED);
}
