/**
 * Is there a trend, and how steep: rank statistics that one outlier cannot bend and that assume no distribution.
 *
 * Slope: P. K. Sen, "Estimates of the Regression Coefficient Based on Kendall's Tau", Journal of the American
 * Statistical Association 63 (1968) 1379-1389, after H. Theil, "A Rank-Invariant Method of Linear and Polynomial
 * Regression Analysis" (1950).
 * Trend: H. B. Mann, "Nonparametric Tests Against Trend", Econometrica 13 (1945) 245-259; M. G. Kendall, "Rank
 * Correlation Methods" (1975), with his variance for ties and the continuity correction of one.
 * Poisson counts: J. Przyborowski and H. Wilenski, "Homogeneity of Results in Testing Samples from Poisson Series",
 * Biometrika 31 (1940) 313-323 (two counts); P. Armitage, "Tests for Linear Trends in Proportions and Frequencies",
 * Biometrics 11 (1955) 375-386 (the score test over all of them).
 */
type Numbers = ArrayLike<number>;

/** The median of the slopes of all pairs of points; pairs at the same time are left out; 0 without any pair. */
export function theilSenSlope(times: Numbers, values: Numbers): number {
  const slopes = new Float64Array((values.length * (values.length - 1)) / 2);
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    for (let j = i + 1; j < values.length; j++) {
      const span = times[j] - times[i];
      if (span !== 0) slopes[count++] = (values[j] - values[i]) / span;
    }
  }
  return median(slopes.subarray(0, count));
}

/** Positive for a rising trend; beyond 1.96 it is unlikely (p < 0.05, both sides) to be chance. 0 if all are equal. */
export function mannKendallZ(values: Numbers): number {
  const n = values.length;
  let score = 0;
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) score += Math.sign(values[j] - values[i]);

  const sorted = Float64Array.from(values).sort();
  let variance = n * (n - 1) * (2 * n + 5);
  for (let from = 0, to = 0; from < n; from = to) {
    while (to < n && sorted[to] === sorted[from]) to++;
    const tied = to - from;
    variance -= tied * (tied - 1) * (2 * tied + 5);
  }
  variance /= 18;
  return variance <= 0 || score === 0 ? 0 : (score - Math.sign(score)) / Math.sqrt(variance);
}

/** What `mannKendallZ` is of `n` values that rise from each to the next. */
export function highestZ(n: number): number {
  return mannKendallZ(Array.from({ length: n }, (_, i) => i));
}

/** The difference of two Poisson counts in its standard deviations. */
export function poissonDz(first: number, last: number): number {
  const sum = first + last;
  return sum > 0 ? (last - first) / Math.sqrt(sum) : 0;
}

/**
 * How far estimates lean to later times, in standard deviations of estimates that share one mean and one variance: of
 * Poisson counts, unless `variances` says what theirs are. Infinite where they lean and have no variance at all.
 */
export function leanZ(times: Numbers, estimates: Numbers, variances = estimates): number {
  const meanTime = mean(times);
  let lean = 0;
  let spread = 0;
  for (let i = 0; i < estimates.length; i++) {
    const distance = times[i] - meanTime;
    lean += distance * estimates[i];
    spread += distance * distance;
  }
  const variance = mean(variances) * spread;
  return variance > 0 ? lean / Math.sqrt(variance) : lean > 0 ? Infinity : 0;
}

/**
 * How many times estimates scatter more around their own straight line than their variance (that of Poisson counts,
 * unless given) explains; at least 1, infinite without any variance. Load that differs from snapshot to snapshot does that (P. McCullagh and J. A.
 * Nelder, "Generalized Linear Models" (1989), 6.2: the dispersion of quasi-likelihood).
 */
export function overdispersion(times: Numbers, estimates: Numbers, variances = estimates): number {
  if (estimates.length < 3) return 1;
  const scatter = scatterVariance(times, estimates);
  return scatter > 0 ? Math.max(1, scatter / mean(variances)) : 1;
}

/** How many standard errors the slope of the straight line through the values is above zero, by their own scatter. */
export function slopeT(times: Numbers, values: Numbers): number {
  const { slope, spread } = lineThrough(times, values);
  const variance = scatterVariance(times, values);
  return variance > 0 ? (slope * Math.sqrt(spread)) / Math.sqrt(variance) : slope > 0 ? Infinity : 0;
}

/** Variance of the values around the straight line through them. */
function scatterVariance(times: Numbers, values: Numbers): number {
  const n = values.length;
  const { slope, meanTime, meanValue } = lineThrough(times, values);
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (values[i] - meanValue - slope * (times[i] - meanTime)) ** 2;
  return squares / (n - 2);
}

function lineThrough(times: Numbers, values: Numbers) {
  const meanTime = mean(times);
  const meanValue = mean(values);
  let lean = 0;
  let spread = 0;
  for (let i = 0; i < values.length; i++) {
    lean += (times[i] - meanTime) * (values[i] - meanValue);
    spread += (times[i] - meanTime) ** 2;
  }
  return { slope: lean / spread, spread, meanTime, meanValue };
}

/**
 * How much wider than for independent counts `leanZ` spreads when memory is replaced slowly: what one snapshot
 * sees is then largely what the one before saw, and chance drifts. Correlation falls by a constant factor per time; the
 * worst factor is taken. (Why that matters to Mann-Kendall as well: K. H. Hamed and A. R. Rao, "A Modified Mann-Kendall
 * Trend Test for Autocorrelated Data", Journal of Hydrology 204 (1998) 182-196.)
 */
export function driftSpread(times: Numbers): number {
  const n = times.length;
  const meanTime = mean(times);
  const interval = (times[n - 1] - times[0]) / (n - 1);
  if (!(interval > 0)) return 1;
  let independent = 0;
  for (let i = 0; i < n; i++) independent += (times[i] - meanTime) ** 2;
  let worst = independent;
  for (const correlation of [0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.97]) {
    let variance = 0;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const shared = correlation ** (Math.abs(times[i] - times[j]) / interval);
        variance += (times[i] - meanTime) * (times[j] - meanTime) * shared;
      }
    }
    worst = Math.max(worst, variance);
  }
  return Math.sqrt(worst / independent);
}

/**
 * The value that a standard normal variable stays below with probability `p`, for p of 0.5 and above; error below
 * 4.5e-4 (M. Abramowitz and I. A. Stegun, "Handbook of Mathematical Functions" (1964), 26.2.23).
 */
export function normalQuantile(p: number): number {
  const t = Math.sqrt(-2 * Math.log(1 - p));
  return t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
}

function mean(values: Numbers): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

export function median(values: Numbers): number {
  if (values.length === 0) return 0;
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** By how much a series rose from its first value to its last. */
export function growthOf(series: Float64Array): number {
  return series[series.length - 1] - series[0];
}
