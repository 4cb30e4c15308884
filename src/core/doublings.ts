/**
 * Growth by doubling: a map or slice that only grows takes as much memory again at once, then none for as long as it
 * took until then. With one entry after another at the same pace, the silence after each step is twice the last one
 * (runtime: growslice doubles below 256 elements, then by a quarter and more; a Swiss map splits its tables in two when
 * they are 7/8 full, all of them at nearly the same time). So a silent end is no sign that growth has ended until the
 * next step is overdue.
 */

export interface Doublings {
  /** Rises by a half or more, with a silence between any two. */
  readonly count: number;
  /** Whether the next one need not have come yet, judged by the time between the last two. */
  readonly goesOn: boolean;
}

/** What counts as no change: a thirtieth, as sampled memory never changes by less than an object. */
const SILENT = Math.log2(1 + 1 / 30);
const BY_A_HALF = Math.log2(1.5);

const NONE: Doublings = { count: 0, goesOn: false };

/** A series that ever falls does not double: what it holds is let go. Values are >= 0, times rise. */
export function doublingsOf(timesMs: ArrayLike<number>, values: ArrayLike<number>): Doublings {
  const ends: number[] = [];
  let risen = 0;
  const last = values.length - 1;
  for (let i = 1; i <= last; i++) {
    const rise = Math.log2(Math.max(1, values[i])) - Math.log2(Math.max(1, values[i - 1]));
    if (rise < -SILENT) return NONE;
    if (rise > SILENT) risen += rise;
    if (risen >= BY_A_HALF && (rise <= SILENT || i === last)) ends.push(timesMs[rise <= SILENT ? i - 1 : i]);
    if (rise <= SILENT) risen = 0;
  }
  if (ends.length < 2) return { count: ends.length, goesOn: false };
  // A step is seen up to one snapshot late, and so is its end.
  const distance = (timesMs[last] - timesMs[0]) / last;
  const [before, latest] = ends.slice(-2);
  return { count: ends.length, goesOn: timesMs[last] <= latest + 2 * (latest - before) + distance };
}
