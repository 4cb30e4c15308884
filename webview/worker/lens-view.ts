/**
 * A profile through a lens: base subtracted, labels split, filters applied, frames named; with everything that pictures
 * and tables are made of, made when first asked for and kept.
 */
import { baseWeights, type Difference, ownWeights, subtract } from "../../src/core/profile/diff.js";
import { applyFilter, type Filter, labelFilterOf } from "../../src/core/profile/filter.js";
import { placed } from "../graph/layout.js";
import { callGraphOf, GRAPH_LIMITS, type GraphLimits, sampleTagsOf } from "../../src/core/views/call-graph.js";
import { boxesOf, type PlacedGraph } from "../../src/core/views/graph-boxes.js";
import type { Pattern } from "../../src/core/text/pattern.js";
import { type Flame, flameOf } from "../../src/core/views/flame-layout.js";
import { type Frames, framesOf, type ShownLines, type Stacks, stacksOf } from "../../src/core/profile/frames.js";
import { addLabelFrames } from "../../src/core/profile/label-frames.js";
import type { Profile } from "../../src/core/profile/profile.js";
import { withoutRecursion } from "../../src/core/profile/recursion.js";
import { type Costs, costsOf, costsOfStacks } from "../../src/core/views/report.js";
import { inverted } from "../../src/core/profile/stack-order.js";
import { totalOf, type Weights, weightsOf } from "../../src/core/profile/weights.js";
import { namePattern } from "../controls/name-pattern.js";
import type { Chip, ChipKind, Lens, Side } from "./queries.js";

/** Reads a lens; `profileAt` gives the opened profiles by their number. */
export function lookThrough(lens: Lens, profileAt: (number: number) => Profile): LensView {
  let profile = profileAt(lens.profile);
  let difference: Difference | undefined;
  if (lens.base !== undefined) {
    difference = subtract(profile, profileAt(lens.base), { normalize: lens.normalize ?? false });
    profile = difference.profile;
  }
  if (lens.split !== undefined) profile = addLabelFrames(profile, [lens.split], []);
  return new LensView(profile, difference, lens);
}

export class LensView {
  /** With stacks as the chips cut them. */
  readonly profile: Profile;
  readonly difference: Difference | undefined;
  readonly frames: Frames;
  /** What the filters leave of the samples and lines. */
  readonly filtered: { readonly kept: Uint8Array | undefined; readonly shown: ShownLines | undefined };
  /** Chips that matched nothing, by their place. */
  readonly unmatched: readonly number[];
  readonly #folded: boolean;
  readonly #kept = new Map<string, unknown>();

  constructor(whole: Profile, difference: Difference | undefined, { chips, by, folded }: Lens) {
    this.difference = difference;
    const { profile, kept, shown, unmatched } = filteredBy(whole, chips);
    this.profile = profile;
    this.filtered = { kept, shown };
    this.unmatched = unmatched;
    this.frames = framesOf(profile, by, shown);
    this.#folded = folded ?? false;
  }

