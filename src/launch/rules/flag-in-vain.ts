/** A flag that dlv dap accepts in silence, and that changes nothing. */
import { startsDlv, withoutFlags } from "../configuration.js";
import { flagsIn } from "../flags.js";
import type { Rule } from "../rule.js";
import { NON_TERMINAL } from "./non-terminal-flag.js";

export const flagInVain: Rule = {
  id: "flag-in-vain",
  about: "A flag that dlv dap accepts in silence, and that changes nothing",
  configuration(configuration) {
    if (!startsDlv(configuration)) return [];
    return flagsIn(configuration.byName.get("dlvFlags"))
      .filter(({ name, dashes }) => name === NON_TERMINAL && dashes === 2)
      .map((use) => ({
        at: use.nodes[0],
        severity: "information",
        message: `\`dlv dap\` accepts \`--${NON_TERMINAL}\` and does nothing with it: the flag lets an interactive dlv run without a terminal, and the editor's dlv is never interactive. It has no bearing on heap profiles. It does no harm here.`,
        alternatives: [{ title: `Remove --${NON_TERMINAL}`, changes: withoutFlags([use]) }],
      }));
  },
  delveConfig: true,
};
