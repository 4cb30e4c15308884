/** A request that is neither launch nor attach. */
import { setAttribute } from "../configuration.js";
import { stringAt } from "../document.js";
import type { Rule } from "../rule.js";

export const wrongRequest: Rule = {
  id: "wrong-request",
  about: "A request that is neither launch nor attach",
  configuration(configuration) {
    const attribute = configuration.byName.get("request");
    if (configuration.request === "launch" || configuration.request === "attach") return [];
    const attaches =
      configuration.byName.has("processId") ||
      configuration.byName.has("waitFor") ||
      ["local", "remote"].includes(stringAt(configuration, "mode") ?? "");
    const meant = attaches ? "attach" : "launch";
    return [
      {
        at: attribute?.value ?? configuration.byName.get("name")?.value ?? configuration.node,
        severity: "error",
        message: `\`request\` must be launch or attach${attribute ? "" : " and is missing"}: VS Code does not start the configuration. By its other attributes you wanted \`${meant}\`: the fix writes that.`,
        fix: { title: `Write request: "${meant}"`, changes: [setAttribute(configuration, "request", meant)] },
      },
    ];
  },
};
