/** ${workspaceFolder} where there are several. */
import type { Problem, Rule } from "../rule.js";
import { variablesIn } from "../variables.js";

export const workspaceFolder: Rule = {
  id: "workspace-folder",
  about: "${workspaceFolder} where there are several",
  configuration(configuration, _facts, document) {
    const { folders } = document;
    if (document.kind !== "workspace" || folders.length === 0) return [];
    return variablesIn(configuration).flatMap(({ node, text, name, argument }): Problem[] => {
      if (!/^workspaceFolder(?:Basename)?$/.test(name)) return [];
      const unknown = argument !== undefined && !folders.includes(argument);
      if (!unknown && (argument !== undefined || folders.length === 1)) return [];
      return [
        {
          at: node,
          severity: "error",
          message: unknown
            ? `The workspace has no folder \`${argument}\` (it has ${folders.join(", ")}): VS Code does not start.`
            : `A configuration of a workspace with several folders cannot say \`${text}\`: VS Code does not know which, and does not start. Name one: ${folders.map((folder) => `\`\${${name}:${folder}}\``).join(", ")}.`,
          alternatives: folders.slice(0, 10).map((folder) => ({
            title: `Write \${${name}:${folder}}`,
            changes: [
              { do: "replace", node, value: String(node.value).replaceAll(text, () => `\${${name}:${folder}}`) },
            ],
          })),
        },
      ];
    });
  },
};
