/**
 * The opened profiles and the answers about them: what the worker thinks, with nothing of the browser in it.
 *
 * A profile is decoded once; frames, stacks and pictures are made when first asked for and kept per view.
 */
import { type Flame, type FlameLayout, flameOf, layOut, ROOT_FRAME, SMALLER } from "../src/core/flame-layout.js";
import { type Frames, framesOf, type Stacks, stacksOf } from "../src/core/frames.js";
import type { Profile } from "../src/core/profile.js";
import { patternOf } from "../src/core/pattern.js";
import { type Costs, costsOfStacks } from "../src/core/report.js";
import { inverted } from "../src/core/stack-order.js";
import { totalOf, type Weights, weightsOf } from "../src/core/weights.js";
import type { AnswerTo, Opened, Place, Question, QuestionName, Questions, ZoomStep } from "./queries.js";

/** Frames fed to the renderer at most: it costs about 0.1 ms per frame. */
const MAX_FRAMES = 1000;

export type OpenBytes = (bytes: Uint8Array) => Profile | Promise<Profile>;

interface Shelf {
  readonly profile: Profile;
  readonly frames: Frames;
  /** By whether they are leaf first. */
  readonly stacks: Map<boolean, Stacks>;
  /** By sample type. */
  readonly weights: Map<number, Weights>;
  readonly costs: Map<number, Costs>;
  /** By sample type and direction. */
  readonly flames: Map<string, Flame>;
}

export class Model {
  readonly #open: OpenBytes;
  readonly #shelves = new Map<number, Shelf>();

  constructor(open: OpenBytes) {
    this.#open = open;
  }

  async answer(question: Question): Promise<AnswerTo<QuestionName>> {
    switch (question.type) {
      case "open":
        return this.#opened(question);
      case "flame":
        return this.#flame(question);
      case "table":
        return this.#table(question);
      case "search":
        return this.#search(question);
      case "place":
        return this.#place(question);
    }
  }

  async #opened({ profile: number, bytes }: Questions["open"]["ask"]): Promise<Opened> {
    const profile = await this.#open(bytes);
    const frames = framesOf(profile, "function");
    this.#shelves.set(number, {
      profile,
      frames,
      stacks: new Map(),
      weights: new Map(),
      costs: new Map(),
      flames: new Map(),
    });
    return {
      format: profile.format,
      sampleTypes: profile.sampleTypes,
      defaultSampleType: profile.defaultSampleType,
      samples: profile.samples.count,
      names: frames.name,
      files: frames.file,
      takenMs: profile.timeNanos === 0n ? undefined : Number(profile.timeNanos / 1_000_000n),
      durationNanos: profile.durationNanos,
      comments: profile.comments,
      warnings: profile.warnings,
    };
  }

  #flame(ask: Questions["flame"]["ask"]): AnswerTo<"flame"> {
    const shelf = this.#shelf(ask.profile);
    const flame = flameIn(shelf, ask.sampleType, ask.inverted);
    const zoom = resolved(flame, ask.zoom);
    const last = zoom.at(-1);
    const limits = { minShare: 1 / Math.max(1, ask.width), maxFrames: MAX_FRAMES };
    const layout: FlameLayout = layOut(flame, limits, last?.range, last?.frame ?? ROOT_FRAME);
    return { layout, zoom, total: totalOf(shelf.profile, ask.sampleType) };
  }

  #table({ profile, sampleType, sort, descending, filter }: Questions["table"]["ask"]): AnswerTo<"table"> {
    const shelf = this.#shelf(profile);
    const { flat, cum } = costsIn(shelf, sampleType);
    const { name } = shelf.frames;
    const wanted = filter === "" ? undefined : matcher(filter);
    const rows: number[] = [];
    for (let frame = 0; frame < shelf.frames.count; frame++) {
      if ((flat[frame] !== 0 || cum[frame] !== 0) && (!wanted || wanted(name[frame]))) rows.push(frame);
    }
    const byName = (a: number, b: number) => (name[a] < name[b] ? -1 : name[a] > name[b] ? 1 : a - b);
    const turned = descending ? -1 : 1;
    if (sort === "name") rows.sort((a, b) => turned * byName(a, b));
    else {
      const first = sort === "flat" ? flat : cum;
      const second = sort === "flat" ? cum : flat;
      rows.sort((a, b) => turned * (first[a] - first[b] || second[a] - second[b]) || byName(a, b));
    }
    return { order: Uint32Array.from(rows), flat, cum, total: totalOf(shelf.profile, sampleType) };
  }

  #search({ profile, sampleType, pattern }: Questions["search"]["ask"]): AnswerTo<"search"> {
    const shelf = this.#shelf(profile);
    const wanted = matcher(pattern);
    const matched = Uint8Array.from(shelf.frames.name, (name) => (wanted(name) ? 1 : 0));
    const { start, frame } = stacksIn(shelf, false);
    const weights = weightsIn(shelf, sampleType);
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
    return { matched, functions, sum, total: totalOf(shelf.profile, sampleType) };
  }

  #place({ profile: number, sampleType, inverted: up, frame, range }: Questions["place"]["ask"]): Place {
    const shelf = this.#shelf(number);
    const { frames } = shelf;
    const { samples, locations } = shelf.profile;
    const weights = weightsIn(shelf, sampleType);
    const order = range && flameIn(shelf, sampleType, up).samples.order;
    const costByLine = new Map<number, number>();
    const from = range?.from ?? 0;
    const to = range?.to ?? samples.count;
    for (let place = from; place < to; place++) {
      const sample = order ? order[place] : place;
      const weight = Math.abs(weights[sample]);
      if (weight === 0) continue;
      for (let i = samples.stackStart[sample]; i < samples.stackStart[sample + 1]; i++) {
        const location = samples.stack[i];
        for (let row = frames.start[location]; row < frames.start[location + 1]; row++) {
          if (frames.list[row] !== frame) continue;
          const line = locations.lineNumber[locations.lineStart[location] + row - frames.start[location]] ?? 0;
          costByLine.set(line, (costByLine.get(line) ?? 0) + weight);
        }
      }
    }
    let line = 0;
    let most = 0;
    for (const [candidate, cost] of costByLine) {
      if (candidate > 0 && cost > most) [line, most] = [candidate, cost];
    }
    return {
      function: frames.name[frame] ?? "",
      file: frames.file[frame] ?? "",
      line: line || (frames.line[frame] ?? 0),
    };
  }

  #shelf(profile: number): Shelf {
    const shelf = this.#shelves.get(profile);
    if (!shelf) throw new RangeError(`profile ${profile} is not open`);
    return shelf;
  }
}

