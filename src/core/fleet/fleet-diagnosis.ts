/**
 * Why does the memory of many instances grow: each is judged as one program is, what they have in common is told once.
 *
 * A hundred instances are a hundred chances to err. A place counts where so many instances show it as chance would in
 * one fleet of a hundred, or where one shows it so surely that as many instances as there are would not by chance.
 */
import { diagnose } from "../diagnosis/diagnose.js";
import type { Diagnosis, Finding, FindingInstances, Note, SnapshotNumbers, Verdict } from "../diagnosis/diagnosis.js";
import { MIN_SNAPSHOTS } from "../diagnosis/growth/growth-judgement.js";
import { median, normalQuantile } from "../diagnosis/growth/trend.js";
import { binomialTail } from "./fisher.js";
import type { Fleet, Instance } from "./fleet.js";
import { instancesSentence, labelSentence } from "./fleet-words.js";
import { type Judged, judgeable } from "./growing-instances.js";
import { goroutineTables, heapTables, snapshotsOf, type Tables } from "./instance-snapshots.js";
import { separatingLabel } from "./separating-label.js";

/** A finding of one instance. */
interface Member {
  readonly judged: Judged;
  readonly finding: Finding;
  /** In the fleet's windows; 0 before and after the instance's life, held on over gaps. */
  readonly series: Float64Array;
}

/** What the local diagnosis errs with, and what the fleet may err with. */
const CHANCE_OF_ONE = 0.01;
const CHANCE_OF_FLEET = 0.01;
/** A series has begun to rise where it is beyond this part of an average step for good. */
const BEGUN_PART = 0.5;

export function diagnoseFleet(fleet: Fleet): Diagnosis {
  const judged = judgeable(fleet);
  const heap = fleet.heap && heapTables(fleet.heap);
  const goroutines = fleet.goroutines && goroutineTables(fleet.goroutines);
  const stackCount = (fleet.heap?.stacks.length ?? 0) + (fleet.goroutines?.stacks.length ?? 0);
  const members = judged.flatMap((one) => membersOf(fleet, one, heap, goroutines));
  const sureDz = normalQuantile(1 - CHANCE_OF_FLEET / Math.max(1, judged.length * Math.max(1, stackCount)));
  const findings: Finding[] = [];
  const chances: Note[] = [];
  for (const group of grouped(members)) {
    const isBeyondChance = binomialTail(judged.length, CHANCE_OF_ONE, group.length) < CHANCE_OF_FLEET;
    const kept = isBeyondChance ? group : group.filter(({ finding }) => finding.dz >= sureDz);
    if (kept.length > 0) findings.push(fleetFinding(fleet, kept, judged));
    else chances.push(chanceNote(group, judged.length));
  }
  findings.sort(
    (a, b) =>
      Number(b.level === "confirmed") - Number(a.level === "confirmed") ||
      b.instances!.leaking.length - a.instances!.leaking.length ||
      growth(b) - growth(a),
  );
  return {
    target: fleet.target,
    snapshots: totals(fleet),
    verdict: verdictOf(findings, judged.length),
    findings,
    notes: [...fleetNotes(fleet, judged), ...chances, ...fleet.notes],
  };
}

function membersOf(fleet: Fleet, judged: Judged, heap?: Tables, goroutines?: Tables): readonly Member[] {
  const { instance, life, has, heapGrows, goroutinesGrow } = judged;
  const ofHeap = heapGrows ? heap : undefined;
  const ofGoroutines = goroutinesGrow ? goroutines : undefined;
  if (ofHeap === undefined && ofGoroutines === undefined) return [];
  const { name } = instance;
  const snapshots = snapshotsOf(fleet, { name, life, has }, ofHeap, ofGoroutines);
  return diagnose(name, snapshots).findings.flatMap((finding) => {
    if (finding.kind === "heap-growth" || finding.series.length !== snapshots.length) return [];
    const series = new Float64Array(fleet.timesMs.length);
    for (let at = life.from, i = -1; at <= life.to; at++) {
      if (has(at)) i++;
      series[at] = finding.series[i];
    }
    return [{ judged, finding, series }];
  });
}

