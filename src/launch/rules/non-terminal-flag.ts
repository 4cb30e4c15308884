/** `--allow-non-terminal-interactive` where dlv does not see it. */
import { addWords, destinationOf, flagUses, withoutFlags } from "../configuration.js";
import type { Rule } from "../rule.js";

export const NON_TERMINAL = "allow-non-terminal-interactive";

export const nonTerminalFlag: Rule = {
  id: "non-terminal-flag",
  about: "--allow-non-terminal-interactive where dlv does not see it",
  configuration(configuration) {
    const uses = flagUses(configuration, (name) => name === NON_TERMINAL);
    const astray = uses.filter(({ attribute }) => attribute.name !== "dlvFlags");
    const there = astray.length < uses.length;
    return astray.map((use) => {
      const place = use.attribute.name;
      const flag = `--${NON_TERMINAL}${use.value === undefined ? "" : `=${use.value}`}`;
      return {
        at: use.nodes[0],
        severity: place === "buildFlags" ? "error" : "warning",
        message: `\`--${NON_TERMINAL}\` is a flag of dlv, and ${destinationOf(place)}. You wanted dlv to have it: the fix moves it to \`dlvFlags\`. What it does there: it lets an interactive dlv run without a terminal; \`dlv dap\`, which the editor starts, accepts it and does nothing with it, and it has no bearing on heap profiles.`,
        fix: {
          title: `Move --${NON_TERMINAL} to dlvFlags`,
          changes: [...withoutFlags([use]), ...(there ? [] : addWords(configuration, "dlvFlags", [flag]))],
        },
      };
    });
  },
};
