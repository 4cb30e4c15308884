/** `--only-same-user=false` lets every local user run code as you. */
import { flagUses, startsDlv, withoutFlags } from "../configuration.js";
import type { Rule } from "../rule.js";

export const onlySameUser: Rule = {
  id: "only-same-user",
  about: "--only-same-user=false opens the debugger to other users",
  configuration(configuration) {
    if (!startsDlv(configuration)) return [];
    return flagUses(configuration, (name) => name === "only-same-user")
      .filter(({ value, attribute }) => attribute.name === "dlvFlags" && value === "false")
      .map((use) => ({
        at: use.nodes[0],
        severity: "information",
        message:
          "With `--only-same-user=false` every user of this machine can connect to the debugger, and a debugger can run any code as you. It is needed only when the editor and dlv run as different users.",
        alternatives: [{ title: "Remove --only-same-user=false", changes: withoutFlags([use]) }],
      }));
  },
  delveConfig: true,
};