  /** Leaf first when `up`. */
  stacks(up: boolean): Stacks {
    return this.#once(`stacks ${up}`, () => {
      if (up) return inverted(this.stacks(false));
      const stacks = stacksOf(this.profile, this.frames);
      return this.#folded ? withoutRecursion(stacks) : stacks;
    });
  }

  weights(sampleType: number, side: Side = "change"): Weights {
    return this.#once(`weights ${sampleType} ${side}`, () => {
      if (!this.difference || side === "change") return weightsOf(this.profile, sampleType, this.filtered.kept);
      const of = side === "now" ? ownWeights : baseWeights;
      return of(this.difference, this.weights(sampleType));
    });
  }

  costs(sampleType: number, side: Side = "change"): Costs {
    return this.#once(`costs ${sampleType} ${side}`, () =>
      costsOfStacks(this.frames, this.stacks(false), this.weights(sampleType, side)),
    );
  }

  flame(sampleType: number, up: boolean, side: Side): Flame {
    return this.#once(`flame ${sampleType} ${up} ${side}`, () =>
      flameOf(this.frames, this.stacks(up), this.weights(sampleType, side)),
    );
  }

  /** The call graph of at most `maxBoxes` functions, with its boxes in their places. */
  graph(sampleType: number, side: Side, maxBoxes: number): PlacedGraph {
    return this.#once(`graph ${sampleType} ${side} ${maxBoxes}`, () => {
      const limits = limitsFor(maxBoxes);
      const tags = this.#once("tags", () => sampleTagsOf(this.profile));
      const graph = callGraphOf(this.frames, this.stacks(false), this.weights(sampleType, side), tags, limits);
      const { unit } = this.profile.sampleTypes[sampleType];
      return placed(graph, boxesOf(graph, this.frames, unit, this.total(sampleType)));
    });
  }

  /** Frames at granularity "line", whatever the lens shows. */
  lines(): Frames {
    return this.#once("lines", () => framesOf(this.profile, "line", this.filtered.shown));
  }

  lineCosts(sampleType: number): Costs {
    return this.#once(`line costs ${sampleType}`, () => costsOf(this.profile, this.lines(), this.weights(sampleType)));
  }

  /** What percentages refer to. */
  total(sampleType: number): number {
    return this.#once(`total ${sampleType}`, () =>
      this.difference ? this.difference.total(sampleType, "difference") : totalOf(this.profile, sampleType),
    );
  }

  #once<Value>(key: string, make: () => Value): Value {
    if (!this.#kept.has(key)) this.#kept.set(key, make());
    return this.#kept.get(key) as Value;
  }
}

/** pprof's limits; more boxes than its 80 need a finer sieve to be found. */
function limitsFor(maxNodes: number): GraphLimits {
  const finer = Math.min(1, (GRAPH_LIMITS.maxNodes / maxNodes) ** 2);
  return { maxNodes, minNode: GRAPH_LIMITS.minNode * finer, minEdge: GRAPH_LIMITS.minEdge * finer };
}

/**
 * Several chips of one kind: ignored, hidden and cut at is what any of them matches; focused and labelled what all match.
 */
function filteredBy(profile: Profile, chips: readonly Chip[]) {
  const unmatched: number[] = [];
  const places = (kind: ChipKind) => [...chips.keys()].filter((place) => chips[place].kind === kind);
  const watched: { readonly place: number; readonly pattern: Pattern; matched: boolean }[] = [];
  const any = (kind: ChipKind): Pattern | undefined => {
    const list = places(kind).map((place) => ({ place, pattern: namePattern(chips[place].pattern), matched: false }));
    if (list.length === 0) return undefined;
    watched.push(...list);
    return {
      test(text) {
        let found = false;
        // All of them are asked, so that each can tell whether it matched anything.
        for (const one of list) if (one.pattern.test(text)) found = one.matched = true;
        return found;
      },
    };
  };
  const [ignore, hide, show] = [any("ignore"), any("hide"), any("show")];
  const [showFrom, trimTo] = [any("showFrom"), any("trimTo")];
  const [focus, ...furtherFocus] = places("focus");
  const labels = places("label").map((place) => ({ place, filter: labelFilterOf(chips[place].pattern) }));
  const filter: Filter = {
    ...(focus !== undefined && { focus: namePattern(chips[focus].pattern) }),
    ...(ignore && { ignore }),
    ...(hide && { hide }),
    ...(show && { show }),
    ...(showFrom && { showFrom }),
    ...(trimTo && { trimTo }),
  };
  const first = applyFilter(profile, filter);
  let kept = first.kept;
  if (focus !== undefined && first.unmatched.includes("focus")) unmatched.push(focus);
  const narrow = (place: number, kind: string, further: Filter) => {
    const { kept: those, unmatched: nothing } = applyFilter(profile, further);
    if (nothing.includes(kind)) unmatched.push(place);
    kept = kept && those ? kept.map((one, sample) => one & those[sample]) : (those ?? kept);
  };
  for (const place of furtherFocus) narrow(place, "focus", { focus: namePattern(chips[place].pattern) });
  for (const { place, filter: label } of labels) narrow(place, "label", { labels: [label] });
  for (const { place, matched } of watched) if (!matched) unmatched.push(place);
  return { profile: first.profile, kept, shown: first.shown, unmatched };
}
