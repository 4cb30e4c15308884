/** An attribute that no tool reads any more. */
import { removeAttribute, usesLegacyAdapter } from "../configuration.js";
import type { Problem, Rule } from "../rule.js";

/** What became of them. */
export const DEAD: Readonly<Record<string, string>> = {
  dlvToolPath:
    'golang.go sets `dlvToolPath` itself and overwrites yours; another dlv is chosen with the setting `go.alternateTools` (`"dlv": PATH`)',
  apiVersion: "dlv-dap speaks DAP and does not use `apiVersion`, which is for the legacy adapter",
  useApiV1: "`useApiV1` is for the legacy adapter, and Delve has dropped that API",
};

export const deadAttribute: Rule = {
  id: "dead-attribute",
  about: "An attribute that no tool reads any more",
  configuration(configuration, facts) {
    if (usesLegacyAdapter(configuration, facts)) return [];
    return Object.keys(DEAD).flatMap((name): Problem[] => {
      const attribute = configuration.byName.get(name);
      if (!attribute) return [];
      return [
        {
          at: attribute.key,
          severity: "warning",
          isHarmless: true,
          message: `${DEAD[name]}. The fix takes it out.`,
          fix: { title: `Remove ${name}`, changes: [removeAttribute(attribute)] },
        },
      ];
    });
  },
  delveConfig: true,
};
