/**
 * Changes to the tree of a JSON document, and the smallest text edits that make them.
 *
 * Everything that is not named by a change stays as it is: comments (also those beside a removed member), order,
 * indentation, trailing commas, line ends. A member that is removed while another is added gives its place to it, so
 * that a renamed or moved attribute stays where the author wrote it.
 */
import { type Node, createScanner } from "jsonc-parser";
import type { Edit } from "./edit.js";
import { firstLineBreak, lineBreakBefore } from "./line-breaks.js";

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export type Change =
  /** A property of an object or an element of an array. */
  | { readonly do: "remove"; readonly member: Node }
  /** A value, or the key of a property. */
  | { readonly do: "replace"; readonly node: Node; readonly value: Json }
  | { readonly do: "add"; readonly to: Node; readonly key: string; readonly value: Json }
  | { readonly do: "append"; readonly to: Node; readonly value: Json }
  | { readonly do: "prepend"; readonly to: Node; readonly value: Json };

interface Rebuild {
  readonly removed: Set<Node>;
  readonly added: Array<{ readonly key?: string; readonly value: Json }>;
  readonly first: Json[];
}

interface Range {
  readonly start: number;
  readonly end: number;
}

export function editsOf(text: string, changes: readonly Change[]): Edit[] {
  const edits: Edit[] = [];
  const containers = new Map<Node, Rebuild>();
  const at = (container: Node): Rebuild => {
    let rebuild = containers.get(container);
    if (!rebuild) containers.set(container, (rebuild = { removed: new Set(), added: [], first: [] }));
    return rebuild;
  };
  for (const change of changes) {
    switch (change.do) {
      case "remove":
        if (change.member.parent) at(change.member.parent).removed.add(change.member);
        break;
      case "replace": {
        const { offset, length } = change.node;
        const style = styleAt(text, offset);
        edits.push({
          offset,
          length,
          content:
            keptComments(text, change.node, style) + render(change.value, style, change.node.parent?.type === "array"),
        });
        break;
      }
      case "add": {
        const added = at(change.to).added;
        const same = added.findIndex(({ key }) => key === change.key);
        if (same >= 0) added.splice(same, 1);
        added.push({ key: change.key, value: change.value });
        break;
      }
      case "append":
        at(change.to).added.push({ value: change.value });
        break;
      case "prepend":
        at(change.to).first.push(change.value);
        break;
    }
  }
  for (const [container, rebuild] of containers) edits.push(...rebuildEdits(text, container, rebuild));
  return edits.sort((a, b) => a.offset - b.offset);
}

