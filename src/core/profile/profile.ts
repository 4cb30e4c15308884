/**
 * A profile as tables of columns: what every decoder produces and every analysis reads.
 *
 * Rows are numbers, columns are typed arrays, and lists inside a row are ranges of another column
 * (`start[i] .. start[i + 1]`). A million samples are a handful of arrays, not millions of objects.
 * The decoder checks every index once; after that the tables are trusted.
 *
 * The model is that of profile.proto (github.com/google/pprof/blob/main/proto/profile.proto); the ids
 * of the wire are gone, rows take their place.
 */
import type { Warning } from "../text/format-error.js";

export type SampleIndex = number;
export type LocationIndex = number;
export type FunctionIndex = number;
export type StringIndex = number;

export const NO_MAPPING = -1;

/** What one column of values counts, for example inuse_space in bytes. */
export interface ValueType {
  readonly type: string;
  readonly unit: string;
}

export type ProfileFormat =
  | "pprof"
  | "legacy-heap"
  | "legacy-goroutine"
  | "legacy-threadcreate"
  | "legacy-count"
  | "legacy-contention"
  | "legacy-cpu"
  | "goroutine-dump"
  | "trace";

export interface Profile {
  readonly format: ProfileFormat;
  readonly sampleTypes: readonly ValueType[];
  /** Index into `sampleTypes`: the one the profile names as its default, else the last, as pprof does. */
  readonly defaultSampleType: number;
  readonly samples: Samples;
  readonly locations: Locations;
  readonly functions: Functions;
  readonly mappings: Mappings;
  readonly strings: StringTable;
  readonly comments: readonly string[];
  /** Regular expressions; frames that match `dropFrames` and not `keepFrames` are cut off with their callees. */
  readonly dropFrames: string;
  readonly keepFrames: string;
  /** Unix time in nanoseconds (beyond 2^53, therefore bigint); 0n when unknown. */
  readonly timeNanos: bigint;
  readonly durationNanos: number;
  readonly periodType: ValueType | undefined;
  readonly period: number;
  readonly docUrl: string;
  /** What was odd but readable; every report carries these on. */
  readonly warnings: readonly Warning[];
}

export interface Samples {
  readonly count: number;
  /** Sample `i` has the locations `stack[stackStart[i] .. stackStart[i + 1])`, leaf first. Length count + 1. */
  readonly stackStart: Uint32Array;
  readonly stack: Uint32Array;
  /** `values[i * sampleTypes.length + t]`, in the unit of sample type `t`. */
  readonly values: Float64Array;
  /** Sample `i` has the label rows `labelStart[i] .. labelStart[i + 1]`. Length count + 1. */
  readonly labelStart: Uint32Array;
  readonly labels: Labels;
}

export interface Labels {
  readonly count: number;
  readonly key: Uint32Array; // StringIndex
  /** StringIndex of a string label; 0 (the empty string) where the label is a number. */
  readonly string: Uint32Array;
  readonly number: Float64Array;
  /** StringIndex of the number's unit; 0 where it has none. */
  readonly unit: Uint32Array;
}

export interface Locations {
  readonly count: number;
  readonly mapping: Int32Array; // row of Mappings, or NO_MAPPING
  /** The address is a uint64: its low and high 32 bits. */
  readonly addressLow: Uint32Array;
  readonly addressHigh: Uint32Array;
  readonly isFolded: Uint8Array;
  /**
   * Location `i` has the lines `lineStart[i] .. lineStart[i + 1]`: the innermost inlined function first,
   * the function that was really called last. None when the location was not symbolised. Length count + 1.
   */
  readonly lineStart: Uint32Array;
  readonly lineFunction: Uint32Array; // FunctionIndex
  /** Source lines, starting at 1; 0 unknown. */
  readonly lineNumber: Int32Array;
  readonly lineColumn: Int32Array;
}

export interface Functions {
  readonly count: number;
  readonly name: Uint32Array; // StringIndex
  readonly systemName: Uint32Array; // StringIndex
  readonly filename: Uint32Array; // StringIndex
  readonly startLine: Int32Array;
}

/** Mappings are few; they are rows of objects. */
export type Mappings = readonly Mapping[];

export interface Mapping {
  readonly start: bigint;
  readonly limit: bigint;
  readonly fileOffset: bigint;
  readonly filename: string;
  readonly buildId: string;
  readonly hasFunctions: boolean;
  readonly hasFilenames: boolean;
  readonly hasLineNumbers: boolean;
  readonly hasInlineFrames: boolean;
}

/** Strings by index, decoded when first asked for. Index 0 is the empty string. */
export interface StringTable {
  readonly length: number;
  at(index: StringIndex): string;
}
