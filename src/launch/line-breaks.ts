/**
 * Where the lines of a text begin, found once for all edits in it: a file may be one line of megabytes, and looking
 * back from each finding to the line's start would read it again and again.
 */

/** The offset of the last `\n` before `offset`, -1 where there is none. */
export function lineBreakBefore(text: string, offset: number): number {
  const breaks = breaksOf(text);
  let low = 0;
  let high = breaks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (breaks[middle] < offset) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? -1 : breaks[low - 1];
}

/** The offset of the first `\n`, -1 where there is none. */
export function firstLineBreak(text: string): number {
  return breaksOf(text)[0] ?? -1;
}

/** Of the text that was asked about last: edits are made for one text after the other. */
let last: { readonly text: string; readonly breaks: readonly number[] } = { text: "", breaks: [] };

function breaksOf(text: string): readonly number[] {
  if (last.text !== text) {
    const breaks: number[] = [];
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) breaks.push(at);
    last = { text, breaks };
  }
  return last.breaks;
}
