/** `godiag info PROFILE`: what is in a profile, and what is wrong with it. */
import type { Command } from "commander";
import { formatValue } from "../core/text/format.js";
import { printable } from "../core/text/printable.js";
import type { Profile } from "../core/profile/profile.js";
import { openInput } from "./input/read-input.js";
import { tellWarnings } from "./input/profile-options.js";
import { DONE, type ExitCode, type Terminal } from "./terminal.js";

export function addInfo(program: Command, terminal: Terminal, exit: (code: ExitCode) => void): void {
  program
    .command("info <profile>")
    .description("what is in a profile, and what is wrong with it")
    .option("--json", "one JSON document")
    .action(async (arg: string, { json }: { json?: boolean }) => {
      const profile = await openInput(terminal, arg);
      const info = infoOf(profile);
      if (json) terminal.document(JSON.stringify(info) + "\n", "json");
      else {
        terminal.out(told(info));
        tellWarnings(terminal, profile.warnings);
      }
      exit(DONE);
    });
}

type Info = ReturnType<typeof infoOf>;

function infoOf(profile: Profile) {
  const { samples, locations, functions, mappings, strings, periodType } = profile;
  return {
    format: profile.format,
    sampleTypes: profile.sampleTypes,
    defaultSampleType: profile.sampleTypes[profile.defaultSampleType]?.type,
    samples: samples.count,
    locations: locations.count,
    functions: functions.count,
    mappings: mappings.length,
    strings: strings.length,
    labels: labelCounts(profile),
    timeNanos: Number(profile.timeNanos),
    durationNanos: profile.durationNanos,
    periodType,
    period: profile.period,
    comments: profile.comments,
    warnings: profile.warnings,
  };
}

/** How many samples carry each label key. */
function labelCounts({ samples, strings }: Profile): Record<string, number> {
  const counts = new Map<string, number>();
  const countedIn = new Map<number, number>();
  for (let sample = 0; sample < samples.count; sample++) {
    for (let row = samples.labelStart[sample]; row < samples.labelStart[sample + 1]; row++) {
      const key = samples.labels.key[row];
      if (countedIn.get(key) === sample) continue;
      countedIn.set(key, sample);
      counts.set(strings.at(key), (counts.get(strings.at(key)) ?? 0) + 1);
    }
  }
  return Object.fromEntries(counts);
}

function told(info: Info): string {
  const time = info.timeNanos === 0 ? "" : new Date(info.timeNanos / 1e6).toISOString();
  const types = info.sampleTypes.map(
    ({ type, unit }) => `${type}/${unit}${type === info.defaultSampleType ? "*" : ""}`,
  );
  const labels = Object.entries(info.labels).map(([key, samples]) => `${key} (${samples})`);
  const period = info.periodType ? `${info.periodType.type} ${formatValue(info.period, info.periodType.unit)}` : "";
  const rows: [string, string][] = [
    ["Format", info.format],
    ["Sample types", types.join(", ")],
    ["Time", time],
    ["Duration", info.durationNanos === 0 ? "" : formatValue(info.durationNanos, "nanoseconds")],
    ["Period", period],
    ["Samples", String(info.samples)],
    ["Locations", String(info.locations)],
    ["Functions", String(info.functions)],
    ["Mappings", String(info.mappings)],
    ["Strings", String(info.strings)],
    ["Labels", labels.join(", ")],
    ...info.comments.map((comment): [string, string] => ["Comment", comment]),
  ];
  return rows
    .filter(([, value]) => value !== "")
    .map(([name, value]) => `${name.padEnd(13)} ${printable(value)}\n`)
    .join("");
}
