/**
 * Which instances grow at all: by what each holds as a whole, before anything is asked about stacks.
 *
 * Mild on purpose: the stacks decide. An instance that does not even lean upwards has no leak worth a look.
 */
import { MIN_SNAPSHOTS } from "../diagnosis/growth/growth-judgement.js";
import { mannKendallZ, theilSenSlope } from "../diagnosis/growth/trend.js";
import type { Fleet, Instance } from "./fleet.js";
import { type Life, lifeOf, windowsOf } from "./lives.js";

export interface Judged {
  readonly instance: Instance;
  readonly life: Life;
  readonly has: (at: number) => boolean;
  readonly heapGrows: boolean;
  readonly goroutinesGrow: boolean;
}

const LEAN_Z = 1;
const LEAST_BYTES = 64 * 1024;
const LEAST_GOROUTINES = 5;

/** The instances whose life is long enough to be judged. */
export function judgeable(fleet: Pick<Fleet, "timesMs" | "instances">): readonly Judged[] {
  return fleet.instances.flatMap((instance) => {
    const live = instance.heap ?? instance.goroutines;
    const life = live && lifeOf(live, instance.allocated);
    if (live === undefined || life === undefined || windowsOf(live, life) < MIN_SNAPSHOTS) return [];
    const grows = (series: Float64Array | undefined, least: number) =>
      series !== undefined && leans(fleet.timesMs, series, life, least);
    return [
      {
        instance,
        life,
        has: (at: number) => !isNaN(live[at]),
        heapGrows: grows(instance.heap, LEAST_BYTES),
        goroutinesGrow: grows(instance.goroutines, LEAST_GOROUTINES),
      },
    ];
  });
}

function leans(timesMs: readonly number[], series: Float64Array, { from, to }: Life, least: number): boolean {
  const times: number[] = [];
  const values: number[] = [];
  for (let at = from; at <= to; at++) {
    if (isNaN(series[at])) continue;
    times.push(timesMs[at]);
    values.push(series[at]);
  }
  if (values.length < MIN_SNAPSHOTS || values[values.length - 1] - values[0] < least) return false;
  return theilSenSlope(times, values) > 0 && mannKendallZ(values) >= LEAN_Z;
}
