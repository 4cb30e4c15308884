/** What dlvLoadAll does. */
import type { Rule } from "../rule.js";

export const loadAll: Rule = {
  id: "load-all",
  about: "What dlvLoadAll does",
  configuration(configuration, facts) {
    const attribute = configuration.byName.get("dlvLoadAll");
    if (attribute?.value.value !== true) return [];
    const message = facts.proxy
      ? "`dlvLoadAll` is Go Diagnostics' own attribute: its proxy lists every goroutine with its stack, where Delve stops at 1,024."
      : "`dlvLoadAll` is Go Diagnostics' own attribute, and is kept. dlv and golang.go ignore it; Delve by itself shows at most 1,024 goroutines in the Call Stack view.";
    return [{ at: attribute.key, severity: "information", message }];
  },
};
