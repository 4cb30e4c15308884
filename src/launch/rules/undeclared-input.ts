/** ${input:…} without a declaration. */
import type { Rule } from "../rule.js";
import { variablesIn } from "../variables.js";

export const undeclaredInput: Rule = {
  id: "undeclared-input",
  about: "${input:…} without a declaration",
  configuration(configuration, _facts, document) {
    return variablesIn(configuration)
      .filter(({ name, argument }) => name === "input" && argument !== undefined && !document.inputs.has(argument))
      .map(({ node, argument }) => ({
        at: node,
        severity: "error",
        message: `\`inputs\` declares no \`${argument}\`: VS Code cannot ask for it and does not start. Declare it beside \`configurations\`: "inputs": [{ "id": "${argument}", "type": "promptString", "description": "…" }].`,
      }));
  },
};
