/** Who holds memory, as it is told to people and written as JSON. */
import type { NodeIndex } from "./dominators.js";
import type { OwnerKind } from "./roots.js";

/** What the runtime itself holds in variables is a variable's. */
export type HolderKind = Exclude<OwnerKind, "runtime"> | "several";

export interface PathStep {
  readonly step: string;
  readonly type?: string;
  /** How many there are of it, where it is one of several or leads from one to the next. */
  readonly count?: number;
}

export interface Holder {
  /** In the program's own words: "main.app.store.items". */
  readonly name: string;
  readonly kind: HolderKind;
  /** Of a goroutine, the function whose local it is; of a timer or finalizer, what it calls. */
  readonly function?: string;
  readonly goroutine?: number;
  /** Of how many goroutines together, where they are alike. */
  readonly goroutines?: number;
  readonly file?: string;
  readonly line?: number;
  readonly type?: string;
  readonly path: readonly PathStep[];
  /** What would be freed without it; of what several hold, without all of them. */
  readonly retainedBytes: number;
  readonly retainedObjects: number;
  /** Of all that is reachable, from 0 to 1. */
  readonly share: number;
  /** Other names of what is held by several. */
  readonly with?: readonly string[];
  /** Of a slice or string that is a small part of the memory it keeps: bytes that it can reach. */
  readonly reachBytes?: number;
  /** Rows of the dominator tree that it stands for. */
  readonly nodes: readonly NodeIndex[];
}
