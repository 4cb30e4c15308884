/** A flag that this dlv rejects. */
import { setAttribute, startsDlv, takesAttribute, withoutFlags } from "../configuration.js";
import type { Change } from "../change.js";
import { dlvName } from "../dlv-version.js";
import { FLAGS, type FlagUse, dapTakes, flagsIn } from "../flags.js";
import { nearest } from "../nearest.js";
import type { Problem, Rule } from "../rule.js";
import { continueOnStart } from "./continue-on-start.js";
import { followFork } from "./follow-fork.js";
import { loadAllSynonym } from "./load-all-synonym.js";

export const unknownFlag: Rule = {
  id: "unknown-flag",
  about: "A flag that this dlv rejects",
  configuration(configuration, facts, document) {
    if (!startsDlv(configuration)) return [];
    const uses = flagsIn(configuration.byName.get("dlvFlags"));
    if (uses.every((use) => use.dashes === 2 && dapTakes(facts, use.name) && !withoutBlank(use))) return [];
    // Those three know what was meant.
    const explained = new Set(
      [followFork, continueOnStart, loadAllSynonym].flatMap(
        (rule) => rule.configuration?.(configuration, facts, document).map(({ at }) => at) ?? [],
      ),
    );
    const inSettings = configuration.type !== "go";
    return uses.flatMap((use): Problem[] => {
      if (!inSettings && explained.has(use.nodes[0])) return [];
      if (use.dashes === 1) return []; // shorthands, which have a rule of their own
      const known = dapTakes(facts, use.name);
      const misspelt = known ? withoutBlank(use) : undefined;
      if (known && !misspelt) return [];
      const elsewhere = Object.hasOwn(FLAGS, use.name) ? FLAGS[use.name] : undefined;
      const meant = misspelt ?? (elsewhere ? undefined : respelling(use));
      const attributeName = elsewhere?.attribute;
      const changes: Change[] =
        meant !== undefined
          ? [
              { do: "replace", node: use.nodes[0], value: meant },
              ...use.nodes.slice(1).map((member): Change => ({ do: "remove", member })),
            ]
          : withoutFlags([use]);
      let does = meant !== undefined ? `the fix writes \`${meant}\`` : "the fix takes it out";
      if (
        !inSettings &&
        attributeName &&
        takesAttribute(configuration, attributeName) &&
        use.value &&
        attributeName !== "console" &&
        meant === undefined
      ) {
        if (!configuration.byName.has(attributeName))
          changes.push(setAttribute(configuration, attributeName, use.value));
        does = `the fix writes the attribute \`${attributeName}\`, which does the same`;
      }
      const where =
        elsewhere && !known
          ? ` (\`dlv ${elsewhere.on[0]}\` has it${elsewhere.since ? ` since ${elsewhere.since}` : ""})`
          : "";
      return [
        {
          at: use.nodes[0],
          severity: "error",
          message: `${dlvName(facts)} does not know \`${use.text}\` under \`dlv dap\`${where}: it prints "unknown flag" and exits before it listens, with exit code 0, so the start fails with a timeout. You wanted dlv to take it: ${does}.`,
          fix: { title: meant !== undefined ? `Write ${meant}` : `Remove ${use.text}`, changes },
        },
      ];
    });
  },
  delveConfig: true,
};

/** A blank where "=" belongs, inside one element: to dlv the blank is part of the name. */
function withoutBlank(use: FlagUse): string | undefined {
  return /^--[\w-]+ /.test(String(use.nodes[0].value)) ? `--${use.name}=${(use.value ?? "").trim()}` : undefined;
}

function respelling(use: FlagUse): string | undefined {
  const name = nearest(
    use.name,
    Object.keys(FLAGS).filter((flag) => FLAGS[flag].on.includes("dap")),
  );
  return name === undefined ? undefined : `--${name}${use.value === undefined ? "" : `=${use.value.trim()}`}`;
}
