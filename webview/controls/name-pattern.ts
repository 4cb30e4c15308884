/**
 * Patterns as people type them: a regular expression of which capitals count only if there are any, or if it names
 * the whole text (`^…$`).
 */
import { type Pattern, patternOf } from "../../src/core/text/pattern.js";

/** Throws FormatError when it is not a regular expression. */
export function namePattern(source: string): Pattern {
  const cased = /\p{Lu}/u.test(source.replace(/\\./g, "")) || /^(\(\?|\^.*\$$)/.test(source);
  return patternOf(cased ? source : `(?i)${source}`);
}

/** Matches exactly this text. */
export function exactly(text: string): string {
  return `^${text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")}$`;
}
