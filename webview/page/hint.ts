/** The line above a view: what is counted in other words, what is subtracted, and what is odd about the profile. */
import { element } from "./element.js";
import type { ActiveView } from "./active-view.js";
import { sampleWords } from "./sample-text.js";
import { rangeText } from "../timeline/time-scale.js";

export function hintOf({ info, sampleType, history, profiles }: ActiveView): (string | HTMLElement)[] {
  const { base, side, range } = history.now;
  const counted = info?.sampleTypes[sampleType];
  const words = counted ? sampleWords(counted).hint : "";
  const widths = { change: "how much changed", now: "the profile now", before: "the base" }[side];
  const diff = base === undefined ? "" : `Minus ${profiles.names[base]}: red grew, blue shrank; widths are ${widths}. `;
  const warnings = info?.warnings ?? [];
  const part = range ? `Only from ${rangeText(range)} of the trace, as chosen on the time line. ` : "";
  return [
    part + diff + words,
    ...warnings.map(({ message }) => element("span", { class: "warning" }, ` ⚠ ${message}`)),
  ];
}
