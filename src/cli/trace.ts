/** `godiag trace FILE`: where goroutines waited, how long they took to start and who woke them. */
import { basename } from "node:path";
import { gzipSync } from "node:zlib";
import { type Command, InvalidArgumentError, Option } from "commander";
import { encodeProfile } from "../core/pprof/encode.js";
import { FormatError } from "../core/text/format-error.js";
import { DELAY_PROFILES, type DelayProfileName } from "../core/trace/delay-profiles.js";
import { analyseTrace, type AnalysedTrace } from "../core/trace/read-trace.js";
import { delayProfile } from "../core/trace/trace-profile.js";
import { limitedReport, traceReport } from "../core/trace/trace-report.js";
import { Failure } from "./failure.js";
import { count, tellWarnings } from "./input/profile-options.js";
import { traceSource } from "./input/trace-source.js";
import { traceText } from "./output/trace-text.js";
import { writeFileWhole } from "./output/write-output.js";
import { DONE, type ExitCode, type Terminal } from "./terminal.js";

interface TraceCommandOptions {
  readonly from?: number;
  readonly to?: number;
  readonly limit: number;
  readonly profile?: DelayProfileName;
  readonly output?: string;
  readonly json?: boolean;
}

export function addTrace(program: Command, terminal: Terminal, exit: (code: ExitCode) => void): void {
  program
    .command("trace <file>")
    .description("an execution trace: where goroutines waited, how long they took to start and who woke them")
    .option("--from <s>", "begin so many seconds after the trace's beginning", seconds)
    .option("--to <s>", "end so many seconds after the trace's beginning", seconds)
    .option("--limit <n>", "rows of a table at most, 0 for all", count, 20)
    .addOption(
      new Option("--profile <type>", "write one of the profiles of `go tool trace -pprof`").choices(DELAY_PROFILES),
    )
    .option("-o, --output <file>", "where to write the profile, as gzipped pprof")
    .option("--json", "one JSON document")
    .action(async (arg: string, options: TraceCommandOptions) => {
      checkOptions(options);
      const trace = await analysed(terminal, arg, options);
      const { profile, output, json } = options;
      if (profile !== undefined && output !== undefined) {
        const bytes = gzipSync(encodeProfile(delayProfile(trace, profile)));
        const file = await writeFileWhole(terminal, output, [bytes]);
        if (json) {
          terminal.document(
            JSON.stringify({ file, bytes: bytes.length, profile, warnings: trace.warnings }) + "\n",
            "json",
          );
        }
      } else {
        const report = limitedReport(traceReport(trace), options.limit);
        terminal.out(json ? JSON.stringify(report) + "\n" : traceText(report));
      }
      if (!json) tellWarnings(terminal, trace.warnings);
      exit(DONE);
    });
}

function checkOptions({ from = 0, to = Infinity, profile, output }: TraceCommandOptions): void {
  if (from >= to) {
    throw new Failure("usage", "cannot use the range", `--from ${from} is not before --to ${to}`, "Swap them");
  }
  if ((profile === undefined) === (output === undefined)) return;
  if (profile !== undefined) {
    throw new Failure("usage", "cannot write the profile to the terminal", "it is not text", "Add -o FILE");
  }
  throw new Failure("usage", "cannot write a profile", "it is not said which", "Add --profile sched|sync|net|syscall");
}

async function analysed(terminal: Terminal, arg: string, options: TraceCommandOptions): Promise<AnalysedTrace> {
  const source = await traceSource(terminal, arg);
  const { from = 0, to = Infinity, limit } = options;
  const range = { fromNs: from * 1e9, toNs: to * 1e9 };
  try {
    return analyseTrace(source, { range, worst: limit === 0 ? MAX_WORST : limit });
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const name = arg === "-" ? "standard input" : basename(arg);
    throw new Failure(error.code, `cannot read ${name}`, error.message, todo(error.code), error.offset);
  }
}

/** With --limit 0 every table is whole, but of single starts there may be millions. */
const MAX_WORST = 1000;

function todo(code: string): string {
  if (code === "trace-version") return "Nothing of it was read";
  if (code === "trace")
    return "See `godiag info FILE` for what it is; traces come from /debug/pprof/trace, `go test -trace` or runtime/trace";
  return "Record it again, and let trace.Stop() run before the program ends";
}

function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError("It is a number of seconds, such as 2 or 0.25.");
}