/** By place: what is a stack in one instance may be a function in another. */
function grouped(members: readonly Member[]): readonly (readonly Member[])[] {
  const groups = new Map<string, Map<string, Member>>();
  for (const member of members) {
    const { kind, function: name, file, line } = member.finding;
    const key = [kind === "goroutine", name, file, line].join("\0");
    const group = groups.get(key) ?? new Map<string, Member>();
    groups.set(key, group);
    const own = member.judged.instance.name;
    const before = group.get(own);
    if (before === undefined || growth(before.finding) < growth(member.finding)) group.set(own, member);
  }
  return [...groups.values()].map((group) => [...group.values()]);
}

function fleetFinding(fleet: Fleet, members: readonly Member[], judged: readonly Judged[]): Finding {
  const fastest = members.toSorted(
    (a, b) => b.finding.slopePerMinute - a.finding.slopePerMinute || (nameOf(a) < nameOf(b) ? -1 : 1),
  );
  const surest = members.toSorted((a, b) => sureness(b) - sureness(a))[0].finding;
  const leaking = new Set(members.map(({ judged: one }) => one));
  const separation = separatingLabel(
    fastest.map(({ judged: { instance } }) => instance.labels),
    judged.filter((one) => !leaking.has(one)).map(({ instance }) => instance.labels),
    fleet.by,
  );
  const sinceMs = beginning(fleet, members);
  const slopes = members.map(({ finding }) => finding.slopePerMinute);
  const instances: FindingInstances = {
    by: fleet.by,
    leaking: fastest.map(({ judged: { instance } }) => instance.name),
    total: judged.length,
    slopeOfOne: median(slopes),
    ...(sinceMs !== undefined && { sinceMs }),
    ...(separation && {
      label: { name: separation.name, value: separation.value, chance: separation.chance },
    }),
  };
  const series = sumOf(members.map((member) => member.series));
  const first = members.reduce((sum, { finding }) => sum + finding.first, 0);
  const last = members.reduce((sum, { finding }) => sum + finding.last, 0);
  return {
    ...surest,
    level: members.some(({ finding }) => finding.level === "confirmed") ? "confirmed" : "suspect",
    first,
    last,
    series: Array.from(series),
    slopePerMinute: slopes.reduce((sum, slope) => sum + slope, 0),
    z: Math.max(...members.map(({ finding }) => finding.z)),
    dz: Math.max(...members.map(({ finding }) => finding.dz)),
    share: shareOf(members, last - first),
    evidence: [
      instancesSentence(instances, surest, fleet.timesMs[0]),
      ...(separation ? [labelSentence(separation)] : noLabel(members.length, judged)),
      ...(surest.evidence ?? []),
    ],
    instances,
  };
}

const nameOf = ({ judged }: Member): string => judged.instance.name;
const growth = ({ first, last }: Pick<Finding, "first" | "last">): number => last - first;
const sureness = ({ finding: { level, dz } }: Member): number => (level === "confirmed" ? 1e6 : 0) + dz;

/** Of what grew in the instances that leak. */
function shareOf(members: readonly Member[], found: number): number {
  let whole = 0;
  for (const { judged, finding } of members) {
    const { instance, life } = judged;
    const series = finding.kind === "goroutine" ? instance.goroutines : instance.heap;
    if (series !== undefined) whole += Math.max(0, (series[life.to] || 0) - (series[life.from] || 0));
  }
  return whole > 0 ? Math.max(0, Math.min(1, found / whole)) : 0;
}

