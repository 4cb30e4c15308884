/** An attribute that the mode does not use. */
import { attributeFact } from "../attributes.js";
import { modeOf, removeAttribute } from "../configuration.js";
import type { Problem, Rule } from "../rule.js";

export const otherMode: Rule = {
  id: "other-mode",
  about: "An attribute that the mode does not use",
  configuration(configuration) {
    if (configuration.request !== "launch") return [];
    const mode = modeOf(configuration);
    return configuration.list.flatMap((attribute): Problem[] => {
      const fact = attributeFact(attribute.name);
      if (!fact?.modes || fact.request !== "launch" || fact.modes.includes(mode)) return [];
      if (!["exec", "replay", "core", "debug", "test", "auto"].includes(mode)) return [];
      const { name } = attribute;
      return [
        {
          at: attribute.key,
          severity: "warning",
          isHarmless: true,
          message: `With mode \`${mode}\` no tool reads \`${name}\` (it is for ${fact.modes.join(", ")})${name === "buildFlags" ? ": nothing is built, the binary is taken as it is" : ""}. The fix takes it out.`,
          fix: { title: `Remove ${name}`, changes: [removeAttribute(attribute)] },
        },
      ];
    });
  },
};
