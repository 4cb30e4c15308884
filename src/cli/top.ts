/** `godiag top PROFILE`: which functions (files, lines, packages) cost most. */
import { type Command, Option } from "commander";
import { formatPercent, formatValue } from "../core/text/format.js";
import type { FrameIndex, Frames } from "../core/profile/frames.js";
import { type Costs, costsOf, ranked, type SortKey } from "../core/views/report.js";
import { type CostRow, costTable } from "./output/cost-table.js";
import {
  addProfileOptions,
  count,
  openView,
  type ProfileOptions,
  tellWarnings,
  type View,
} from "./input/profile-options.js";
import { DONE, type ExitCode, type Terminal } from "./terminal.js";

export interface TopOptions extends ProfileOptions {
  readonly sort: SortKey;
  readonly limit: number;
}

export function addTop(program: Command, terminal: Terminal, exit: (code: ExitCode) => void): void {
  const top = program.command("top <profile>").description("flat and cumulative costs, most expensive first");
  addSortOptions(addProfileOptions(top, {})).action(async (arg: string, options: TopOptions) => {
    const view = await openView(terminal, arg, options);
    const { frames, sampleType, total, warnings } = view;
    const costs = costsOf(view.profile, frames, view.weights);
    const all = ranked(frames, costs, options.sort);
    const rows = limited(all, options.limit).map((frame) => costRow(frames, costs, frame));
    if (options.json) terminal.document(JSON.stringify({ sampleType, total, rows, warnings }) + "\n", "json");
    else {
      terminal.out(heading(view, rows, all.length) + costTable(rows, sampleType.unit, total));
      tellWarnings(terminal, warnings);
    }
    exit(DONE);
  });
}

export function addSortOptions(command: Command): Command {
  return command
    .addOption(new Option("--sort <key>", "order of the rows").choices(["flat", "cum"]).default("flat"))
    .option("--limit <n>", "rows at most, 0 for all", count, 30);
}

export function limited<T>(rows: readonly T[], limit: number): readonly T[] {
  return limit === 0 ? rows : rows.slice(0, limit);
}

export function costRow(frames: Frames, { flat, cum }: Costs, frame: FrameIndex): CostRow {
  return { ...placeOf(frames, frame), flat: flat[frame], cum: cum[frame] };
}

/** What a row stands for; the line only where rows stand for lines. */
export function placeOf({ granularity, name, file, line }: Frames, frame: FrameIndex) {
  return { name: name[frame], file: file[frame], ...(granularity === "line" && { line: line[frame] }) };
}

/** What the table shows of what there is. */
export function heading({ sampleType, total }: View, rows: readonly CostRow[], all: number): string {
  const shown = rows.reduce((sum, { flat }) => sum + flat, 0);
  const value = (of: number) => formatValue(of, sampleType.unit);
  const which = rows.length < all ? `top ${rows.length} of ${all} rows` : `${all} rows`;
  return `${sampleType.type}: ${value(shown)} (${formatPercent(shown, total)}) of ${value(total)} in ${which}\n`;
}
