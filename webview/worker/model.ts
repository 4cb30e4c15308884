/**
 * The opened profiles and the answers about them: what the worker thinks, with nothing of the browser in it.
 *
 * A profile is decoded once. What is seen through a lens is kept for the lenses that were used last, so that undoing a
 * filter or switching between two pictures costs nothing.
 */
import { flameOf, layOut, ROOT_FRAME, SMALLER } from "../../src/core/views/flame-layout.js";
import { functionSeries, growthIn } from "../../src/core/profile/function-series.js";
import { type LabelSummary, labelSummaries } from "../../src/core/profile/label-summary.js";
import type { Profile } from "../../src/core/profile/profile.js";
import { TRACE_SAMPLE_TYPES } from "../../src/core/trace/trace-profile.js";
import { type Costs, type Neighbour, peekOf } from "../../src/core/views/report.js";
import { sandwichOf } from "../../src/core/views/sandwich.js";
import { valuesAlong } from "../../src/core/views/values-along.js";
import { exported } from "../page/exported.js";
import { hottestLine } from "../tabs/hottest-line.js";
import { namePattern } from "../controls/name-pattern.js";
import type {
  AnswerTo,
  GraphAnswer,
  Lens,
  LensInfo,
  LinesAnswer,
  Neighbours,
  Opened,
  Place,
  Question,
  QuestionName,
  Questions,
  SandwichAnswer,
  SeriesAnswer,
} from "./queries.js";
import { OpenedTrace } from "../timeline/opened-trace.js";
import type { TimeRange } from "../timeline/questions.js";
import { lookThrough, type LensView } from "./lens-view.js";
import { resolved } from "../flame/zoom-path.js";

/** Frames fed to the renderer at most: it costs about 0.1 ms per frame. */
const MAX_FRAMES = 1000;
/** Each half of a sandwich, and the small picture of the whole. */
const MAX_HALF = 400;
const MAX_OVERVIEW = 600;
/** What is kept of lenses: each costs about as much memory as the profile. */
const KEPT_LENSES = 4;

export type OpenBytes = (bytes: Uint8Array) => Opening | Promise<Opening>;
type Opening = Profile | OpenedTrace;

export class Model {
  readonly #open: OpenBytes;
  readonly #profiles = new Map<number, Profile>();
  readonly #traces = new Map<number, OpenedTrace>();
  /** By lens as JSON, the last used last. */
  readonly #view = new Map<string, LensView>();

  constructor(open: OpenBytes) {
    this.#open = open;
  }

  async answer(question: Question): Promise<AnswerTo<QuestionName>> {
    switch (question.type) {
      case "open":
        return this.#opened(question);
      case "lens":
        return this.#lens(question);
      case "labels":
        return this.#labels(question);
      case "flame":
        return this.#flame(question);
      case "overview":
        return this.#overview(question);
      case "table":
        return this.#table(question);
      case "search":
        return this.#search(question);
      case "graph":
        return this.#graph(question);
      case "sandwich":
        return this.#sandwich(question);
      case "locate":
        return this.#locate(question);
      case "lines":
        return this.#lines(question);
      case "series":
        return this.#series(question);
      case "place":
        return this.#place(question);
      case "export":
        return exported(this.#look(question.lens), question);
      case "timeline":
        return this.#trace(question.profile).picture(question);
      case "moment":
        return this.#trace(question.profile).moment(question);
      case "traceReport":
        return this.#trace(question.profile).report(question.range);
    }
  }

  async #opened({ profile: number, bytes }: Questions["open"]["ask"]): Promise<Opened> {
    const profile = await this.#open(bytes);
    this.#view.clear();
    this.#profiles.delete(number);
    this.#traces.delete(number);
    if (profile instanceof OpenedTrace) {
      this.#traces.set(number, profile);
      return { ...TRACE, durationNanos: profile.durationNs };
    }
    this.#profiles.set(number, profile);
    return {
      format: profile.format,
      sampleTypes: profile.sampleTypes,
      samples: profile.samples.count,
      takenMs: takenMs(profile),
      durationNanos: profile.durationNanos,
      comments: profile.comments,
      warnings: profile.warnings,
    };
  }

