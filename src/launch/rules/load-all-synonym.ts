/** Asking for all goroutines in words that no tool reads. */
import { flagUses, outcomeOf, removeAttribute, setAttribute, withoutFlags } from "../configuration.js";
import type { Rule } from "../rule.js";

const SYNONYMS = [
  "dlvLoadAllConfig",
  "dlvLoadAllGoroutines",
  "loadAllGoroutines",
  "showAllGoroutines",
  "dlvShowAllGoroutines",
  "loadAll",
];

const FLAG = /^(?:dlv)?-?load-?all(?:-?goroutines|-?config)?$|^show-all-goroutines$/i;

export const loadAllSynonym: Rule = {
  id: "load-all-synonym",
  about: "Asking for all goroutines in words that no tool reads",
  configuration(configuration, facts) {
    const attributes = SYNONYMS.flatMap((name) => configuration.byName.get(name) ?? []);
    const flags = flagUses(configuration, (name) => FLAG.test(name)).filter(
      ({ name, attribute }) => attribute.name !== "args" || /^dlv/i.test(name), // a program may load all it wants
    );
    if (attributes.length === 0 && flags.length === 0) return [];
    const changes = [...withoutFlags(flags), ...attributes.map(removeAttribute)];
    const off = attributes.every(({ value }) => value.value === false) && flags.every(({ value }) => value === "false");
    if (!off) {
      if (!configuration.byName.has("dlvLoadAll")) changes.push(setAttribute(configuration, "dlvLoadAll", true));
      // The companions: nothing hidden, and labels where the program sets some.
      if (!configuration.byName.has("hideSystemGoroutines"))
        changes.push(setAttribute(configuration, "hideSystemGoroutines", false));
      if (!configuration.byName.has("showPprofLabels"))
        changes.push(setAttribute(configuration, "showPprofLabels", ["*"]));
    }
    const fix = { title: off ? "Remove it" : "Write dlvLoadAll, system goroutines and labels", changes };
    const truth = facts.proxy
      ? "The fix writes `dlvLoadAll`, with which the Go Diagnostics proxy lists every goroutine"
      : "Delve shows at most 1,024. The fix writes Go Diagnostics' own attribute `dlvLoadAll` (dlv ignores it too)";
    const sentence = `You wanted to see all goroutines. ${truth}, and the companions that dlv reads: \`hideSystemGoroutines: false\` and \`showPprofLabels\`.`;
    return [
      ...attributes.map(({ name, key }) => ({
        at: key,
        severity: "warning" as const,
        message: `dlv and golang.go ignore \`${name}\` in silence. ${sentence}`,
        fix,
      })),
      ...flags.map((use) => {
        const { severity, means } = outcomeOf(configuration, use.attribute.name);
        const message = `No version of dlv has a flag \`--${use.name}\`: ${means}. ${sentence}`;
        return { at: use.nodes[0], severity, message, fix };
      }),
    ];
  },
};
