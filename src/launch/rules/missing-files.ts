/** An environment file or a working directory that is not there. */
import { isElsewhere, isPrepared, pathFact, removeAttribute, usesLegacyAdapter } from "../configuration.js";
import { elementsAt, stringAt } from "../document.js";
import type { Problem, Rule } from "../rule.js";

/**
 * golang.go reads `envFile` and stops on one that it cannot read (extension/src/utils/envUtils.ts, parseEnvFile); it
 * does not add the workspace folder to a relative path. dlv starts the program in `cwd`; where that is missing, the
 * system says only that the binary was not found.
 */
export const missingFiles: Rule = {
  id: "missing-files",
  about: "An environment file or a working directory that is not there",
  configuration(configuration, facts, document) {
    if (configuration.request !== "launch" || isPrepared(configuration, document)) return [];
    const problems: Problem[] = [];
    const envFile = configuration.byName.get("envFile");
    const nodes = envFile?.value.type === "string" ? [envFile.value] : elementsAt(configuration, "envFile");
    for (const node of nodes) {
      const path = String(node.value ?? "");
      if (path === "" || path.startsWith("~") || pathFact(facts, path) !== "missing") continue;
      const member = node === envFile?.value ? envFile.property : node;
      problems.push({
        at: node,
        severity: "error",
        message: `\`${path}\` does not exist: golang.go stops with "Cannot load environment variables from file". Create it, or take it out.`,
        alternatives: [{ title: `Remove ${path}`.slice(0, 60), changes: [{ do: "remove", member }] }],
      });
    }
    const cwd = configuration.byName.get("cwd");
    const folder = stringAt(configuration, "cwd");
    if (!cwd || !folder || isElsewhere(configuration) || usesLegacyAdapter(configuration, facts)) return problems;
    const found = pathFact(facts, folder);
    if (found !== "missing" && found !== "file") return problems;
    problems.push({
      at: cwd.value,
      severity: "error",
      message: `\`${folder}\` ${found === "file" ? "is a file" : "does not exist"}, and the program should start in it: dlv stops with "could not launch process", as if the binary were not there. ${found === "file" ? "Name its folder" : "Create the folder"}, or take \`cwd\` out to start in the folder of \`program\`.`,
      alternatives: [{ title: "Remove cwd", changes: [removeAttribute(cwd)] }],
    });
    return problems;
  },
};
