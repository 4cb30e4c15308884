/**
 * Fisher's exact test: how likely chance alone would part two kinds of things at least so clearly.
 *
 * R. A. Fisher, "On the Interpretation of chi-squared from Contingency Tables, and the Calculation of P", Journal of the
 * Royal Statistical Society 85 (1922) 87-94. Two-sided: the sum over all tables with the same margins that are at most
 * as likely as the one that was seen.
 */

/** Tables that are equally likely differ by rounding. */
const EQUAL = 1 + 1e-7;

/** Of the table [a b; c d] of counts: rows are what is asked about, columns what may explain it. */
export function fisherExact(a: number, b: number, c: number, d: number): number {
  const row = a + b;
  const column = a + c;
  const n = a + b + c + d;
  const logs = logFactorials(n);
  const margins = logs[row] + logs[n - row] + logs[column] + logs[n - column] - logs[n];
  const chance = (x: number) =>
    Math.exp(margins - logs[x] - logs[row - x] - logs[column - x] - logs[n - row - column + x]);
  const seen = chance(a);
  let sum = 0;
  for (let x = Math.max(0, row + column - n); x <= Math.min(row, column); x++) {
    const p = chance(x);
    if (p <= seen * EQUAL) sum += p;
  }
  return Math.min(1, sum);
}

/** The chance of `least` successes or more of `n` independent trials that succeed with chance `p` each. */
export function binomialTail(n: number, p: number, least: number): number {
  let below = 0;
  let term = (1 - p) ** n;
  for (let k = 0; k < least; k++) {
    below += term;
    term *= ((n - k) / (k + 1)) * (p / (1 - p));
  }
  return Math.max(0, 1 - below);
}

function logFactorials(n: number): Float64Array {
  const logs = new Float64Array(n + 1);
  for (let i = 2; i <= n; i++) logs[i] = logs[i - 1] + Math.log(i);
  return logs;
}
