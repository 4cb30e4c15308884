/** Flags for dlv under names that no tool reads; the place is `dlvFlags`. */
import { addWords, removeAttribute } from "../configuration.js";
import type { Change } from "../change.js";
import type { Problem, Rule } from "../rule.js";
import { splitWords } from "../flags.js";

const NAMES = ["dlvArgs", "delveArgs", "delveFlags", "dlvFlag", "dlvOptions"];

export const dlvArgs: Rule = {
  id: "dlv-args",
  about: "Flags for dlv under a name that no tool reads",
  configuration(configuration) {
    const found = NAMES.flatMap((name) => configuration.byName.get(name) ?? []);
    return found.map((attribute, index): Problem => {
      const { name, key, value } = attribute;
      const words =
        value.type === "string"
          ? splitWords(String(value.value))
          : (value.children ?? []).filter(({ type }) => type === "string").map((node) => String(node.value));
      const target = configuration.byName.get("dlvFlags");
      let changes: Change[];
      if (words.length === 0) changes = [removeAttribute(attribute)];
      else if (target || index > 0) {
        const present = (target?.value.children ?? []).map((node) => String(node.value));
        changes = [
          removeAttribute(attribute),
          ...addWords(
            configuration,
            "dlvFlags",
            words.filter((word) => !present.includes(word)),
          ),
        ];
      } else if (value.type === "array") changes = [{ do: "replace", node: key, value: "dlvFlags" }];
      else
        changes = [
          { do: "replace", node: key, value: "dlvFlags" },
          { do: "replace", node: value, value: words },
        ];
      return {
        at: key,
        severity: "warning",
        message: `dlv and golang.go ignore \`${name}\` in silence. You wanted dlv to be started with these flags: ${words.length === 0 ? "there are none, so the fix takes it out" : "the fix moves them to `dlvFlags`, which golang.go hands to `dlv dap`"}.`,
        fix: { title: words.length === 0 ? `Remove ${name}` : `Move ${name} to dlvFlags`, changes },
      };
    });
  },
  delveConfig: true,
};
