/** L6: remotePath, which only the legacy adapter reads. */
import { removeAttribute, setAttribute, usesLegacyAdapter } from "../configuration.js";
import { stringAt } from "../document.js";
import type { Rule } from "../rule.js";

export const remotePath: Rule = {
  id: "remote-path",
  about: "remotePath, which only the legacy adapter reads",
  configuration(configuration, facts) {
    const attribute = configuration.byName.get("remotePath");
    if (!attribute || usesLegacyAdapter(configuration, facts)) return [];
    const to = stringAt(configuration, "remotePath") ?? "";
    const mappings = configuration.byName.get("substitutePath");
    const from = "${workspaceFolder}";
    const mapping = { from, to };
    const useful = to !== "" && to !== from && configuration.request === "attach";
    return [
      {
        at: attribute.key,
        severity: "warning",
        message: `dlv-dap ignores \`remotePath\`. You wanted the sources of this machine to match those on the other: ${useful ? "the fix writes a `substitutePath`" : "here it maps nothing, so the fix takes it out"}.`,
        fix: {
          title: useful ? "Write substitutePath instead" : "Remove remotePath",
          changes: [
            removeAttribute(attribute),
            ...(!useful
              ? []
              : mappings?.value.type === "array"
                ? [{ do: "append" as const, to: mappings.value, value: mapping }]
                : [setAttribute(configuration, "substitutePath", [mapping])]),
          ],
        },
      },
    ];
  },
};
