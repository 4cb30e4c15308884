/** L12: -gcflags, which golang.go takes out. */
import type { Change } from "../change.js";
import { buildsProgram, removeAttribute, withoutFlags } from "../configuration.js";
import { type FlagUse, flagsIn } from "../flags.js";
import type { Rule } from "../rule.js";

export const gcflags: Rule = {
  id: "gcflags",
  about: "-gcflags, which golang.go takes out",
  configuration(configuration) {
    if (!buildsProgram(configuration)) return [];
    return flagsIn(configuration.byName.get("buildFlags"))
      .filter(({ name }) => name === "gcflags")
      .map((use) => ({
        at: use.nodes[0],
        severity: "warning",
        message:
          "golang.go takes `-gcflags` out of `buildFlags`; dlv builds with `-gcflags='all=-N -l'` (no optimisation, no inlining) by itself. The fix takes it out.",
        fix: { title: "Remove -gcflags", changes: withValue(use) },
      }));
  },
};

/** `["-gcflags", "all=-N -l"]`: the next element is the value. */
function withValue(use: FlagUse): Change[] {
  const list = use.attribute.value.children ?? [];
  const next = list.at(list.indexOf(use.nodes[0]) + 1);
  const separate =
    use.attribute.value.type === "array" &&
    use.value === undefined &&
    next &&
    next !== list[0] &&
    next.type === "string";
  if (!separate) return withoutFlags([use]);
  if (list.length === 2) return [removeAttribute(use.attribute)];
  return [
    { do: "remove", member: use.nodes[0] },
    { do: "remove", member: next },
  ];
}
