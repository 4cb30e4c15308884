/** `godiag list PROFILE RE`: costs by source line of the functions that match, with the source where it is here. */
import { readFileSync, statSync } from "node:fs";
import type { Command } from "commander";
import { formatValue } from "../core/text/format.js";
import { printable } from "../core/text/printable.js";
import { costsOf, type ListedFile, listOf } from "../core/views/report.js";
import { aligned } from "./output/cost-table.js";
import { addProfileOptions, openView, pattern, type ProfileOptions, tellWarnings } from "./input/profile-options.js";
import { DONE, type ExitCode, type Terminal } from "./terminal.js";

export function addList(program: Command, terminal: Terminal, exit: (code: ExitCode) => void): void {
  const list = program.command("list").description("costs by source line of the functions that match");
  list.argument("<profile>").argument("<re>", "which functions", pattern);
  addProfileOptions(list, { by: false }).action(async (arg: string, re: RegExp, options: ProfileOptions) => {
    const view = await openView(terminal, arg, { ...options, by: "line" });
    const { sampleType, total } = view;
    const costs = costsOf(view.profile, view.frames, view.weights);
    const files = listOf(view.frames, costs, (name) => re.test(name)).map(withText);
    const none = { code: "no-match", message: `no function with a cost matches ${re.source}` };
    const warnings = files.length > 0 ? view.warnings : [...view.warnings, none];
    if (options.json) terminal.document(JSON.stringify({ sampleType, total, files, warnings }) + "\n", "json");
    else {
      terminal.out(files.map((file) => told(file, sampleType.unit)).join("\n"));
      tellWarnings(terminal, warnings);
    }
    exit(DONE);
  });
}

interface TextLine {
  readonly function: string;
  readonly line: number;
  readonly flat: number;
  readonly cum: number;
  readonly text?: string;
}

function withText({ file, lines }: ListedFile): { file: string; lines: TextLine[] } {
  const source = sourceLines(file);
  return {
    file,
    lines: lines.map((line) => {
      const text = source?.[line.line - 1];
      return text === undefined ? line : { ...line, text };
    }),
  };
}

const MAX_SOURCE_BYTES = 16 << 20;

/** The file that the profile names, if this machine has it. The name is whatever the profile says: only plain files. */
function sourceLines(file: string): string[] | undefined {
  if (!/\.(?:go|s|S|c|h|cc|cpp|y|proto)$/.test(file)) return undefined;
  try {
    const about = statSync(file);
    if (!about.isFile() || about.size > MAX_SOURCE_BYTES) return undefined;
    return readFileSync(file, "utf8").split(/\r?\n/);
  } catch {
    return undefined;
  }
}

function told({ file, lines }: { file: string; lines: readonly TextLine[] }, unit: string): string {
  const rows = lines.map(({ function: name, line, flat, cum, text }) => [
    flat === 0 ? "." : formatValue(flat, unit),
    cum === 0 ? "." : formatValue(cum, unit),
    String(line),
    printable(text?.replaceAll("\t", "    ") ?? name),
  ]);
  return `${printable(file || "(no source file)")}\n${aligned([["flat", "cum", "line", "source"], ...rows])}`;
}
