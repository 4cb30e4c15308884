/**
 * Markdown that is safe to show: what we wrote ourselves, and what others wrote inside of code spans or escaped. A plain
 * string is not of this type, so that a text of others cannot become Markdown by mistake.
 */
import { codeSpan, printable } from "./printable.js";

declare const isMarkdown: unique symbol;
export type Markdown = string & { readonly [isMarkdown]: true };

/** Markdown of parts that are Markdown. */
export function markdown(texts: TemplateStringsArray, ...parts: readonly Markdown[]): Markdown {
  return texts.map((text, i) => text + (parts[i] ?? "")).join("") as Markdown;
}

/** A text that stands in our sources: it may use Markdown. */
export function ownMarkdown(text: string): Markdown {
  return text as Markdown;
}

/** A text of others, in a code span. */
export function quotedMarkdown(text: string): Markdown {
  return codeSpan(text) as Markdown;
}

/** A text that quotes others, on one line: nothing in it is Markdown or HTML. */
export function escapedMarkdown(text: string): Markdown {
  return printable(text).replace(/[\\`*_{}[\]<>#|~!&]/g, (character) =>
    character === "<" ? "&lt;" : character === "&" ? "&amp;" : `\\${character}`,
  ) as Markdown;
}

export function joinedMarkdown(parts: readonly Markdown[], between: string): Markdown {
  return parts.join(between) as Markdown;
}
