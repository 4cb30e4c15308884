/** A launch.json in which VS Code finds nothing to start. */
import { type Node, getNodeValue } from "jsonc-parser";
import type { Json } from "../change.js";
import { elementsAt, membersOf } from "../document.js";
import type { Rule } from "../rule.js";

/** VS Code reads `configurations` and `compounds` at the top of the file, and nothing else. */
export const noConfigurations: Rule = {
  id: "no-configurations",
  about: "A launch.json in which VS Code finds nothing to start",
  document({ kind, root, problems, compounds }) {
    const top = membersOf(root);
    if (kind !== "launch" || !root || !top || problems.length > 0 || top.list.length === 0) return [];
    if (compounds.length > 0 || top.byName.get("configurations")?.value.type === "array") return [];
    const nested = membersOf(top.byName.get("launch")?.value);
    const isOne = top.byName.has("type") && top.byName.has("request");
    const meant: Node | undefined = elementsAt(nested, "configurations").length > 0 ? nested?.node : undefined;
    const single: Json | undefined = isOne
      ? { version: "0.2.0", configurations: [getNodeValue(root) as Json] }
      : undefined;
    const value = single ?? (meant && (getNodeValue(meant) as Json));
    return [
      {
        at: top.list[0].key,
        severity: "warning",
        message: `This file has no \`configurations\`: F5 finds nothing to start in it. ${isOne ? "The fix puts this configuration into the list." : meant ? "`launch` belongs around them in settings.json only: the fix takes it off." : "Add one with **Go Diagnostics: Add configuration…**."}`,
        ...(value !== undefined && {
          fix: {
            title: isOne ? "Put it into configurations" : "Remove launch",
            changes: [{ do: "replace", node: root, value }],
          },
        }),
      },
    ];
  },
};
