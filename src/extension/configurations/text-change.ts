/** The smallest one edit between two texts, so that cursor and folding stay where nothing changed. */
import type { Edit } from "../../launch/edit.js";

export function changedPart(before: string, after: string): Edit {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let end = 0;
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  // Never in the middle of a line break: editors take \r\n for one character.
  if (start > 0 && before[start - 1] === "\r") start--;
  if (end > 0 && before[before.length - end] === "\n" && before[before.length - end - 1] === "\r") end--;
  return { offset: start, length: before.length - end - start, content: after.slice(start, after.length - end) };
}
