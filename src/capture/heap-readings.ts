/**
 * The heap profiles of a series, each as of another garbage collection than the one before.
 *
 * A heap profile changes only with a collection. One that is asked for costs a program more than all else in a snapshot;
 * a program at work collects many times between two snapshots by itself, and then its profile is as of the last
 * collection but one (runtime/mprof.go publishes a cycle when the next one ends). So a collection is asked for where the
 * profile has not changed, and at both ends of the series, whose difference is the growth.
 */
import type { Profile } from "../core/profile.js";
import { sameReading } from "../core/trust.js";
import type { Captured } from "./capture-problem.js";
import { type DecodedProfile, decoded } from "./decoded-profile.js";
import type { SampleOptions, Sampled } from "./sampled.js";

export class HeapReadings {
  readonly #sampled: Sampled;
  readonly #options: SampleOptions;
  #before: Profile | undefined;
  /** It was not in vain so far to look for a collection of the program's own: looking costs a profile. */
  #collectsByItself = true;

  constructor(sampled: Sampled, options: SampleOptions) {
    this.#sampled = sampled;
    this.#options = options;
  }

  async next({ isEnd }: { readonly isEnd: boolean }): Promise<Captured<DecodedProfile>> {
    const read = await this.#read(isEnd);
    if (read.ok) this.#before = read.value.profile;
    return read;
  }

  async #read(isEnd: boolean): Promise<Captured<DecodedProfile>> {
    const sampled = this.#sampled;
    const before = this.#before;
    const collected = async () => decoded("heap", sampled.name, await sampled.collectedHeap!(this.#options));
    if (sampled.collectedHeap !== undefined && (isEnd || before === undefined || !this.#collectsByItself)) {
      return collected();
    }
    const read = decoded("heap", sampled.name, await sampled.heap(this.#options));
    const isStale = read.ok && before !== undefined && sameReading(before, read.value.profile);
    if (!isStale || sampled.collectedHeap === undefined) return read;
    this.#collectsByItself = false;
    return collected();
  }
}
