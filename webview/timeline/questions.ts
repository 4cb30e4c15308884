/** What the page asks its worker about an execution trace, and what comes back; types only. */
import type { GoroutinePicture } from "../../src/core/trace/timeline/goroutine-line.js";
import type { KindPicture, ProcessorPicture } from "../../src/core/trace/timeline/picture.js";
import type { TraceReport } from "../../src/core/trace/trace-report.js";

/** Nanoseconds since the beginning of the trace. */
export interface TimeRange {
  readonly fromNs: number;
  readonly toNs: number;
}

/** A line of the picture. */
export type LineName =
  | { readonly type: "goroutine"; readonly goroutine: number }
  | { readonly type: "processor"; readonly proc: number }
  | { readonly type: "kind"; readonly kind: number };

export type LinePicture =
  | ({ readonly type: "goroutine" } & GoroutinePicture)
  | ({ readonly type: "processor" } & ProcessorPicture)
  | ({ readonly type: "kind" } & KindPicture);

export interface TimelineAnswer extends TimeRange {
  /** Of the whole trace; a guess while it is being read. */
  readonly durationNs: number;
  /** How much of it was read. */
  readonly readNs: number;
  readonly isComplete: boolean;
  readonly lines: readonly LineName[];
  /** Pictures of `lines`, from this one on. */
  readonly first: number;
  readonly pictures: readonly LinePicture[];
  /** By kind: the function in which its goroutines began. */
  readonly kinds: readonly string[];
  /** Beginning and end, one after the other: when a collection marked, and when the world stood still. */
  readonly collections: Float64Array;
  readonly stops: Float64Array;
  /** Shorter runs are not drawn one by one; 0: all are. */
  readonly shortestNs: number;
}

/** A frame that leads to its source. */
export interface TracePlace {
  readonly function: string;
  readonly file: string;
  readonly line: number;
}

/** What a goroutine did at a moment, and why. */
export interface Moment extends TimeRange {
  readonly goroutine: number;
  readonly kind: string;
  readonly state: "running" | "runnable" | "waiting" | "syscall";
  /** The processor that it held. */
  readonly proc: number | undefined;
  /** How long it had been runnable before it ran. */
  readonly waitNs: number;
  /** Why it had waited, in the runtime's words; "" where that is not known. */
  readonly reason: string;
  /** Where it had waited, and goes on. */
  readonly place: TracePlace | undefined;
  /** Who woke or created it, or in words what did. */
  readonly wokenBy: string;
  readonly wokenAt: TracePlace | undefined;
}

export interface TraceQuestions {
  timeline: {
    ask: {
      readonly profile: number;
      /** Undefined: all there is. */
      readonly part: TimeRange | undefined;
      /** Pixels. */
      readonly width: number;
      /** Numbers of the lines that are seen: from the first up to, not including, the last. */
      readonly lines: { readonly from: number; readonly to: number };
      readonly goroutine: number | undefined;
    };
    answer: TimelineAnswer;
  };
  /** What a line shows at a moment, or the one before or after that; undefined where there is nothing. */
  moment: {
    ask: {
      readonly profile: number;
      readonly line: LineName;
      readonly timeNs: number;
      readonly step: -1 | 0 | 1;
    };
    answer: Moment | undefined;
  };
  /** The tables of the whole trace or of a part. */
  traceReport: {
    ask: { readonly profile: number; readonly range: TimeRange | undefined };
    answer: TraceReport;
  };
}
