/** What a selected place of the time line is, in words, with the ways on from there. */
import { formatValue } from "../../src/core/text/format.js";
import { element, setText } from "../page/element.js";
import type { Moment, TracePlace } from "./questions.js";
import { timeText } from "./time-scale.js";

export interface MomentHandlers {
  readonly openSource: ((place: TracePlace) => void) | undefined;
  zoomTo(moment: Moment): void;
  showGoroutine(goroutine: number): void;
}

export interface MomentView {
  readonly element: HTMLElement;
  draw(line: string, moment: Moment | undefined): void;
}

export function createMomentView(handlers: MomentHandlers): MomentView {
  const words = element("p", { class: "moment-words", role: "status" });
  const ways = element("div", { class: "moment-ways" });
  const start = "Select a place: with a click, or the arrow keys once the time line has the focus.";
  setText(words, start);
  return {
    element: element("div", { class: "moment" }, words, ways),
    draw(line, moment) {
      setText(words, moment ? momentText(line, moment) : line === "" ? start : `${line}: nothing there.`);
      ways.replaceChildren(...(moment ? waysFrom(moment, handlers) : []));
    },
  };
}

function momentText(line: string, moment: Moment): string {
  const { goroutine, kind, state, proc, fromNs, toNs, waitNs, reason, place } = moment;
  const ns = toNs - fromNs;
  const did = {
    running: "ran",
    runnable: "waited for a processor",
    waiting: "was blocked",
    syscall: "was in a system call",
  };
  const where = proc === undefined ? "" : ` on processor ${proc}`;
  const why = state === "waiting" && reason !== "" ? ` (${reason})` : "";
  const at = timeText(fromNs, Math.max(1, ns / 100));
  return [
    `${line}: goroutine ${goroutine} of ${kind} ${did[state]}${where}${why} for ${time(ns)}, at ${at}.`,
    waitNs > 0 ? `Before, it waited ${time(waitNs)} for a processor.` : "",
    place ? `${state === "waiting" ? "It waited" : "It goes on"} in ${place.function}.` : "",
    wokenText(moment),
  ]
    .filter((text) => text !== "")
    .join(" ");
}

/** What no goroutine did stands in brackets: "(preempted)". */
function wokenText({ wokenBy, reason, state }: Moment): string {
  if (wokenBy === "") return "";
  const other = /^\((.*)\)$/.exec(wokenBy)?.[1];
  if (other !== undefined) return `Made runnable by: ${other}.`;
  return `${reason === "" && state !== "waiting" ? "Made runnable by" : "Woken by"} ${wokenBy}.`;
}

function waysFrom(moment: Moment, handlers: MomentHandlers): HTMLElement[] {
  const button = (text: string, title: string, onclick: () => void) =>
    element("button", { class: "toggle", title, onclick }, text);
  const { openSource } = handlers;
  const source = (text: string, place: TracePlace | undefined) =>
    openSource && place && place.file !== ""
      ? [button(text, `${place.function}, ${place.file}:${place.line}`, () => openSource(place))]
      : [];
  return [
    ...source("Open Where It Goes On", moment.place),
    ...source("Open Who Woke It", moment.wokenAt),
    button("Zoom to It", "Enter", () => handlers.zoomTo(moment)),
    button(`Goroutine ${moment.goroutine}`, "Show a line of this goroutine alone", () =>
      handlers.showGoroutine(moment.goroutine),
    ),
  ];
}

function time(ns: number): string {
  return formatValue(ns, "nanoseconds");
}
