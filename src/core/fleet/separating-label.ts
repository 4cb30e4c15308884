/**
 * Which label tells the instances that leak from those that do not: a version, a zone, a node.
 *
 * Every value of every label is one question, and a question more is a chance more to be wrong: a label is told when
 * Fisher's exact test, times the number of questions (C. E. Bonferroni, 1936), stays below one in twenty.
 */
import { fisherExact } from "./fisher.js";
import type { Labels } from "./fleet.js";

export interface Separation {
  readonly name: string;
  readonly value: string;
  /** Instances with this value: those that leak, and all. */
  readonly leakingWith: number;
  readonly allWith: number;
  /** Instances with another value. */
  readonly leakingWithout: number;
  readonly allWithout: number;
  /** The other values, where they are few. */
  readonly others: readonly string[];
  /** By Fisher's exact test, two-sided, times the number of values that were tried. */
  readonly chance: number;
  /** Other labels that part the instances in the same way: which of them it is cannot be told. */
  readonly same: readonly { readonly name: string; readonly value: string }[];
}

const DOUBT = 0.05;
/** A label with more values than this part of the instances names instances, not kinds of them. */
const MOST_VALUES_PART = 0.5;
const MOST_OTHERS = 4;

export function separatingLabel(
  leaking: readonly Labels[],
  healthy: readonly Labels[],
  by: string,
): Separation | undefined {
  if (leaking.length === 0 || healthy.length === 0) return undefined;
  const all = [...leaking, ...healthy];
  const tables: Omit<Separation, "same">[] = [];
  let questions = 0;
  for (const name of new Set(all.flatMap((labels) => Object.keys(labels)))) {
    const values = new Set(all.map((labels) => labels[name] ?? ""));
    if (name === by || name.startsWith("__") || values.size < 2) continue;
    if (values.size > Math.max(2, MOST_VALUES_PART * all.length)) continue;
    questions += values.size === 2 ? 1 : values.size;
    for (const value of values) {
      if (value === "") continue;
      const has = (labels: Labels) => labels[name] === value;
      const leakingWith = leaking.filter(has).length;
      const allWith = leakingWith + healthy.filter(has).length;
      const leakingWithout = leaking.length - leakingWith;
      const allWithout = all.length - allWith;
      if (leakingWith / allWith <= leakingWithout / allWithout) continue;
      const others = [...values].filter((other) => other !== value && other !== "");
      tables.push({
        ...{ name, value, leakingWith, allWith, leakingWithout, allWithout },
        others: others.length <= MOST_OTHERS ? others : [],
        chance: fisherExact(leakingWith, leakingWithout, allWith - leakingWith, allWithout - leakingWithout),
      });
    }
  }
  const [best, ...rest] = tables
    .map((table) => ({ ...table, chance: Math.min(1, table.chance * questions) }))
    .sort((a, b) => a.chance - b.chance || rankOf(a.name) - rankOf(b.name));
  if (best === undefined || best.chance >= DOUBT) return undefined;
  const isSame = (other: typeof best) => other.leakingWith === best.leakingWith && other.allWith === best.allWith;
  const same = rest.filter((other) => other.name !== best.name && isSame(other));
  return { ...best, same: same.map(({ name, value }) => ({ name, value })) };
}

/** What is changed most often is the likeliest cause. */
const LIKELY = /version|revision|commit|image|release|build/i;
const rankOf = (name: string): number => (LIKELY.test(name) ? 0 : 1);
