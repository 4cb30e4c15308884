/**
 * What the page asks its worker, and what comes back; types only. Columns are transferred, never turned into objects.
 */
import type { TimeRange, TraceQuestions } from "../timeline/questions.js";
import type { PlacedGraph } from "../../src/core/views/graph-boxes.js";
import type { FlameLayout, StackRange } from "../../src/core/views/flame-layout.js";
import type { FrameIndex, Granularity } from "../../src/core/profile/frames.js";
import type { LabelSummary } from "../../src/core/profile/label-summary.js";
import type { ProfileFormat, ValueType } from "../../src/core/profile/profile.js";
import type { Warning } from "../../src/core/text/format-error.js";

export type ChipKind = "focus" | "ignore" | "hide" | "show" | "showFrom" | "trimTo" | "label";

/** One filter, as people see it: a chip. */
export interface Chip {
  readonly kind: ChipKind;
  /** A regular expression; of a label `KEY=RE`, as `labelFilterOf` reads it. */
  readonly pattern: string;
}

/** What of the profiles is looked at, and cut how: two equal lenses show the same frames and samples. */
export interface Lens {
  /** The number it was opened under. */
  readonly profile: number;
  /** The one that is subtracted from it. */
  readonly base?: number | undefined;
  /** With a base: scaled to the base's total first. */
  readonly normalize?: boolean | undefined;
  readonly by: Granularity;
  readonly chips: readonly Chip[];
  /** Values of this label become the outermost frames. */
  readonly split?: string | undefined;
  /** Direct recursion is one frame. */
  readonly folded?: boolean | undefined;
  /** Of a trace: only what happened then. */
  readonly range?: TimeRange | undefined;
}

/** With a base: what widths and values stand for. Without one only "change" means anything. */
export type Side = "change" | "now" | "before";

/** A lens and one of its sample types. */
interface View {
  readonly lens: Lens;
  readonly sampleType: number;
}

export interface Opened {
  readonly format: ProfileFormat;
  readonly sampleTypes: readonly ValueType[];
  readonly samples: number;
  /** Unix time of the capture; undefined when the profile does not say. */
  readonly takenMs: number | undefined;
  readonly durationNanos: number;
  readonly comments: readonly string[];
  readonly warnings: readonly Warning[];
}

export interface LensInfo {
  readonly sampleTypes: readonly ValueType[];
  readonly defaultSampleType: number;
  /** By FrameIndex. */
  readonly names: readonly string[];
  readonly files: readonly string[];
  /** Chips that matched nothing, by their place. */
  readonly unmatched: readonly number[];
  readonly warnings: readonly Warning[];
}

/** A frame of the zoomed stack, with its samples as the worker's current picture orders them. */
export interface ZoomStep {
  readonly frame: FrameIndex;
  readonly range: StackRange;
}

/** A step that still has to be looked for where it has no range. */
export interface WantedStep {
  readonly frame: FrameIndex;
  readonly range?: StackRange | undefined;
}

export interface FlameAnswer {
  readonly layout: FlameLayout;
  /** The zoomed stack, root left out; shorter than asked where this picture has no such frames. */
  readonly zoom: readonly ZoomStep[];
  /** What percentages refer to. */
  readonly total: number;
  /** With a base: by row of the layout, how much more than before. */
  readonly delta: Float64Array | undefined;
}

/** The whole picture, small, and where in it the zoomed part lies (in the layout's units of width). */
interface OverviewAnswer {
  readonly layout: FlameLayout;
  readonly left: number;
  readonly width: number;
  readonly depth: number;
}

export interface TableAnswer {
  /** The rows to show, in order: FrameIndex. */
  readonly order: Uint32Array;
  /** By FrameIndex. */
  readonly flat: Float64Array;
  readonly cum: Float64Array;
  readonly total: number;
  /** With a base: the same before; `flat` and `cum` are then changes. */
  readonly before: { readonly flat: Float64Array; readonly cum: Float64Array } | undefined;
}

interface SearchAnswer {
  /** By FrameIndex: 1 where the name matches. */
  readonly matched: Uint8Array;
  readonly functions: number;
  /** Of the samples with a match anywhere in their stack, each counted once. */
  readonly sum: number;
  readonly total: number;
}

export type TableSort = "flat" | "cum" | "name" | "growth";

export interface Place {
  readonly function: string;
  readonly file: string;
  /** 0 unknown. */
  readonly line: number;
  /** Part (0 to 1) of the cost that was inlined into a caller. */
  readonly inlined: number;
  /** Of the function wherever it stands. */
  readonly flat: number;
  readonly cum: number;
}

export interface Neighbours {
  /** FrameIndex and value, most expensive first. */
  readonly frame: Uint32Array;
  readonly value: Float64Array;
}