/** Edits must not overlap; they are taken in order of offset. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const parts: string[] = [];
  let from = 0;
  for (const { offset, length, content } of edits.toSorted((a, b) => a.offset - b.offset)) {
    parts.push(text.slice(from, offset), content);
    from = offset + length;
  }
  parts.push(text.slice(from));
  return parts.join("");
}

function rebuildEdits(text: string, container: Node, { removed, added, first }: Rebuild): Edit[] {
  const members = container.children ?? [];
  const edits: Edit[] = [];
  const gone = inOrder(container, removed);
  const write = ({ key, value }: { readonly key?: string; readonly value: Json }, style: Style) =>
    (key === undefined ? "" : `${JSON.stringify(key)}: `) + render(value, style, key === undefined);

  if (first.length > 0 && members.length > 0) {
    const glue = startsLine(text, members[0]) ? "," + styleAt(text, members[0].offset).newLine : ", ";
    const style = styleAt(text, members[0].offset);
    edits.push({
      offset: members[0].offset,
      length: 0,
      content: first.map((value) => render(value, style) + glue).join(""),
    });
  } else if (first.length > 0) {
    added = [...first.map((value) => ({ value })), ...added];
  }
  if (added.length > 0 && gone.length > 0) {
    const slot = gone.shift() as Node;
    const style = styleAt(text, slot.offset);
    const glue = startsLine(text, slot) ? "," + style.newLine : ", ";
    edits.push({
      offset: slot.offset,
      length: slot.length,
      content: keptComments(text, slot, style) + added.map((member) => write(member, style)).join(glue),
    });
  } else if (added.length > 0 && members.length > 0) {
    edits.push(
      ...appendEdits(text, container, members[members.length - 1], (style) => added.map((m) => write(m, style))),
    );
  } else if (added.length > 0) {
    edits.push(fillEmpty(text, container, (style) => added.map((m) => write(m, style))));
  }
  edits.push(...removeEdits(text, container, new Set(gone)));
  return edits;
}

function appendEdits(text: string, container: Node, last: Node, members: (style: Style) => string[]): Edit[] {
  const end = endOf(last);
  const style = styleAt(text, last.offset);
  const comma = commaAfter(text, end, endOf(container));
  const from = comma === undefined ? end : comma + 1;
  if (!startsLine(text, last)) {
    const list = members(style).join(", ");
    return [{ offset: from, length: 0, content: comma === undefined ? `, ${list}` : ` ${list},` }];
  }
  const list = style.newLine + members(style).join("," + style.newLine);
  const restOfLine = /^[ \t]*(?:\/\*(?:(?!\*\/)[^\r\n])*\*\/[ \t]*)*(?:\/\/[^\r\n]*)?(?=\r?\n)/.exec(
    text.slice(from, from + 2000),
  );
  const lineEnd = from + (restOfLine?.[0].trimEnd().length ?? 0);
  if (comma !== undefined) return [{ offset: lineEnd, length: 0, content: list + "," }];
  if (lineEnd === end) return [{ offset: end, length: 0, content: "," + list }];
  return [
    { offset: end, length: 0, content: "," },
    { offset: lineEnd, length: 0, content: list },
  ];
}

function fillEmpty(text: string, container: Node, members: (style: Style) => string[]): Edit {
  const outer = styleAt(text, container.offset);
  const inside = text.slice(container.offset + 1, endOf(container) - 1);
  if (container.type === "array") {
    return { offset: container.offset + 1, length: 0, content: members(outer).join(", ") + (inside.trim() ? " " : "") };
  }
  const inner = { ...outer, newLine: outer.newLine + outer.unit };
  const content = inner.newLine + members(inner).join("," + inner.newLine);
  if (inside.trim() === "")
    return { offset: container.offset + 1, length: inside.length, content: content + outer.newLine };
  return { offset: container.offset + 1, length: 0, content };
}

function removeEdits(text: string, container: Node, removed: ReadonlySet<Node>): Edit[] {
  if (removed.size === 0) return [];
  const members = container.children ?? [];
  const end = endOf(container);
  const ranges: Range[] = [];
  const edits: Edit[] = [];
  let lastKept = members.length - 1;
  while (lastKept >= 0 && removed.has(members[lastKept])) lastKept--;
  for (const member of inOrder(container, removed)) {
    const index = indicesIn(container).get(member)!;
    const comma = commaAfter(text, endOf(member), end);
    // Of a run of members at the end, each takes the blanks before it; else those behind.
    const tail = index > lastKept;
    // Only what follows on the same line goes with the member; a comment in between stays.
    const close = comma !== undefined && text.slice(endOf(member), comma).trim() === "" ? comma + 1 : endOf(member);
    if (comma !== undefined && close !== comma + 1) ranges.push({ start: comma, end: comma + 1 });
    const comments = keptComments(text, member, styleAt(text, member.offset)).trimEnd();
    if (comments === "") ranges.push(withSpace(text, member.offset, close, tail));
    else {
      const more = !/^[ \t]*\r?\n/.test(text.slice(close, close + 200));
      const content = comments + (more ? styleAt(text, member.offset).newLine : "");
      edits.push({ offset: member.offset, length: close - member.offset, content });
    }
    if (comma === undefined && lastKept >= 0 && index === members.length - 1) {
      const before = commaAfter(text, endOf(members[lastKept]), end);
      if (before !== undefined) ranges.push({ start: before, end: before + 1 });
    }
  }
  for (const { start, end } of union(ranges)) edits.push({ offset: start, length: end - start, content: "" });
  return edits;
}

const indices = new WeakMap<Node, ReadonlyMap<Node, number>>();

/** Places of the members of an object or list: counted once, for a file may have a fix for each of thousands. */
function indicesIn(container: Node): ReadonlyMap<Node, number> {
  let known = indices.get(container);
  if (known === undefined) {
    known = new Map((container.children ?? []).map((member, index) => [member, index]));
    indices.set(container, known);
  }
  return known;
}

function inOrder(container: Node, removed: ReadonlySet<Node>): Node[] {
  const index = indicesIn(container);
  return [...removed].filter((member) => index.has(member)).sort((a, b) => index.get(a)! - index.get(b)!);
}

