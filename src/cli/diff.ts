/** `godiag diff BASE PROFILE`: what changed, with what each row cost in the base. */
import type { Command } from "commander";
import { baseWeights } from "../core/profile/diff.js";
import { formatValue } from "../core/text/format.js";
import { costsOf, ranked } from "../core/views/report.js";
import { aligned, nameOf } from "./output/cost-table.js";
import { addProfileOptions, openView, tellWarnings } from "./input/profile-options.js";
import { DONE, type ExitCode, type Terminal } from "./terminal.js";
import { addSortOptions, costRow, heading, limited, type TopOptions } from "./top.js";

export function addDiff(program: Command, terminal: Terminal, exit: (code: ExitCode) => void): void {
  const diff = program.command("diff <base> <profile>").description("what changed since the base, by its size");
  const withOptions = addSortOptions(addProfileOptions(diff, { base: false }));
  withOptions.action(async (base: string, arg: string, options: TopOptions) => {
    const view = await openView(terminal, arg, { ...options, base });
    const { profile, frames, weights, difference, sampleType, total, warnings } = view;
    if (difference === undefined) throw new Error("a view with a base has a difference");
    const delta = costsOf(profile, frames, weights);
    const before = costsOf(profile, frames, baseWeights(difference, weights));
    const all = ranked(frames, delta, options.sort);
    const rows = limited(all, options.limit).map((frame) => ({
      ...costRow(frames, delta, frame),
      baseFlat: before.flat[frame],
      baseCum: before.cum[frame],
    }));
    if (options.json) terminal.document(JSON.stringify({ sampleType, total, rows, warnings }) + "\n", "json");
    else {
      const signed = (value: number) => (value > 0 ? "+" : "") + formatValue(value, sampleType.unit);
      const cells = rows.map((row) => [
        signed(row.flat),
        formatValue(row.baseFlat, sampleType.unit),
        signed(row.cum),
        formatValue(row.baseCum, sampleType.unit),
        nameOf(row),
      ]);
      terminal.out(heading(view, rows, all.length) + aligned([["flat", "was", "cum", "was", "name"], ...cells]));
      tellWarnings(terminal, warnings);
    }
    exit(DONE);
  });
}
