/** Which labels a profile's samples carry, with which values and how much of the cost: what one can filter and split by. */
import { formatValue } from "../text/format.js";
import type { Profile } from "./profile.js";
import type { Weights } from "./weights.js";

export interface LabelSummary {
  readonly key: string;
  /** Different values, also those that are not listed. */
  readonly distinct: number;
  /** Most expensive first, at most as many as were asked for. */
  readonly values: readonly LabelValue[];
}

export interface LabelValue {
  /** For people: "GET /orders", "32kB". */
  readonly text: string;
  /** What `labelFilterOf` finds exactly these by. */
  readonly filter: string;
  /** Sum of the weights' sizes of the samples that carry it. */
  readonly weight: number;
}

/** Keys by name; a sample that carries a value twice counts once per row. */
export function labelSummaries(profile: Profile, weights: Weights, mostValues: number): LabelSummary[] {
  const { samples, strings } = profile;
  const { labels, labelStart } = samples;
  const keys = new Map<number, Map<string, { row: number; weight: number }>>();
  for (let sample = 0; sample < samples.count; sample++) {
    for (let row = labelStart[sample]; row < labelStart[sample + 1]; row++) {
      let values = keys.get(labels.key[row]);
      if (!values) keys.set(labels.key[row], (values = new Map<string, { row: number; weight: number }>()));
      const id = labels.string[row] !== 0 ? `s${labels.string[row]}` : `n${labels.number[row]} ${labels.unit[row]}`;
      const known = values.get(id);
      if (known) known.weight += Math.abs(weights[sample]);
      else values.set(id, { row, weight: Math.abs(weights[sample]) });
    }
  }
  const summaries = [...keys].map(([keyIndex, values]): LabelSummary => {
    const key = strings.at(keyIndex);
    const heaviest = [...values.values()].sort((a, b) => b.weight - a.weight).slice(0, mostValues);
    return {
      key,
      distinct: values.size,
      values: heaviest.map(({ row, weight }) => {
        // Go's heap profiles leave the unit of "bytes" out.
        const unit = strings.at(labels.unit[row]) || (key === "bytes" ? "bytes" : "");
        if (labels.string[row] === 0) {
          const number = labels.number[row];
          return { text: formatValue(number, unit), filter: `${key}=${number}${unit}`, weight };
        }
        const text = strings.at(labels.string[row]);
        return { text, filter: `${key}=^${text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")}$`, weight };
      }),
    };
  });
  return summaries.sort((a, b) => (a.key < b.key ? -1 : 1));
}
