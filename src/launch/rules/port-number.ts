/** A port that cannot be, or that only root may listen on. */
import { setAttribute } from "../configuration.js";
import type { Rule } from "../rule.js";

export const portNumber: Rule = {
  id: "port-number",
  about: "A port that cannot be, or that only root may listen on",
  configuration(configuration, facts) {
    const attribute = configuration.byName.get("port");
    const port: unknown = attribute?.value.value;
    if (!attribute || typeof port !== "number" || !Number.isInteger(port)) return [];
    const replace = { title: "Write 2345", changes: [setAttribute(configuration, "port", 2345)] };
    if (port < 0 || port > 65_535) {
      return [
        {
          at: attribute.value,
          severity: "error",
          message: `There is no port ${port} (1 to 65535): connecting fails. The fix writes 2345, Delve's usual one.`,
          fix: replace,
        },
      ];
    }
    if (port === 0 || port >= 1024 || facts.goos === "windows" || facts.root === true) return [];
    return [
      {
        at: attribute.value,
        severity: "warning",
        message: `Only root may listen on port ${port}: a dlv that you start as yourself cannot be there. You need a port from 1024 on; 2345 is usual. It must be the one the server listens on, so it is not changed without asking.`,
        alternatives: [replace],
      },
    ];
  },
};
