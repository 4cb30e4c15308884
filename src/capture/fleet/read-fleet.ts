/**
 * Reads a fleet from an engine: which instances there are, when they send profiles, who grows, and in which stacks.
 *
 * Few questions, each about all instances at once: the types, the labels, one series of live bytes and one of goroutines,
 * and only then, of the instances that lean upwards, their stacks.
 */
import type { Note } from "../../core/diagnosis/diagnosis.js";
import type { Fleet, FleetStacks, Instance, Labels } from "../../core/fleet/fleet.js";
import { judgeable } from "../../core/fleet/growing-instances.js";
import { type CaptureProblem, type Captured, captured, problem } from "../capture-problem.js";
import type { Engine, Grid, ProfileTypes, SeriesByInstance } from "./engine.js";
import { EngineRequests, type EngineTimes } from "./engine-requests.js";
import type { EngineTarget } from "./engine-target.js";
import { findGrid, firstGrid } from "./grid.js";
import { instanceLabel } from "./instance-label.js";
import { Parca } from "./parca.js";
import { Pyroscope } from "./pyroscope.js";

export interface FleetOptions {
  readonly sinceMs: number;
  /** The label that tells instances apart; found where it is not given. */
  readonly by?: string;
  /** How many windows. */
  readonly points: number;
  readonly signal: AbortSignal;
  readonly times?: Partial<EngineTimes>;
  /** What is being asked, for people who wait. */
  readonly onStep?: (text: string) => void;
}

export interface FleetReading {
  readonly fleet: Fleet;
  readonly types: ProfileTypes;
  readonly grid: Grid;
  readonly requests: number;
}

/** Requests of a whole reading of Pyroscope, whose stacks are asked for one by one. */
const MOST_REQUESTS = 50;
/** Instances whose series are kept; of more, those that hold most. */
const MOST_INSTANCES = 5000;
const CLOCK_DOUBT_MS = 60_000;
const MINUTE_MS = 60_000;

export function engineAt(target: EngineTarget, signal: AbortSignal, times?: Partial<EngineTimes>): Engine {
  const requests = new EngineRequests(target.base, target.access, signal, times);
  return target.kind === "pyroscope" ? new Pyroscope(target, requests) : new Parca(target, requests);
}

/** Stacks that cannot be read are told in a note: which instances grow is known without them. */
export async function readFleet(target: EngineTarget, options: FleetOptions): Promise<Captured<FleetReading>> {
  const { sinceMs, points, signal, onStep } = options;
  const engine = engineAt(target, signal, options.times);
  const started = Date.now();
  onStep?.("which profiles there are");
  const types = await engine.types(started - sinceMs, started);
  if (!types.ok) return types;
  // What is "now" is the engine's business: it may stand where the clock differs.
  const nowMs = started + engine.clockMs;
  const main = types.value.inuseSpace ?? types.value.goroutine;
  if (main === undefined) return noTypes(target, types.value, sinceMs);
  onStep?.("which instances there are");
  const labels = await engine.labels(main, firstGrid({ nowMs, sinceMs, points }));
  if (!labels.ok) return labels;
  if (labels.value.length === 0) return nothingThere(target, engine, main, nowMs, sinceMs);
  const by = instanceLabel(target, labels.value, options.by);
  if (!by.ok) return by;

  onStep?.("how much each instance holds");
  const found = await findGrid(engine, main, by.value, { nowMs, sinceMs, points });
  if (!found.ok) return found;
  const { grid, series } = found.value;
  const notes: Note[] = [...gridNotes(grid, target), ...clockNotes(engine.clockMs)];
  const isHeap = main === types.value.inuseSpace;
  const more = async (type: string | undefined) =>
    type === undefined ? captured<SeriesByInstance>(new Map()) : engine.series(type, by.value, grid, false);
  const [goroutines, allocated] = await Promise.all([
    more(isHeap ? types.value.goroutine : undefined),
    more(isHeap ? types.value.allocSpace : undefined),
  ]);
  for (const answer of [goroutines, allocated]) if (!answer.ok) notes.push(missing(answer.problem));
  const labelsOf = labelsByInstance(labels.value, by.value);
  const kept = largest(isHeap ? series : new Map(), isHeap && goroutines.ok ? goroutines.value : series);
  if (kept.left > 0) notes.push(leftOut(kept.left));
  const instances = kept.names.map((name): Instance => {
    const heap = isHeap ? series.get(name)?.values : undefined;
    const ofGoroutines = isHeap ? goroutines.ok && goroutines.value.get(name)?.values : series.get(name)?.values;
    const ofAllocated = allocated.ok && allocated.value.get(name)?.values;
    return {
      name,
      labels: labelsOf.get(name) ?? { [by.value]: name },
      ...(heap && { heap }),
      ...(ofGoroutines && { goroutines: ofGoroutines }),
      ...(ofAllocated && { allocated: ofAllocated }),
    };
  });

  const judged = judgeable({ timesMs: grid.endsMs, instances });
  const stacksOf = async (
    value: string | undefined,
    objects: string | undefined,
    growing: ReadonlySet<string>,
    from: SeriesByInstance,
    requests: number,
  ): Promise<FleetStacks | undefined> => {
    if (value === undefined || growing.size === 0) return undefined;
    onStep?.(`the stacks of ${growing.size} instances that lean upwards`);
    const of = new Map([...from].filter(([name]) => growing.has(name)));
    const stacks = await engine.stacks(
      { value, ...(objects !== undefined && { objects }) },
      by.value,
      of,
      grid,
      requests,
    );
    if (stacks.ok) return stacks.value.stacks.length === 0 ? undefined : stacks.value;
    notes.push(missing(stacks.problem));
    return undefined;
  };
  const named = (grows: "heapGrows" | "goroutinesGrow") =>
    new Set(judged.filter((one) => one[grows]).map(({ instance }) => instance.name));
  const { inuseSpace, inuseObjects, goroutine } = types.value;
  const bothGrow = named("heapGrows").size > 0 && named("goroutinesGrow").size > 0;
  const left = MOST_REQUESTS - engine.requests;
  const heap = await stacksOf(
    inuseSpace,
    inuseObjects,
    named("heapGrows"),
    series,
    bothGrow ? Math.ceil(left * 0.6) : left,
  );
  const ofGoroutines = isHeap ? (goroutines.ok ? goroutines.value : new Map()) : series;
  const goroutineStacks = await stacksOf(
    goroutine,
    undefined,
    named("goroutinesGrow"),
    ofGoroutines as SeriesByInstance,
    MOST_REQUESTS - engine.requests,
  );
  if (heap && inuseObjects === undefined) notes.push(NO_OBJECTS);
  const fleet: Fleet = {
    target: target.name,
    by: by.value,
    timesMs: grid.endsMs,
    instances,
    ...(heap && { heap: withRate(heap) }),
    ...(goroutineStacks && { goroutines: goroutineStacks }),
    notes,
  };
  return captured({ fleet, types: types.value, grid, requests: engine.requests });
}

