/**
 * The options that every command on a profile shares, and the view of the profile that they ask for.
 *
 * A view is what all reports read: the profile (minus a base, with labels as frames, as asked), the frames at
 * the chosen granularity, and one weight per sample.
 */
import type { Command } from "commander";
import { InvalidArgumentError, Option } from "commander";
import { addLabelFrames } from "../../core/profile/label-frames.js";
import { type Difference, subtract } from "../../core/profile/diff.js";
import { FormatError, type Warning } from "../../core/text/format-error.js";
import { applyFilter, type Filter, type LabelFilter, labelFilterOf } from "../../core/profile/filter.js";
import { type Frames, framesOf, type Granularity } from "../../core/profile/frames.js";
import { type Pattern, patternOf } from "../../core/text/pattern.js";
import type { Profile, ValueType } from "../../core/profile/profile.js";
import { withoutUninteresting } from "../../core/profile/prune.js";
import {
  defaultTypeWithData,
  sampleTypeCalled,
  totalOf,
  typesWithData,
  type Weights,
  weightsOf,
} from "../../core/profile/weights.js";
import { Failure } from "../failure.js";
import { openInput } from "./read-input.js";
import type { Terminal } from "../terminal.js";

export interface ProfileOptions {
  readonly sample?: string;
  readonly by: Granularity;
  readonly focus?: Pattern;
  readonly ignore?: Pattern;
  readonly hide?: Pattern;
  readonly show?: Pattern;
  readonly showFrom?: Pattern;
  readonly trimTo?: Pattern;
  readonly label: readonly LabelFilter[];
  readonly tagroot: readonly string[];
  readonly tagleaf: readonly string[];
  readonly base?: string;
  readonly normalize?: boolean;
  readonly diffBase?: boolean;
  readonly json?: boolean;
}

export interface View {
  readonly profile: Profile;
  readonly frames: Frames;
  readonly weights: Weights;
  readonly sampleType: ValueType;
  readonly sampleTypeIndex: number;
  /** What percentages refer to. */
  readonly total: number;
  /** Which samples and frames the filters left, for exports of the profile itself. */
  readonly filtered: ReturnType<typeof applyFilter>;
  /** With a base: both sides, over the same frames. */
  readonly difference: Difference | undefined;
  readonly warnings: readonly Warning[];
}

/** Adds the options to a command. `by` is left out where the command fixes the granularity. */
export function addProfileOptions(command: Command, has: { by?: boolean; base?: boolean }): Command {
  command
    .option("--sample <type>", "sample type, by name or index (the profile's default)")
    .option("--focus <re>", "only samples with a frame that matches", pattern)
    .option("--ignore <re>", "no samples with a frame that matches", pattern)
    .option("--hide <re>", "take matching frames out of the stacks", pattern)
    .option("--show <re>", "take all other frames out of the stacks", pattern)
    .option("--show-from <re>", "drop the callers of the first frame that matches", pattern)
    .option("--trim-to <re>", "drop what the last frame that matches called", pattern)
    .option("--label <key[=re]>", "only samples with this label (repeatable)", label, [])
    .option("--tagroot <keys>", "values of these labels as root frames", keys, [])
    .option("--tagleaf <keys>", "values of these labels as leaf frames", keys, []);
  if (has.by ?? true) {
    const by = new Option("--by <what>", "what one row stands for").choices(["function", "file", "line", "package"]);
    command.addOption(by.default("function"));
  }
  if (has.base ?? true) command.option("--base <file>", "subtract this profile");
  return command
    .option("--normalize", "with a base: scale the profile to the base's total first")
    .option("--diff-base", "with a base: percentages of the base's total")
    .option("--json", "one JSON document");
}

/** A whole number from 0. */
export function count(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError("It must be a whole number from 0.");
  return Number(text);
}

/** A regular expression, as a commander argument. */
export function pattern(text: string): Pattern {
  return asUsage(() => patternOf(text));
}

/** Opens a profile as the options ask. */
export async function openView(terminal: Terminal, arg: string, options: ProfileOptions): Promise<View> {
  let profile = await openInput(terminal, arg);
  let difference: Difference | undefined;
  if (options.base !== undefined) {
    const base = await openInput(terminal, options.base);
    difference = subtract(profile, base, { normalize: options.normalize ?? false });
    profile = difference.profile;
  }
  profile = withoutUninteresting(profile);
  if (profile.sampleTypes.length === 0) {
    throw new Failure("no-samples", `cannot report on ${arg}`, "it has no sample types", "Capture the profile again");
  }
  if (options.tagroot.length + options.tagleaf.length > 0) {
    profile = addLabelFrames(profile, options.tagroot, options.tagleaf);
  }
  // A difference of nothing is an answer.
  const isChosen = options.sample !== undefined || difference !== undefined;
  const sampleTypeIndex = isChosen ? sampleTypeCalled(profile, options.sample) : defaultTypeWithData(profile);
  if (sampleTypeIndex === undefined) {
    const known = profile.sampleTypes.map(({ type }) => type).join(", ");
    throw new Failure(
      "sample-type",
      `no sample type ${options.sample}`,
      `the profile has ${known}`,
      "Choose one of them",
    );
  }
  const filtered = applyFilter(profile, filterOf(options));
  const { profile: left } = filtered;
  return {
    profile: left,
    frames: framesOf(left, options.by, filtered.shown),
    weights: weightsOf(left, sampleTypeIndex, filtered.kept),
    sampleType: profile.sampleTypes[sampleTypeIndex],
    sampleTypeIndex,
    total: difference
      ? difference.total(sampleTypeIndex, options.diffBase ? "base" : "difference")
      : totalOf(profile, sampleTypeIndex),
    filtered,
    difference,
    warnings: [
      ...profile.warnings,
      ...(difference
        ? []
        : emptyTypeWarning(profile, isChosen ? sampleTypeIndex : profile.defaultSampleType, sampleTypeIndex)),
      ...filtered.unmatched.map(unmatchedWarning),
    ],
  };
}

/** Warnings for people go to stderr; with --json they are in the document. */
export function tellWarnings(terminal: Terminal, warnings: readonly Warning[]): void {
  for (const { message } of warnings) terminal.err(`godiag: warning: ${message}`);
}

function filterOf({ focus, ignore, hide, show, showFrom, trimTo, label }: ProfileOptions): Filter {
  return {
    ...(focus && { focus }),
    ...(ignore && { ignore }),
    ...(hide && { hide }),
    ...(show && { show }),
    ...(showFrom && { showFrom }),
    ...(trimTo && { trimTo }),
    labels: label,
  };
}

/** A table of nothing is told, and where there is something. */
function emptyTypeWarning(profile: Profile, asked: number, shown: number): readonly Warning[] {
  const filled = typesWithData(profile);
  if (filled.length === 0 || filled.includes(asked)) return [];
  const name = (type: number) => profile.sampleTypes[type].type;
  const instead = shown === asked ? "" : `; ${name(shown)} is shown instead`;
  const message = `${name(asked)} is zero in every sample${instead}. Types with data: ${filled.map(name).join(", ")}`;
  return [{ code: "empty-type", message }];
}

function unmatchedWarning(option: string): Warning {
  const name = option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return { code: "no-match", message: `--${name} matched nothing` };
}

function label(text: string, before: readonly LabelFilter[]): readonly LabelFilter[] {
  return [...before, asUsage(() => labelFilterOf(text))];
}

function keys(text: string, before: readonly string[]): readonly string[] {
  return [...before, ...text.split(",").filter((key) => key !== "")];
}

function asUsage<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof FormatError) throw new InvalidArgumentError(error.message + ".");
    throw error;
  }
}
