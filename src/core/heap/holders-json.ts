/**
 * A reading as the JSON of `godiag holders`, and the growth of each holder since an earlier one.
 */
import type { AllocationSite, HeldSite } from "./allocation-sites.js";
import type { Holder } from "./holder.js";
import type { Retention } from "./retention.js";

export interface HolderJson extends Omit<Holder, "nodes"> {
  readonly grewBytes?: number;
  readonly allocatedAt: readonly (AllocationSite & { readonly bytes: number })[];
}

export interface HoldersJson {
  readonly target: string;
  readonly goVersion: string;
  readonly pauseMs: number;
  readonly heap: { readonly bytes: number; readonly objects: number; readonly runtimeBytes?: number };
  readonly holders: readonly HolderJson[];
  readonly sites: readonly HeldSite[];
  readonly warnings: readonly string[];
}

export interface AboutReading {
  readonly target: string;
  readonly goVersion: string;
  readonly pauseMs: number;
  readonly runtimeBytes: number | undefined;
  readonly warnings: readonly string[];
}

export function holdersJson(
  { holders, bytes, objects, sites, allocatedAt }: Retention,
  { target, goVersion, pauseMs, runtimeBytes, warnings }: AboutReading,
): HoldersJson {
  return {
    target,
    goVersion,
    pauseMs: Math.round(pauseMs * 10) / 10,
    heap: { bytes, objects, ...(runtimeBytes !== undefined && { runtimeBytes }) },
    holders: holders.map(({ nodes: _, ...holder }, i) => ({ ...holder, allocatedAt: allocatedAt[i] })),
    sites,
    warnings,
  };
}

/** The same with what each holder has grown by since `base`; holders of one name count together. */
export function withGrowth(reading: HoldersJson, base: HoldersJson): HoldersJson {
  const sums = ({ holders }: HoldersJson) => {
    const byName = new Map<string, number>();
    for (const { name, retainedBytes } of holders) byName.set(name, (byName.get(name) ?? 0) + retainedBytes);
    return byName;
  };
  const before = sums(base);
  const now = sums(reading);
  const seen = new Set<string>();
  const holders = reading.holders.map((holder) => {
    // What several of one name have grown by is told with the first of them.
    const isFirst = !seen.has(holder.name);
    seen.add(holder.name);
    const grewBytes = isFirst ? (now.get(holder.name) ?? 0) - (before.get(holder.name) ?? 0) : 0;
    return { ...holder, grewBytes };
  });
  return { ...reading, holders };
}

/** Only what was allocated where the pattern matches, and who holds it. */
export function onlyAt(reading: HoldersJson, pattern: RegExp): HoldersJson {
  const isThere = ({ function: fn, file, line }: AllocationSite) => pattern.test(`${fn} ${file}:${line}`);
  const sites = reading.sites.filter(isThere);
  const names = new Set(sites.flatMap(({ holders }) => holders.map(({ name }) => name)));
  const holders = reading.holders.filter(({ name, allocatedAt }) => names.has(name) || allocatedAt.some(isThere));
  return { ...reading, sites, holders };
}
