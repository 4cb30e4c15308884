/**
 * What an attribute or a dlv flag does, in Markdown: effect, default, since which dlv, and what the dlv of this machine
 * does with it.
 */
import { type AttributeFact, attributeFact } from "./attributes.js";
import { flagUses, usesLegacyAdapter } from "./configuration.js";
import { type Configuration, type DocumentKind, readDocument } from "./document.js";
import { dlvLacks } from "./dlv-version.js";
import { FLAGS, type FlagFact } from "./flags.js";
import type { Facts } from "./rule.js";

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
    const fact = attributeFact(attribute.name);
    if (!fact) return undefined;
    const { key } = attribute;
    return { offset: key.offset, length: key.length, markdown: describe(attribute.name, fact, configuration, facts) };
  }
  for (const { attribute: place, name, nodes } of flagUses(configuration, () => true)) {
    const node = place.name === "dlvFlags" ? nodes.find((one) => covers(one, offset)) : undefined;
    const flag = Object.hasOwn(FLAGS, name) ? FLAGS[name] : undefined;
    if (node && flag) return { offset: node.offset, length: node.length, markdown: describeFlag(name, flag, facts) };
  }
  return undefined;
}

export function describe(
  name: string,
  fact: AttributeFact,
  configuration: Pick<Configuration, "request"> | Configuration,
  facts: Facts,
): string {
  const lines = [`**${name}** · ${fact.type}${fact.request === "both" ? "" : ` · ${fact.request} only`}`];
  if (fact.reader === "godiag" && !facts.proxy) {
    lines.push("Go Diagnostics' own attribute. dlv and golang.go ignore it, and nothing acts on it at this start.");
    return lines.join("\n\n");
  }
  lines.push(fact.effect);
  const values = fact.values ? `One of ${fact.values.map(code).join(", ")}. ` : "";
  const byDefault = fact.default === undefined ? "" : `Default: ${code(JSON.stringify(fact.default))}. `;
  const modes = fact.modes ? `With mode ${fact.modes.map(code).join(", ")}.` : "";
  if (values + byDefault + modes !== "") lines.push((values + byDefault + modes).trim());
  lines.push(whoReads(fact, "byName" in configuration && usesLegacyAdapter(configuration, facts), facts));
  if (fact.request !== "both" && fact.request !== configuration.request) {
    lines.push(`It has no effect here: this configuration's request is ${code(configuration.request)}.`);
  }
  return lines.join("\n\n");
}

function whoReads({ reader, since }: AttributeFact, legacy: boolean, facts: Facts): string {
  switch (reader) {
    case "vscode":
      return "Read by VS Code.";
    case "golang.go":
      return "Read by the Go extension, before dlv starts.";
    case "godiag":
      return "Read by Go Diagnostics.";
    case "legacy":
      return legacy
        ? "Read by the legacy adapter, which this configuration uses."
        : "Read by the legacy adapter only: with dlv-dap it has no effect.";
    case "dlv": {
      const from = since === undefined ? "Read by every dlv" : `Read by dlv since ${since}`;
      if (!facts.dlv) return `${from}.`;
      const mine = dlvLacks(facts, since) ? "**ignores it in silence**" : "reads it";
      return `${from}; yours (${facts.dlv.version}) ${mine}.`;
    }
  }
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
