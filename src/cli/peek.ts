/** `godiag peek PROFILE RE`: who calls the functions that match, and what they call. */
import type { Command } from "commander";
import { formatPercent, formatValue } from "../core/text/format.js";
import { type Neighbour, peekOf } from "../core/views/report.js";
import { aligned, nameOf } from "./output/cost-table.js";
import {
  addProfileOptions,
  count,
  openView,
  pattern,
  type ProfileOptions,
  tellWarnings,
  type View,
} from "./input/profile-options.js";
import { limited, placeOf } from "./top.js";
import { DONE, type ExitCode, type Terminal } from "./terminal.js";

interface PeekOptions extends ProfileOptions {
  readonly limit: number;
}

export function addPeek(program: Command, terminal: Terminal, exit: (code: ExitCode) => void): void {
  const peek = program.command("peek").description("callers and callees of the functions that match");
  peek.argument("<profile>").argument("<re>", "which functions", pattern);
  addProfileOptions(peek, {})
    .option("--limit <n>", "functions at most, 0 for all", count, 0)
    .action(async (arg: string, re: RegExp, options: PeekOptions) => {
      const view = await openView(terminal, arg, options);
      const { frames, sampleType, total } = view;
      const matches = (frame: number) => re.test(nameOf(placeOf(frames, frame)));
      const found = peekOf(view.profile, frames, view.weights, matches);
      const rows = limited(found, options.limit).map(({ frame, flat, cum, callers, callees }) => {
        const neighbour = ({ frame: other, value }: Neighbour) => ({ ...placeOf(frames, other), value });
        return {
          ...placeOf(frames, frame),
          flat,
          cum,
          callers: callers.map(neighbour),
          callees: callees.map(neighbour),
        };
      });
      const none = { code: "no-match", message: `no function with a cost matches ${re.source}` };
      const warnings = rows.length > 0 ? view.warnings : [...view.warnings, none];
      if (options.json) terminal.document(JSON.stringify({ sampleType, total, rows, warnings }) + "\n", "json");
      else {
        terminal.out(rows.map((row) => told(row, view)).join("\n"));
        tellWarnings(terminal, warnings);
      }
      exit(DONE);
    });
}

type Place = ReturnType<typeof placeOf>;
interface Row extends Place {
  readonly flat: number;
  readonly cum: number;
  readonly callers: readonly (Place & { value: number })[];
  readonly callees: readonly (Place & { value: number })[];
}

/** One block: callers above the function, callees below, each with its part of the function's cumulative cost. */
function told(row: Row, { sampleType: { unit }, total }: View): string {
  const cells = (arrow: string) => (one: Place & { value: number }) => [
    formatValue(one.value, unit),
    formatPercent(one.value, row.cum),
    `  ${arrow} ${nameOf(one)}`,
  ];
  const own = `${nameOf(row)}  (flat ${formatValue(row.flat, unit)}, ${formatPercent(row.cum, total)} of the total)`;
  return aligned([
    ...row.callers.map(cells("<-")),
    [formatValue(row.cum, unit), "cum", own],
    ...row.callees.map(cells("->")),
  ]);
}
