/** An attribute that no tool reads. */
import { ATTRIBUTES, attributeFact } from "../attributes.js";
import { removeAttribute } from "../configuration.js";
import { nearest } from "../nearest.js";
import type { Problem, Rule } from "../rule.js";
import { continueOnStart } from "./continue-on-start.js";
import { DEAD } from "./dead-attribute.js";
import { dlvArgs } from "./dlv-args.js";
import { dlvDapMode } from "./dlv-dap-mode.js";
import { followFork } from "./follow-fork.js";
import { loadAllSynonym } from "./load-all-synonym.js";

/** These rules know what is meant by names that no table has. */
const EXPLAINERS = [followFork, continueOnStart, loadAllSynonym, dlvArgs, dlvDapMode];

export const unknownAttribute: Rule = {
  id: "unknown-attribute",
  about: "An attribute that no tool reads",
  configuration(configuration, facts, document) {
    const unknown = configuration.list.filter(
      ({ name }) => !attributeFact(name) && !Object.hasOwn(DEAD, name) && !name.startsWith("__") && !name.includes("."),
    );
    if (unknown.length === 0) return [];
    const explained = new Set(
      EXPLAINERS.flatMap((rule) => rule.configuration?.(configuration, facts, document).map(({ at }) => at) ?? []),
    );
    return unknown
      .filter(({ key }) => !explained.has(key))
      .map((attribute): Problem => {
        const { name, key } = attribute;
        const meant = nearest(name, Object.keys(ATTRIBUTES));
        const free = meant !== undefined && !configuration.byName.has(meant);
        return {
          at: key,
          severity: "warning",
          isHarmless: meant === undefined,
          message: `Neither VS Code nor golang.go nor dlv knows \`${name}\`: it is ignored in silence. ${meant ? `You probably meant \`${meant}\`${free ? ": the fix writes that" : ", which is also there"}.` : "If another extension reads it, leave it."}`,
          ...(free && { fix: { title: `Write ${meant}`, changes: [{ do: "replace", node: key, value: meant }] } }),
          alternatives: [{ title: `Remove ${name}`, changes: [removeAttribute(attribute)] }],
        };
      });
  },
};
