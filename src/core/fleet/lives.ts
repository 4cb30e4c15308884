/**
 * The lives of an instance: a program that was started anew begins small, and two lives are two series.
 *
 * A pod that is replaced has another name. A container that is started again keeps it: then what was ever allocated
 * falls, where the client sends totals; a client that sends deltas (Pyroscope's SDK) makes it fall all the time. What is
 * alive falls to less than a half at once, as no collection of a program under load does often.
 */
import { MIN_SNAPSHOTS } from "../diagnosis/growth/growth-judgement.js";

/** Windows `from` to `to`, the last one included. */
export interface Life {
  readonly from: number;
  readonly to: number;
}

/** Of all steps, so many fall where totals are sent: a restart now and then. */
const MOST_RESTARTS = 0.2;
const RESTART_PART = 0.5;

/** Totals only rise while a program lives; deltas go up and down. Undefined where there are too few to tell. */
export function sendsTotals(allocated: Float64Array): boolean | undefined {
  const known = allocated.filter((value) => !isNaN(value));
  if (known.length < MIN_SNAPSHOTS) return undefined;
  let falls = 0;
  for (let i = 1; i < known.length; i++) if (known[i] < known[i - 1]) falls++;
  return falls <= MOST_RESTARTS * (known.length - 1);
}

/** The life to judge: the last one that has windows enough, else the longest; undefined without any profile. */
export function lifeOf(live: Float64Array, allocated?: Float64Array): Life | undefined {
  const lives = livesOf(live, allocated);
  const judged = lives.findLast((life) => windowsOf(live, life) >= MIN_SNAPSHOTS);
  return judged ?? lives.toSorted((a, b) => windowsOf(live, b) - windowsOf(live, a)).at(0);
}

export function livesOf(live: Float64Array, allocated?: Float64Array): readonly Life[] {
  const totals = allocated !== undefined && sendsTotals(allocated) === true ? allocated : undefined;
  const lives: Life[] = [];
  let from = -1;
  let before = -1;
  for (let at = 0; at < live.length; at++) {
    if (isNaN(live[at])) continue;
    if (from < 0) from = at;
    else if (live[at] < RESTART_PART * live[before] || (totals && totals[at] < totals[before])) {
      lives.push({ from, to: before });
      from = at;
    }
    before = at;
  }
  if (from >= 0) lives.push({ from, to: before });
  return lives;
}

/** How many windows of a life have a profile. */
export function windowsOf(live: Float64Array, { from, to }: Life): number {
  let count = 0;
  for (let at = from; at <= to; at++) if (!isNaN(live[at])) count++;
  return count;
}
