/** `--continue-on-start` does not exist, and `--continue` is not for `dlv dap`. */
import { flagUses, outcomeOf, removeAttribute, setAttribute, withoutFlags } from "../configuration.js";
import type { Problem, Rule } from "../rule.js";

const FLAG = /^continue(?:-?on-?start(?:up)?)?$/i;
const ATTRIBUTES = ["continueOnStart", "continueOnStartup", "dlvContinueOnStart"];

export const continueOnStart: Rule = {
  id: "continue-on-start",
  about: "Letting the program run at once, in words that dlv dap does not know",
  configuration(configuration) {
    const flags = flagUses(
      configuration,
      (name) => FLAG.test(name), // a program may have a --continue of its own
    ).filter((use) => use.attribute.name !== "args" || use.name.toLowerCase() !== "continue");
    const attributes = ATTRIBUTES.flatMap((name) => configuration.byName.get(name) ?? []);
    if (flags.length === 0 && attributes.length === 0) return [];
    const stop =
      flags.some(({ value }) => value === "false") ||
      attributes.some(({ value }) => /^false$/i.test(String(value.value)));
    const fix = {
      title: `Write stopOnEntry: ${stop} instead`,
      changes: [
        ...withoutFlags(flags),
        ...attributes.map(removeAttribute),
        setAttribute(configuration, "stopOnEntry", stop),
      ],
    };
    const sentence = `You wanted the program to ${stop ? "wait" : "run on"} after the start: the fix writes \`stopOnEntry: ${stop}\`, which does that. (A headless server has \`--continue\` for it, with --headless and --accept-multiclient.)`;
    return [
      ...flags.map((use): Problem => {
        const what =
          use.name === "continue"
            ? "`dlv dap` has no flag `--continue`"
            : `No version of dlv has a flag \`--${use.name}\``;
        const { severity, means } = outcomeOf(configuration, use.attribute.name);
        return {
          at: use.nodes[0],
          severity,
          message: `${what}: ${means}. ${sentence}`,
          fix,
        };
      }),
      ...attributes.map(({ name, key }): Problem => ({
        at: key,
        severity: "warning",
        message: `dlv and golang.go ignore \`${name}\` in silence. ${sentence}`,
        fix,
      })),
    ];
  },
};