/** runtime.MemProfileRate unless a program sets it; an engine need not keep what it was. */
const USUAL_RATE = 512 * 1024;

function withRate(stacks: FleetStacks): FleetStacks {
  // An engine that merges many profiles may add up their periods.
  const rate = stacks.sampleRate ?? 0;
  return { ...stacks, sampleRate: rate > 0 && rate <= USUAL_RATE ? rate : USUAL_RATE };
}

function labelsByInstance(all: readonly Labels[], by: string): ReadonlyMap<string, Labels> {
  const labels = new Map<string, Labels>();
  for (const one of all) {
    const name = one[by];
    if (name !== undefined) labels.set(name, { ...labels.get(name), ...one });
  }
  return labels;
}

function largest(heap: SeriesByInstance, goroutines: SeriesByInstance): { names: readonly string[]; left: number } {
  const names = [...new Set([...heap.keys(), ...goroutines.keys()])].filter((name) => name !== "");
  names.sort();
  if (names.length <= MOST_INSTANCES) return { names, left: 0 };
  const held = (name: string) =>
    ((heap.get(name) ?? goroutines.get(name))?.values ?? new Float64Array()).reduce((a, b) => Math.max(a, b || 0), 0);
  const sizes = new Map(names.map((name) => [name, held(name)]));
  names.sort((a, b) => sizes.get(b)! - sizes.get(a)!);
  return { names: names.slice(0, MOST_INSTANCES), left: names.length - MOST_INSTANCES };
}

function noTypes({ name }: EngineTarget, { all }: ProfileTypes, sinceMs: number) {
  const what = `cannot diagnose ${name}`;
  if (all.length === 0) {
    const why = `the engine has no profiles of the last ${durationText(sinceMs)}`;
    return problem("empty", what, why, "Check that programs send profiles to it, or ask for a longer --since");
  }
  const shown = all.slice(0, 4).join(", ");
  const why = `it has neither heaps nor goroutines of Go programs, but ${shown}${all.length > 4 ? " and others" : ""}`;
  return problem("unknown-profile", what, why, "Send heap profiles (inuse_space) of Go programs to it");
}

/** An engine answers with nothing, and success, for what it does not know. */
async function nothingThere(target: EngineTarget, engine: Engine, type: string, nowMs: number, sinceMs: number) {
  const programs = await engine.programs(nowMs - sinceMs, nowMs);
  const known = programs.ok ? programs.value.slice(0, 8) : [];
  const why = `nothing it has of the last ${durationText(sinceMs)} (${type}) fits the selector`;
  const todo =
    known.length === 0
      ? "Check the selector, or ask for a longer --since"
      : `Programs that it knows: ${known.join(", ")}`;
  return problem("empty", `cannot diagnose ${target.name}`, why, todo);
}

function gridNotes({ endsMs, stepMs, intervalMs }: Grid, { kind }: EngineTarget): readonly Note[] {
  const every = `Profiles come every ${durationText(intervalMs)}`;
  if (stepMs === intervalMs) return [];
  const each =
    kind === "pyroscope" ? `each of ${endsMs.length} points is the mean of those of` : "one of them is read every";
  return [{ code: "windows", message: `${every}; ${each} ${durationText(stepMs)}` }];
}

function clockNotes(clockMs: number): readonly Note[] {
  if (Math.abs(clockMs) < CLOCK_DOUBT_MS) return [];
  const which = clockMs > 0 ? "ahead of" : "behind";
  const message = `The engine's clock is ${durationText(Math.abs(clockMs))} ${which} this machine's: times are the engine's`;
  return [{ code: "clock", message }];
}

const NO_OBJECTS: Note = {
  code: "no-objects",
  message: "The engine has no inuse_objects: how many objects were sampled is not known, and dz is a low estimate",
};

function missing({ what, why, todo }: CaptureProblem): Note {
  return { code: "partial", message: `${what}: ${why}. ${todo}` };
}

function leftOut(count: number): Note {
  const message = `${(count + MOST_INSTANCES).toLocaleString("en")} instances: the ${MOST_INSTANCES.toLocaleString("en")} that hold most are judged. Narrow the selector to judge the others`;
  return { code: "many-instances", message };
}

/** "15 s", "30 min", "6 h". */
function durationText(ms: number): string {
  if (ms < 2 * MINUTE_MS) return `${Math.round(ms / 1000)} s`;
  return ms < 120 * MINUTE_MS ? `${Math.round(ms / MINUTE_MS)} min` : `${Number((ms / 3_600_000).toFixed(1))} h`;
}
