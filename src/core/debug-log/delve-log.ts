/**
 * A log of Delve (`--log`), explained: what was asked, what was answered and when, what failed and what that means, and
 * the life of the session.
 *
 * Delve's clock has seconds: times of requests are no more exact than `session.resolutionMs`.
 */
import { FormatError } from "../text/format-error.js";
import { type ErrorMeaning, meaningOf } from "./error-meanings.js";
import { type LogLine, logLines } from "./log-lines.js";
import { conversationIn, type LoggedEvent, type LoggedRequest } from "./log-requests.js";

export interface DelveLog {
  readonly requests: readonly LoggedRequest[];
  readonly events: readonly LoggedEvent[];
  readonly errors: readonly LoggedError[];
  readonly session: LoggedSession;
}

export interface LoggedError extends Partial<ErrorMeaning> {
  readonly message: string;
  /** How often, and the first line. */
  readonly count: number;
  readonly line: number;
  /** The request that failed, where it was one. */
  readonly command?: string;
}

export interface LoggedSession {
  readonly startMs: number;
  readonly endMs: number;
  /** How exact the log's times are. */
  readonly resolutionMs: 1000 | 1;
  readonly listening?: string;
  readonly serverPid?: number;
  readonly targetPid?: number;
  readonly delveVersion?: string;
  readonly mode?: string;
  readonly program?: string;
  /** What happened, in order. */
  readonly life: readonly { readonly atMs: number; readonly line: number; readonly what: string }[];
  /** Whether the log has its end. */
  readonly ended: boolean;
  /** Entries by layer. */
  readonly layers: Readonly<Record<string, number>>;
  /** Lines that are not of Delve, and messages that are cut. */
  readonly otherLines: number;
  readonly unreadable: number;
}

/** Throws FormatError where no line is an entry of Delve's log. */
export function explainDelveLog(text: string): DelveLog {
  const { lines, others } = logLines(text);
  if (lines.length === 0) {
    throw new FormatError(
      "delve-log",
      "no line in it is an entry of Delve's log (2026-01-02T15:04:05Z debug layer=dap …): start Delve with --log, and --log-output=dap or rpc",
    );
  }
  const { requests, events, unreadable } = conversationIn(lines);
  const layers: Record<string, number> = {};
  for (const { layer } of lines) layers[layer] = (layers[layer] ?? 0) + 1;
  const life = lifeIn(lines, events);
  const listening = others.map((other) => LISTENING.exec(other.text)?.[1]).find((address) => address !== undefined);
  const launch = launchIn(lines);
  const found = (pattern: RegExp) => {
    for (const line of lines) {
      const match = pattern.exec(line.text)?.[1];
      if (match !== undefined) return match;
    }
    return undefined;
  };
  const serverPid = found(/server pid = (\d+)/);
  const targetPid = found(/Adding target (\d+)/) ?? found(/"systemProcessId":(\d+)/);
  const delveVersion = found(/"DelveVersion":"Version: ([^\\"]+)/);
  return {
    requests,
    events,
    errors: errorsIn(lines, requests),
    session: {
      startMs: lines[0].atMs,
      endMs: lines[lines.length - 1].atMs,
      resolutionMs: lines.some(({ atMs }) => atMs % 1000 !== 0) ? 1 : 1000,
      ...(listening !== undefined && { listening }),
      ...(serverPid !== undefined && { serverPid: Number(serverPid) }),
      ...(targetPid !== undefined && { targetPid: Number(targetPid) }),
      ...(delveVersion !== undefined && { delveVersion }),
      ...launch,
      life,
      ended: lines.some(({ text: entry }) => /server stopped$|^stopping$/.test(entry)),
      layers,
      otherLines: others.length,
      unreadable,
    },
  };
}

const LISTENING = /server listening at: (\S+)/;

/** Mode and program of the launch or attach request. */
function launchIn(lines: readonly LogLine[]): { mode?: string; program?: string } {
  for (const { text } of lines) {
    if (!/"command":"(?:launch|attach)"/.test(text) || !text.startsWith("[<- from client]")) continue;
    const mode = /"mode":"([^"]*)"/.exec(text)?.[1];
    const program = /"program":"((?:[^"\\]|\\.)*)"/.exec(text)?.[1];
    return {
      ...(mode !== undefined && { mode }),
      ...(program !== undefined && { program: JSON.parse(`"${program}"`) as string }),
    };
  }
  return {};
}

const STEPS: readonly (readonly [RegExp, string])[] = [
  [/server pid = /, "Delve starts"],
  [/connection \d+ started|serving JSON-RPC on new connection/, "a client connects"],
  [/^building from /, "the program is built"],
  [/^launching (?:binary|process)/, "the program is started"],
  [/^attaching to pid/, "Delve attaches"],
  [/^Adding target/, "the process is traced"],
  [/^detaching/, "Delve lets the process go"],
  [/server stopp(?:ed|ing)|^stopping$/, "Delve stops"],
];

function lifeIn(lines: readonly LogLine[], events: readonly LoggedEvent[]) {
  const steps = lines.flatMap(({ text, atMs, line }) => {
    const what = STEPS.find(([pattern]) => pattern.test(text))?.[1];
    return what === undefined ? [] : [{ atMs, line, what }];
  });
  const told = events
    .filter(({ event }) => EVENTS.has(event))
    .map(({ event, reason, atMs, line }) => ({
      atMs,
      line,
      what: event === "stopped" ? `the program stops: ${reason ?? "no reason given"}` : (EVENTS.get(event) as string),
    }));
  return [...steps, ...told].sort((a, b) => a.line - b.line).filter((step, i, all) => step.what !== all[i - 1]?.what);
}

const EVENTS = new Map([
  ["initialized", "the session is ready for breakpoints"],
  ["stopped", ""],
  ["terminated", "the session ends"],
  ["exited", "the program exits"],
]);

const ERROR_LINE = /^(?:Failed to |Unable to |DAP error: |Build Error|.*\berror: "(?!"))/;

function errorsIn(lines: readonly LogLine[], requests: readonly LoggedRequest[]): LoggedError[] {
  const errors = new Map<string, { message: string; count: number; line: number; command?: string }>();
  const add = (message: string, line: number, command?: string) => {
    const known = errors.get(message);
    if (known !== undefined) known.count++;
    else errors.set(message, { message, count: 1, line, ...(command !== undefined && { command }) });
  };
  for (const { error, line, command } of requests) if (error !== undefined) add(error, line, command);
  for (const { level, text, line } of lines) {
    const isError = level === "error" || level === "fatal" || ERROR_LINE.test(text);
    // What failed as a request is told once, as that.
    if (isError && !/^\[|^(?:\(async \d+\) )?->/.test(text) && !errors.has(text)) add(text, line);
  }
  return [...errors.values()]
    .sort((a, b) => a.line - b.line)
    .map((error) => ({ ...error, ...meaningOf(error.message) }));
}
