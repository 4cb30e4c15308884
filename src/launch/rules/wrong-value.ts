/** A value that is none of the possible ones. */
import { attributeFact } from "../attributes.js";
import type { Change } from "../change.js";
import { hasVariable } from "../configuration.js";
import { nearest } from "../nearest.js";
import type { Problem, Rule } from "../rule.js";

/** What people write instead, where the spelling is too far off. */
const MEANT: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  debugAdapter: { dlv: "dlv-dap", dap: "dlv-dap", delve: "dlv-dap", "delve-dap": "dlv-dap" },
  console: {
    internal: "internalConsole",
    integrated: "integratedTerminal",
    terminal: "integratedTerminal",
    external: "externalTerminal",
  },
};

export const wrongValue: Rule = {
  id: "wrong-value",
  about: "A value that is none of the possible ones",
  configuration(configuration) {
    return configuration.list.flatMap(({ name, value }): Problem[] => {
      const fact = attributeFact(name);
      if (!fact?.values || name === "request" || value.type !== "string") return [];
      const text = String(value.value);
      if (text === "" || hasVariable(text) || fact.values.includes(text)) return [];
      const meant = MEANT[name]?.[text.toLowerCase()] ?? nearest(text, fact.values);
      const fails = fact.reader === "dlv";
      const attribute = configuration.byName.get(name);
      const change: Change | undefined = meant
        ? { do: "replace", node: value, value: meant }
        : attribute && { do: "remove", member: attribute.property };
      return [
        {
          at: value,
          severity: fails ? "error" : "warning",
          message: `\`${name}\` has no value \`${text}\`, only ${fact.values.join(", ")}: ${fails ? "dlv fails the launch" : "it is ignored, or taken for the default"}. The fix ${meant ? `writes \`${meant}\`` : `takes it out, so that the default${typeof fact.default === "string" ? ` (${fact.default})` : ""} applies`}.`,
          ...(change && { fix: { title: meant ? `Write ${meant}` : `Remove ${name}`, changes: [change] } }),
        },
      ];
    });
  },
  delveConfig: true,
};
