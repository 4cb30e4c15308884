/** `godiag log FILE`: a log of Delve, or the output of `dlv trace`, explained. */
import type { Command } from "commander";
import { explainDelveLog } from "../core/debug-log/delve-log.js";
import { isDlvTrace, readDlvTrace } from "../core/debug-log/dlv-trace.js";
import { FormatError } from "../core/text/format-error.js";
import { decodeUtf8 } from "../core/text/utf8.js";
import { Failure } from "./failure.js";
import { readInput } from "./input/read-input.js";
import { delveLogText, dlvTraceText } from "./output/delve-log-text.js";
import { DONE, type ExitCode, type Terminal } from "./terminal.js";

export function addLog(program: Command, terminal: Terminal, exit: (code: ExitCode) => void): void {
  program
    .command("log <file>")
    .description(
      "what Delve wrote, explained: a log (--log) with requests, answers, times, errors; the output of dlv trace",
    )
    .option("--json", "one JSON document")
    .action(async (arg: string, { json }: { json?: boolean }) => {
      const text = decodeUtf8(await readInput(terminal, arg));
      if (isDlvTrace(text)) {
        const trace = readDlvTrace(text);
        terminal.out(json ? JSON.stringify({ trace }) + "\n" : dlvTraceText(trace));
        return exit(DONE);
      }
      try {
        const log = explainDelveLog(text);
        terminal.out(json ? JSON.stringify(log) + "\n" : delveLogText(log));
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        const name = arg === "-" ? "standard input" : arg;
        throw new Failure(error.code, `cannot read ${name}`, error.message, "Record the session again with --log");
      }
      exit(DONE);
    });
}
