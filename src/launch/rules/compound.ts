/** A compound that names a configuration which is not there. */
import type { LaunchDocument } from "../document.js";
import { nearest } from "../nearest.js";
import type { Problem, Rule } from "../rule.js";

const MAX_LISTED = 20;
const MAX_COMPARED = 200;

export const compound: Rule = {
  id: "compound",
  about: "A compound that names a configuration which is not there",
  document(document: LaunchDocument) {
    const names = new Set(document.configurations.map(({ name }) => name));
    // Among hundreds of names "did you mean" is a guess, and so is a list of them.
    const listed = [...names].slice(0, MAX_LISTED);
    const others = names.size > listed.length ? ` and ${names.size - listed.length} more` : "";
    return document.compounds.flatMap(({ configurations }) =>
      configurations.flatMap((node): Problem[] => {
        // With several folders, a configuration may live in the launch.json of any of them.
        if (node.type !== "string" || document.kind === "workspace" || names.has(String(node.value))) return [];
        const meant = names.size > MAX_COMPARED ? undefined : nearest(String(node.value), names);
        return [
          {
            at: node,
            severity: "error",
            message: `There is no configuration \`${String(node.value)}\` in this file: VS Code starts none of the compound. ${meant ? `The fix writes \`${meant}\`.` : names.size ? `There are ${listed.map((name) => `\`${name}\``).join(", ")}${others}.` : ""}`,
            ...(meant && { fix: { title: `Write ${meant}`, changes: [{ do: "replace", node, value: meant }] } }),
          },
        ];
      }),
    );
  },
};
