/**
 * A table of results in a document, one row a program: a run that leaves out rows or columns keeps what stands there.
 */
export interface ResultsTable {
  readonly columns: readonly string[];
  /** By the first cell; cells that were not measured are undefined. */
  readonly rows: ReadonlyMap<string, readonly (string | undefined)[]>;
}

/** `text` is what stands in the document, which may be no table, or one with other columns. */
export function readTable(text: string, columns: readonly string[]): ResultsTable {
  const [head, , ...lines] = text.split("\n").filter((line) => line.startsWith("|"));
  const rows = new Map<string, readonly (string | undefined)[]>();
  if (head === undefined || cellsOf(head).join("|") !== columns.join("|")) return { columns, rows };
  for (const line of lines) {
    const [name, ...cells] = cellsOf(line);
    rows.set(
      name,
      cells.map((cell) => (cell === "" ? undefined : cell)),
    );
  }
  return { columns, rows };
}

/** What is measured in `newer` replaces what was; only `names` are kept, in their order. */
export function mergedTable(older: ResultsTable, newer: ResultsTable, names: readonly string[]): ResultsTable {
  const rows = new Map<string, readonly (string | undefined)[]>();
  for (const name of names) {
    const [before, now] = [older.rows.get(name), newer.rows.get(name)];
    if (before === undefined && now === undefined) continue;
    rows.set(
      name,
      newer.columns.slice(1).map((_, at) => now?.[at] ?? before?.[at]),
    );
  }
  return { columns: newer.columns, rows };
}

export function writtenTable({ columns, rows }: ResultsTable): string {
  const line = (cells: readonly (string | undefined)[]) => `| ${cells.map((cell) => cell ?? "").join(" | ")} |`;
  return [
    line(columns),
    line(columns.map(() => "---")),
    ...[...rows].map(([name, cells]) => line([name, ...cells])),
  ].join("\n");
}

const cellsOf = (line: string): string[] =>
  line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
