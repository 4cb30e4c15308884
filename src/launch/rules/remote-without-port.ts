/** Mode remote without the port of the server. */
import { modeOf, setAttribute } from "../configuration.js";
import type { Rule } from "../rule.js";

export const remoteWithoutPort: Rule = {
  id: "remote-without-port",
  about: "mode remote without the port of the server",
  configuration(configuration) {
    if (configuration.request !== "attach" || modeOf(configuration) !== "remote") return [];
    if (configuration.byName.has("port") || configuration.byName.has("debugServer")) return [];
    const at = configuration.byName.get("mode")?.value ?? configuration.node;
    return [
      {
        at,
        severity: "error",
        message:
          'Without `port` golang.go starts a new dlv instead of joining yours, and that one answers "no debugger found". The fix writes `port: 2345`, the port of the headless examples; change it to that of your server.',
        fix: { title: "Add port: 2345", changes: [setAttribute(configuration, "port", 2345)] },
      },
    ];
  },
};
