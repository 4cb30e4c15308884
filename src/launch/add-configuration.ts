/**
 * A ready-made configuration written into a launch.json, or into a new one; everything that is there stays.
 */
import { applyEdits, modify } from "jsonc-parser";
import type { Json } from "./change.js";
import { readDocument } from "./document.js";

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
  // A byte order mark is no JSON.
  const mark = text.startsWith("\uFEFF") ? "\uFEFF" : "";
  const body = text.slice(mark.length);
  const edits = present
    ? modify(body, ["configurations", -1], named, { isArrayInsertion: true, formattingOptions: styleOf(body) })
    : modify(body, ["configurations"], [named], { formattingOptions: styleOf(body) });
  return mark + applyEdits(body, edits);
}

function freeName(name: string, taken: readonly { readonly name: string }[]): string {
  const names = new Set(taken.map((one) => one.name));
  let free = name;
  for (let i = 2; names.has(free); i++) free = `${name} ${i}`;
  return free;
}

function styleOf(text: string): { insertSpaces: boolean; tabSize: number; eol: string } {
  const indent = /\n([ \t]+)["{]/.exec(text)?.[1] ?? "  ";
  return { insertSpaces: !indent.includes("\t"), tabSize: indent.length, eol: text.includes("\r\n") ? "\r\n" : "\n" };
}
