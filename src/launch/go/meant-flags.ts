/**
 * What the author of build flags meant that go refuses as they are written: quotes as a shell has them, a value with
 * blanks that nothing holds together, a flag and its value in one element.
 */
import { splitWords } from "../flags.js";
import { isBuildFlag, readGoFlags, takesNoValue, TOOL_FLAGS } from "./go-flags.js";

/** The arguments that go should get; undefined where the author alone knows. */
export function meantFlags(written: readonly string[], isList: boolean, isTest: boolean): string[] | undefined {
  // Only a shell could fill these in, and none runs.
  if (written.some((text) => /\$\(|`/.test(text))) return undefined;
  const words = isList ? written.flatMap((text) => elementWords(text, isTest)) : splitWords(written.join(" "));
  const meant = regrouped(words, isTest);
  return readGoFlags(meant, isTest).refusal === undefined ? meant : undefined;
}

/** One element of a list, as a shell would split and unquote it. */
function elementWords(text: string, isTest: boolean): string[] {
  const match = /^(--?([^-=\s][^=\s]*))\s+([^]*)$/.exec(text);
  if (match && takesNoValue(match[2], isTest)) return splitWords(text);
  if (match && isBuildFlag(match[2], isTest)) return [`${match[1]}=${match[3].replace(/^(["'])([^]*)\1$/, "$2")}`];
  const quoted = /^(--?[\w-]+=)?(["'])([^]*)\2$/.exec(text);
  return [quoted ? `${quoted[1] ?? ""}${quoted[3]}` : text];
}

/** Words that are no flags of go belong to the value before them, if that goes to another tool or is a list of tags. */
function regrouped(words: readonly string[], isTest: boolean): string[] {
  const found: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const match = /^--?([^-=][^=]*)(=)?/.exec(words[i]);
    const name = match?.[1] ?? "";
    if (!TOOL_FLAGS.has(name) && name !== "tags") {
      found.push(words[i]);
      continue;
    }
    let value = words[i];
    if (!match?.[2]) {
      found.push(words[i]);
      const next = words.at(++i);
      if (next === undefined) break;
      value = next;
    }
    while (i + 1 < words.length && !startsFlag(words[i + 1], isTest)) {
      value += (name === "tags" ? "," : " ") + words[++i];
    }
    found.push(value);
  }
  return found;
}

function startsFlag(word: string, isTest: boolean): boolean {
  const name = /^--?([^-=][^=]*)/.exec(word)?.[1];
  return name !== undefined && isBuildFlag(name, isTest);
}
