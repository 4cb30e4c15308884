/** DlvFlags that is no list of strings. */
import { removeAttribute } from "../configuration.js";
import type { Rule } from "../rule.js";

export const flagList: Rule = {
  id: "flag-list",
  about: "dlvFlags that is no list of strings",
  configuration(configuration) {
    const attribute = configuration.byName.get("dlvFlags");
    if (attribute?.value.type !== "string") return [];
    const words = String(attribute.value.value).match(/\S+/g) ?? [];
    return [
      {
        at: attribute.value,
        severity: "warning",
        message:
          "`dlvFlags` must be a list: golang.go takes a string apart into single letters, and dlv ignores them. You wanted these flags: the fix writes them as a list.",
        fix: {
          title: "Write a list",
          changes:
            words.length > 0 ? [{ do: "replace", node: attribute.value, value: words }] : [removeAttribute(attribute)],
        },
      },
    ];
  },
  delveConfig: true,
};
