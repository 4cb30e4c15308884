/**
 * What can be written at a place of a configuration: attributes that this dlv reads, their values, flags that work, and
 * whole configurations. Where golang.go is installed its schema completes what it knows; only the rest is added.
 */
import { type Markdown, ownMarkdown } from "../../core/text/markdown.js";
import { type Node, findNodeAtLocation, getLocation, parseTree } from "jsonc-parser";
import { ATTACH_MODES, ATTRIBUTES, type AttributeFact, LAUNCH_MODES, attributeFact } from "../attributes.js";
import { membersOf, stringAt } from "../document.js";
import { type DocumentKind } from "../document-kind.js";
import { dlvLacks } from "../dlv-version.js";
import { FLAGS } from "../flags.js";
import { describe } from "./hover.js";
import { readyFor } from "./ready-made.js";
import type { Facts } from "../rule.js";
import { snippetsFor } from "./snippets.js";

export interface Completion {
  readonly label: string;
  readonly kind: "attribute" | "value" | "configuration";
  readonly detail: string;
  readonly markdown: Markdown;
  /** In the notation of snippets: $1, ${1:default}. */
  readonly snippet: string;
  readonly offset: number;
  readonly length: number;
}

export function completionsAt(text: string, kind: DocumentKind, offset: number, facts: Facts): Completion[] {
  const { path, isAtPropertyKey, previousNode } = getLocation(text, offset);
  const base = kind === "launch" ? ["configurations"] : ["launch", "configurations"];
  if (!base.every((segment, i) => path[i] === segment) || typeof path[base.length] !== "number") return [];
  const rest = path.slice(base.length + 1);
  const within = previousNode && covers(previousNode, offset) ? previousNode : undefined;
  const place: Place = {
    offset: within?.offset ?? offset,
    length: within?.length ?? 0,
    before: lastBefore(text, within?.offset ?? offset),
    after: firstAfter(text, within ? within.offset + within.length : offset),
  };
  if (rest.length === 0) return within ? [] : configurations(place, facts);

  const root = parseTree(text, [], { allowTrailingComma: true });
  const node = root && findNodeAtLocation(root, path.slice(0, base.length + 1));
  const members = membersOf(node);
  if (!node || !members || stringAt(members, "type") !== "go") return [];
  const request = stringAt(members, "request") ?? "launch";
  if (rest.length === 1 && isAtPropertyKey) return attributes(place, present(node, within), request, facts);
  if (rest.length === 1) return values(place, String(rest[0]), request, facts);
  if (rest.length === 2 && rest[0] === "dlvFlags") return flags(place, facts);
  return [];
}

interface Place {
  readonly offset: number;
  readonly length: number;
  /** The last character before and the first one after it that is no blank. */
  readonly before: string;
  readonly after: string;
}

function configurations({ before, after, ...range }: Place, facts: Facts): Completion[] {
  return snippetsFor(facts).map((snippet) => {
    const ready = readyFor(snippet, facts, "");
    const body = escaped(JSON.stringify(ready, undefined, "\t"))
      .replace(`"${ready.name}"`, `"\${1:${ready.name}}"`)
      .replace("TestName", "${2:TestName}");
    return {
      label: snippet.label,
      kind: "configuration",
      detail: "Go Diagnostics",
      markdown: ownMarkdown(snippet.description),
      snippet: (before === "}" ? "," : "") + body + (after === "{" ? "," : ""),
      ...range,
    };
  });
}

function attributes(
  { before: _, after, ...range }: Place,
  there: ReadonlySet<string>,
  request: string,
  facts: Facts,
): Completion[] {
  return Object.entries(ATTRIBUTES).flatMap(([name, fact]): Completion[] => {
    if (there.has(name) || (fact.request !== "both" && fact.request !== request)) return [];
    if (fact.reader === "legacy" || (fact.reader === "godiag" && !facts.proxy)) return [];
    if (facts.golangExtension && fact.inSchema !== false) return [];
    if (dlvLacks(facts, fact.since)) return [];
    const value = after === ":" ? "" : `: ${valueSnippet(name, fact, request)}${after === '"' ? "," : ""}`;
    return [
      {
        label: name,
        kind: "attribute",
        detail: fact.type,
        markdown: describe(name, request, facts) ?? ownMarkdown(""),
        snippet: `"${name}"${value}`,
        ...range,
      },
    ];
  });
}

function values({ before: _, after: __, ...range }: Place, name: string, request: string, facts: Facts): Completion[] {
  const fact = attributeFact(name);
  if (!fact || (facts.golangExtension && fact.inSchema !== false)) return [];
  const all = fact.type === "boolean" ? [true, false] : valuesOf(name, fact, request);
  return all.map((value) => ({
    label: String(value),
    kind: "value",
    detail: name,
    markdown: ownMarkdown(fact.effect),
    snippet: JSON.stringify(value),
    ...range,
  }));
}

function flags({ before: _, after: __, ...range }: Place, facts: Facts): Completion[] {
  return Object.entries(FLAGS).flatMap(([name, fact]): Completion[] => {
    if (fact.underDap !== "works" || fact.attribute !== undefined || dlvLacks(facts, fact.since)) return [];
    return [
      {
        label: `--${name}`,
        kind: "value",
        detail: "dlv dap",
        markdown: ownMarkdown(`${fact.effect.charAt(0).toUpperCase()}${fact.effect.slice(1)}.`),
        snippet: fact.takesValue ? `"--${name}=$1"` : `"--${name}"`,
        ...range,
      },
    ];
  });
}

function valueSnippet(name: string, fact: AttributeFact, request: string): string {
  const choices = valuesOf(name, fact, request);
  if (choices.length > 0) return `"\${1|${choices.join(",")}|}"`;
  switch (fact.type) {
    case "boolean":
      return `\${1:${fact.default === true ? "false" : "true"}}`;
    case "integer":
    case "number":
      return `\${1:${typeof fact.default === "number" ? fact.default : 0}}`;
    case "task":
    case "string":
      return name === "program" ? '"\\${workspaceFolder\\}$1"' : '"$1"';
    case "process":
      return '"\\${command:pickProcess\\}"';
    case "strings":
    case "string or strings":
      return '["$1"]';
    case "environment":
      return '{ "$1": "$2" }';
    case "path mappings":
      return '[{ "from": "$1", "to": "$2" }]';
    case "object":
      return "{ $1 }";
  }
}

function valuesOf(name: string, fact: AttributeFact, request: string): readonly string[] {
  if (name === "mode") return request === "attach" ? ATTACH_MODES : LAUNCH_MODES;
  return fact.values ?? [];
}

/** Without what is being typed. */
function present(configuration: Node, typed: { readonly offset: number } | undefined): Set<string> {
  const keys = (configuration.children ?? []).flatMap(({ children }) => children?.[0] ?? []);
  return new Set(keys.filter(({ offset }) => offset !== typed?.offset).map(({ value }) => String(value)));
}

/** Where "$" begins no placeholder. */
function escaped(text: string): string {
  return text.replace(/[\\$}]/g, "\\$&");
}

function covers(node: { readonly offset: number; readonly length: number }, offset: number): boolean {
  return offset > node.offset && offset <= node.offset + node.length;
}

function lastBefore(text: string, offset: number): string {
  return text.slice(0, offset).trimEnd().at(-1) ?? "";
}

function firstAfter(text: string, offset: number): string {
  return /\S/.exec(text.slice(offset))?.[0] ?? "";
}