  #lens({ lens }: Questions["lens"]["ask"]): LensInfo {
    const { profile, frames, unmatched } = this.#look(lens);
    return {
      sampleTypes: profile.sampleTypes,
      defaultSampleType: profile.defaultSampleType,
      names: lens.by === "line" ? frames.name.map((name, frame) => `${name}:${frames.line[frame]}`) : frames.name,
      files: frames.file,
      unmatched,
      warnings: profile.warnings,
    };
  }

  /** Of the whole profile, without its filters: what can be chosen must not vanish once something was. */
  #labels({ lens, sampleType }: Questions["labels"]["ask"]): readonly LabelSummary[] {
    const view = this.#look({ ...lens, chips: [], split: undefined });
    return labelSummaries(view.profile, view.weights(sampleType), 200);
  }

  #flame(ask: Questions["flame"]["ask"]): AnswerTo<"flame"> {
    const view = this.#look(ask.lens);
    const flame = view.flame(ask.sampleType, ask.inverted, ask.side);
    const oneSide = view.difference !== undefined && ask.side !== "change";
    // What is small on one side is something else on the other.
    const upTo = oneSide ? ask.zoom.findIndex(({ frame }) => frame === SMALLER) : -1;
    const zoom = resolved(flame, upTo < 0 ? ask.zoom : ask.zoom.slice(0, upTo));
    const last = zoom.at(-1);
    const limits = { minShare: 1 / Math.max(1, ask.width), maxFrames: MAX_FRAMES };
    const layout = layOut(flame, limits, last?.range, last?.frame ?? ROOT_FRAME);
    let delta: Float64Array | undefined;
    if (oneSide) {
      const other = view.flame(ask.sampleType, ask.inverted, ask.side === "now" ? "before" : "now");
      const path = zoom.map(({ frame }) => frame);
      const sign = ask.side === "now" ? 1 : -1;
      delta = valuesAlong(layout, other, path).map((value, row) => sign * (layout.value[row] - value));
    } else if (view.difference) delta = layout.value;
    return { layout, zoom, total: view.total(ask.sampleType), delta };
  }

  #overview({ lens, sampleType, side, inverted, zoom }: Questions["overview"]["ask"]): AnswerTo<"overview"> {
    const flame = this.#look(lens).flame(sampleType, inverted, side);
    const layout = layOut(flame, { minShare: 1 / 800, maxFrames: MAX_OVERVIEW });
    let left = 0;
    let width = layout.width[0];
    let at = flame.root;
    for (const { range } of zoom) {
      const groups = flame.samples.split(at.from, at.to, at.depth);
      width = 0;
      for (let group = 0; group < groups.count && groups.from[group] < range.to; group++) {
        if (groups.from[group] < range.from) left += groups.width[group];
        else width += groups.width[group];
      }
      at = range;
    }
    return { layout, left, width, depth: at.depth };
  }

  #table({ lens, sampleType, sort, descending, filter }: Questions["table"]["ask"]): AnswerTo<"table"> {
    const view = this.#look(lens);
    const { flat, cum } = view.costs(sampleType);
    const before = view.difference && view.costs(sampleType, "before");
    const { name } = view.frames;
    const wanted = filter === "" ? undefined : namePattern(filter);
    const rows: number[] = [];
    for (let frame = 0; frame < view.frames.count; frame++) {
      if ((flat[frame] !== 0 || cum[frame] !== 0) && (!wanted || wanted.test(name[frame]))) rows.push(frame);
    }
    const byName = (a: number, b: number) => (name[a] < name[b] ? -1 : name[a] > name[b] ? 1 : a - b);
    const turned = descending ? -1 : 1;
    const byCost = (first: ArrayLike<number>, second: ArrayLike<number>) => (a: number, b: number) =>
      turned * (first[a] - first[b] || second[a] - second[b]) || byName(a, b);
    if (sort === "name") rows.sort((a, b) => turned * byName(a, b));
    else if (sort === "growth" && before) rows.sort(byCost(growthShares(view.costs(sampleType), before), cum));
    else rows.sort(sort === "flat" ? byCost(flat, cum) : byCost(cum, flat));
    return { order: Uint32Array.from(rows), flat, cum, total: view.total(sampleType), before };
  }

  #search({ lens, sampleType, side, pattern }: Questions["search"]["ask"]): AnswerTo<"search"> {
    const view = this.#look(lens);
    const wanted = namePattern(pattern);
    const matched = Uint8Array.from(view.frames.name, (name) => (wanted.test(name) ? 1 : 0));
    const { start, frame } = view.stacks(false);
    const weights = view.weights(sampleType, side);
    let sum = 0;
    for (let sample = 0; sample < weights.length; sample++) {
      if (weights[sample] === 0) continue;
      for (let i = start[sample]; i < start[sample + 1]; i++) {
        if (matched[frame[i]] === 0) continue;
        sum += weights[sample];
        break;
      }
    }
    const functions = matched.reduce((count, match) => count + match, 0);
    return { matched, functions, sum, total: view.total(sampleType) };
  }

  #graph({ lens, sampleType, side, maxBoxes }: Questions["graph"]["ask"]): GraphAnswer {
    const view = this.#look(lens);
    const before = view.difference && view.costs(sampleType, "before").cum;
    return { placed: view.graph(sampleType, side, maxBoxes), total: view.total(sampleType), before };
  }

  #sandwich({ lens, sampleType, frame, width }: Questions["sandwich"]["ask"]): SandwichAnswer {
    const view = this.#look(lens);
    const { callers, callees, weights } = sandwichOf(view.stacks(false), view.weights(sampleType), frame);
    const limits = { minShare: 1 / Math.max(1, width), maxFrames: MAX_HALF };
    const half = (stacks: typeof callers) => {
      const flame = flameOf(view.frames, stacks, weights);
      const [step] = resolved(flame, [{ frame }]);
      return layOut(flame, limits, step?.range, frame);
    };
    const peeked = peekOf(view.profile, view.frames, view.weights(sampleType), (one) => one === frame);
    const direct = peeked.find((peek) => peek.frame === frame);
    const { flat, cum } = view.costs(sampleType);
    return {
      flat: flat[frame] ?? 0,
      cum: cum[frame] ?? 0,
      total: view.total(sampleType),
      callers: half(callers),
      callees: half(callees),
      direct: { callers: columns(direct?.callers ?? []), callees: columns(direct?.callees ?? []) },
    };
  }

  #locate({ lens, sampleType, frame, inverted }: Questions["locate"]["ask"]): readonly number[] {
    const view = this.#look(lens);
    const { start, frame: frames } = view.stacks(inverted);
    const weights = view.weights(sampleType);
    // The stack of most cost down to the function; its samples differ below it only.
    const sums = new Map<string, { sum: number; path: readonly number[] }>();
    for (let sample = 0; sample < weights.length; sample++) {
      if (weights[sample] === 0) continue;
      const at = frames.subarray(start[sample], start[sample + 1]).indexOf(frame);
      if (at < 0) continue;
      const path = frames.subarray(start[sample], start[sample] + at + 1);
      const key = path.join();
      const known = sums.get(key);
      if (known) known.sum += Math.abs(weights[sample]);
      else sums.set(key, { sum: Math.abs(weights[sample]), path: Array.from(path) });
    }
    let best: { sum: number; path: readonly number[] } = { sum: 0, path: [] };
    for (const one of sums.values()) if (one.sum > best.sum) best = one;
    return best.path;
  }

  #lines({ lens, sampleType, function: wanted, limit }: Questions["lines"]["ask"]): LinesAnswer {
    const view = this.#look(lens);
    const lines = view.lines();
    const { flat, cum } = view.lineCosts(sampleType);
    const rows: number[] = [];
    for (let row = 0; row < lines.count; row++) {
      if (flat[row] === 0 && cum[row] === 0) continue;
      if (wanted !== undefined ? lines.name[row] === wanted : lines.line[row] > 0) rows.push(row);
    }
    rows.sort((a, b) => Math.abs(flat[b]) - Math.abs(flat[a]) || Math.abs(cum[b]) - Math.abs(cum[a]) || a - b);
    const shown = rows.slice(0, limit);
    const [files, file] = numbered(shown.map((row) => lines.file[row]));
    const [names, name] = numbered(shown.map((row) => lines.name[row]));
    return {
      count: shown.length,
      files,
      names,
      file,
      name,
      line: Int32Array.from(shown, (row) => lines.line[row]),
      flat: Float64Array.from(shown, (row) => flat[row]),
      cum: Float64Array.from(shown, (row) => cum[row]),
      total: view.total(sampleType),
    };
  }

  #series({ lens, profiles, sampleType, cost, filter, limit }: Questions["series"]["ask"]): SeriesAnswer {
    const looks = profiles.flatMap((profile) => {
      // Not kept: a long series would drive out the lenses that one looks through.
      const view = lookThrough({ ...lens, profile, base: undefined }, (number) => this.#profile(number));
      const type = view.profile.sampleTypes.findIndex((known) => known.type === sampleType);
      return type < 0 ? [] : [{ profile, frames: view.frames, column: view.costs(type)[cost], view, type }];
    });
    const series = functionSeries(
      looks.map(({ frames }) => frames),
      looks.map(({ column }) => column),
    );
    const wanted = filter === "" ? undefined : namePattern(filter);
    const most = (row: number) => series.values.subarray(row * series.length, (row + 1) * series.length);
    const rows = [...series.names.keys()].filter(
      (row) => (!wanted || wanted.test(series.names[row])) && most(row).some((value) => value !== 0),
    );
    rows.sort((a, b) => growthIn(series, b) - growthIn(series, a));
    // What grew most and what shrank most; what stands still in between is left out first.
    const head = Math.ceil(limit * 0.75);
    const shown = rows.length <= limit ? rows : [...rows.slice(0, head), ...rows.slice(rows.length - (limit - head))];
    const values = new Float64Array(shown.length * series.length);
    for (const [at, row] of shown.entries()) values.set(most(row), at * series.length);
    return {
      profiles: looks.map(({ profile }) => profile),
      takenMs: looks.map(({ profile }) => takenMs(this.#profile(profile))),
      totals: Float64Array.from(looks, ({ view, type }) => view.total(type)),
      names: shown.map((row) => series.names[row]),
      values,
      unit: looks[0]?.view.profile.sampleTypes[looks[0].type].unit ?? "",
      left: rows.length - shown.length,
    };
  }

  #place({ lens, sampleType, side, inverted: up, frame, range }: Questions["place"]["ask"]): Place {
    const view = this.#look(lens);
    const { flat, cum } = view.costs(sampleType);
    const order = range && view.flame(sampleType, up, side).samples.order.subarray(range.from, range.to);
    return {
      ...hottestLine(view, frame, view.weights(sampleType, side), order),
      flat: flat[frame] ?? 0,
      cum: cum[frame] ?? 0,
    };
  }

  #look(lens: Lens): LensView {
    const key = JSON.stringify(lens);
    let view = this.#view.get(key);
    this.#view.delete(key);
    view ??= lookThrough(lens, (number) => this.#profile(number, lens.range));
    this.#view.set(key, view);
    for (const oldest of [...this.#view.keys()].slice(0, -KEPT_LENSES)) this.#view.delete(oldest);
    return view;
  }

  #trace(number: number): OpenedTrace {
    const trace = this.#traces.get(number);
    if (!trace) throw new RangeError(`${number} is no trace that is open`);
    return trace;
  }

  #profile(number: number, range?: TimeRange): Profile {
    const profile = this.#profiles.get(number) ?? this.#traces.get(number)?.profile(range);
    if (!profile) throw new RangeError(`profile ${number} is not open`);
    return profile;
  }
}

