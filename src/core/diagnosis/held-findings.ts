/**
 * Findings that say where memory was allocated, told with who keeps it alive: the holders of what was sampled there, by how
 * much each has grown between two readings, and what helps against that holder.
 */
import type { HeldSite } from "../heap/allocation-sites.js";
import type { HolderJson, HoldersJson } from "../heap/holders-json.js";
import { holderAdvice } from "../heap/holders-text.js";
import { formatPercent, formatValue } from "../text/format.js";
import type { Diagnosis, Finding } from "./diagnosis.js";

/** `before` is a reading of the same program at the first snapshot, `now` one at the last. */
export function withHolders(diagnosis: Diagnosis, now: HoldersJson, before?: HoldersJson): Diagnosis {
  return { ...diagnosis, findings: diagnosis.findings.map((finding) => heldFinding(finding, now, before)) };
}

/** Where what was allocated at a place piles up, or who holds it where that is all that is known. */
type Keeper = Pick<HolderJson, "name" | "type" | "retainedBytes" | "retainedObjects"> & { readonly share: number };

const MIN_SHARE = 0.05;

function heldFinding(finding: Finding, now: HoldersJson, before: HoldersJson | undefined): Finding {
  if (finding.kind !== "heap-stack" && finding.kind !== "heap-function") return finding;
  const keepers = keepersOf(sitesOf(finding, now.sites), now);
  if (keepers.length === 0) return finding;
  const earlier = before && keepersOf(sitesOf(finding, before.sites), before);
  const holders = keepers.map(({ name, type, share, retainedBytes }) => ({
    ...{ name, share },
    ...(earlier && { grewBytes: retainedBytes - bytesBefore({ name, type }, earlier, before) }),
  }));
  const [first] = keepers;
  const advice = holderAdvice(asHolder(first, now));
  return {
    ...finding,
    holders,
    evidence: [sentence(first, holders[0].grewBytes), ...(finding.evidence ?? [])],
    advice: advice ?? finding.advice,
  };
}

/** Sites at the frame of the finding that is nearest to the allocation; of a finding without a stack, in its function. */
function sitesOf({ stack, function: name, file, line }: Finding, sites: readonly HeldSite[]): readonly HeldSite[] {
  for (const frame of [...stack, { function: name, file, line }]) {
    const there = sites.filter((site) => site.function === frame.function && site.line === frame.line);
    if (there.length > 0) return there;
  }
  return sites.filter((site) => site.function === name);
}

/** The most first. */
function keepersOf(sites: readonly HeldSite[], { holders: known }: HoldersJson): readonly Keeper[] {
  const all = sites.reduce((sum, { bytes }) => sum + bytes, 0);
  const found = new Map<string, Keeper>();
  const add = (keeper: Keeper, bytes: number) => {
    const share = (found.get(keeper.name)?.share ?? 0) + (keeper.share * bytes) / all;
    found.set(keeper.name, { ...keeper, share });
  };
  for (const { bytes, holders, pile } of sites) {
    if (pile !== undefined) add(pile, bytes);
    else {
      for (const { name, share } of holders) {
        const holder = known.find((one) => one.name === name);
        if (holder !== undefined) add({ ...holder, share }, bytes);
      }
    }
  }
  return [...found.values()].filter(({ share }) => share >= MIN_SHARE).sort((a, b) => b.share - a.share);
}

/**
 * The same keeper at the earlier reading: of the same name, or, as names may begin elsewhere, of the same type and field for
 * the same place.
 */
function bytesBefore(
  { name, type }: { readonly name: string; readonly type: string | undefined },
  earlier: readonly Keeper[],
  before: HoldersJson,
): number {
  const field = /[^.]*$/.exec(name)?.[0];
  const same =
    earlier.find((one) => one.name === name) ??
    earlier.find((one) => one.type === type && one.name.endsWith(`.${field}`)) ??
    before.holders.find((holder) => holder.name === name);
  return same?.retainedBytes ?? 0;
}

/** As holders are told of and advised on: a pile is told of like a variable. */
function asHolder(keeper: Keeper, { holders }: HoldersJson): HolderJson {
  const { name, type, retainedBytes, retainedObjects, share } = keeper;
  const own = holders.find((holder) => holder.name === name);
  if (own !== undefined) return own;
  const about = { kind: "global", path: [], allocatedAt: [], ...(type !== undefined && { type }) } as const;
  return { ...about, name, retainedBytes, retainedObjects, share };
}

function sentence({ name, type, retainedBytes, retainedObjects, share }: Keeper, grewBytes = 0): string {
  const whole = share > 0.995 ? "Held" : `${formatPercent(share, 1)} of it is held`;
  const typed = type === undefined ? "" : ` (${type})`;
  const objects = `${retainedObjects.toLocaleString("en")} ${retainedObjects === 1 ? "object" : "objects"}`;
  const growth = grewBytes > 0 ? `, ${formatValue(grewBytes, "bytes")} more than at the first snapshot` : "";
  return `${whole} by \`${name}\`${typed}, which keeps ${formatValue(retainedBytes, "bytes")} in ${objects} alive${growth}.`;
}
