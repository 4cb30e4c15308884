/** The kernel does not let debuggers join processes. */
import { modeOf } from "../configuration.js";
import type { Rule } from "../rule.js";

export const ptraceScope: Rule = {
  id: "ptrace-scope",
  about: "The kernel does not let debuggers join processes",
  configuration(configuration, facts) {
    if (configuration.request !== "attach" || modeOf(configuration) !== "local" || facts.goos !== "linux") return [];
    const scope = facts.ptraceScope ?? 0;
    if (scope < 1 || (facts.root === true && scope < 3) || configuration.byName.get("asRoot")?.value.value === true)
      return [];
    return [
      {
        at: configuration.byName.get("mode")?.value ?? configuration.byName.get("request")?.value ?? configuration.node,
        severity: "warning",
        message: `This kernel restricts ptrace (kernel.yama.ptrace_scope is ${scope}): ${scope >= 3 ? "no process can be joined until the next boot" : scope === 2 ? "only root may join a process" : "a process that was not started by dlv can be joined by root only"}. ${scope >= 3 ? "Launch the program instead." : 'Launch the program instead, add `asRoot: true` with `console: "integratedTerminal"`, or run `sudo sysctl kernel.yama.ptrace_scope=0`.'}`,
      },
    ];
  },
};
