/** Following child processes, asked for in words that no dlv knows. */
import { flagUses, outcomeOf, removeAttribute, setAttribute, withoutFlags } from "../configuration.js";
import type { Change } from "../change.js";
import type { Attribute } from "../document.js";
import { dlvLacks } from "../dlv-version.js";
import { splitWords } from "../flags.js";
import type { Facts, Problem, Rule } from "../rule.js";

const FLAG = /^(?:follow-?fork|follow-?exec|follow-?child(?:ren)?|subprocess(?:es)?)/i;
const SWITCHES = ["subprocess", "subprocesses", "followFork", "followForks", "followChildren", "followChild"];
const FILTERS = ["subprocessFilter", "subprocessRegex", "followForkFilter", "followForkRegex", "followChildrenRegex"];

export const followFork: Rule = {
  id: "follow-fork",
  about: "Following child processes in words that dlv does not know",
  configuration(configuration, facts) {
    // Among the program's own arguments only the word that articles use is surely meant for dlv.
    const flags = flagUses(configuration, (name) => FLAG.test(name)).filter(
      ({ name, attribute }) => attribute.name !== "args" || /^follow-?fork/i.test(name),
    );
    const attributes = [...SWITCHES, ...FILTERS].flatMap((name) => configuration.byName.get(name) ?? []);
    if (flags.length === 0 && attributes.length === 0) return [];

    const wanted = [
      ...flags.map(({ name, value }) => ({
        filter: isFilterName(name) || !isSwitchValue(value),
        value: value ?? "true",
      })),
      ...attributes.map((attribute) => ({ filter: isFilter(attribute), value: textOf(attribute) })),
    ];
    const filter = wanted.find((word) => word.filter)?.value;
    const on = filter !== undefined || wanted.some(({ value }) => !/^(?:false|0|no|parent)$/i.test(value));
    const attach = configuration.request === "attach";
    const changes: Change[] = [...withoutFlags(flags), ...attributes.map(removeAttribute)];
    if (on && !attach) {
      if (!configuration.byName.has("followExec")) changes.push(setAttribute(configuration, "followExec", true));
      if (filter !== undefined && !configuration.byName.has("followExecRegex"))
        changes.push(setAttribute(configuration, "followExecRegex", filter));
    }
    const fix = {
      title: on && !attach ? "Follow children with followExec" : "Remove what dlv does not know",
      changes,
    };
    const does = attach
      ? "dlv cannot follow children of a process it attached to, so the fix takes the words out."
      : on
        ? `The fix writes \`followExec\`${filter === undefined ? "" : " and `followExecRegex`"} instead${howItWorks(facts)}.`
        : "The fix takes the words out: not following is what dlv does by itself.";
    return [
      ...flags.map((use): Problem => {
        const { severity, means } = outcomeOf(configuration, use.attribute.name);
        return {
          at: use.nodes[0],
          severity,
          message: `No version of dlv has a flag \`--${use.name}\`: ${means}. You wanted to debug child processes too. ${does}`,
          fix,
        };
      }),
      ...attributes.map((attribute): Problem => {
        return {
          at: attribute.key,
          severity: "warning",
          message: `dlv and golang.go ignore \`${attribute.name}\` in silence. You wanted to debug child processes too. ${does}`,
          fix,
        };
      }),
    ];
  },
};

function howItWorks(facts: Facts): string {
  if (!dlvLacks(facts, "1.26.0")) return ", which dlv 1.26 and newer read";
  if (facts.proxy) return `; dlv ${facts.dlv?.version} does not read it, the Go Diagnostics proxy turns following on`;
  return `, which works from dlv 1.26 on (yours is ${facts.dlv?.version} and will not follow)`;
}

const isSwitchValue = (value: string | undefined) =>
  value === undefined || /^(?:true|false|0|1|yes|no|child|parent|on|off)$/i.test(value);
const isFilterName = (name: string) => /(?:filter|regex|name|match|pattern)$/i.test(name);

function isFilter({ name, value }: Attribute): boolean {
  return (
    FILTERS.includes(name) ||
    (value.type === "array" && (value.children ?? []).length > 0) ||
    (value.type === "string" && !isSwitchValue(String(value.value)))
  );
}

function textOf({ value }: Attribute): string {
  if (value.type === "array") return (value.children ?? []).map((node) => String(node.value)).join("|");
  return value.type === "string" ? splitWords(String(value.value)).join(" ") || "true" : String(value.value ?? "true");
}
