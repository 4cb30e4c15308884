/** `godiag goroutines TARGET`: all goroutines, grouped for people, listed or grouped in JSON. */
import type { Command } from "commander";
import type { Pauses } from "../core/diagnosis/diagnosis.js";
import { compareGoroutines } from "../core/goroutines/goroutine-diff.js";
import { filterGoroutines, parseFilter } from "../core/goroutines/goroutine-filter.js";
import {
  groupGoroutines,
  type GoroutineGroup,
  type Grouping,
  GROUPINGS,
  parseGrouping,
} from "../core/goroutines/goroutine-group.js";
import { type Goroutines, totalOf } from "../core/goroutines/goroutine.js";
import { printable } from "../core/text/printable.js";
import { withWaits } from "../core/goroutines/wait-graph.js";
import { Failure } from "./failure.js";
import { type Beside, goroutinesJson, groupJson } from "./output/goroutine-json.js";
import { changesText, groupWriter, many, paint, summary } from "./output/goroutine-text.js";
import { count, tellWarnings } from "./input/profile-options.js";
import { type MomentOptions, readMoment } from "./input/read-goroutines.js";
import { addPauseOptions, allPauses, tellPauses } from "./input/pause-options.js";
import { addCoreOption } from "./input/open-program.js";
import { addRunOptions } from "./input/run-options.js";
import { addTargetOptions } from "./input/target-options.js";
import { DONE, type ExitCode, type Terminal } from "./terminal.js";

interface Options extends MomentOptions {
  readonly base?: string;
  readonly filter?: string;
  readonly group?: string;
  readonly limit?: number;
  readonly json?: boolean;
}

/** The moment, what of it is shown, and what is known beside it. */
interface About {
  readonly goroutines: Goroutines;
  readonly rows: Uint32Array;
  readonly beside: Beside;
  readonly base: Goroutines | undefined;
  /** Of a process that was stopped for them. */
  readonly pauses: Pauses | undefined;
}

const SHOWN_GROUPS = 20;

export function addGoroutines(program: Command, terminal: Terminal, exit: (code: ExitCode) => void): void {
  const command = program
    .command("goroutines")
    .argument(
      "<target>",
      "a dump, go test output or a goroutine profile; http(s)://… or unix:PATH; pid:N; gops:PID; dlv:HOST:PORT; core:FILE; the folder of a Go program",
    )
    .description("all goroutines, grouped for people, listed in JSON")
    .option(
      "--filter <expr>",
      "such as: state:chan receive wait>5m func:/pool/ label:req=42 created:main.start -system",
    )
    .option("--group <what>", `${GROUPINGS} (stack)`)
    .option("--base <dump>", "an earlier dump of the same process: what was created, finished and is stuck since then")
    .option("--limit <n>", "groups, or goroutines in JSON, to show; 0 for all (text 20, JSON all)", count)
    .option("--json", "one JSON document")
    .action(async (arg: string, options: Options) => {
      const grouping = groupingOf(options.group);
      const filter = filterOf(options.filter ?? "");
      // The earlier moment first: of a running program it is read before the later one.
      const { base: earlier } = options;
      const before = earlier === undefined ? undefined : await readMoment(terminal, earlier, options, "nothing");
      const base = before?.goroutines;
      const { goroutines: read, waits, ...moment } = await readMoment(terminal, arg, options, "waits");
      const pauses = allPauses([before?.pauses, moment.pauses]);
      const goroutines = waits ? withWaits(read, waits) : read;
      const rows = filterGoroutines(goroutines, filter);
      const changes = base && compareGoroutines(base, goroutines);
      const about: About = { goroutines, rows, beside: { waits, changes }, base, pauses };
      if (options.json) {
        for (const piece of document(about, options.group === undefined ? undefined : grouping, options)) {
          terminal.document(piece, "json");
        }
      } else {
        const groups = groupGoroutines(goroutines, rows, grouping);
        terminal.out(told(about, groups, options, terminal.color));
        tellWarnings(terminal, goroutines.warnings);
        tellPauses(terminal, arg, pauses);
      }
      exit(DONE);
    });
  addPauseOptions(addCoreOption(addRunOptions(addTargetOptions(command))));
}

function groupingOf(text = "stack"): Grouping {
  const grouping = parseGrouping(text);
  if (grouping !== undefined) return grouping;
  throw new Failure("usage", "wrong usage", `--group cannot be ${JSON.stringify(text)}`, `Use ${GROUPINGS}`);
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
  { goroutines, rows, beside, base, pauses }: About,
  grouping: Grouping | undefined,
  { limit = 0 }: Options,
): Generator<string> {
  const { changes } = beside;
  const about = {
    total: goroutines.total,
    matched: totalOf(goroutines, rows),
    complete: goroutines.complete,
    ...(goroutines.cause !== undefined && { cause: goroutines.cause }),
    warnings: goroutines.warnings,
    ...(pauses && { pauses }),
    ...(changes && {
      since: {
        comparable: changes.isComparable,
        created: changes.created.length,
        finished: changes.finished.length,
        stuck: changes.stuck.length,
        moved: changes.moved.length,
      },
    }),
  };
  yield JSON.stringify(about).slice(0, -1);
  if (grouping === undefined) {
    yield ',"goroutines":';
    yield* goroutinesJson(goroutines, limit > 0 ? rows.slice(0, limit) : rows, beside);
  } else {
    const groups = groupGoroutines(goroutines, rows, grouping);
    const shown = limit > 0 ? groups.slice(0, limit) : groups;
    yield `,"groups":${JSON.stringify(shown.map((group) => groupJson(goroutines, group)))}`;
  }
  if (base && changes) {
    yield ',"finished":';
    yield* goroutinesJson(base, changes.finished);
  }
  yield "}\n";
}

function told(
  { goroutines, rows, beside }: About,
  groups: readonly GoroutineGroup[],
  { limit = SHOWN_GROUPS, base = "" }: Options,
  color: boolean,
): string {
  const ink = paint(color);
  const shown = limit > 0 ? groups.slice(0, limit) : groups;
  const parts = [summary(goroutines, rows, groups.length, ink)];
  if (goroutines.cause !== undefined) parts[0] += `\n${ink.red(printable(goroutines.cause))}`;
  if (beside.changes !== undefined) parts[0] += `\n${changesText(beside.changes, base, ink)}`;
  const groupText = groupWriter(goroutines, ink, beside);
  for (const group of shown) parts.push(groupText(group));
  if (shown.length < groups.length)
    parts.push(`${many(groups.length - shown.length, "more group")}: --limit 0 shows all`);
  return parts.join("\n\n") + "\n";
}
