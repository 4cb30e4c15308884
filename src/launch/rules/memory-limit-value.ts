/** A GOMEMLIMIT that Go refuses. */
import { code, removeAttribute } from "../configuration.js";
import { type Members, objectAt } from "../document.js";
import { asGoLimit } from "../memory-size.js";
import { TOOLS_ENVIRONMENT } from "../gopls.js";
import type { Problem, Rule } from "../rule.js";

export const memoryLimitValue: Rule = {
  id: "memory-limit-value",
  about: "A GOMEMLIMIT that Go refuses",
  configuration: (configuration) =>
    malformed(
      objectAt(configuration, "env"),
      "dlv, which gets the same environment, exits at once, and so would your program",
    ),
  settings: (settings) =>
    malformed(objectAt(settings, TOOLS_ENVIRONMENT), "gopls, go build and your program exit at once"),
};

function malformed(variables: Members | undefined, consequence: string): Problem[] {
  const variable = variables?.byName.get("GOMEMLIMIT");
  if (variable?.value.type !== "string") return [];
  const text = String(variable.value.value);
  if (text === "" || text.includes("${") || /^(?:off|\d+(?:B|[KMGT]iB)?)$/.test(text)) return [];
  const better = asGoLimit(text);
  return [
    {
      at: variable.value,
      severity: "error",
      message: `${code(text)} is no memory limit to Go ("malformed GOMEMLIMIT"): ${consequence}. ${better ? `You wanted ${code(better)}: the fix writes that` : "The fix takes it out"}.`,
      fix: better
        ? { title: `Write ${better}`, changes: [{ do: "replace", node: variable.value, value: better }] }
        : { title: "Remove GOMEMLIMIT", changes: [removeAttribute(variable)] },
    },
  ];
}
