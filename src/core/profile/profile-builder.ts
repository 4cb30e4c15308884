/**
 * Builds a profile's tables row by row: for the readers of texts, which meet functions, locations and samples one at
 * a time. (The protobuf decoder knows its sizes ahead and fills the tables itself.)
 */
import type { Warning } from "../text/format-error.js";
import type {
  FunctionIndex,
  LocationIndex,
  Mapping,
  Profile,
  ProfileFormat,
  StringIndex,
  ValueType,
} from "./profile.js";
import { NO_MAPPING } from "./profile.js";

/** One line of a location: the innermost inlined function comes first. */
export interface BuiltLine {
  readonly function: FunctionIndex;
  readonly line: number;
}

export type BuiltLabel = readonly [key: string, value: string] | readonly [key: string, value: number, unit: string];

export interface AboutProfile {
  readonly format: ProfileFormat;
  readonly sampleTypes: readonly ValueType[];
  readonly defaultSampleType: number;
  readonly periodType: ValueType | undefined;
  readonly period: number;
  readonly comments: readonly string[];
  readonly mappings: readonly Mapping[];
  readonly warnings: readonly Warning[];
}

/** Grows the tables; one `finish` at the end. */
export class ProfileBuilder {
  readonly #strings: string[] = [""];
  readonly #stringOf = new Map<string, StringIndex>([["", 0]]);
  readonly #functionName: number[] = [];
  readonly #functionFile: number[] = [];
  readonly #functionOf = new Map<string, FunctionIndex>();
  readonly #mapping: number[] = [];
  readonly #addressLow: number[] = [];
  readonly #addressHigh: number[] = [];
  readonly #lineStart: number[] = [0];
  readonly #lineFunction: number[] = [];
  readonly #lineNumber: number[] = [];
  readonly #stackStart: number[] = [0];
  readonly #stack: number[] = [];
  readonly #values: number[] = [];
  readonly #labelStart: number[] = [0];
  readonly #labelKey: number[] = [];
  readonly #labelString: number[] = [];
  readonly #labelNumber: number[] = [];
  readonly #labelUnit: number[] = [];

  function(name: string, file: string): FunctionIndex {
    const key = `${name}\0${file}`;
    let index = this.#functionOf.get(key);
    if (index === undefined) {
      index = this.#functionName.length;
      this.#functionOf.set(key, index);
      this.#functionName.push(this.#string(name));
      this.#functionFile.push(this.#string(file));
    }
    return index;
  }

  /** Adds a location; the caller knows which locations are the same. */
  location(addressHigh: number, addressLow: number, lines: readonly BuiltLine[], mapping = NO_MAPPING): LocationIndex {
    this.#mapping.push(mapping);
    this.#addressLow.push(addressLow);
    this.#addressHigh.push(addressHigh);
    for (const line of lines) {
      this.#lineFunction.push(line.function);
      this.#lineNumber.push(line.line);
    }
    this.#lineStart.push(this.#lineFunction.length);
    return this.#mapping.length - 1;
  }

  /** Adds a sample; `stack` is leaf first, one value per sample type. */
  sample(stack: ArrayLike<LocationIndex>, values: readonly number[], labels: readonly BuiltLabel[]): void {
    for (let i = 0; i < stack.length; i++) this.#stack.push(stack[i]);
    this.#stackStart.push(this.#stack.length);
    for (const value of values) this.#values.push(value);
    for (const [key, value, unit] of labels) {
      this.#labelKey.push(this.#string(key));
      this.#labelString.push(typeof value === "string" ? this.#string(value) : 0);
      this.#labelNumber.push(typeof value === "number" ? value : 0);
      this.#labelUnit.push(this.#string(unit ?? ""));
    }
    this.#labelStart.push(this.#labelKey.length);
  }

  finish(about: AboutProfile): Profile {
    const strings = this.#strings;
    return {
      ...about,
      samples: {
        count: this.#stackStart.length - 1,
        stackStart: Uint32Array.from(this.#stackStart),
        stack: Uint32Array.from(this.#stack),
        values: Float64Array.from(this.#values),
        labelStart: Uint32Array.from(this.#labelStart),
        labels: {
          count: this.#labelKey.length,
          key: Uint32Array.from(this.#labelKey),
          string: Uint32Array.from(this.#labelString),
          number: Float64Array.from(this.#labelNumber),
          unit: Uint32Array.from(this.#labelUnit),
        },
      },
      locations: {
        count: this.#mapping.length,
        mapping: Int32Array.from(this.#mapping),
        addressLow: Uint32Array.from(this.#addressLow),
        addressHigh: Uint32Array.from(this.#addressHigh),
        isFolded: new Uint8Array(this.#mapping.length),
        lineStart: Uint32Array.from(this.#lineStart),
        lineFunction: Uint32Array.from(this.#lineFunction),
        lineNumber: Int32Array.from(this.#lineNumber),
        lineColumn: new Int32Array(this.#lineNumber.length),
      },
      functions: {
        count: this.#functionName.length,
        name: Uint32Array.from(this.#functionName),
        systemName: Uint32Array.from(this.#functionName),
        filename: Uint32Array.from(this.#functionFile),
        startLine: new Int32Array(this.#functionName.length),
      },
      strings: { length: strings.length, at: (index) => strings[index] },
      dropFrames: "",
      keepFrames: "",
      timeNanos: 0n,
      durationNanos: 0,
      docUrl: "",
    };
  }

  #string(text: string): StringIndex {
    let index = this.#stringOf.get(text);
    if (index === undefined) {
      index = this.#strings.length;
      this.#stringOf.set(text, index);
      this.#strings.push(text);
    }
    return index;
  }
}
