/**
 * What was read of many instances of a program: how much each holds over time, and in which stacks.
 *
 * Times are a grid of windows, each as long as the instances take from one profile to the next, so that a gauge (live
 * bytes, goroutines) is never added up over time. A window without a profile of an instance is a gap, NaN, and no zero.
 */
import type { Note } from "../diagnosis/diagnosis.js";
import type { StackFrame } from "../profile/named-stack.js";

export type Labels = Readonly<Record<string, string>>;

export interface Fleet {
  /** For people, without credentials. */
  readonly target: string;
  /** The label that tells instances apart. */
  readonly by: string;
  /** When each window ends, in milliseconds since 1970, ascending. */
  readonly timesMs: readonly number[];
  readonly instances: readonly Instance[];
  /** What the instances that grow hold by stack; undefined where none grows or there are no such profiles. */
  readonly heap?: FleetStacks;
  readonly goroutines?: FleetStacks;
  readonly notes: readonly Note[];
}

export interface Instance {
  readonly name: string;
  readonly labels: Labels;
  /** Live bytes in each window; NaN where there is no profile. */
  readonly heap?: Float64Array;
  readonly goroutines?: Float64Array;
  /** Bytes that were ever allocated, or since the profile before: clients differ. */
  readonly allocated?: Float64Array;
}

export interface FleetStacks {
  /** Leaf first. */
  readonly stacks: readonly (readonly StackFrame[])[];
  /** By instance: stack `s` in window `t` is `values[s * windows + t]`, 0 where the profile does not have it. */
  readonly values: ReadonlyMap<string, Float64Array>;
  /** Bytes of an object of each stack, of heaps; NaN where it is not known. */
  readonly objectBytes?: Float64Array;
  /** Bytes per sample of the heap profiles. */
  readonly sampleRate?: number;
}
