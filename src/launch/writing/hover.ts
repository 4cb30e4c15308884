/**
 * What an attribute or a dlv flag does, in Markdown: effect, default, since which dlv, and what the dlv of this machine
 * does with it.
 */
import {
  joinedMarkdown,
  markdown,
  type Markdown,
  ownMarkdown,
  quotedMarkdown as code,
} from "../../core/text/markdown.js";
import { attributeWords } from "./attribute-text.js";
import { attributeFact } from "../attributes.js";
import { flagUses } from "../configuration.js";
import { readDocument } from "../document.js";
import { type DocumentKind } from "../document-kind.js";
import { dlvLacks } from "../dlv-version.js";
import { FLAGS, type FlagFact } from "../flags.js";
import type { Facts } from "../rule.js";

export interface Hover {
  readonly offset: number;
  readonly length: number;
  readonly markdown: Markdown;
}

export function hoverAt(text: string, kind: DocumentKind, offset: number, facts: Facts): Hover | undefined {
  const at = ({ node }: { readonly node: { readonly offset: number; readonly length: number } }) =>
    covers(node, offset);
  const configuration = readDocument(text, kind).configurations.find((one) => one.type === "go" && at(one));
  if (!configuration) return undefined;
  const attribute = configuration.list.find(({ property }) => covers(property, offset));
  if (!attribute) return undefined;
  if (covers(attribute.key, offset)) {
    const { name, key } = attribute;
    const described = describe(name, configuration.request, facts);
    return described && { offset: key.offset, length: key.length, markdown: described };
  }
  for (const { attribute: place, name, nodes } of flagUses(configuration, () => true)) {
    const node = place.name === "dlvFlags" ? nodes.find((one) => covers(one, offset)) : undefined;
    const flag = Object.hasOwn(FLAGS, name) ? FLAGS[name] : undefined;
    if (node && flag) return { offset: node.offset, length: node.length, markdown: describeFlag(name, flag, facts) };
  }
  return undefined;
}

/** Undefined for a name that no tool reads. */
export function describe(name: string, request: string, facts: Facts): Markdown | undefined {
  const fact = attributeFact(name);
  const words = attributeWords(name, facts);
  if (!fact || !words) return undefined;
  const only = fact.request === "both" ? "" : ` · ${fact.request} only`;
  const here = ownMarkdown(words.here);
  const lines = [markdown`**${ownMarkdown(name)}** · ${ownMarkdown(fact.type + only)}`];
  if (fact.reader === "godiag" && !facts.proxy) {
    return joinedMarkdown([...lines, markdown`${here} Nothing acts on it at this start.`], "\n\n");
  }
  lines.push(ownMarkdown(words.effect));
  const listed = (all: readonly string[]) => joinedMarkdown(all.map(code), ", ");
  const values = words.values ? [markdown`One of ${listed(words.values)}.`] : [];
  const byDefault = words.default === undefined ? [] : [markdown`Default: ${code(words.default)}.`];
  const modes = fact.modes ? [markdown`With mode ${listed(fact.modes)}.`] : [];
  const more = [...values, ...byDefault, ...modes];
  if (more.length > 0) lines.push(joinedMarkdown(more, " "));
  lines.push(here);
  if (fact.request !== "both" && fact.request !== request) {
    lines.push(markdown`It has no effect here: this configuration's request is ${code(request)}.`);
  }
  return joinedMarkdown(lines, "\n\n");
}

function describeFlag(name: string, { effect, since, underDap, attribute }: FlagFact, facts: Facts): Markdown {
  const lines = [ownMarkdown(`**--${name}** ${effect}.`)];
  const say = (text: string) => lines.push(ownMarkdown(text));
  if (underDap === undefined) say("`dlv dap`, which runs your configuration, **does not know it** and ends.");
  else if (underDap === "works") say("It works under `dlv dap`, which runs your configuration.");
  else if (underDap === "silent") say("`dlv dap` takes it, and it does nothing there.");
  else if (underDap === "ignored") say("`dlv dap` ignores it with a warning.");
  else say("The Go extension puts its own after it, which wins.");
  if (attribute !== undefined) lines.push(markdown`The attribute ${code(attribute)} does it in a configuration.`);
  if (since !== undefined) {
    const mine = facts.dlv ? `; yours (${facts.dlv.version}) ${dlvLacks(facts, since) ? "does not" : "does"}` : "";
    say(`Known to dlv since ${since}${mine}.`);
  }
  return joinedMarkdown(lines, "\n\n");
}

function covers(node: { readonly offset: number; readonly length: number }, offset: number): boolean {
  return offset >= node.offset && offset < node.offset + node.length;
}