/** The ranges of a zoomed stack, as far as this picture has it. */
function resolved(flame: Flame, zoom: Questions["flame"]["ask"]["zoom"]): ZoomStep[] {
  const steps: ZoomStep[] = [];
  let at = flame.root;
  for (const { frame, range } of zoom) {
    if (range) at = range;
    else {
      if (frame === SMALLER) break; // what was small in another picture means nothing in this one
      const { count, frame: children, from } = flame.samples.split(at.from, at.to, at.depth);
      let group = 0;
      while (group < count && children[group] !== frame) group++;
      if (group === count) break;
      at = { from: from[group], to: from[group + 1], depth: at.depth + 1 };
    }
    steps.push({ frame, range: at });
  }
  return steps;
}

function stacksIn(shelf: Shelf, up: boolean): Stacks {
  return kept(shelf.stacks, up, () => (up ? inverted(stacksIn(shelf, false)) : stacksOf(shelf.profile, shelf.frames)));
}

function weightsIn({ profile, weights }: Shelf, sampleType: number): Weights {
  return kept(weights, sampleType, () => weightsOf(profile, sampleType));
}

function costsIn(shelf: Shelf, sampleType: number): Costs {
  return kept(shelf.costs, sampleType, () =>
    costsOfStacks(shelf.frames, stacksIn(shelf, false), weightsIn(shelf, sampleType)),
  );
}

function flameIn(shelf: Shelf, sampleType: number, up: boolean): Flame {
  return kept(shelf.flames, `${sampleType} ${up}`, () =>
    flameOf(shelf.frames, stacksIn(shelf, up), weightsIn(shelf, sampleType)),
  );
}

function kept<Key, Value>(cache: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = cache.get(key);
  if (value === undefined) cache.set(key, (value = make()));
  return value;
}

/** A pattern without capitals ignores case. */
function matcher(pattern: string): (name: string) => boolean {
  const cased = /\p{Lu}/u.test(pattern.replace(/\\./g, "")) || pattern.startsWith("(?");
  const wanted = patternOf(cased ? pattern : `(?i)${pattern}`);
  return (name) => wanted.test(name);
}
