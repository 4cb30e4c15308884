/** An attribute that only the other request has. */
import { attributeFact } from "../attributes.js";
import { modeOf, removeAttribute, usesLegacyAdapter } from "../configuration.js";
import type { Problem, Rule } from "../rule.js";

export const otherRequest: Rule = {
  id: "other-request",
  about: "An attribute that only the other request has",
  configuration(configuration, facts) {
    const { request } = configuration;
    if (request !== "launch" && request !== "attach") return [];
    const remote = request === "attach" && modeOf(configuration) === "remote";
    return configuration.list.flatMap((attribute): Problem[] => {
      const fact = attributeFact(attribute.name);
      if (!fact || fact.request === "both" || fact.request === request || attribute.name === "remotePath") return [];
      const { name } = attribute;
      // remotePath maps whichever of them the request has; its rule needs it.
      if ((name === "cwd" || name === "program") && configuration.byName.has("remotePath")) return [];
      // The legacy adapter reads cwd of an attach as the local source folder.
      if (name === "cwd" && usesLegacyAdapter(configuration, facts)) return [];
      const why =
        remote && name === "program"
          ? "with mode remote the dlv at the other end has started the program already"
          : request === "attach"
            ? "the process runs already"
            : "the program is started, not joined";
      return [
        {
          at: attribute.key,
          severity: "warning",
          isHarmless: true,
          message: `\`${name}\` belongs to \`${fact.request}\`; a configuration that says \`${request}\` ignores it in silence, since ${why}. The fix takes it out.`,
          fix: { title: `Remove ${name}`, changes: [removeAttribute(attribute)] },
        },
      ];
    });
  },
};
