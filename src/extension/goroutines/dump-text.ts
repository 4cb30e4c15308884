/** Finds the goroutine dump in what a terminal shows. */

/** A line that begins a dump, or the header of a goroutine in one. */
export const DUMP_LINE = /^(?:panic: .*|fatal error: .*|SIGQUIT: quit.*|goroutine \d+ .*\[[^\]]+\].*:)\s*$/;

const BEGINNING = /^(?:panic: |fatal error: |SIGQUIT: quit|runtime: )/;
const END = /^exit status \d+\s*$/;

/**
 * The dump that a line belongs to, the last one when it occurs several times: from what caused it ("panic: …") to where
 * the program ended.
 */
export function dumpAround(text: string, line: string): string {
  const lines = text.split(/\r?\n/);
  const at = lines.lastIndexOf(line.trimEnd());
  if (at < 0) return text;
  let from = at;
  for (let i = at; i >= 0 && !END.test(lines[i]); i--) if (BEGINNING.test(lines[i])) from = i;
  // Without a cause: from the first goroutine after the last program that ended.
  if (!BEGINNING.test(lines[from])) {
    for (let i = at; i >= 0 && !END.test(lines[i]); i--) if (DUMP_LINE.test(lines[i])) from = i;
  }
  const end = lines.findIndex((one, i) => i > at && END.test(one));
  return lines.slice(from, end < 0 ? undefined : end).join("\n");
}
