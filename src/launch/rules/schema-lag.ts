/** An attribute that works although the editor underlines it. */
import { attributeFact } from "../attributes.js";
import { dlvLacks } from "../dlv-version.js";
import type { Problem, Rule } from "../rule.js";

export const schemaLag: Rule = {
  id: "schema-lag",
  about: "An attribute that works although the editor underlines it",
  configuration(configuration, facts) {
    return configuration.list.flatMap((attribute): Problem[] => {
      const fact = attributeFact(attribute.name);
      if (fact?.inSchema !== false || fact.reader !== "dlv" || dlvLacks(facts, fact.since)) return [];
      if (fact.request !== "both" && fact.request !== configuration.request) return [];
      return [
        {
          at: attribute.key,
          severity: "information",
          message: `\`${attribute.name}\` is fine: dlv reads it${fact.since ? ` since ${fact.since}` : ""}. The editor says "not allowed" only because golang.go's list of attributes does not have it yet.`,
        },
      ];
    });
  },
};
