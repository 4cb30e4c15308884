/** L6: port where golang.go would start dlv itself. */
import { isPrepared, modeOf, removeAttribute } from "../configuration.js";
import { stringAt } from "../document.js";
import type { Rule } from "../rule.js";

export const portOnLaunch: Rule = {
  id: "port-on-launch",
  about: "port where golang.go would start dlv itself",
  configuration(configuration, _facts, document) {
    const attribute = configuration.byName.get("port");
    const port: unknown = attribute?.value.value;
    if (!attribute || port === 0 || modeOf(configuration) === "remote") return [];
    if (configuration.byName.get("debugAdapter")?.value.value === "legacy") return [];
    const host = configuration.byName.get("host");
    const isNear = /^(?:|localhost|127\..*|::1|0\.0\.0\.0)$/.test(stringAt(configuration, "host") ?? "");
    const isMeant = !isNear || isPrepared(configuration, document);
    return [
      {
        at: attribute.key,
        // Who names another machine, or starts a task before, knows what listens there.
        severity: isMeant ? "information" : "warning",
        isHarmless: true,
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
