/** The aligned table of flat and cumulative costs that `top` and `diff` print. */
import { formatPercent, formatValue } from "../../core/text/format.js";
import { printable } from "../../core/text/printable.js";

export interface CostRow {
  readonly name: string;
  readonly file: string;
  readonly line?: number;
  readonly flat: number;
  readonly cum: number;
}

/** One line per row: flat, its share and the running sum's share, cum, its share, and the name. */
export function costTable(rows: readonly CostRow[], unit: string, total: number): string {
  let sum = 0;
  const lines = rows.map((row) => {
    sum += row.flat;
    const cells = [
      formatValue(row.flat, unit),
      formatPercent(row.flat, total),
      formatPercent(sum, total),
      formatValue(row.cum, unit),
      formatPercent(row.cum, total),
    ];
    return [...cells, nameOf(row)];
  });
  return aligned([["flat", "flat%", "sum%", "cum", "cum%", "name"], ...lines]);
}

/** Columns to the right but for the last, which is text. */
export function aligned(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row: readonly string[]) =>
    row.map((cell, column) => (column === row.length - 1 ? cell : cell.padStart(widths[column]))).join("  ");
  return rows.map((row) => line(row) + "\n").join("");
}

/** The name as a terminal may see it, with its source line where the row stands for one. */
export function nameOf({ name, file, line }: Pick<CostRow, "name" | "file" | "line">): string {
  return printable(
    line === undefined ? name : [name, file && (line ? `${file}:${line}` : file)].filter(Boolean).join(" "),
  );
}