/** When the first of them began; undefined where most did before the first profile. */
function beginning({ timesMs, instances }: Fleet, members: readonly Member[]): number | undefined {
  const earliest = instances.reduce((least, { heap, goroutines }) => {
    const first = (heap ?? goroutines)?.findIndex((value) => !isNaN(value)) ?? -1;
    return first < 0 ? least : Math.min(least, first);
  }, Infinity);
  const begun = members.flatMap(({ judged: { life }, series }) => {
    const low = series[life.from];
    const bar = low + (BEGUN_PART * (series[life.to] - low)) / (life.to - life.from);
    let last = life.from;
    for (let at = life.from; at <= life.to; at++) if (series[at] <= bar) last = at;
    return last <= earliest ? [] : [timesMs[last]];
  });
  return begun.length * 2 > members.length ? begun.reduce((a, b) => Math.min(a, b)) : undefined;
}

function noLabel(leaking: number, judged: readonly Judged[]): readonly string[] {
  if (leaking === judged.length) return judged.length > 1 ? ["All instances leak here: no label sets some apart."] : [];
  return ["No label sets them apart from the others beyond chance."];
}

function sumOf(all: readonly Float64Array[]): Float64Array {
  const sum = new Float64Array(all[0].length);
  for (const series of all) for (let at = 0; at < sum.length; at++) sum[at] += series[at];
  return sum;
}

/** What all instances hold together in each window: right as a sum over instances, which is none over time. */
function totals({ timesMs, instances }: Fleet): readonly SnapshotNumbers[] {
  const sum = (pick: (instance: Instance) => Float64Array | undefined) => {
    const all = instances.flatMap((instance) => pick(instance) ?? []);
    return all.length === 0 ? undefined : sumOf(all.map(withoutGaps));
  };
  const heap = sum((instance) => instance.heap);
  const goroutines = sum((instance) => instance.goroutines);
  return timesMs.map((ms, at) => ({
    atMs: ms - timesMs[0],
    ...(heap && { inuseSpace: Math.round(heap[at]) }),
    ...(goroutines && { goroutines: Math.round(goroutines[at]) }),
  }));
}

/** A gap inside what was seen of an instance is as the window before; outside it there was no instance. */
function withoutGaps(series: Float64Array): Float64Array {
  const seen = series.findLastIndex((value) => !isNaN(value));
  const last = seen === series.length - 2 ? seen + 1 : seen; // the last window may have only begun
  let before = 0;
  return series.map((value, at) => (at > last ? 0 : isNaN(value) ? before : (before = value)));
}

function verdictOf(findings: readonly Finding[], judged: number): Verdict {
  if (findings.some(({ level }) => level === "confirmed")) return "leak";
  if (findings.length > 0) return "suspect";
  return judged === 0 ? "not-enough-data" : "no-growth";
}

function chanceNote(group: readonly Member[], total: number): Note {
  const [{ finding }] = group;
  const message =
    `${finding.function} seems to grow in ${group.length} of ${total} instances, about as many as chance alone brings: ` +
    "look again over a longer time";
  return { code: "few-instances", message };
}

function fleetNotes({ by, instances, timesMs }: Fleet, judged: readonly Judged[]): readonly Note[] {
  const growing = judged.filter(({ heapGrows, goroutinesGrow }) => heapGrows || goroutinesGrow).length;
  const notes: Note[] = [];
  const seen = `${instances.length.toLocaleString("en")} instance${instances.length === 1 ? "" : "s"} (${by}), ${timesMs.length} windows`;
  notes.push({ code: "fleet", message: `${seen}: ${judged.length} judged, ${growing} of them lean upwards` });
  const short = instances.length - judged.length;
  if (short > 0) {
    const message = `${short} of ${instances.length} instances lived through fewer than ${MIN_SNAPSHOTS} windows and are not judged`;
    notes.push({ code: "short-lives", message });
  }
  const restarted = judged.filter(({ instance, life }) => startsLater(instance, life.from)).length;
  if (restarted > 0) {
    const message = `${restarted} instances were started anew within the time: each is judged by its last life that is long enough`;
    notes.push({ code: "restarts", message });
  }
  return notes;
}

/** Whether there were profiles before the life that is judged. */
function startsLater({ heap, goroutines }: Instance, from: number): boolean {
  const live = heap ?? goroutines;
  return live !== undefined && live.subarray(0, from).some((value) => !isNaN(value));
}
