/** A component that dlv's log does not have. */
import { startsDlv } from "../configuration.js";
import type { Change } from "../change.js";
import { dlvLacks, dlvName } from "../dlv-version.js";
import { LOG_OUTPUT, flagsIn } from "../flags.js";
import { nearest } from "../nearest.js";
import type { Facts, Problem, Rule } from "../rule.js";

export const logOutputValue: Rule = {
  id: "log-output-value",
  about: "A component that dlv's log does not have",
  configuration(configuration, facts) {
    if (!startsDlv(configuration)) return [];
    const problems: Problem[] = [];
    const judge = (at: Problem["at"], list: string, replace: (value: string | undefined) => Change[]) => {
      const values = list
        .split(",")
        .map((value) => value.trim())
        .filter((value) => value !== "" && !value.includes("${"));
      const wrong = values.filter(
        (value) => !Object.hasOwn(LOG_OUTPUT, value) || dlvLacks(facts, LOG_OUTPUT[value].since),
      );
      if (wrong.length === 0) return;
      const right = new Set(values.flatMap((value) => (wrong.includes(value) ? (meaning(value, facts) ?? []) : value)));
      const kept = [...right].join(",");
      problems.push({
        at,
        severity: "warning",
        message: `${dlvName(facts)} logs no component ${wrong.map((value) => `\`${value}\``).join(", ")}: it prints a warning and goes on without. It knows ${Object.keys(
          LOG_OUTPUT,
        )
          .filter((value) => !dlvLacks(facts, LOG_OUTPUT[value].since))
          .join(", ")}. The fix ${kept === "" ? "takes it out" : `writes \`${kept}\``}.`,
        fix: { title: kept === "" ? "Remove it" : `Log ${kept}`, changes: replace(kept === "" ? undefined : kept) },
      });
    };
    const attribute = configuration.byName.get("logOutput");
    if (attribute?.value.type === "string") {
      judge(attribute.value, String(attribute.value.value), (kept) => [
        kept === undefined
          ? { do: "remove", member: attribute.property }
          : { do: "replace", node: attribute.value, value: kept },
      ]);
    }
    for (const use of flagsIn(configuration.byName.get("dlvFlags"))) {
      if (use.name !== "log-output" || use.attribute.value.type !== "array") continue;
      judge(use.nodes[0], use.value ?? "", (kept) => [
        kept === undefined
          ? { do: "remove", member: use.nodes[0] }
          : { do: "replace", node: use.nodes[0], value: `--log-output=${kept}` },
        ...use.nodes.slice(1).map((member): Change => ({ do: "remove", member })),
      ]);
    }
    return problems;
  },
  delveConfig: true,
};

function meaning(value: string, facts: Facts): string | undefined {
  if (/^debug-?line(?:err|s)?$/i.test(value)) return "debuglineerr";
  return nearest(
    value,
    Object.keys(LOG_OUTPUT).filter((known) => !dlvLacks(facts, LOG_OUTPUT[known].since)),
  );
}
