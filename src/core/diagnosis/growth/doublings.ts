/**
 * Growth by doubling: a map or slice that only grows takes as much memory again at once, then none for as long as it
 * took until then. With one entry after another at the same pace, the silence after each step is twice the last one
 * (runtime: growslice doubles below 256 elements, then by a quarter and more; a Swiss map splits its tables in two when
 * they are 7/8 full, all of them at nearly the same time). So a silent end is no sign that growth has ended until the
 * next step is overdue.
 */
export interface Doublings {
  /** Rises by a quarter or more, with a silence between any two. */
  readonly count: number;
  /** Whether the next one need not have come yet, judged by the time between the last two. */
  readonly goesOn: boolean;
}

/** What counts as no change: a thirtieth, as sampled memory never changes by less than an object. */
const SILENT = Math.log2(1 + 1 / 30);
/** By a quarter: what grows by that much at a time, or doubled and was sampled less often than before. */
const A_STEP = Math.log2(1.25);
/** A fall by more than this many standard deviations is none of chance. */
const CHANCE_DZ = 2;

const NONE: Doublings = { count: 0, goesOn: false };

/** Estimates of what is judged, and the variance of each by sampling: the counts themselves, or bytes. */
export interface Estimates {
  readonly values: ArrayLike<number>;
  readonly variances: ArrayLike<number>;
}

/**
 * A series that falls does not double: what it holds is let go. Only within a step it may, by chance: new memory in the
 * place of old is sampled anew.
 *
 * @param values >= 0, at rising times
 * @param estimates what the noise of `values` is judged by
 */
export function doublingsOf(timesMs: ArrayLike<number>, values: ArrayLike<number>, estimates: Estimates): Doublings {
  const ends: number[] = [];
  const last = values.length - 1;
  for (let from = 0, to: number; from < last; from = to + 1) {
    to = endOfStep(values, from);
    if (falls(estimates, from, to)) return NONE;
    if (change(values, from, to) >= A_STEP) ends.push(timesMs[to]);
  }
  if (ends.length < 2) return { count: ends.length, goesOn: false };
  // A step is seen up to one snapshot late, and so is its end.
  const distance = (timesMs[last] - timesMs[0]) / last;
  const [before, latest] = ends.slice(-2);
  return { count: ends.length, goesOn: timesMs[last] <= latest + 2 * (latest - before) + distance };
}

/** Where the changes that begin behind `from` come to a silence; `from` itself in a silence. */
function endOfStep(values: ArrayLike<number>, from: number): number {
  let to = from;
  while (to < values.length - 1 && Math.abs(change(values, to, to + 1)) > SILENT) to++;
  return to;
}

/** Whether a step falls by more than chance, at once or on the whole. */
function falls({ values, variances }: Estimates, from: number, to: number): boolean {
  const fallsBetween = (a: number, b: number) =>
    values[b] - values[a] < -CHANCE_DZ * Math.sqrt(variances[a] + variances[b]);
  for (let i = from; i < to; i++) if (fallsBetween(i, i + 1)) return true;
  return fallsBetween(from, to);
}

/** In doublings. */
const change = (values: ArrayLike<number>, from: number, to: number): number =>
  Math.log2(Math.max(1, values[to])) - Math.log2(Math.max(1, values[from]));
