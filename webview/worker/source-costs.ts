/** Costs of source lines as the editor wants them: by file, lines ascending, one row per line. */
import type { FileCosts, LineCosts, SourceCosts } from "../protocol.js";
import type { LinesAnswer } from "./queries.js";

export function sourceCostsOf(title: string, unit: string, lines: LinesAnswer): SourceCosts {
  const files = new Map<string, Map<number, LineCosts>>();
  for (let row = 0; row < lines.count; row++) {
    const file = lines.files[lines.file[row]];
    if (file === "") continue;
    let of = files.get(file);
    if (!of) files.set(file, (of = new Map<number, LineCosts>()));
    const line = lines.line[row];
    const known = of.get(line);
    // Two functions on one line (a closure in its parent): the line is named after the dearer, which comes first.
    of.set(line, {
      line,
      flat: (known?.flat ?? 0) + lines.flat[row],
      cum: Math.abs(known?.cum ?? 0) > Math.abs(lines.cum[row]) ? known!.cum : lines.cum[row],
      function: known?.function ?? lines.names[lines.name[row]],
    });
  }
  const sorted = (of: Map<number, LineCosts>) => [...of.values()].sort((a, b) => a.line - b.line);
  return {
    title,
    unit,
    total: lines.total,
    files: [...files].map(([file, of]): FileCosts => ({ file, lines: sorted(of) })),
  };
}
