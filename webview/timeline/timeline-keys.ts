/** What keys do while the time line has the focus. */
export type TimelineAction =
  | "zoomIn"
  | "zoomOut"
  | "earlier"
  | "later"
  | "seeAll"
  | "chooseSeen"
  | "unchoose"
  | "zoomToRange"
  | "zoomToMoment"
  | "lineUp"
  | "lineDown"
  | "before"
  | "after";

const KEYS: Readonly<Record<string, TimelineAction>> = {
  "+": "zoomIn",
  "=": "zoomIn",
  w: "zoomIn",
  "-": "zoomOut",
  s: "zoomOut",
  a: "earlier",
  d: "later",
  "0": "seeAll",
  home: "seeAll",
  r: "chooseSeen",
  escape: "unchoose",
  z: "zoomToRange",
  enter: "zoomToMoment",
  arrowup: "lineUp",
  arrowdown: "lineDown",
  arrowleft: "before",
  arrowright: "after",
};

export function timelineAction({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): TimelineAction | undefined {
  return ctrlKey || metaKey || altKey ? undefined : KEYS[key.toLowerCase()];
}