export interface SandwichAnswer {
  readonly flat: number;
  readonly cum: number;
  readonly total: number;
  /** Row 0 of both is the function itself. */
  readonly callers: FlameLayout;
  readonly callees: FlameLayout;
  readonly direct: { readonly callers: Neighbours; readonly callees: Neighbours };
}

/** Source lines with their cost, most expensive first, as columns. */
export interface LinesAnswer {
  readonly count: number;
  readonly files: readonly string[];
  readonly names: readonly string[];
  /** By row: index into `files` and `names`. */
  readonly file: Uint32Array;
  readonly name: Uint32Array;
  readonly line: Int32Array;
  readonly flat: Float64Array;
  readonly cum: Float64Array;
  readonly total: number;
}

export interface GraphAnswer {
  readonly placed: PlacedGraph;
  readonly total: number;
  /** With a base: cumulative costs before, by FrameIndex. */
  readonly before: Float64Array | undefined;
}

export interface SeriesAnswer {
  /** The profiles that have the sample type, in order. */
  readonly profiles: readonly number[];
  readonly takenMs: readonly (number | undefined)[];
  readonly totals: Float64Array;
  readonly names: readonly string[];
  /** Row `i` has the series `values[i * profiles.length ..]`. */
  readonly values: Float64Array;
  readonly unit: string;
  /** Rows that were left out, since they came last. */
  readonly left: number;
}

export type ExportFormat = "svg" | "graph-svg" | "dot" | "folded" | "speedscope" | "pprof" | "text" | "markdown";

/** Every question: what is asked, what is answered. */
export interface Questions extends TraceQuestions {
  open: { ask: { readonly profile: number; readonly bytes: Uint8Array }; answer: Opened };
  lens: { ask: { readonly lens: Lens }; answer: LensInfo };
  labels: { ask: View; answer: readonly LabelSummary[] };
  flame: {
    ask: View & {
      readonly side: Side;
      readonly inverted: boolean;
      /** Pixels; nothing narrower than one is laid out. */
      readonly width: number;
      /** From the root on. With `range` (of an earlier answer to the same view) nothing has to be looked for. */
      readonly zoom: readonly WantedStep[];
    };
    answer: FlameAnswer;
  };
  overview: {
    ask: View & { readonly side: Side; readonly inverted: boolean; readonly zoom: readonly ZoomStep[] };
    answer: OverviewAnswer;
  };
  table: {
    ask: View & { readonly sort: TableSort; readonly descending: boolean; readonly filter: string };
    answer: TableAnswer;
  };
  search: { ask: View & { readonly side: Side; readonly pattern: string }; answer: SearchAnswer };
  graph: { ask: View & { readonly side: Side; readonly maxBoxes: number }; answer: GraphAnswer };
  sandwich: { ask: View & { readonly frame: FrameIndex; readonly width: number }; answer: SandwichAnswer };
  /** Where a function is found: the stack of its most expensive node, root first; empty when it is nowhere. */
  locate: { ask: View & { readonly frame: FrameIndex; readonly inverted: boolean }; answer: readonly FrameIndex[] };
  /** Of all functions, or of those of one name. */
  lines: { ask: View & { readonly function?: string | undefined; readonly limit: number }; answer: LinesAnswer };
  series: {
    ask: {
      readonly lens: Lens;
      readonly profiles: readonly number[];
      readonly sampleType: string;
      readonly cost: "flat" | "cum";
      readonly filter: string;
      readonly limit: number;
    };
    answer: SeriesAnswer;
  };
  /** The hottest line of a function: in the whole profile, or in the samples of a frame of the flame graph. */
  place: {
    ask: View & {
      readonly side: Side;
      readonly inverted: boolean;
      readonly frame: FrameIndex;
      readonly range?: StackRange | undefined;
    };
    answer: Place;
  };
  export: {
    ask: View & {
      readonly format: ExportFormat;
      readonly side: Side;
      readonly inverted: boolean;
      readonly zoom: readonly WantedStep[];
      /** Of a call graph. */
      readonly maxBoxes: number;
      readonly title: string;
      /** What was filtered or subtracted, in words. */
      readonly notes: readonly string[];
    };
    answer: { readonly bytes: Uint8Array; readonly width: number; readonly height: number };
  };
}

export type QuestionName = keyof Questions;
export type Question = { [Name in QuestionName]: { readonly type: Name } & Questions[Name]["ask"] }[QuestionName];
export type AnswerTo<Name extends QuestionName> = Questions[Name]["answer"];

export interface ToWorker {
  readonly id: number;
  readonly question: Question;
}

export type FromWorker =
  | { readonly id: number; readonly answer: Questions[QuestionName]["answer"] }
  | { readonly id: number; readonly problem: { readonly message: string; readonly offset?: number | undefined } };
