/**
 * What is seen and how: the one state from which every view is drawn. It is what undo goes back to, what an editor
 * keeps while it is hidden or reloaded, and what a link carries.
 *
 * Names stand for functions and sample types, since indexes mean nothing in another profile. Whatever comes from
 * outside (a link, an older version's state) is read field by field; what does not fit is left out.
 */
import type { Granularity } from "../../src/core/profile/frames.js";
import type { TimeRange } from "../timeline/questions.js";
import { TABLE_NAMES, type TableName } from "../timeline/trace-tables.js";
import type { Chip, Lens, Side, TableSort } from "../worker/queries.js";

export type Tab = "diagnosis" | "time" | "flame" | "graph" | "table" | "callers" | "source" | "growth";
export type Colours = "package" | "module" | "origin";

/** How many boxes a call graph may have. */
export const BOXES: readonly number[] = [20, 40, 80, 150, 300, 500];

export interface ViewState {
  readonly tab: Tab;
  readonly profile: number;
  /** The profile that is subtracted. */
  readonly base: number | undefined;
  readonly normalize: boolean;
  /** Of a diff: what widths stand for. */
  readonly side: Side;
  /** A name; undefined while nothing was chosen. */
  readonly sampleType: string | undefined;
  readonly chips: readonly Chip[];
  /** A label's key. */
  readonly split: string | undefined;
  readonly by: Granularity;
  /** Direct recursion as one frame. */
  readonly folded: boolean;
  readonly inverted: boolean;
  /** The root at the bottom. */
  readonly upright: boolean;
  readonly colours: Colours;
  /** The call graph's. */
  readonly maxBoxes: number;
  /** The search. */
  readonly pattern: string;
  readonly sort: TableSort;
  readonly descending: boolean;
  /** The growth table's. */
  readonly cost: "flat" | "cum";
  /** The zoomed stack, root left out. */
  readonly zoom: readonly string[];
  /** The selected function, in every view; "" for none. */
  readonly selected: string;
  /** Of a trace: the part that tables and flame graphs are about; undefined for the whole. */
  readonly range: TimeRange | undefined;
  /** Of a trace: what the time line shows; undefined for the whole. */
  readonly seen: TimeRange | undefined;
  /** Of a trace: the goroutine that has a line of its own. */
  readonly goroutine: number | undefined;
  /** Of a trace: the table below the time line. */
  readonly listed: TableName;
}

export const START: ViewState = {
  tab: "flame",
  profile: 0,
  base: undefined,
  normalize: false,
  side: "change",
  sampleType: undefined,
  chips: [],
  split: undefined,
  by: "function",
  folded: false,
  inverted: false,
  upright: false,
  colours: "package",
  maxBoxes: 80,
  pattern: "",
  sort: "flat",
  descending: true,
  cost: "cum",
  zoom: [],
  selected: "",
  range: undefined,
  seen: undefined,
  goroutine: undefined,
  listed: "kinds",
};

export function lensOf({ profile, base, normalize, by, chips, split, folded, range }: ViewState): Lens {
  return { profile, by, chips, base, normalize: base !== undefined && normalize, split, folded, range };
}

/** Reads what somebody else wrote; what does not fit is as at the start. */
export function stateFrom(given: unknown): ViewState {
  if (typeof given !== "object" || given === null) return START;
  const from = given as Readonly<Record<string, unknown>>;
  const pick = <Name extends keyof ViewState>(name: Name, fits: (value: unknown) => boolean): ViewState[Name] =>
    fits(from[name]) ? (from[name] as ViewState[Name]) : START[name];
  const oneOf = (list: readonly unknown[]) => (value: unknown) => list.includes(value);
  const isText = (value: unknown) => typeof value === "string" && value.length <= LONGEST;
  const isNumber = (value: unknown) => Number.isInteger(value) && (value as number) >= 0;
  const isFlag = (value: unknown) => typeof value === "boolean";
  const listOf = (fits: (value: unknown) => boolean) => (value: unknown) =>
    Array.isArray(value) && value.length <= LONGEST && value.every(fits);
  const isChip = (value: unknown) => {
    const { kind, pattern } = (value ?? {}) as Partial<Chip>;
    return oneOf(CHIP_KINDS)(kind) && isText(pattern);
  };
  const isRange = (value: unknown) => {
    const { fromNs, toNs } = (value ?? {}) as Partial<TimeRange>;
    return Number.isFinite(fromNs) && Number.isFinite(toNs) && fromNs! >= 0 && fromNs! < toNs!;
  };
  return {
    tab: pick("tab", oneOf(["diagnosis", "time", "flame", "graph", "table", "callers", "source", "growth"])),
    profile: pick("profile", isNumber),
    base: pick("base", isNumber),
    normalize: pick("normalize", isFlag),
    side: pick("side", oneOf(["change", "now", "before"])),
    sampleType: pick("sampleType", isText),
    chips: pick("chips", listOf(isChip)),
    split: pick("split", isText),
    by: pick("by", oneOf(["function", "file", "line", "package"])),
    folded: pick("folded", isFlag),
    inverted: pick("inverted", isFlag),
    upright: pick("upright", isFlag),
    colours: pick("colours", oneOf(["package", "module", "origin"])),
    maxBoxes: pick("maxBoxes", oneOf(BOXES)),
    pattern: pick("pattern", isText),
    sort: pick("sort", oneOf(["flat", "cum", "name", "growth"])),
    descending: pick("descending", isFlag),
    cost: pick("cost", oneOf(["flat", "cum"])),
    zoom: pick("zoom", listOf(isText)),
    selected: pick("selected", isText),
    range: pick("range", isRange),
    seen: pick("seen", isRange),
    goroutine: pick("goroutine", isNumber),
    listed: pick("listed", oneOf(TABLE_NAMES)),
  };
}

const LONGEST = 10_000;
const CHIP_KINDS = ["focus", "ignore", "hide", "show", "showFrom", "trimTo", "label"];

/** Only what differs from the start, as JSON: short enough for a link. */
export function linkText(state: ViewState): string {
  const differs = Object.entries(state).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(START[name as keyof ViewState]),
  );
  return JSON.stringify(Object.fromEntries(differs));
}
