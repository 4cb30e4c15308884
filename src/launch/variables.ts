/**
 * The `${…}` in the strings of a configuration, however deep.
 */
import type { Node } from "jsonc-parser";
import type { Configuration } from "./document.js";

export interface VariableUse {
  readonly node: Node;
  readonly text: string;
  readonly name: string;
  readonly argument: string | undefined;
}

export function variablesIn(configuration: Configuration): readonly VariableUse[] {
  let uses = found.get(configuration);
  if (uses === undefined) found.set(configuration, (uses = findVariables(configuration)));
  return uses;
}

/** Several rules ask for the same configuration's variables. */
const found = new WeakMap<Configuration, readonly VariableUse[]>();

function findVariables(configuration: Configuration): VariableUse[] {
  const uses: VariableUse[] = [];
  const waiting: Node[] = configuration.list.map(({ value }) => value);
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if (node.type === "string") {
      const text = String(node.value);
      if (!text.includes("${")) continue;
      for (const match of text.matchAll(/\$\{([^{}:]*)(?::([^{}]*))?\}/g)) {
        uses.push({ node, text: match[0], name: match[1], argument: match[2] });
      }
    } else if (node.type === "object") {
      for (const property of node.children ?? []) if (property.children?.[1]) waiting.push(property.children[1]);
    } else waiting.push(...(node.children ?? []));
  }
  return uses.sort((a, b) => a.node.offset - b.node.offset);
}
