/**
 * Findings of the launch rules as text for people, JSON for programs, SARIF for code scanning.
 */
import { version } from "../../../package.json";
import { printable } from "../../core/text/printable.js";
import { sarifLog } from "../../core/diagnosis/report/sarif.js";
import type { Facts, Finding, Severity } from "../../launch/rule.js";
import { linesOf } from "../../launch/position.js";
import { RULES } from "../../launch/rules.js";
import type { LaunchFile } from "../input/launch-file.js";
import type { Terminal } from "../terminal.js";

export interface Checked extends LaunchFile {
  readonly findings: readonly Finding[];
  /** What `fix` has done; absent for `check`. */
  readonly fixed?: readonly Finding[];
}

/** One document for all files: `file` is the first, every finding says which one it is in. */
export function launchJson(checked: readonly Checked[], facts: Facts): string {
  const placed = ({ shown, text, findings }: Checked) => {
    const at = linesOf(text);
    return findings.map((finding) => ({ file: shown, ...finding, ...at(finding.offset) }));
  };
  const [first] = checked;
  return (
    JSON.stringify({
      file: first.shown,
      ...(facts.dlv && { dlv: { version: facts.dlv.version, path: facts.dlv.path } }),
      findings: checked.flatMap(placed),
      ...(checked.some(({ fixed }) => fixed) && {
        files: checked.map(({ shown, text, fixed }) => ({
          file: shown,
          fixed: (fixed ?? []).map(({ rule, severity, message, configuration }) => ({
            rule,
            severity,
            message,
            configuration,
          })),
          text,
        })),
      }),
    }) + "\n"
  );
}

export function launchSarif(checked: readonly Checked[], root: string): string {
  const used = new Set(checked.flatMap(({ findings }) => findings.map(({ rule }) => rule)));
  const log = sarifLog({
    version,
    root,
    rules: RULES.filter(({ id }) => used.has(id)).map(({ id, about }) => ({
      id,
      name: id.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      summary: `${about}.`,
      help: `${about}. The message says what happens and what to write instead.`,
    })),
    results: checked.flatMap(({ path, shown, text, findings }) => {
      const at = linesOf(text);
      const seen = new Map<string, number>();
      return findings.map(({ rule, severity, message, configuration, offset, length, fix }) => {
        const { line, column } = at(offset);
        // The same finding again in the same configuration is told apart by its number, not by its line.
        const key = `${rule}/${configuration}`;
        const number = seen.get(key) ?? 0;
        seen.set(key, number + 1);
        return {
          rule,
          level: LEVEL[severity],
          message: printable(message, 4000),
          place: { file: path ?? shown, line, column, charOffset: offset, charLength: length },
          fingerprint: printable(number === 0 ? key : `${key}/${number}`),
          ...(fix && { fix }),
        };
      });
    }),
  });
  return JSON.stringify(log, undefined, 2) + "\n";
}

export function launchText(checked: readonly Checked[], facts: Facts, terminal: Terminal): string {
  const paint = (style: string, text: string) => (terminal.color ? `\u001b[${style}m${text}\u001b[0m` : text);
  const judged = facts.dlv ? `dlv ${facts.dlv.version}` : "no dlv answered, judged by the newest";
  let out = "";
  for (const { shown, text, findings, configurations } of checked.map(described)) {
    out += `${paint("1", printable(shown))} (${judged})\n`;
    const at = linesOf(text);
    for (const { severity, rule, message, configuration, offset, fix, alternatives } of findings.slice(0, MAX_SHOWN)) {
      const { line, column } = at(offset);
      const where = configuration === "" || configurations < 2 ? "" : `  in ${printable(configuration, 60)}`;
      out += `\n${`${line}:${column}`.padEnd(8)} ${paint(STYLE[severity], severity.padEnd(11))} ${paint("2", rule)}${where}\n`;
      out += wrapped(printable(message, 4000), terminal.columns, "         ");
      if (fix) out += `         ${paint("32", "fix:")} ${printable(fix.title, 200)}\n`;
      for (const { title } of alternatives ?? []) out += `         ${paint("36", "or:")}  ${printable(title, 200)}\n`;
    }
    const rest = findings.length - MAX_SHOWN;
    if (rest > 0) out += `\n${rest} more ${rest === 1 ? "finding is" : "findings are"} not shown: --json lists all\n`;
    out += `${findings.length ? "\n" : ""}${tally(findings)}\n`;
  }
  return out;
}

/** In one file; who has more reads them with a program. */
const MAX_SHOWN = 1000;

const LEVEL = { error: "error", warning: "warning", information: "note" } as const;
const STYLE: Readonly<Record<Severity, string>> = { error: "1;31", warning: "1;33", information: "1;34" };

function described(file: Checked): Checked & { readonly configurations: number } {
  return { ...file, configurations: new Set(file.findings.map(({ configuration }) => configuration)).size };
}

function tally(findings: readonly Finding[]): string {
  const count = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length;
  const parts = (["error", "warning", "information"] as const)
    .map((severity) => ({ severity, n: count(severity) }))
    .filter(({ n }) => n > 0)
    .map(
      ({ severity, n }) =>
        `${n} ${severity === "information" ? (n === 1 ? "remark" : "remarks") : n === 1 ? severity : `${severity}s`}`,
    );
  if (parts.length === 0) return "nothing wrong";
  const fixable = findings.filter(({ fix }) => fix).length;
  const how =
    fixable === 0 ? "" : `; ${fixable === findings.length ? "all" : fixable} can be fixed: godiag launch fix --write`;
  return parts.join(", ") + how;
}

function wrapped(text: string, columns: number | undefined, indent: string): string {
  if (columns === undefined) return `${indent}${text}\n`;
  const width = Math.max(40, Math.min(columns, 110) - indent.length);
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.map((one) => `${indent}${one}\n`).join("");
}
