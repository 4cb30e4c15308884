/** A terminal that golang.go does not open, or root without a terminal. */
import { modeOf, removeAttribute, setAttribute } from "../configuration.js";
import { stringAt } from "../document.js";
import type { Problem, Rule } from "../rule.js";

export const consoleInVain: Rule = {
  id: "console-in-vain",
  about: "A terminal that golang.go does not open, or root without a terminal",
  configuration(configuration, facts) {
    const attribute = configuration.byName.get("console");
    const terminal = ["integratedTerminal", "externalTerminal"].includes(stringAt(configuration, "console") ?? "");
    const problems: Problem[] = [];
    const elsewhere = modeOf(configuration) === "remote" || (configuration.byName.get("port")?.value.value ?? 0) !== 0;
    if (attribute && terminal && elsewhere) {
      problems.push({
        at: attribute.key,
        severity: "warning",
        isHarmless: true,
        message:
          "golang.go ignores `console` when it connects to a dlv that is already running: the program runs, prints and reads there. The fix takes it out.",
        fix: { title: "Remove console", changes: [removeAttribute(attribute)] },
      });
    }
    const root = configuration.byName.get("asRoot");
    if (root?.value.value === true && !elsewhere) {
      if (facts.goos === "windows") {
        problems.push({
          at: root.key,
          severity: "warning",
          message: "`asRoot` means sudo, which Windows does not have: it is ignored. The fix takes it out.",
          fix: { title: "Remove asRoot", changes: [removeAttribute(root)] },
        });
      } else if (!terminal) {
        problems.push({
          at: root.key,
          severity: "warning",
          message:
            'golang.go ignores `asRoot` unless `console` is a terminal, where sudo can ask for the password. The fix writes `console: "integratedTerminal"`.',
          fix: {
            title: 'Write console: "integratedTerminal"',
            changes: [setAttribute(configuration, "console", "integratedTerminal")],
          },
        });
      }
    }
    return problems;
  },
};
