/**
 * `buildFlags` on its way: what golang.go takes out, how dlv splits it, and how `go build` or `go test -c` reads it.
 *
 * - golang.go (extension/src/goDebugConfiguration.ts, removeGcflags): takes `-gcflags` with its value out of a string,
 *   not out of a list; a list is joined with blanks for a dlv older than 1.22.2 (maybeJoinFlags).
 * - dlv (pkg/config/split.go, SplitQuotedFields; pkg/gobuild/gobuild.go): splits a string at blanks, honours `'` only
 *   (`\` escapes inside it); an element of a list is one argument as it is. Its own `-o` and `-gcflags 'all=-N -l'`
 *   stand before the flags of a string and after those of a list.
 * - go (cmd/go/internal/load/flag.go, cmd/internal/quoted): a value for compiler or linker is split once more, with
 *   `'` or `"` around whole words.
 */
import type { Node } from "jsonc-parser";
import type { Change } from "../change.js";
import { buildsProgram, modeOf, removeAttribute } from "../configuration.js";
import type { Attribute, Configuration } from "../document.js";
import { dlvLacks } from "../dlv-version.js";
import { type GoFlag, readGoFlags } from "./go-flags.js";
import type { Facts } from "../rule.js";

/** One argument as `go build` gets it, and as it is written. */
export interface BuildWord {
  readonly text: string;
  /** With the quotes that dlv takes off. */
  readonly raw: string;
}

export interface BuildFlags {
  readonly attribute: Attribute;
  /** One argument each, or one string that dlv splits. */
  readonly isList: boolean;
  /** The elements, or the string. */
  readonly written: readonly string[];
  readonly words: readonly BuildWord[];
  /** The strings of a list, one for each word; for a string that string, for each word. */
  readonly nodes: readonly Node[];
  readonly flags: readonly GoFlag[];
  /** Why go refuses them, in its own words. */
  readonly refusal: string | undefined;
  /** Whether golang.go takes a `-gcflags` out. */
  readonly losesGcflags: boolean;
}

/** Undefined where nothing is built, or where dlv refuses the attribute whole. */
export function buildFlagsOf(configuration: Configuration, facts: Facts): BuildFlags | undefined {
  const attribute = configuration.byName.get("buildFlags");
  if (!attribute || !buildsProgram(configuration)) return undefined;
  const { value } = attribute;
  const isTest = modeOf(configuration) === "test";
  const list = value.type === "array" ? (value.children ?? []) : undefined;
  if (list?.some(({ type }) => type !== "string") || (!list && value.type !== "string")) return undefined;
  if (list && !dlvLacks(facts, "1.22.2")) {
    const words = list.map((node) => ({ text: String(node.value), raw: String(node.value) }));
    return {
      attribute,
      isList: true,
      written: texts(words),
      words,
      nodes: list,
      losesGcflags: false,
      ...readGoFlags(texts(words), isTest),
    };
  }
  const text = list ? list.map((node) => String(node.value)).join(" ") : String(value.value);
  const { rest, removed } = withoutGcflags(text);
  const words = splitAsDelve(rest);
  return {
    attribute,
    isList: false,
    written: [text],
    words,
    nodes: words.map(() => value),
    losesGcflags: removed,
    // The package follows, and go then builds the folder that it stands in.
    ...readGoFlags(texts(words), isTest, "."),
  };
}

/** Writes other words, in the form that the attribute has; none at all take it out. */
export function writeBuildFlags({ attribute, isList, nodes }: BuildFlags, words: readonly string[]): Change[] {
  if (words.length === 0) return [removeAttribute(attribute)];
  if (!isList) return [{ do: "replace", node: attribute.value, value: joinedForDelve(words) }];
  return listChanges(attribute, nodes, words);
}

/** golang.go's way, as far as a regular expression goes: what it leaves of an unquoted value goes to dlv. */
export function withoutGcflags(text: string): { readonly rest: string; readonly removed: boolean } {
  const flag = /(^|\s)-gcflags[= ](?:'[^']*'|"[^"]*"|[^'"\s])+/;
  let rest = text;
  while (flag.test(rest)) rest = rest.replace(flag, "");
  return { rest, removed: rest !== text };
}

export function splitAsDelve(text: string): BuildWord[] {
  const words: BuildWord[] = [];
  let word = "";
  let raw = "";
  let isWord = false;
  let isQuoted = false;
  let isEscaped = false;
  for (const char of text) {
    if (!isQuoted && /\s/.test(char)) {
      if (isWord) words.push({ text: word, raw });
      word = raw = "";
      isWord = false;
      continue;
    }
    raw += char;
    if (isEscaped) {
      word += char;
      isEscaped = false;
    } else if (isQuoted && char === "\\") isEscaped = true;
    else if (char === "'") {
      isQuoted = !isQuoted;
      // Quotes make a word, even an empty one, once they are closed.
      if (!isQuoted) isWord = true;
    } else {
      word += char;
      if (!isQuoted) isWord = true;
    }
  }
  if (isWord || word !== "") words.push({ text: word, raw });
  return words;
}

/** The inverse: `-ldflags=-X main.V=1` as `-ldflags='-X main.V=1'`. */
function quotedForDelve(word: string): string {
  if (word !== "" && !/[\s']/.test(word)) return word;
  const name = /^--?[\w-]+=/.exec(word)?.[0] ?? "";
  return `${name}'${word.slice(name.length).replace(/[\\']/g, "\\$&")}'`;
}

function joinedForDelve(words: readonly string[]): string {
  return words.map(quotedForDelve).join(" ");
}

/** The least of a list that has to change, so that comments stay where they are. */
function listChanges({ value }: Attribute, nodes: readonly Node[], words: readonly string[]): Change[] {
  const old = nodes.map((node) => String(node.value));
  let start = 0;
  while (start < old.length && start < words.length && old[start] === words[start]) start++;
  let end = 0;
  while (end < old.length - start && end < words.length - start && old.at(-1 - end) === words.at(-1 - end)) end++;
  const gone = nodes.slice(start, nodes.length - end);
  const come = words.slice(start, words.length - end);
  if (come.length > gone.length) return [{ do: "replace", node: value, value: [...words] }];
  return gone.map((node, i): Change =>
    i < come.length ? { do: "replace", node, value: come[i] } : { do: "remove", member: node },
  );
}

const texts = (words: readonly BuildWord[]) => words.map(({ text }) => text);
