/** A program that is not there, or no binary where one is needed. */
import { isElsewhere, isPrepared, modeOf, pathFact, setAttribute } from "../configuration.js";
import { stringAt } from "../document.js";
import type { Problem, Rule } from "../rule.js";

/**
 * For debug, test and auto golang.go itself looks at the path on this machine, no matter who started dlv
 * (extension/src/goDebugConfiguration.ts, parseDebugProgramArgSync). For exec and core only dlv does, on its own
 * machine. Tasks run before both (VS Code, debugService.ts, createSession).
 */
export const programNotFound: Rule = {
  id: "program-not-found",
  about: "A program that is not there, or no binary where one is needed",
  configuration(configuration, facts, document) {
    if (configuration.request !== "launch") return [];
    const mode = modeOf(configuration);
    const program = stringAt(configuration, "program");
    const attribute = configuration.byName.get("program");
    // `~` has a rule of its own.
    if (!attribute || !program || program.startsWith("~")) return [];
    const builds = ["auto", "debug", "test"].includes(mode);
    if (isPrepared(configuration, document) || (!builds && isElsewhere(configuration))) return [];
    const found = pathFact(facts, program);
    const problem = (message: string, meant?: string): Problem[] => [
      {
        at: attribute.value,
        severity: "error",
        message,
        ...(meant && {
          fix: { title: `Write mode: "${meant}"`, changes: [setAttribute(configuration, "mode", meant)] },
        }),
      },
    ];
    if (found === "missing" && builds) {
      return problem(
        `\`${program}\` does not exist: golang.go stops with "The program attribute … must be a valid directory or .go file". Name a package folder, or a .go file in it.`,
      );
    }
    if (found === "missing" && (mode === "exec" || mode === "core")) {
      return problem(
        `\`${program}\` does not exist: dlv stops with "could not launch process". Build the binary first (a preLaunchTask can), or name the right path.`,
      );
    }
    if ((mode === "exec" || mode === "core") && (found === "directory" || program.endsWith(".go"))) {
      const what = found === "directory" ? "a folder" : "a source file";
      return mode === "exec"
        ? problem(
            `Mode \`exec\` runs a built binary, and \`${program}\` is ${what}: the start fails. The fix writes mode \`debug\`, which builds it first.`,
            "debug",
          )
        : problem(
            `Mode \`core\` needs the binary that dumped the core, and \`${program}\` is ${what}: the start fails. Name that binary.`,
          );
    }
    if (builds && found === "file" && !program.endsWith(".go")) {
      return problem(
        `Mode \`${mode}\` builds a package, and \`${program}\` is neither a folder nor a .go file: golang.go stops with "must be a valid directory or .go file". To run a built binary the fix writes mode \`exec\`.`,
        "exec",
      );
    }
    return [];
  },
};