/** What is said of a trace when it is opened, before it was read: a time line needs no more. */
const TRACE: Opened = {
  format: "trace",
  sampleTypes: TRACE_SAMPLE_TYPES,
  samples: 0,
  takenMs: undefined,
  durationNanos: 0,
  comments: [],
  warnings: [],
};

function takenMs({ timeNanos }: Profile): number | undefined {
  return timeNanos === 0n ? undefined : Number(timeNanos / 1_000_000n);
}

/** Growth as a part of what was there before; what is new comes before all that was. */
function growthShares({ cum }: Costs, before: Costs): Float64Array {
  return cum.map((change, frame) => {
    const was = before.cum[frame];
    return was !== 0 ? change / was : change === 0 ? 0 : Math.sign(change) * Infinity;
  });
}

function columns(neighbours: readonly Neighbour[]): Neighbours {
  return {
    frame: Uint32Array.from(neighbours, ({ frame }) => frame),
    value: Float64Array.from(neighbours, ({ value }) => value),
  };
}

/** Each text once, and for each place which one it is. */
function numbered(texts: readonly string[]): [string[], Uint32Array] {
  const numbers = new Map<string, number>();
  for (const text of texts) if (!numbers.has(text)) numbers.set(text, numbers.size);
  return [[...numbers.keys()], Uint32Array.from(texts, (text) => numbers.get(text)!)];
}
