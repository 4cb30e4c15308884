/**
 * A ready-made configuration written into a launch.json, or into a new one; everything that is there stays.
 */
import { type Node, createScanner } from "jsonc-parser";
import { type Json, applyEdits } from "../change.js";
import { readDocument } from "../document.js";
import type { Edit } from "../edit.js";

export type Ready = Readonly<Record<string, Json>> & { readonly name: string };

/** The whole new text; undefined where the file does not read well enough to be written to. */
export function addConfiguration(text: string, configuration: Ready): string | undefined {
  if (text.replace("\uFEFF", "").trim() === "") {
    return JSON.stringify({ version: "0.2.0", configurations: [configuration] }, undefined, 2) + "\n";
  }
  const { root, problems, configurations } = readDocument(text, "launch");
  if (problems.length > 0 || root?.type !== "object") return undefined;
  const present = root.children?.find(({ children }) => children?.[0]?.value === "configurations")?.children?.[1];
  if (present && present.type !== "array") return undefined;
  const named = { ...configuration, name: freeName(configuration.name, configurations) };
  return present
    ? withLast(text, present, (indent) => written(named, indent, unitOf(text), text))
    : withLast(text, root, (indent) => `"configurations": ${written([named], indent, unitOf(text), text)}`);
}

/** A last member for an object or an array: behind the comments that stand there, on lines of its own. */
function withLast(text: string, container: Node, render: (indent: string) => string): string {
  const last = container.children?.at(-1);
  const close = container.offset + container.length - 1;
  const end = text.slice(0, close).trimEnd().length;
  const outer = indentAt(text, container.offset);
  const indent = last && startsLine(text, last.offset) ? indentAt(text, last.offset) : outer + unitOf(text);
  const newLine = eolOf(text);
  const edits: Edit[] = [{ offset: end, length: 0, content: newLine + indent + render(indent) }];
  if (!text.slice(end, close).includes("\n")) edits.push({ offset: close, length: 0, content: newLine + outer });
  if (last && !hasComma(text.slice(last.offset + last.length, close)))
    edits.push({ offset: last.offset + last.length, length: 0, content: "," });
  // Two at one place: the comma belongs before the line.
  return applyEdits(text, edits.reverse());
}

function written(value: unknown, indent: string, unit: string, text: string): string {
  return JSON.stringify(value, undefined, unit).replaceAll("\n", eolOf(text) + indent);
}

/** Whether a comma stands between the last member and the bracket, comments aside. */
function hasComma(text: string): boolean {
  const scanner = createScanner(text, true);
  for (let token: number = scanner.scan(); token !== END_OF_FILE; token = scanner.scan()) {
    if (token === COMMA) return true;
  }
  return false;
}

function unitOf(text: string): string {
  return /\n([ \t]+)["{]/.exec(text)?.[1] ?? "  ";
}

function eolOf(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

function indentAt(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(text.lastIndexOf("\n", offset - 1) + 1))?.[0] ?? "";
}

function startsLine(text: string, offset: number): boolean {
  return text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset).trim() === "";
}

// jsonc-parser's token kinds are a const enum, which isolated modules cannot import.
const COMMA = 5;
const END_OF_FILE = 17;

function freeName(name: string, taken: readonly { readonly name: string }[]): string {
  const names = new Set(taken.map((one) => one.name));
  let free = name;
  for (let i = 2; names.has(free); i++) free = `${name} ${i}`;
  return free;
}
