/**
 * `godiag diagnose` of many instances, whose profiles an engine keeps: which of them leak, where, and what sets them apart.
 * With `--only` and `--against`, what one kind of instances does that another does not: a new version and the old one.
 */
import { type Command, InvalidArgumentError } from "commander";
import { parseEngine } from "../../capture/fleet/engine-target.js";
import { instanceProfiles } from "../../capture/fleet/instance-profile.js";
import { readFleet } from "../../capture/fleet/read-fleet.js";
import { againstOthers, onlyWith } from "../../core/fleet/compared-fleets.js";
import { diagnoseFleet } from "../../core/fleet/fleet-diagnosis.js";
import type { JudgedProfiles } from "./diagnose-live.js";
import { captureFailure } from "../output/capture-failure.js";
import { Failure } from "../failure.js";
import { engineAccess, type EngineOptions } from "../input/engine-options.js";
import type { Terminal } from "../terminal.js";

export interface FleetOptions extends EngineOptions {
  /** Milliseconds. */
  readonly since: number;
  readonly by?: string;
  readonly points: number;
  readonly only?: LabelValue;
  readonly against?: LabelValue;
}

export interface LabelValue {
  readonly name: string;
  readonly value: string;
}

const HOUR_MS = 3_600_000;
const POINTS = 12;

export function addFleetOptions(command: Command): Command {
  return command
    .option("--since <duration>", "of an engine: how far back, as 90m, 6h, 2d", duration, HOUR_MS)
    .option("--by <label>", "of an engine: the label that tells instances apart (pod, or what there is like it)")
    .option("--points <n>", "of an engine: how many points in time", points, POINTS)
    .option("--only <label=value>", "of an engine: judge only instances with this label, a new version", labelValue)
    .option("--against <label=value>", "of an engine: what these instances have too is known and not new", labelValue);
}

/** Throws Failure when nothing could be read. */
export async function diagnoseFleetAt(
  text: string,
  options: FleetOptions,
  terminal: Terminal,
): Promise<JudgedProfiles> {
  const { signal } = terminal;
  const target = parseEngine(text, await engineAccess(options, terminal));
  if (!target.ok) throw captureFailure(target.problem);
  const { since: sinceMs, by, points, only, against } = options;
  const read = await readFleet(target.value, {
    ...{ sinceMs, points, signal },
    ...(by !== undefined && { by }),
    ...(terminal.interactive && { onStep: (step: string) => terminal.err(`godiag: asking for ${step}`) }),
  });
  if (!read.ok) throw captureFailure(read.problem);
  const { fleet } = read.value;
  for (const wanted of [only, against]) {
    if (wanted === undefined || fleet.instances.some(({ labels }) => labels[wanted.name] === wanted.value)) continue;
    const values = [...new Set(fleet.instances.flatMap(({ labels }) => labels[wanted.name] ?? []))].slice(0, 8);
    const why = `no instance has ${wanted.name}=${wanted.value}`;
    const todo = values.length === 0 ? `None has a label ${wanted.name}` : `Name one of: ${values.join(", ")}`;
    throw new Failure("usage", `cannot compare instances of ${fleet.target}`, why, todo);
  }
  const judged = diagnoseFleet(only === undefined ? fleet : onlyWith(fleet, only.name, only.value));
  const diagnosis =
    against === undefined ? judged : againstOthers(judged, onlyWith(fleet, against.name, against.value), against);
  return {
    diagnosis,
    profiles: async () => {
      const profiles = await instanceProfiles(target.value, read.value, diagnosis.findings, signal);
      return profiles.map(({ name, bytes }) => ({ name, base64: Buffer.from(bytes).toString("base64") }));
    },
  };
}

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: HOUR_MS, d: 24 * HOUR_MS };

function duration(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(s|m|h|d)$/.exec(text.trim()) ?? [];
  const ms = Number(number) * UNITS[unit ?? ""];
  if (ms >= 60_000 && ms <= 30 * 24 * HOUR_MS) return ms;
  throw new InvalidArgumentError("It must be a duration from 1m to 30d, such as 90m, 6h or 2d.");
}

function points(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 5 && value <= 60) return value;
  throw new InvalidArgumentError("It must be a whole number from 5 to 60.");
}

function labelValue(text: string): LabelValue {
  const [, name, value] = /^([A-Za-z_][\w.]*)=(.+)$/.exec(text) ?? [];
  if (name !== undefined) return { name, value };
  throw new InvalidArgumentError("It must be of the form label=value, such as version=1.4.2.");
}
