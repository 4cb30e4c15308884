/**
 * What an attribute or a dlv flag does, in Markdown: effect, default, since which dlv, and what the dlv of this machine
 * does with it.
 */
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
  readonly markdown: string;
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
    const markdown = describe(name, configuration.request, facts);
    return markdown === undefined ? undefined : { offset: key.offset, length: key.length, markdown };
  }
  for (const { attribute: place, name, nodes } of flagUses(configuration, () => true)) {
    const node = place.name === "dlvFlags" ? nodes.find((one) => covers(one, offset)) : undefined;
    const flag = Object.hasOwn(FLAGS, name) ? FLAGS[name] : undefined;
    if (node && flag) return { offset: node.offset, length: node.length, markdown: describeFlag(name, flag, facts) };
  }
  return undefined;
}

/** Undefined for a name that nobody reads. */
export function describe(name: string, request: string, facts: Facts): string | undefined {
  const fact = attributeFact(name);
  const words = attributeWords(name, facts);
  if (!fact || !words) return undefined;
  const lines = [`**${name}** · ${fact.type}${fact.request === "both" ? "" : ` · ${fact.request} only`}`];
  if (fact.reader === "godiag" && !facts.proxy) {
    return [...lines, `${words.here} Nothing acts on it at this start.`].join("\n\n");
  }
  lines.push(words.effect);
  const values = words.values ? [`One of ${words.values.map(code).join(", ")}.`] : [];
  const byDefault = words.default === undefined ? [] : [`Default: ${code(words.default)}.`];
  const modes = fact.modes ? [`With mode ${fact.modes.map(code).join(", ")}.`] : [];
  const more = [...values, ...byDefault, ...modes];
  if (more.length > 0) lines.push(more.join(" "));
  lines.push(words.here);
  if (fact.request !== "both" && fact.request !== request)
    lines.push(`It has no effect here: this configuration's request is ${code(request)}.`);
  return lines.join("\n\n");
}

function describeFlag(name: string, { effect, since, underDap, attribute }: FlagFact, facts: Facts): string {
  const lines = [`**--${name}** ${effect}.`];
  if (underDap === undefined) lines.push("`dlv dap`, which runs your configuration, **does not know it** and ends.");
  else if (underDap === "works") lines.push("It works under `dlv dap`, which runs your configuration.");
  else if (underDap === "silent") lines.push("`dlv dap` takes it, and it does nothing there.");
  else if (underDap === "ignored") lines.push("`dlv dap` ignores it with a warning.");
  else lines.push("The Go extension puts its own after it, which wins.");
  if (attribute !== undefined) lines.push(`The attribute ${code(attribute)} does it in a configuration.`);
  if (since !== undefined) {
    const mine = facts.dlv ? `; yours (${facts.dlv.version}) ${dlvLacks(facts, since) ? "does not" : "does"}` : "";
    lines.push(`Known to dlv since ${since}${mine}.`);
  }
  return lines.join("\n\n");
}

function covers(node: { readonly offset: number; readonly length: number }, offset: number): boolean {
  return offset >= node.offset && offset < node.offset + node.length;
}

const code = (text: string) => `\`${text}\``;
