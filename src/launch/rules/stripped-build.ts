/** L12: Build flags that strip debug information. */
import type { Change } from "../change.js";
import { buildsProgram, withoutFlags } from "../configuration.js";
import { type FlagUse, flagsIn, rawWords, splitWords } from "../flags.js";
import type { Rule } from "../rule.js";

export const strippedBuild: Rule = {
  id: "stripped-build",
  about: "Build flags that strip debug information",
  configuration(configuration) {
    if (!buildsProgram(configuration)) return [];
    return flagsIn(configuration.byName.get("buildFlags"))
      .filter((use) => use.name === "ldflags" && /(?:^|\s|'|")-[sw](?=$|\s|'|")/.test(use.value ?? ""))
      .map((use) => ({
        at: use.nodes[0],
        severity: "warning",
        message:
          '`-s` and `-w` strip the debug information that dlv works with: the program starts, but no breakpoint of the editor binds ("binary is stripped"), and there are no variables. They make release binaries smaller; the fix takes them out.',
        fix: { title: "Remove -s and -w", changes: unstripped(use) },
      }));
  },
};

function unstripped(use: FlagUse): Change[] {
  const kept = (use.value ?? "")
    .replace(/^(['"])([^]*)\1$/, "$2")
    .split(/\s+/)
    .filter((word) => word !== "-s" && word !== "-w" && word !== "")
    .join(" ");
  if (kept === "") return withoutFlags([use]);
  if (use.attribute.value.type === "array") return [{ do: "replace", node: use.nodes[0], value: `-ldflags=${kept}` }];
  const words = rawWords(String(use.attribute.value.value));
  const better = words.map((word) => (use.words.includes(splitWords(word)[0]) ? `-ldflags='${kept}'` : word));
  return [{ do: "replace", node: use.attribute.value, value: better.join(" ") }];
}
