/** As much of a label as there is room for, with "…" for the rest; "" where that would say nothing. */

/** Fewer characters before the "…" say nothing. */
const FEWEST = 2;

/** `widthOf` one character; how characters join is left out, which is off by less than a frame's margin. */
export function fitLabel(text: string, room: number, widthOf: (character: string) => number): string {
  const ellipsis = widthOf("…");
  let width = 0;
  /** Up to here, "…" fits behind it, too. */
  let cut = 0;
  let characters = 0;
  let at = 0;
  for (const character of text) {
    width += widthOf(character);
    if (width > room) return characters < FEWEST ? "" : `${text.slice(0, cut)}…`;
    at += character.length;
    if (width + ellipsis > room) continue;
    cut = at;
    characters++;
  }
  return text;
}
