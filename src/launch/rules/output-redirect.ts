/** Output to a file and through the debugger at once. */
import { removeAttribute } from "../configuration.js";
import { dlvLacks } from "../dlv-version.js";
import type { Problem, Rule } from "../rule.js";

export const outputRedirect: Rule = {
  id: "output-redirect",
  about: "Output to a file and through the debugger at once",
  configuration(configuration, facts) {
    const mode = configuration.byName.get("outputMode");
    // An older dlv does not read stdoutTo and stderrTo.
    if (mode?.value.value !== "remote" || dlvLacks(facts, "1.26.0")) return [];
    return ["stdoutTo", "stderrTo"].flatMap((name): Problem[] => {
      const attribute = configuration.byName.get(name);
      if (!attribute || attribute.value.value === "") return [];
      return [
        {
          at: attribute.key,
          severity: "error",
          message: `\`${name}\` and \`outputMode: "remote"\` exclude each other: dlv fails the launch. You named a file, so the fix takes \`outputMode\` out.`,
          fix: { title: "Remove outputMode", changes: [removeAttribute(mode)] },
          alternatives: [{ title: `Remove ${name}`, changes: [removeAttribute(attribute)] }],
        },
      ];
    });
  },
};
