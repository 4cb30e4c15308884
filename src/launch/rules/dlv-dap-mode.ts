/** `dlvDapMode` was invented; the adapter is chosen with `debugAdapter`. */
import { removeAttribute, setAttribute } from "../configuration.js";
import { stringAt } from "../document.js";
import type { Rule } from "../rule.js";

const NAMES = ["dlvDapMode", "useDlvDap", "dlvDap"];

export const dlvDapMode: Rule = {
  id: "dlv-dap-mode",
  about: "dlvDapMode, which does not exist",
  configuration(configuration) {
    return NAMES.flatMap((name) => configuration.byName.get(name) ?? []).map((attribute) => {
      const off = /^(?:false|legacy|off|0)$/i.test(String(attribute.value.value));
      const adapter = off ? "legacy" : "dlv-dap";
      const said = stringAt(configuration, "debugAdapter");
      return {
        at: attribute.key,
        severity: "warning",
        message: `dlv and golang.go ignore \`${attribute.name}\` in silence. You wanted ${off ? "the legacy adapter" : "Delve's own debug adapter"}: ${said ? `\`debugAdapter\` already says \`${said}\`, so the fix takes the other out` : `the fix writes \`debugAdapter: "${adapter}"\`${off ? "" : ", which is also the default"}`}.`,
        fix: {
          title: said ? `Remove ${attribute.name}` : `Write debugAdapter: "${adapter}" instead`,
          changes: [
            removeAttribute(attribute),
            ...(said ? [] : [setAttribute(configuration, "debugAdapter", adapter)]),
          ],
        },
      };
    });
  },
  delveConfig: true,
};
