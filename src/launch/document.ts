/**
 * launch.json, the `launch` section of settings.json, and *.code-workspace files, read into one shape.
 *
 * Parsing never fails: a half-typed file gives what could be read, a hostile one an empty document. Nodes keep their
 * offsets into the text, which is what findings and edits are made of. As VS Code does, the last of two equal keys
 * wins; the earlier ones stay in `list`. Of a file that is far larger than any that people write only the beginning is
 * read: the rules run at every keystroke, in folders of strangers too.
 */
import { type Node, type ParseError, parseTree, printParseErrorCode, visit } from "jsonc-parser";
import type { DocumentKind } from "./document-kind.js";

export interface Attribute {
  readonly name: string;
  /** The whole `"name": value`. */
  readonly property: Node;
  readonly key: Node;
  readonly value: Node;
}

export interface Members {
  readonly node: Node;
  readonly list: readonly Attribute[];
  readonly byName: ReadonlyMap<string, Attribute>;
}

export interface Configuration extends Members {
  readonly name: string;
  readonly type: string;
  readonly request: string;
}

export interface Compound {
  readonly name: string;
  readonly node: Node;
  /** String nodes (or objects with a `name`, for configurations of one folder). */
  readonly configurations: readonly Node[];
}

export interface SyntaxProblem {
  readonly code: string;
  readonly offset: number;
  readonly length: number;
}

export interface LaunchDocument {
  readonly kind: DocumentKind;
  readonly text: string;
  readonly root: Node | undefined;
  /** The offset of what was not read any more, of a text with more than MAX_CHARS or MAX_VALUES. */
  readonly readTo: number | undefined;
  /** Of a text that was not read whole, one at `readTo` too: nobody knows what follows. */
  readonly problems: readonly SyntaxProblem[];
  readonly configurations: readonly Configuration[];
  readonly compounds: readonly Compound[];
  readonly inputs: ReadonlySet<string>;
  /** Names of the folders of a *.code-workspace file. */
  readonly folders: readonly string[];
  readonly settings: Members | undefined;
}

/** UTF-16 code units of keys, strings and numbers together; comments and blanks are free. */
export const MAX_CHARS = 4_000_000;
/** Keys, objects, lists and other values together: some 12,000 configurations. */
export const MAX_VALUES = 200_000;

export function readDocument(text: string, kind: DocumentKind): LaunchDocument {
  const errors: ParseError[] = [];
  const readTo = text.length > MAX_VALUES ? endOfReading(text) : undefined;
  const root = parse(readTo === undefined ? text : text.slice(0, readTo), errors);
  if (readTo !== undefined) {
    dropIncomplete(root);
    errors.push({ error: 1, offset: readTo, length: 0 });
  }
  const top = root && membersOf(root);
  const launch = kind === "launch" ? top : objectAt(top, "launch");
  return {
    kind,
    text,
    root,
    readTo,
    problems: errors.map(({ error, offset, length }) => ({ code: printParseErrorCode(error), offset, length })),
    configurations: elementsAt(launch, "configurations").flatMap(configurationOf),
    compounds: elementsAt(launch, "compounds").flatMap(compoundOf),
    inputs: new Set(elementsAt(launch, "inputs").flatMap((node) => stringAt(membersOf(node), "id") ?? [])),
    folders: kind === "workspace" ? elementsAt(top, "folders").flatMap(folderName) : [],
    settings: kind === "settings" ? top : kind === "workspace" ? objectAt(top, "settings") : undefined,
  };
}

export function membersOf(node: Node | undefined): Members | undefined {
  if (node?.type !== "object") return undefined;
  const list: Attribute[] = [];
  const byName = new Map<string, Attribute>();
  for (const property of node.children ?? []) {
    const [key, value] = property.children ?? [];
    if (key === undefined || value === undefined) continue; // half-typed
    const attribute = { name: String(key.value), property, key, value };
    list.push(attribute);
    byName.set(attribute.name, attribute);
  }
  return { node, list, byName };
}

export function stringAt(members: Members | undefined, name: string): string | undefined {
  const value = members?.byName.get(name)?.value;
  return value?.type === "string" ? String(value.value) : undefined;
}

export function objectAt(members: Members | undefined, name: string): Members | undefined {
  return membersOf(members?.byName.get(name)?.value);
}

export function elementsAt(members: Members | undefined, name: string): readonly Node[] {
  const value = members?.byName.get(name)?.value;
  return value?.type === "array" ? (value.children ?? []) : [];
}

function parse(text: string, errors: ParseError[]): Node | undefined {
  // A byte order mark is no JSON; a blank of the same length keeps all offsets.
  const readable = text.startsWith("\uFEFF") ? " " + text.slice(1) : text;
  try {
    return parseTree(readable, errors, { allowTrailingComma: true, allowEmptyContent: true });
  } catch {
    // The parser recurses: thousands of nested brackets overflow the stack. Such a file holds no configuration.
    errors.push({ error: 1, offset: 0, length: 0 });
    return undefined;
  }
}

/** Counts without building anything, and stops at the limit. */
function endOfReading(text: string): number | undefined {
  let values = 0;
  let chars = 0;
  let end = 0;
  const count = (offset: number) => {
    end = offset;
    if (++values > MAX_VALUES) throw ENOUGH;
  };
  const countText = (_: unknown, offset: number, length: number) => {
    count(offset);
    chars += length;
    if (chars > MAX_CHARS) throw ENOUGH;
  };
  try {
    visit(text, {
      onObjectBegin: count,
      onArrayBegin: count,
      onObjectProperty: countText,
      onLiteralValue: countText,
      onError: (_, offset) => count(offset),
    });
    return undefined;
  } catch (error) {
    // Anything else is the parser's stack, which overflows again when the text is read.
    return error === ENOUGH ? end : undefined;
  }
}

/** The last element of the list that reading ended in: half a configuration would be told to lack what follows. */
function dropIncomplete(root: Node | undefined): void {
  let node = root;
  while (node !== undefined && node.type !== "array") node = node.children?.at(-1);
  node?.children?.pop();
}

const ENOUGH = new Error("counted enough");

function configurationOf(node: Node): Configuration[] {
  const members = membersOf(node);
  if (!members) return [];
  return [
    {
      node: members.node,
      list: members.list,
      byName: members.byName,
      name: stringAt(members, "name") ?? "",
      type: stringAt(members, "type") ?? "",
      request: stringAt(members, "request") ?? "",
    },
  ];
}

function compoundOf(node: Node): Compound[] {
  const members = membersOf(node);
  if (!members) return [];
  return [{ name: stringAt(members, "name") ?? "", node, configurations: elementsAt(members, "configurations") }];
}

function folderName(node: Node): string[] {
  const members = membersOf(node);
  const name = stringAt(members, "name");
  if (name !== undefined) return [name];
  const path = stringAt(members, "path") ?? stringAt(members, "uri");
  return path === undefined ? [] : [path.replace(/[\\/]+$/, "").replace(/^.*[\\/]/, "")];
}
