/** Go.toolsEnvVars reaches more than gopls. */
import { type Attribute, objectAt } from "../document.js";
import { TOOLS_ENVIRONMENT } from "../gopls.js";
import type { Problem, Rule } from "../rule.js";

export const toolsEnvironment: Rule = {
  id: "tools-environment",
  about: "go.toolsEnvVars reaches more than gopls",
  settings(settings) {
    const variables = objectAt(settings, TOOLS_ENVIRONMENT);
    const problems: Problem[] = [];
    const tell = (variable: Attribute | undefined, better: string) => {
      if (!variable) return;
      problems.push({
        at: variable.key,
        severity: "information",
        message: `\`${variable.name}\` in \`${TOOLS_ENVIRONMENT}\` reaches gopls, and also every go command and the programs you debug. ${better}`,
      });
    };
    tell(
      variables?.byName.get("GOMEMLIMIT"),
      'For gopls alone there is `"gopls": { "memoryLimit": BYTES }`, from gopls 0.24 on.',
    );
    tell(variables?.byName.get("GOGC"), "There is no setting for gopls alone.");
    const debug = variables?.byName.get("GODEBUG");
    if (/gctrace=[1-9]/.test(String(debug?.value.value)))
      tell(
        debug,
        "The gc lines of gopls end up in its output channel, those of the others where you do not expect them.",
      );
    return problems;
  },
};
