/** A key that is there twice. */
import type { Node } from "jsonc-parser";
import { type LaunchDocument, membersOf } from "../document.js";
import type { Problem, Rule } from "../rule.js";

export const duplicateKey: Rule = {
  id: "duplicate-key",
  about: "A key that is there twice",
  document(document) {
    const problems: Problem[] = [];
    for (const node of objectsOf(document)) {
      const members = hasEqualKeys(node) ? membersOf(node) : undefined;
      if (!members) continue;
      for (const attribute of members.list) {
        if (members.byName.get(attribute.name) === attribute) continue;
        problems.push({
          at: attribute.key,
          severity: "warning",
          message: `\`${attribute.name}\` is there twice: the last one counts, this one is ignored in silence. The fix takes this one out.`,
          fix: { title: `Remove the first ${attribute.name}`, changes: [{ do: "remove", member: attribute.property }] },
        });
      }
    }
    return problems;
  },
};

function hasEqualKeys({ children = [] }: Node): boolean {
  if (children.length < 2) return false;
  const keys = new Set(children.map((property): unknown => property.children?.[0]?.value));
  return keys.size < children.length;
}

/** Go configurations and what is inside them: duplicates elsewhere are not ours to judge. */
function* objectsOf(document: LaunchDocument): Generator<Node> {
  const waiting: Node[] = document.configurations.filter(({ type }) => type === "go").map(({ node }) => node);
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if (node.type === "object") yield node;
    for (const child of node.children ?? []) if (child.type !== "string") waiting.push(child);
  }
}
