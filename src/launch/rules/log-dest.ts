/** A log file that golang.go refuses. */
import { startsDlv } from "../configuration.js";
import type { Rule } from "../rule.js";

export const logDest: Rule = {
  id: "log-dest",
  about: "A log file that golang.go refuses",
  configuration(configuration, facts) {
    if (!startsDlv(configuration)) return [];
    const attribute = configuration.byName.get("logDest");
    if (!attribute) return [];
    const { value } = attribute;
    const text = value.type === "string" ? String(value.value) : undefined;
    const absolute = text === undefined || text === "" || /^(?:[\\/]|[A-Za-z]:[\\/]|\$\{)/.test(text);
    if (facts.goos !== "windows" && text !== undefined && absolute) return [];
    const why =
      facts.goos === "windows"
        ? "golang.go does not support `logDest` on Windows"
        : text === undefined
          ? "golang.go refuses a number (a file descriptor) as `logDest`"
          : "golang.go refuses a relative path as `logDest`";
    const better =
      facts.goos !== "windows" && text !== undefined ? "${workspaceFolder}/" + text.replace(/^\.[\\/]/, "") : undefined;
    return [
      {
        at: value,
        severity: "error",
        message: `${why}, and the start fails. You wanted dlv's log in a file: the fix ${better ? `writes \`${better}\`` : "takes it out, and the log goes to the Debug Console"}.`,
        fix: better
          ? { title: `Write ${better}`, changes: [{ do: "replace", node: value, value: better }] }
          : { title: "Remove logDest", changes: [{ do: "remove", member: attribute.property }] },
      },
    ];
  },
};
