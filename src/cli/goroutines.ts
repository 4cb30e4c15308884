/** `godiag goroutines PROFILE`: all goroutines, grouped for people, listed or grouped in JSON. */
import type { Command } from "commander";
import { filterGoroutines, parseFilter } from "../core/goroutine-filter.js";
import {
  frameTitle,
  groupGoroutines,
  type GoroutineGroup,
  type Grouping,
  parseGrouping,
} from "../core/goroutine-group.js";
import { type Goroutines, NO_FRAME, totalOf, UNKNOWN_ID } from "../core/goroutine.js";
import { printable } from "../core/printable.js";
import { Failure } from "./failure.js";
import { goroutinesJson, groupJson } from "./goroutine-json.js";
import { count, tellWarnings } from "./profile-options.js";
import { readGoroutines } from "./read-goroutines.js";
import { DONE, type ExitCode, type Terminal } from "./terminal.js";

interface Options {
  readonly filter?: string;
  readonly group?: string;
  readonly limit?: number;
  readonly json?: boolean;
}

const SHOWN_GROUPS = 20;
const SHOWN_IDS = 12;

export function addGoroutines(program: Command, terminal: Terminal, exit: (code: ExitCode) => void): void {
  program
    .command("goroutines <target>")
    .description(
      "all goroutines of a dump, a goroutine profile, dlv:HOST:PORT (paused) or pid:N, grouped for people, listed in JSON",
    )
    .option(
      "--filter <expr>",
      "such as: state:chan receive wait>5m func:/pool/ label:req=42 created:main.start -system",
    )
    .option("--group <what>", "stack, similar, wait, creator, state, package or label:KEY (stack)")
    .option("--limit <n>", "groups, or goroutines in JSON, to show; 0 for all (text 20, JSON all)", count)
    .option("--json", "one JSON document")
    .action(async (arg: string, options: Options) => {
      const grouping = groupingOf(options.group);
      const filter = filterOf(options.filter ?? "");
      const goroutines = await readGoroutines(terminal, arg);
      const rows = filterGoroutines(goroutines, filter);
      if (options.json) {
        for (const piece of document(goroutines, rows, options.group === undefined ? undefined : grouping, options)) {
          terminal.out(piece);
        }
      } else {
        const groups = groupGoroutines(goroutines, rows, grouping);
        terminal.out(
          told(goroutines, totalOf(goroutines, rows), groups, options.limit ?? SHOWN_GROUPS, terminal.color),
        );
        tellWarnings(terminal, goroutines.warnings);
      }
      exit(DONE);
    });
}

function groupingOf(text = "stack"): Grouping {
  const grouping = parseGrouping(text);
  if (grouping !== undefined) return grouping;
  const known = "stack, similar, wait, creator, state, package or label:KEY";
  throw new Failure("usage", "wrong usage", `--group cannot be ${JSON.stringify(text)}`, `Use ${known}`);
}

function filterOf(text: string) {
  const filter = parseFilter(text);
  if (!("message" in filter)) return filter;
  const { message, column } = filter;
  throw new Failure(
    "filter",
    "wrong filter",
    `${message} (column ${column})`,
    "See godiag goroutines --help",
    column - 1,
  );
}

function* document(
  goroutines: Goroutines,
  rows: Uint32Array,
  grouping: Grouping | undefined,
  { limit = 0 }: Options,
): Generator<string> {
  const about = {
    total: goroutines.total,
    matched: totalOf(goroutines, rows),
    complete: goroutines.complete,
    ...(goroutines.cause !== undefined && { cause: goroutines.cause }),
    warnings: goroutines.warnings,
  };
  yield JSON.stringify(about).slice(0, -1);
  if (grouping === undefined) {
    yield ',"goroutines":';
    yield* goroutinesJson(goroutines, limit > 0 ? rows.slice(0, limit) : rows);
  } else {
    const groups = groupGoroutines(goroutines, rows, grouping);
    const shown = limit > 0 ? groups.slice(0, limit) : groups;
    yield `,"groups":${JSON.stringify(shown.map((group) => groupJson(goroutines, group)))}`;
  }
  yield "}\n";
}

function told(
  goroutines: Goroutines,
  matched: number,
  groups: readonly GoroutineGroup[],
  limit: number,
  color: boolean,
): string {
  const bold = (text: string) => (color ? `\u001b[1m${text}\u001b[22m` : text);
  const dim = (text: string) => (color ? `\u001b[2m${text}\u001b[22m` : text);
  const shown = limit > 0 ? groups.slice(0, limit) : groups;
  const of = matched === goroutines.total ? "" : ` of ${goroutines.total}`;
  const lines = [`${matched}${of} goroutines in ${groups.length} ${groups.length === 1 ? "group" : "groups"}`];
  if (goroutines.cause !== undefined) lines.push(printable(goroutines.cause));
  for (const group of shown) {
    const first = group.rows[0];
    const minutes = Math.floor((group.longestWaitNs ?? 0) / 60e9);
    const wait = minutes > 0 ? `, up to ${minutes} ${minutes === 1 ? "minute" : "minutes"}` : "";
    lines.push(
      "",
      `${bold(String(group.count))}  ${bold(printable(group.title === "" ? "(none)" : group.title))}${wait}`,
    );
    const ids = Array.from(group.rows.subarray(0, SHOWN_IDS), (row) => goroutines.id[row]);
    if (ids[0] !== UNKNOWN_ID) {
      const more = group.rows.length > SHOWN_IDS ? ", …" : "";
      lines.push(dim(`    goroutine${group.rows.length === 1 ? "" : "s"} ${ids.join(", ")}${more}`));
    }
    const { stacks, stack, creator } = goroutines;
    for (let i = stacks.start[stack[first]]; i < stacks.start[stack[first] + 1]; i++) {
      lines.push(`    ${printable(frameTitle(goroutines, stacks.frame[i]))}`);
    }
    if (creator[first] !== NO_FRAME) {
      lines.push(`    created by ${printable(frameTitle(goroutines, creator[first]))}`);
    }
  }
  if (shown.length < groups.length) lines.push("", `${groups.length - shown.length} more groups: --limit 0 shows all`);
  return lines.join("\n") + "\n";
}
