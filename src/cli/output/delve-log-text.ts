/** An explained log of Delve for people: the life of the session, what failed and why, what took long. */
import type { DelveLog, LoggedError } from "../../core/debug-log/delve-log.js";
import type { DlvTrace } from "../../core/debug-log/dlv-trace.js";
import type { LoggedRequest } from "../../core/debug-log/log-requests.js";
import { printable } from "../../core/text/printable.js";
import { aligned } from "./cost-table.js";

export function delveLogText(log: DelveLog): string {
  return [heading(log), life(log), errors(log.errors), requests(log)].filter((part) => part !== "").join("\n");
}

const MAX_CALLS = 50;

/** The output of `dlv trace`: functions by calls, and the first calls by depth. */
export function dlvTraceText({ functions, goroutines, calls, first, otherLines }: DlvTrace): string {
  const rows = functions.map((row) => [row.calls, row.returns, row.goroutines, row.deepest, row.name].map(String));
  const table = [["calls", "returns seen", "goroutines", "deepest", "function"], ...rows];
  const lines = first.slice(0, MAX_CALLS).map((call) => {
    const results = call.results === undefined ? "" : ` => ${call.results}`;
    const what = printable(`${call.function}${call.arguments}${results}`, 200);
    return `  line ${call.line}, goroutine ${call.goroutine}: ${"  ".repeat(Math.min(20, call.depth))}${what}\n`;
  });
  const more = calls > lines.length ? `  … and ${calls - lines.length} more\n` : "";
  return [
    `dlv trace: ${calls} calls in ${goroutines} goroutines, ${otherLines} other lines\n`,
    aligned(table.map((cells) => cells.map((text) => printable(text)))),
    `Calls, in order\n${lines.join("")}${more}`,
  ].join("\n");
}

function heading({ session, requests: asked, events }: DelveLog): string {
  const { delveVersion, mode, program, listening, serverPid, targetPid } = session;
  const rows: [string, string | undefined][] = [
    [
      "Delve",
      [delveVersion, serverPid && `process ${serverPid}`, listening && `at ${listening}`].filter(Boolean).join(", "),
    ],
    ["Program", [mode, program, targetPid && `process ${targetPid}`].filter(Boolean).join(", ")],
    ["Log", `${asked.length} requests, ${events.length} events, ${session.otherLines} other lines`],
    ["Messages that are cut", session.unreadable === 0 ? undefined : String(session.unreadable)],
    ["End", session.ended ? undefined : "the log ends before the session does"],
  ];
  return rows
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([name, value]) => `${name.padEnd(8)} ${printable(value ?? "")}\n`)
    .join("");
}

function life({ session }: DelveLog): string {
  const since = (atMs: number) => `+${((atMs - session.startMs) / 1000).toFixed(session.resolutionMs === 1 ? 3 : 0)}s`;
  const rows = session.life.map(({ atMs, line, what }) => [since(atMs), String(line), printable(what)]);
  return rows.length === 0 ? "" : `Life of the session\n${aligned([["at", "line", "what"], ...rows])}`;
}

function errors(all: readonly LoggedError[]): string {
  if (all.length === 0) return "";
  const told = all.map(({ message, count, line, command, meaning, advice, rule }) => {
    const times = count === 1 ? "" : ` (${count} times)`;
    const which = command === undefined ? "" : `${command}: `;
    return [
      `  line ${line}: ${printable(which + message, 300)}${times}\n`,
      meaning === undefined ? "" : `      ${meaning}\n      ${advice}${rule === undefined ? "" : ` (rule ${rule})`}.\n`,
    ].join("");
  });
  return `Errors\n${told.join("")}`;
}

/** By command, those that took longest first. */
function requests({ requests: asked, session }: DelveLog): string {
  if (asked.length === 0) return "";
  const byCommand = new Map<string, LoggedRequest[]>();
  for (const request of asked) {
    const group = byCommand.get(request.command);
    if (group === undefined) byCommand.set(request.command, [request]);
    else group.push(request);
  }
  const longest = (group: readonly LoggedRequest[]) => group.reduce((most, { ms = 0 }) => Math.max(most, ms), 0);
  const rows = [...byCommand.values()]
    .sort((a, b) => longest(b) - longest(a))
    .map((group) => [
      String(group.length),
      String(group.filter(({ error }) => error !== undefined).length),
      String(group.filter(({ ms }) => ms === undefined).length),
      duration(longest(group), session.resolutionMs),
      printable(group[0].command),
    ]);
  const note = session.resolutionMs === 1000 ? " (the log's clock has seconds)" : "";
  return `Requests${note}\n${aligned([["count", "failed", "without answer", "longest", "command"], ...rows])}`;
}

function duration(ms: number, resolutionMs: number): string {
  if (resolutionMs === 1) return `${ms}ms`;
  return ms < 1000 ? "<1s" : `${ms / 1000}s`;
}
