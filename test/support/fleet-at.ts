/** A fleet read from an engine, real or not, and judged. */
import { captured } from "../../src/capture/capture-problem.js";
import { parseEngine } from "../../src/capture/fleet/engine-target.js";
import { engineAt, type FleetOptions, readFleet } from "../../src/capture/fleet/read-fleet.js";
import { allOf } from "../../src/capture/fleet/engine.js";
import { diagnoseFleet } from "../../src/core/fleet/fleet-diagnosis.js";
import type { Planted } from "./planted-fleet.js";

export const MINUTE = 60_000;
export const KINDS = ["pyroscope", "parca"] as const;

export function engineTarget(kind: (typeof KINDS)[number], url: string, service: string) {
  const target = parseEngine(`${kind}+${url}?service=${service}`);
  if (!target.ok) throw new Error(JSON.stringify(target.problem));
  return target.value;
}

export async function pushPlanted(
  kind: (typeof KINDS)[number],
  url: string,
  planted: readonly Planted[],
): Promise<void> {
  const engine = engineAt(engineTarget(kind, url, "any"), new AbortController().signal);
  // As agents do: the profiles of an instance one after the other.
  const series = new Map<string, Planted[]>();
  for (const profile of planted) {
    const key = JSON.stringify(profile.labels);
    series.set(key, [...(series.get(key) ?? []), profile]);
  }
  const pushed = await allOf(
    [...series.values()].map((profiles) => async () => {
      for (const profile of profiles) {
        const one = await engine.push(profile);
        if (!one.ok) return one;
      }
      return captured(undefined);
    }),
    8,
  );
  if (!pushed.ok) throw new Error(JSON.stringify(pushed.problem));
}

export async function diagnosed(
  kind: (typeof KINDS)[number],
  url: string,
  service: string,
  options: Partial<FleetOptions> = {},
) {
  const signal = new AbortController().signal;
  const read = await readFleet(engineTarget(kind, url, service), {
    sinceMs: 20 * MINUTE,
    points: 12,
    signal,
    ...options,
  });
  if (!read.ok) throw new Error(JSON.stringify(read.problem));
  return { diagnosis: diagnoseFleet(read.value.fleet), reading: read.value };
}
