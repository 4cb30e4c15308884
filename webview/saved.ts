/** What survives a hidden or reloaded editor; names, since indexes mean nothing in another profile. */
import type { TableSort } from "./queries.js";
import type { Tab } from "./toolbar.js";

export interface Saved {
  /** The host's. */
  readonly id?: string;
  readonly tab?: Tab;
  readonly profile?: number;
  readonly sampleType?: string;
  readonly inverted?: boolean;
  readonly pattern?: string;
  readonly sort?: TableSort;
  readonly descending?: boolean;
  readonly zoom?: readonly string[];
}
