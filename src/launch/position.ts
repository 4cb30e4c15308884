/**
 * Offsets as people read them: lines and columns that start at 1, columns in UTF-16 code units.
 */

/** Looks up many offsets of one text; \n, \r\n and a lone \r end a line, as in editors. */
export function linesOf(text: string): (offset: number) => { line: number; column: number } {
  const starts = [0];
  for (const match of text.matchAll(/\r\n|\r|\n/g)) starts.push(match.index + match[0].length);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle] <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - starts[low] + 1 };
  };
}
