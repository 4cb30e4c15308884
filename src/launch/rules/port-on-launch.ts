/** Port where golang.go would start dlv itself. */
import { modeOf, removeAttribute } from "../configuration.js";
import type { Rule } from "../rule.js";

export const portOnLaunch: Rule = {
  id: "port-on-launch",
  about: "port where golang.go would start dlv itself",
  configuration(configuration) {
    const attribute = configuration.byName.get("port");
    const port: unknown = attribute?.value.value;
    if (!attribute || port === 0 || modeOf(configuration) === "remote") return [];
    if (configuration.byName.get("debugAdapter")?.value.value === "legacy") return [];
    const host = configuration.byName.get("host");
    return [
      {
        at: attribute.key,
        // Only a person knows whether a server listens there; golang.go itself says the same at F5.
        severity: "information",
        message: `With \`port\` golang.go starts no dlv: it connects to port ${String(port)}, where you must have started \`dlv dap --listen=127.0.0.1:${String(port)}\` yourself, or the start fails. Without it golang.go starts dlv on a free port. Only you know which you want, so nothing is changed without asking.`,
        alternatives: [
          {
            title: `Remove port${host ? " and host" : ""}`,
            changes: [removeAttribute(attribute), ...(host ? [removeAttribute(host)] : [])],
          },
        ],
      },
    ];
  },
};
