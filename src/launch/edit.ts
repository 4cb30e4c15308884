/** One replacement in a text, as data: `change.ts` makes them, the command line, the editor and F5 apply them. */

/** Offsets and lengths count UTF-16 code units, as everywhere in texts. */
export interface Edit {
  readonly offset: number;
  readonly length: number;
  readonly content: string;
}
