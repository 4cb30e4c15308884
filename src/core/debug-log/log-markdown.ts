/** What Delve wrote, explained, as tables in Markdown: a log (`--log`), or the output of `dlv trace`. */
import {
  escapedMarkdown as escaped,
  joinedMarkdown,
  markdown,
  type Markdown,
  ownMarkdown as own,
} from "../text/markdown.js";
import { explainDelveLog, type DelveLog } from "./delve-log.js";
import { type DlvTrace, isDlvTrace, readDlvTrace } from "./dlv-trace.js";
import type { LoggedRequest } from "./log-requests.js";

/** Rows of a table that are shown. */
const MAX_ROWS = 300;
/** Characters of a cell. */
const MAX_TEXT = 200;

/** Throws FormatError where the text is neither. `title` is of others. */
export function delveMarkdown(title: string, text: string): Markdown {
  const body = isDlvTrace(text) ? traceMarkdown(readDlvTrace(text)) : logMarkdown(explainDelveLog(text));
  return markdown`# ${escaped(title)}\n\n${body}`;
}

function logMarkdown(log: DelveLog): Markdown {
  const { session, errors, requests, events } = log;
  const since = (atMs: number) => `+${((atMs - session.startMs) / 1000).toFixed(session.resolutionMs === 1 ? 3 : 0)} s`;
  const about = [
    session.delveVersion && `Delve ${session.delveVersion}`,
    session.mode && `mode ${session.mode}`,
    session.program,
    session.targetPid && `process ${session.targetPid}`,
    `${requests.length} requests, ${events.length} events`,
    session.otherLines > 0 && `${session.otherLines} other lines`,
    session.unreadable > 0 && `${session.unreadable} messages are cut`,
    !session.ended && "the log ends before the session does",
  ].filter((part): part is string => typeof part === "string");
  return joinedMarkdown(
    [
      markdown`${escaped(about.join(" · "))}\n`,
      table(
        "Errors",
        ["Line", "Times", "What Delve said", "What it means", "What to do", "Rule of the launch check"],
        errors.map(({ line, count, command, message, meaning, advice, rule }) =>
          [line, count, command === undefined ? message : `${command}: ${message}`, meaning, advice, rule].map(cell),
        ),
        "Nothing failed.",
      ),
      table(
        "Life of the session",
        ["At", "Line", "What happened"],
        session.life.map(({ atMs, line, what }) => [since(atMs), line, what].map(cell)),
        "The log does not say.",
      ),
      table(
        session.resolutionMs === 1000 ? "Requests (the log's clock has seconds)" : "Requests",
        ["At", "Line", "Number", "Request", "Answered after", "Error"],
        requests.map((request) =>
          [
            since(request.atMs),
            request.line,
            request.seq,
            request.command,
            tookText(request, session.resolutionMs),
            request.error,
          ].map(cell),
        ),
        "There is none: log with --log-output=dap or rpc.",
      ),
    ],
    "\n",
  );
}

function traceMarkdown({ functions, goroutines, calls, first, otherLines }: DlvTrace): Markdown {
  const about = `dlv trace · ${calls} calls in ${goroutines} goroutines · ${otherLines} other lines`;
  return joinedMarkdown(
    [
      markdown`${escaped(about)}\n`,
      table(
        "Functions",
        ["Calls", "Returns seen", "Goroutines", "Deepest", "Function"],
        functions.map((row) => [row.calls, row.returns, row.goroutines, row.deepest, row.name].map(cell)),
        "No call was traced.",
      ),
      table(
        "Calls, in order",
        ["Line", "Goroutine", "Depth", "Call", "Returned"],
        first.map((call) =>
          [call.line, call.goroutine, call.depth, call.function + call.arguments, call.results ?? "(not seen)"].map(
            cell,
          ),
        ),
        "No call was traced.",
      ),
    ],
    "\n",
  );
}

function tookText({ ms }: LoggedRequest, resolutionMs: number): string {
  if (ms === undefined) return "never";
  if (resolutionMs === 1) return `${ms} ms`;
  return ms < 1000 ? "< 1 s" : `${ms / 1000} s`;
}

function cell(value: string | number | undefined): Markdown {
  const text = String(value ?? "");
  return escaped(text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text);
}

function table(
  title: string,
  heads: readonly string[],
  rows: readonly (readonly Markdown[])[],
  none: string,
): Markdown {
  const heading = own(`## ${title}\n\n`);
  if (rows.length === 0) return markdown`${heading}${own(none)}\n`;
  const line = (cells: readonly Markdown[]) => markdown`${own("| ")}${joinedMarkdown(cells, " | ")}${own(" |")}`;
  const lines = [line(heads.map(own)), line(heads.map(() => own("---"))), ...rows.slice(0, MAX_ROWS).map(line)];
  const more = rows.length > MAX_ROWS ? own(`\n\n… and ${rows.length - MAX_ROWS} more.`) : own("");
  return markdown`${heading}${joinedMarkdown(lines, "\n")}${more}\n`;
}
