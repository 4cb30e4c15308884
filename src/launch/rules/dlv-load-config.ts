/** `dlvLoadConfig` is read by the legacy adapter only. */
import { removeAttribute, setAttribute, usesLegacyAdapter } from "../configuration.js";
import { membersOf } from "../document.js";
import { dlvLacks, dlvName } from "../dlv-version.js";
import type { Rule } from "../rule.js";

/** Delve's own defaults: a limit that equals one needs no attribute. */
const LIMITS = { maxStringLen: 512, maxArrayValues: 64 };

export const dlvLoadConfig: Rule = {
  id: "dlv-load-config",
  about: "dlvLoadConfig, which dlv-dap ignores",
  configuration(configuration, facts) {
    const attribute = configuration.byName.get("dlvLoadConfig");
    if (!attribute || usesLegacyAdapter(configuration, facts)) return [];
    const wanted = membersOf(attribute.value)?.byName;
    const translated = Object.entries(LIMITS).flatMap(([name, usual]) => {
      const value: unknown = wanted?.get(name)?.value.value;
      // A smaller limit than Delve's own was the legacy adapter's default, copied along, not a wish.
      return typeof value === "number" && Number.isInteger(value) && value > usual && !configuration.byName.has(name)
        ? [{ name, value }]
        : [];
    });
    const inSettings = configuration.type !== "go";
    const possible = !inSettings && !dlvLacks(facts, "1.27.1");
    const sentence =
      inSettings || translated.length === 0
        ? "dlv-dap loads more when you unfold a variable, so the fix takes it out."
        : possible
          ? `The fix keeps your limits as ${translated.map(({ name }) => `\`${name}\``).join(" and ")}, which dlv reads since 1.27.1.`
          : `The fix takes it out; your limits have a place (\`maxStringLen\`, \`maxArrayValues\`) from dlv 1.27.1 on, and this is ${dlvName(facts)}.`;
    return [
      {
        at: attribute.key,
        severity: "warning",
        isHarmless: translated.length === 0,
        message: `Only the legacy debug adapter reads \`dlvLoadConfig\`; dlv-dap ignores it. You wanted longer values to be shown. ${sentence}`,
        fix: {
          title: possible && translated.length > 0 ? "Translate dlvLoadConfig" : "Remove dlvLoadConfig",
          changes: [
            removeAttribute(attribute),
            ...(possible ? translated.map(({ name, value }) => setAttribute(configuration, name, value)) : []),
          ],
        },
      },
    ];
  },
  delveConfig: true,
};