/** Takes the whole line when nothing else is on it, else the blanks on one side. */
function withSpace(text: string, start: number, end: number, last: boolean): Range {
  let before = start;
  while (before > 0 && isBlank(text[before - 1])) before--;
  let after = end;
  while (after < text.length && isBlank(text[after])) after++;
  const opensLine = before === 0 || text[before - 1] === "\n";
  const lineBreak = /^\r?\n/.exec(text.slice(after, after + 2));
  if (opensLine && lineBreak) return { start: before, end: after + lineBreak[0].length };
  if (opensLine) return { start, end: after };
  return last || lineBreak ? { start: before, end } : { start, end: after };
}

function union(ranges: readonly Range[]): Range[] {
  const merged: Range[] = [];
  for (const range of ranges.toSorted((a, b) => a.start - b.start)) {
    const previous = merged.at(-1);
    if (previous && range.start <= previous.end) {
      merged[merged.length - 1] = { start: previous.start, end: Math.max(previous.end, range.end) };
    } else merged.push(range);
  }
  return merged;
}

/** The comments inside a member that goes away, a line each: they are the author's, not ours to delete. */
function keptComments(text: string, node: Node, style: Style): string {
  if (node.type === "string" || text.slice(node.offset, endOf(node)).indexOf("/") < 0) return "";
  const inside = text.slice(node.offset, endOf(node));
  const scanner = createScanner(inside);
  let comments = "";
  for (let token: number = scanner.scan(); token !== END_OF_FILE; token = scanner.scan()) {
    if (token !== LINE_COMMENT && token !== BLOCK_COMMENT) continue;
    // Not getTokenValue(), which starts one character early.
    const at = scanner.getTokenOffset();
    comments += inside.slice(at, at + scanner.getTokenLength()).trimEnd() + style.newLine;
  }
  return comments;
}

function commaAfter(text: string, from: number, end: number): number | undefined {
  let i = from;
  while (i < end) {
    const char = text[i];
    if (char === ",") return i;
    if (char === "/" && text[i + 1] === "/") {
      const lineEnd = text.indexOf("\n", i);
      i = lineEnd < 0 ? end : lineEnd + 1;
    } else if (char === "/" && text[i + 1] === "*") {
      const close = text.indexOf("*/", i + 2);
      i = close < 0 ? end : close + 2;
    } else if (/\s/.test(char)) i++;
    else return undefined;
  }
  return undefined;
}

interface Style {
  /** Line break plus the indentation of the line. */
  readonly newLine: string;
  /** One step of indentation. */
  readonly unit: string;
}

function styleAt(text: string, offset: number): Style {
  const lineStart = lineBreakBefore(text, offset) + 1;
  const indent = /^[ \t]*/.exec(text.slice(lineStart, Math.min(offset, lineStart + 200)))?.[0] ?? "";
  return { newLine: (text[lineStart - 2] === "\r" ? "\r\n" : firstBreak(text)) + indent, unit: unitOf(text, indent) };
}

function firstBreak(text: string): string {
  const at = firstLineBreak(text);
  return at > 0 && text[at - 1] === "\r" ? "\r\n" : "\n";
}

function unitOf(text: string, indent: string): string {
  if (indent.includes("\t")) return "\t";
  const first = /\n([ \t]+)["{]/.exec(text.slice(0, 4096))?.[1];
  return first ?? (indent === "" ? "  " : indent);
}

/** Objects over several lines; lists, and small objects in lists, on one: as configurations are usually written. */
function render(value: Json, style: Style, inList = false): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = { ...style, newLine: style.newLine + style.unit };
  if (isList(value)) {
    const items = value.map((item) => render(item, inner, true));
    if (!value.some((item) => typeof item === "object" && item !== null)) return `[${items.join(", ")}]`;
    return `[${inner.newLine}${items.join("," + inner.newLine)}${style.newLine}]`;
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return "{}";
  if (inList && !entries.some(([, item]) => typeof item === "object" && item !== null)) {
    return `{ ${entries.map(([key, item]) => `${JSON.stringify(key)}: ${JSON.stringify(item)}`).join(", ")} }`;
  }
  const lines = entries.map(([key, item]) => `${JSON.stringify(key)}: ${render(item, inner)}`);
  return `{${inner.newLine}${lines.join("," + inner.newLine)}${style.newLine}}`;
}

// jsonc-parser's token kinds are a const enum, which isolated modules cannot import.
const LINE_COMMENT = 12;
const BLOCK_COMMENT = 13;
const END_OF_FILE = 17;

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
const endOf = (node: Node) => node.offset + node.length;
const isBlank = (char: string) => char === " " || char === "\t";

function startsLine(text: string, node: Node): boolean {
  let i = node.offset - 1;
  while (i >= 0 && isBlank(text[i])) i--;
  return i < 0 || text[i] === "\n";
}
