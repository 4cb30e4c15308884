/** GOLANGPPROF, which nothing reads. */
import { addWords, removeAttribute } from "../configuration.js";
import { objectAt } from "../document.js";
import { flagsIn } from "../flags.js";
import { TOOLS_ENVIRONMENT } from "../gopls.js";
import type { Rule } from "../rule.js";

export const inventedEnvironment: Rule = {
  id: "invented-environment",
  about: "GOLANGPPROF, which nothing reads",
  configuration(configuration) {
    const variable = objectAt(configuration, "env")?.byName.get("GOLANGPPROF");
    if (!variable) return [];
    return [
      {
        at: variable.key,
        severity: "warning",
        message:
          "Neither Go nor gopls reads `GOLANGPPROF`. You wanted profiles over HTTP: a program serves them when it imports net/http/pprof and listens. The fix takes the variable out.",
        fix: { title: "Remove GOLANGPPROF", changes: [removeAttribute(variable)] },
      },
    ];
  },
  settings(settings) {
    const variable = objectAt(settings, TOOLS_ENVIRONMENT)?.byName.get("GOLANGPPROF");
    if (!variable) return [];
    const debugged = flagsIn(settings.byName.get("go.languageServerFlags")).some(({ name }) => name === "debug");
    return [
      {
        at: variable.key,
        severity: "warning",
        message:
          "Neither Go nor gopls reads `GOLANGPPROF`. You wanted gopls to serve its profiles: the fix gives it the flag `-debug=localhost:0`, a free port of this machine.",
        fix: {
          title: "Start gopls with -debug=localhost:0",
          changes: [
            removeAttribute(variable),
            ...(debugged ? [] : addWords(settings, "go.languageServerFlags", ["-debug=localhost:0"])),
          ],
        },
      },
    ];
  },
};
