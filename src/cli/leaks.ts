/** `godiag leaks TARGET`: which goroutines will never end, and why that is thought. */
import type { Command } from "commander";
import { findLeaks, type LeakFinding } from "../core/leak.js";
import type { LeakLevel } from "../core/leak-case.js";
import { printable } from "../core/printable.js";
import { Failure } from "./failure.js";
import { tellWarnings } from "./profile-options.js";
import { isPausedTarget, readPaused } from "./read-paused.js";
import { readGoroutines } from "./read-goroutines.js";
import { DONE, type ExitCode, FINDINGS, type Terminal } from "./terminal.js";

interface Options {
  readonly base?: string;
  readonly failOn?: LeakLevel;
  readonly json?: boolean;
}

export function addLeaks(program: Command, terminal: Terminal, exit: (code: ExitCode) => void): void {
  program
    .command("leaks <target>")
    .description("goroutines that will never end: of a dump, a goroutine profile, dlv:HOST:PORT (paused) or pid:N")
    .option("--base <dump>", "an earlier dump of the same process: growth since then makes findings surer")
    .option("--fail-on <level>", "exit with 1 on findings of this level or above: suspect or confirmed", failLevel)
    .option("--json", "one JSON document")
    .action(async (arg: string, options: Options) => {
      const { goroutines, memory } = isPausedTarget(arg)
        ? await readPaused(terminal, arg, true)
        : { goroutines: await readGoroutines(terminal, arg), memory: undefined };
      const base = options.base === undefined ? undefined : await readGoroutines(terminal, options.base);
      const findings = findLeaks(goroutines, base, memory);
      if (options.json) {
        const { total, complete, warnings } = goroutines;
        terminal.out(JSON.stringify({ findings, total, complete, warnings }) + "\n");
      } else {
        terminal.out(told(findings, goroutines.total, terminal.color));
        tellWarnings(terminal, goroutines.warnings);
      }
      const isBad = findings.some(({ level }) => options.failOn === "suspect" || level === options.failOn);
      exit(isBad ? FINDINGS : DONE);
    });
}

function failLevel(value: string): LeakLevel {
  if (value === "suspect" || value === "confirmed") return value;
  throw new Failure("usage", "wrong usage", `--fail-on cannot be ${JSON.stringify(value)}`, "Use suspect or confirmed");
}

function told(findings: readonly LeakFinding[], total: number, color: boolean): string {
  if (findings.length === 0) return `No leak found among ${total} goroutines.\n`;
  const bold = (text: string) => (color ? `\u001b[1m${text}\u001b[22m` : text);
  const lines = [`${findings.length} ${findings.length === 1 ? "finding" : "findings"} among ${total} goroutines`];
  for (const finding of findings) {
    const place = `${finding.function} ${finding.file}:${finding.line}`;
    lines.push(
      "",
      `${bold(finding.level.toUpperCase())}  ${finding.count}  ${printable(place)}`,
      `  ${finding.explanation}`,
      ...finding.evidence.map((sentence) => `  - ${printable(sentence)}`),
      `  ${finding.advice}`,
    );
  }
  return lines.join("\n") + "\n";
}
