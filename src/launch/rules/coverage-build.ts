/** A coverage file, but a test binary without coverage. */
import { addWords, modeOf } from "../configuration.js";
import { flagsIn } from "../flags.js";
import type { Rule } from "../rule.js";

export const coverageBuild: Rule = {
  id: "coverage-build",
  about: "A coverage file, but a test binary without coverage",
  configuration(configuration) {
    if (configuration.request !== "launch" || modeOf(configuration) !== "test") return [];
    const use = flagsIn(configuration.byName.get("args")).find(
      ({ name }) => name === "test.coverprofile" || name === "coverprofile",
    );
    const covered = flagsIn(configuration.byName.get("buildFlags")).some(({ name }) => /^cover/.test(name));
    const moving = flagsIn(configuration.byName.get("args")).some(({ name }) => /^cover(?!profile)/.test(name));
    if (!use || covered || moving) return [];
    return [
      {
        at: use.nodes[0],
        severity: "error",
        message:
          "A test binary that was not built for coverage stops on a coverage file. You wanted one: the fix adds `-cover` to `buildFlags`.",
        fix: { title: "Add -cover to buildFlags", changes: addWords(configuration, "buildFlags", ["-cover"]) },
      },
    ];
  },
};
