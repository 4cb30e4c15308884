/** `godiag goroutines PROFILE`: all goroutines, grouped for people, listed or grouped in JSON. */
import type { Command } from "commander";
import { filterGoroutines, parseFilter } from "../core/goroutine-filter.js";
import { groupGoroutines, type GoroutineGroup, type Grouping, parseGrouping } from "../core/goroutine-group.js";
import { type Goroutines, totalOf } from "../core/goroutine.js";
import { printable } from "../core/printable.js";
import { Failure } from "./failure.js";
import { goroutinesJson, groupJson } from "./goroutine-json.js";
import { groupText, many, paint, summary } from "./goroutine-words.js";
import { count, tellWarnings } from "./profile-options.js";
import { readGoroutines } from "./read-goroutines.js";
import { addRunOptions, type RunOptions } from "./run-options.js";
import { addTargetOptions, type TargetOptions } from "./target-options.js";
import { DONE, type ExitCode, type Terminal } from "./terminal.js";

interface Options extends TargetOptions, RunOptions {
  readonly filter?: string;
  readonly group?: string;
  readonly limit?: number;
  readonly json?: boolean;
}

const SHOWN_GROUPS = 20;

export function addGoroutines(program: Command, terminal: Terminal, exit: (code: ExitCode) => void): void {
  const command = program
    .command("goroutines")
    .argument(
      "<target>",
      "a dump, go test output or a goroutine profile; http(s)://… or unix:PATH; pid:N; gops:PID; dlv:HOST:PORT; the folder of a Go program",
    )
    .description("all goroutines, grouped for people, listed in JSON")
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
      const goroutines = await readGoroutines(terminal, arg, options);
      const rows = filterGoroutines(goroutines, filter);
      if (options.json) {
        for (const piece of document(goroutines, rows, options.group === undefined ? undefined : grouping, options)) {
          terminal.out(piece);
        }
      } else {
        const groups = groupGoroutines(goroutines, rows, grouping);
        terminal.out(told(goroutines, rows, groups, options.limit ?? SHOWN_GROUPS, terminal.color));
        tellWarnings(terminal, goroutines.warnings);
      }
      exit(DONE);
    });
  addRunOptions(addTargetOptions(command));
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
  rows: Uint32Array,
  groups: readonly GoroutineGroup[],
  limit: number,
  color: boolean,
): string {
  const ink = paint(color);
  const shown = limit > 0 ? groups.slice(0, limit) : groups;
  const parts = [summary(goroutines, rows, groups.length, ink)];
  if (goroutines.cause !== undefined) parts[0] += `\n${ink.red(printable(goroutines.cause))}`;
  for (const group of shown) parts.push(groupText(goroutines, group, ink));
  if (shown.length < groups.length)
    parts.push(`${many(groups.length - shown.length, "more group")}: --limit 0 shows all`);
  return parts.join("\n\n") + "\n";
}
