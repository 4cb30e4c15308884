/** L6: A program that is not there, or no binary where one is needed. */
import { modeOf, setAttribute } from "../configuration.js";
import { stringAt } from "../document.js";
import type { Rule } from "../rule.js";

export const programNotFound: Rule = {
  id: "program-not-found",
  about: "A program that is not there, or no binary where one is needed",
  configuration(configuration, facts) {
    if (configuration.request !== "launch") return [];
    const mode = modeOf(configuration);
    const program = stringAt(configuration, "program");
    const attribute = configuration.byName.get("program");
    if (!attribute || !program) return [];
    const found = facts.paths && Object.hasOwn(facts.paths, program) ? facts.paths[program] : undefined;
    if (found === "missing") {
      return [
        {
          at: attribute.value,
          severity: "error",
          message: `\`${program}\` does not exist: the start fails. ${mode === "exec" || mode === "core" ? "Build the binary first (a preLaunchTask can), or name the right path." : "Name a package folder, or a .go file in it."}`,
        },
      ];
    }
    if ((mode === "exec" || mode === "core") && (found === "directory" || program.endsWith(".go"))) {
      return [
        {
          at: attribute.value,
          severity: "error",
          message: `Mode \`${mode}\` runs a built binary, and \`${program}\` is ${found === "directory" ? "a folder" : "a source file"}: the start fails. ${mode === "exec" ? "The fix writes mode `debug`, which builds it first." : "Name the binary that dumped the core."}`,
          ...(mode === "exec" && {
            fix: { title: 'Write mode: "debug"', changes: [setAttribute(configuration, "mode", "debug")] },
          }),
        },
      ];
    }
    if (["auto", "debug", "test"].includes(mode) && found === "file" && !program.endsWith(".go")) {
      return [
        {
          at: attribute.value,
          severity: "error",
          message: `Mode \`${mode}\` builds a package, and \`${program}\` is neither a folder nor a .go file: the start fails. To run a built binary the fix writes mode \`exec\`.`,
          fix: { title: 'Write mode: "exec"', changes: [setAttribute(configuration, "mode", "exec")] },
        },
      ];
    }
    return [];
  },
};
