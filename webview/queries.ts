/**
 * What the page asks its worker, and what comes back; types only. Columns are transferred, never turned into objects.
 */
import type { FlameLayout, StackRange } from "../src/core/flame-layout.js";
import type { FrameIndex } from "../src/core/frames.js";
import type { ProfileFormat, ValueType } from "../src/core/profile.js";
import type { Warning } from "../src/core/format-error.js";

/** One profile seen through one of its sample types. */
interface View {
  /** The number it was opened under. */
  readonly profile: number;
  readonly sampleType: number;
}

export interface Opened {
  readonly format: ProfileFormat;
  readonly sampleTypes: readonly ValueType[];
  readonly defaultSampleType: number;
  readonly samples: number;
  /** By FrameIndex; functions. */
  readonly names: readonly string[];
  readonly files: readonly string[];
  /** Unix time of the capture; undefined when the profile does not say. */
  readonly takenMs: number | undefined;
  readonly durationNanos: number;
  readonly comments: readonly string[];
  readonly warnings: readonly Warning[];
}

/** A frame of the zoomed stack, with its samples as the worker's current picture orders them. */
export interface ZoomStep {
  readonly frame: FrameIndex;
  readonly range: StackRange;
}

export interface FlameAnswer {
  readonly layout: FlameLayout;
  /** The zoomed stack, root left out; shorter than asked where this picture has no such frames. */
  readonly zoom: readonly ZoomStep[];
  /** What percentages refer to. */
  readonly total: number;
}

export interface TableAnswer {
  /** The rows to show, in order: FrameIndex. */
  readonly order: Uint32Array;
  /** By FrameIndex. */
  readonly flat: Float64Array;
  readonly cum: Float64Array;
  readonly total: number;
}

interface SearchAnswer {
  /** By FrameIndex: 1 where the name matches. */
  readonly matched: Uint8Array;
  readonly functions: number;
  /** Of the samples with a match anywhere in their stack, each counted once. */
  readonly sum: number;
  readonly total: number;
}

export type TableSort = "flat" | "cum" | "name";

export interface Place {
  readonly function: string;
  readonly file: string;
  /** 0 unknown. */
  readonly line: number;
}

/** Every question: what is asked, what is answered. */
export interface Questions {
  open: { ask: { readonly profile: number; readonly bytes: Uint8Array }; answer: Opened };
  flame: {
    ask: View & {
      readonly inverted: boolean;
      /** Pixels; nothing narrower than one is laid out. */
      readonly width: number;
      /** From the root on. With `range` (of an earlier answer to the same view) nothing has to be looked for. */
      readonly zoom: readonly { readonly frame: FrameIndex; readonly range?: StackRange | undefined }[];
    };
    answer: FlameAnswer;
  };
  table: {
    ask: View & { readonly sort: TableSort; readonly descending: boolean; readonly filter: string };
    answer: TableAnswer;
  };
  search: { ask: View & { readonly pattern: string }; answer: SearchAnswer };
  /** The dearest line of a function: in the whole profile, or in the samples of a frame of the flame graph. */
  place: {
    ask: View & { readonly inverted: boolean; readonly frame: FrameIndex; readonly range?: StackRange | undefined };
    answer: Place;
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
