/** `godiag leaks DUMP`: which goroutines will never end, and why that is thought. */
import type { Command } from "commander";
import { findLeaks, type LeakFinding } from "../core/goroutines/leak.js";
import type { LeakLevel } from "../core/goroutines/leak-case.js";
import { type Goroutines, UNKNOWN_ID } from "../core/goroutines/goroutine.js";
import { type MemoryReading, runtimesReading } from "../core/goroutines/memory-reading.js";
import { Failure } from "./failure.js";
import { amount, findingText, many, paint } from "./output/goroutine-text.js";
import { tellWarnings } from "./input/profile-options.js";
import { type MomentOptions, profiledGoroutines, readMoment } from "./input/read-goroutines.js";
import { addPauseOptions, allPauses, tellPauses } from "./input/pause-options.js";
import { addCoreOption } from "./input/open-program.js";
import { addRunOptions } from "./input/run-options.js";
import { addTargetOptions } from "./input/target-options.js";
import { DONE, type ExitCode, FINDINGS, type Terminal } from "./terminal.js";

interface Options extends MomentOptions {
  readonly base?: string;
  readonly failOn?: LeakLevel;
  readonly json?: boolean;
}

export function addLeaks(program: Command, terminal: Terminal, exit: (code: ExitCode) => void): void {
  const command = program
    .command("leaks")
    .argument(
      "<target>",
      "a dump, go test output or a goroutine profile; http(s)://… or unix:PATH; pid:N; gops:PID; dlv:HOST:PORT; core:FILE; the folder of a Go program",
    )
    .description("goroutines that will never end, and why that is thought")
    .option("--base <dump>", "an earlier dump of the same process: growth since then makes findings surer")
    .option("--fail-on <level>", "exit with 1 on findings of this level or above: suspect or confirmed", failLevel)
    .option("--json", "one JSON document")
    .action(async (arg: string, options: Options) => {
      // The earlier moment first: of a running program it is read before the later one.
      const { base: earlier } = options;
      const before = earlier === undefined ? undefined : await readMoment(terminal, earlier, options, "nothing");
      const base = before?.goroutines;
      const { goroutines, memory, ...moment } = await readMoment(terminal, arg, options, "memory");
      const pauses = allPauses([before?.pauses, moment.pauses]);
      const profiled = memory === undefined ? await profiledGoroutines(terminal, arg, options) : undefined;
      const findings = withFinalizers(findLeaks(goroutines, base, memory ?? proofIn(goroutines, arg)), profiled);
      if (options.json) {
        const { total, complete, warnings } = goroutines;
        terminal.document(JSON.stringify({ findings, total, complete, warnings, pauses }) + "\n", "json");
      } else {
        terminal.out(told(findings, goroutines.total, terminal.color));
        tellWarnings(terminal, goroutines.warnings);
        tellPauses(terminal, arg, pauses);
      }
      const isBad = findings.some(({ level }) => options.failOn === "suspect" || level === options.failOn);
      exit(isBad ? FINDINGS : DONE);
    });
  addPauseOptions(addCoreOption(addRunOptions(addTargetOptions(command))));
}

/** A text of all goroutines leaves out the one that runs finalizers, however long it is blocked; their profile has it. */
function withFinalizers(findings: readonly LeakFinding[], profiled: Goroutines | undefined): readonly LeakFinding[] {
  const isBlocked = ({ pattern }: LeakFinding) => pattern === "finalizer";
  if (profiled === undefined || findings.some(isBlocked)) return findings;
  return [...findLeaks(profiled).filter(isBlocked), ...findings];
}

/** Of the runtime, where its goroutineleak profile was asked for: its text lists every goroutine, it has looked at all. */
function proofIn(goroutines: Goroutines, arg: string): MemoryReading | undefined {
  const isProof = /^https?:.*\/goroutineleak(\?|$)/.test(arg) && goroutines.id.some((id) => id !== UNKNOWN_ID);
  return isProof ? runtimesReading(goroutines) : undefined;
}

function failLevel(value: string): LeakLevel {
  if (value === "suspect" || value === "confirmed") return value;
  throw new Failure("usage", "wrong usage", `--fail-on cannot be ${JSON.stringify(value)}`, "Use suspect or confirmed");
}

function told(findings: readonly LeakFinding[], total: number, color: boolean): string {
  if (findings.length === 0) return `No leak found among ${many(total, "goroutine")}.\n`;
  const ink = paint(color);
  const among = findings.reduce((sum, { count }) => sum + count, 0);
  const head = `${many(findings.length, "finding")}: ${amount(among)} of ${many(total, "goroutine")}`;
  return [ink.bold(head), ...findings.map((finding) => findingText(finding, ink))].join("\n\n") + "\n";
}
