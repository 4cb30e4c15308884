/**
 * The lines of a log that Delve writes with `--log`: time, level, layer and text; the program's own output between
 * them is passed over.
 *
 * Format: Delve 1.20 to 1.27, pkg/logflags: "2026-11-30T14:33:22Z debug layer=dap TEXT", with lines that follow
 * indented or not (a launch configuration is printed as JSON over several lines). Never throws.
 */
export interface LogLine {
  /** Starting at 1. */
  readonly line: number;
  /** Unix milliseconds; the log's own clock may only have seconds. */
  readonly atMs: number;
  readonly level: string;
  /** What was logged: dap, rpc, debugger, gdbwire … */
  readonly layer: string;
  readonly text: string;
}

export interface LogLines {
  readonly lines: readonly LogLine[];
  /** Lines that are no entry of the log: the program's output, and the rest of entries over several lines. */
  readonly others: readonly { readonly line: number; readonly text: string }[];
}

const ENTRY =
  /(?:^|[^\w-])(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)) (trace|debug|info|warn|warning|error|fatal|panic) layer=([\w,]+) ?(.*)$/;

/** An entry may stand behind the output of a program that ended without a line break. */
export function logLines(text: string): LogLines {
  const lines: LogLine[] = [];
  const others: { line: number; text: string }[] = [];
  text.split(/\r?\n/).forEach((content, index) => {
    const entry = content.length > MAX_LINE ? ENTRY.exec(content.slice(0, MAX_LINE)) : ENTRY.exec(content);
    if (entry === null) {
      if (content.trim() !== "") others.push({ line: index + 1, text: content.slice(0, MAX_LINE) });
      return;
    }
    const [, time, level, layer, rest] = entry;
    lines.push({ line: index + 1, atMs: Date.parse(time), level, layer, text: rest });
  });
  return { lines, others };
}

/** Answers with many goroutines are long; what is beyond says nothing more. */
const MAX_LINE = 1 << 20;
