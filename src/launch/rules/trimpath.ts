/** L12: -trimpath, with which breakpoints do not find their files. */
import { buildsProgram, withoutFlags } from "../configuration.js";
import { flagsIn } from "../flags.js";
import type { Rule } from "../rule.js";

export const trimpath: Rule = {
  id: "trimpath",
  about: "-trimpath, with which breakpoints do not find their files",
  configuration(configuration) {
    if (!buildsProgram(configuration) || configuration.byName.has("substitutePath")) return [];
    return flagsIn(configuration.byName.get("buildFlags"))
      .filter(({ name }) => name === "trimpath")
      .map((use) => ({
        at: use.nodes[0],
        severity: "warning",
        message:
          "With `-trimpath` the program does not know where its sources are: breakpoints in the editor do not bind unless `substitutePath` maps them back. The fix takes it out.",
        fix: { title: "Remove -trimpath", changes: withoutFlags([use]) },
      }));
  },
};
