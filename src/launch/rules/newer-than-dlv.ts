/** An attribute that this dlv is too old for. */
import { attributeFact } from "../attributes.js";
import { removeAttribute } from "../configuration.js";
import { dlvLacks } from "../dlv-version.js";
import type { Problem, Rule } from "../rule.js";

export const newerThanDlv: Rule = {
  id: "newer-than-dlv",
  about: "An attribute that this dlv is too old for",
  configuration(configuration, facts) {
    return configuration.list.flatMap((attribute): Problem[] => {
      const fact = attributeFact(attribute.name);
      if (!fact?.since || !dlvLacks(facts, fact.since)) return [];
      const value: unknown = attribute.value.value;
      if (value === false || value === "" || value === fact.default) return []; // asks for nothing
      const { name } = attribute;
      const proxied = facts.proxy && /^followExec/.test(name) && !dlvLacks(facts, "1.21.0");
      return [
        {
          at: attribute.key,
          severity: proxied ? "information" : "warning",
          message: proxied
            ? `dlv reads \`${name}\` since ${fact.since}; for yours (${facts.dlv?.version}) the Go Diagnostics proxy does it.`
            : `dlv reads \`${name}\` since ${fact.since}; yours is ${facts.dlv?.version} and ignores it in silence. Update dlv (go install github.com/go-delve/delve/cmd/dlv@latest), or take it out.`,
          ...(!proxied && { alternatives: [{ title: `Remove ${name}`, changes: [removeAttribute(attribute)] }] }),
        },
      ];
    });
  },
};
