/** Go.goplsArgs, which does not exist. */
import { addWords, removeAttribute } from "../configuration.js";
import { type Attribute } from "../document.js";
import { SERVER_FLAGS } from "../gopls.js";
import type { Rule } from "../rule.js";

export const goplsArgs: Rule = {
  id: "gopls-args",
  about: "go.goplsArgs, which does not exist",
  settings(settings) {
    const attribute = settings.byName.get("go.goplsArgs");
    if (!attribute) return [];
    const words = flagWords(attribute);
    const present = settings.byName.has(SERVER_FLAGS);
    return [
      {
        at: attribute.key,
        severity: "warning",
        message: `golang.go has no setting \`go.goplsArgs\`: it is ignored. You wanted gopls to be started with these: the fix moves them to \`${SERVER_FLAGS}\`.`,
        fix: {
          title: `Move to ${SERVER_FLAGS}`,
          changes:
            !present && attribute.value.type === "array"
              ? [{ do: "replace", node: attribute.key, value: SERVER_FLAGS }]
              : [removeAttribute(attribute), ...(words.length ? addWords(settings, SERVER_FLAGS, words) : [])],
        },
      },
    ];
  },
};

function flagWords({ value }: Attribute): string[] {
  if (value.type === "string") return String(value.value).match(/\S+/g) ?? [];
  return (value.children ?? []).filter(({ type }) => type === "string").map((node) => String(node.value));
}
