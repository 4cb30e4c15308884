/**
 * Profiles of an engine for the viewer: of one instance at one time, as a series, of all instances together.
 *
 * Each is of one interval, so that what it shows is a size and no sum of sizes.
 */
import type { Finding } from "../../core/diagnosis/diagnosis.js";
import { timeText } from "../../core/fleet/fleet-words.js";
import { anyOf, type Matcher } from "../../core/fleet/selector.js";
import { type Captured, captured, problem } from "../capture-problem.js";
import { allOf, type Engine } from "./engine.js";
import type { EngineTarget } from "./engine-target.js";
import { engineAt, type FleetReading } from "./read-fleet.js";

export interface NamedProfile {
  readonly name: string;
  /** pprof, gzipped or not. */
  readonly bytes: Uint8Array;
}

const AT_ONCE = 4;

/** What a report shows beside a diagnosis: the instance that leaks fastest, last and first; none where nothing leaks. */
export async function instanceProfiles(
  target: EngineTarget,
  reading: FleetReading,
  findings: readonly Finding[],
  signal: AbortSignal,
): Promise<readonly NamedProfile[]> {
  const worst = findings.find(({ instances }) => instances !== undefined);
  const name = worst?.instances?.leaking[0];
  if (worst === undefined || name === undefined) return [];
  const isHeap = worst.kind !== "goroutine";
  const series = await seriesOfInstance(target, reading, name, isHeap, signal, [0, 1]);
  return series.ok ? series.value.toReversed() : []; // the diagnosis is worth having without
}

/** The profiles of one instance, oldest first; `of` names the first (0) and the last (1) alone. */
export async function seriesOfInstance(
  target: EngineTarget,
  { fleet, types, grid }: FleetReading,
  name: string,
  isHeap: boolean,
  signal: AbortSignal,
  of?: readonly (0 | 1)[],
): Promise<Captured<readonly NamedProfile[]>> {
  const instance = fleet.instances.find((one) => one.name === name);
  const live = isHeap ? instance?.heap : instance?.goroutines;
  const type = isHeap ? types.inuseSpace : types.goroutine;
  const there = [...(live ?? [])].flatMap((value, at) => (isNaN(value) ? [] : [at]));
  if (type === undefined || there.length === 0) return noProfile(name);
  const windows = of === undefined ? there : [...new Set(of.map((end) => there[end * (there.length - 1)]))];
  const engine = engineAt(target, signal);
  const matchers = [anyOf(fleet.by, [name])];
  const profiles = await allOf(
    windows.map((at) => async () => {
      const endMs = grid.endsMs[at];
      const read = await ofOneInterval(engine, type, matchers, endMs, grid.intervalMs);
      return read.ok
        ? captured({ name: `${name} ${isHeap ? "heap" : "goroutines"}, ${timeText(endMs)}`, bytes: read.value })
        : read;
    }),
    AT_ONCE,
  );
  if (!profiles.ok) return profiles;
  const found = profiles.value.filter(({ bytes }) => bytes.length > 0);
  return found.length === 0 ? noProfile(name) : captured(found);
}

/** All instances with a label's value together, at the last time: a sum over instances, not over time. */
export async function mergedProfile(
  target: EngineTarget,
  { fleet, types, grid }: FleetReading,
  label: { readonly name: string; readonly value: string },
  signal: AbortSignal,
): Promise<Captured<NamedProfile>> {
  const type = types.inuseSpace ?? types.goroutine;
  const kind = `${label.name}=${label.value}`;
  const instances = fleet.instances.filter(({ labels }) => labels[label.name] === label.value);
  if (type === undefined || instances.length === 0) return noProfile(kind);
  const filled = grid.endsMs.map(
    (_, at) => instances.filter(({ heap, goroutines }) => !isNaN((heap ?? goroutines)?.[at] ?? NaN)).length,
  );
  const at = Math.max(
    0,
    filled.findLastIndex((count) => count * 2 >= instances.length),
  );
  const matchers: Matcher[] = [{ ...label, op: "=" }];
  const read = await ofOneInterval(engineAt(target, signal), type, matchers, grid.endsMs[at], grid.intervalMs);
  if (!read.ok) return read;
  if (read.value.length === 0) return noProfile(kind);
  return captured({ name: `${kind}: ${instances.length} instances, ${timeText(grid.endsMs[at])}`, bytes: read.value });
}

function ofOneInterval(engine: Engine, type: string, matchers: readonly Matcher[], endMs: number, intervalMs: number) {
  return engine.profile(type, matchers, endMs - intervalMs + 1, endMs - 1);
}

function noProfile(name: string) {
  return problem(
    "empty",
    `cannot show ${name}`,
    "the engine has no profile of it in this time",
    "Choose another time or instance",
  );
}
