/** Flags for a dlv that is already running. */
import { modeOf, removeAttribute, startsDlv } from "../configuration.js";
import type { Problem, Rule } from "../rule.js";

const FOR_THE_START = ["dlvFlags", "showLog", "logOutput", "logDest"];

export const flagsForNobody: Rule = {
  id: "flags-for-nobody",
  about: "Flags for a dlv that is already running",
  configuration(configuration) {
    if (startsDlv(configuration)) return [];
    const remote = modeOf(configuration) === "remote";
    return FOR_THE_START.flatMap((name): Problem[] => {
      const attribute = configuration.byName.get(name);
      if (!attribute || attribute.value.value === false || attribute.value.children?.length === 0) return [];
      const remove = { title: `Remove ${name}`, changes: [removeAttribute(attribute)] };
      return [
        {
          at: attribute.key,
          severity: remote ? "warning" : "information",
          isHarmless: true,
          message: `golang.go starts no dlv here, it connects to one that runs: \`${name}\` is ignored in silence. Flags belong to the command line of that dlv. ${remote ? "The fix takes it out." : "Without `port`, golang.go would start dlv and hand them on."}`,
          ...(remote ? { fix: remove } : { alternatives: [remove] }),
        },
      ];
    });
  },
};
