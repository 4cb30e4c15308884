/** A folder or file of which go makes no program: a library, no Go files, one file of several. */
import { isPrepared, modeOf, setAttribute } from "../configuration.js";
import { stringAt } from "../document.js";
import type { Plan, Problem, Rule } from "../rule.js";

/**
 * dlv builds `program` as it is named: a folder as a package, a file alone (pkg/gobuild/gobuild.go). With mode auto
 * golang.go takes test where a test file is open or named (extension/src/goDebugConfiguration.ts,
 * resolveDebugConfiguration); with mode test it takes the folder of a test file.
 */
export const programPackage: Rule = {
  id: "program-package",
  about: "A program of which go makes none: a library, a folder without Go files, one file of several",
  configuration(configuration, facts, document) {
    const mode = modeOf(configuration);
    const attribute = configuration.byName.get("program");
    const program = stringAt(configuration, "program");
    if (configuration.request !== "launch" || !attribute || !program) return [];
    if (!["auto", "debug", "test"].includes(mode) || isPrepared(configuration, document)) return [];
    const error = (message: string, fix?: Plan, alternatives?: readonly Plan[]): Problem[] => [
      { at: attribute.value, severity: "error", message, fix, alternatives },
    ];
    const modeTest = { title: 'Write mode: "test"', changes: [setAttribute(configuration, "mode", "test")] };
    if (mode === "debug" && program.endsWith("_test.go")) {
      return error(
        `\`${program}\` holds tests, and mode \`debug\` builds a program: go build fails. The fix writes mode \`test\`.`,
        modeTest,
      );
    }
    const fact = facts.packages && Object.hasOwn(facts.packages, program) ? facts.packages[program] : undefined;
    if (!fact) return [];
    const isFile = program.endsWith(".go");
    if (fact.kind === "none") {
      return error(
        `\`${program}\` has no Go files: go says "no Go files in" it, and the build fails. Name the folder of a package main, such as \`\${workspaceFolder}/cmd/NAME\`.`,
      );
    }
    if (mode === "test") {
      if (fact.hasTests && (!isFile || program.endsWith("_test.go"))) return [];
      const isLone = isFile && fact.hasTests;
      return [
        {
          at: attribute.value,
          severity: "information",
          message: `${isLone ? `Mode \`test\` builds \`${program}\` alone, which is no test file` : `There is no _test.go file in \`${program}\` yet`}: go says "no test files", and there is nothing to start.${isLone ? " Name the folder." : ""}`,
        },
      ];
    }
    if (fact.kind === "library") {
      // Whether auto means test is known when a file is open.
      if (mode === "auto" && fact.hasTests && !isFile) return [];
      return error(
        `\`${program}\` is ${isFile ? "a file of " : ""}a library, not package main: go build makes no program of it, and dlv stops with "not an executable file". Name the folder of a package main${fact.hasTests ? ", or debug its tests with mode `test`" : ""}.`,
        undefined,
        fact.hasTests && !isFile ? [modeTest] : undefined,
      );
    }
    const missing = fact.declaredElsewhere ?? [];
    if (!isFile || missing.length === 0) return [];
    const folder = folderOf(program);
    return error(
      `dlv has \`${program}\` built alone, and it uses what other files of its folder declare: the build fails with "undefined: ${missing[0]}". ${fact.mains === 1 ? "The fix names the folder." : "Name the folder."}`,
      fact.mains === 1
        ? { title: `Write ${folder}`, changes: [{ do: "replace", node: attribute.value, value: folder }] }
        : undefined,
    );
  },
};

function folderOf(file: string): string {
  const folder = file.replace(/[\\/]?[^\\/]*$/, "");
  return folder === "" ? "." : folder;
}
