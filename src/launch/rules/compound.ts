/** A compound that names a configuration which is not there. */
import type { LaunchDocument } from "../document.js";
import { nearest } from "../nearest.js";
import type { Problem, Rule } from "../rule.js";

export const compound: Rule = {
  id: "compound",
  about: "A compound that names a configuration which is not there",
  document(document: LaunchDocument) {
    const names = document.configurations.map(({ name }) => name);
    return document.compounds.flatMap(({ configurations }) =>
      configurations.flatMap((node): Problem[] => {
        // With several folders, a configuration may live in the launch.json of any of them.
        if (node.type !== "string" || document.kind === "workspace" || names.includes(String(node.value))) return [];
        const meant = nearest(String(node.value), names);
        return [
          {
            at: node,
            severity: "error",
            message: `There is no configuration \`${String(node.value)}\` in this file: VS Code starts none of the compound. ${meant ? `The fix writes \`${meant}\`.` : names.length ? `There are ${names.map((name) => `\`${name}\``).join(", ")}.` : ""}`,
            ...(meant && { fix: { title: `Write ${meant}`, changes: [{ do: "replace", node, value: meant }] } }),
          },
        ];
      }),
    );
  },
};
