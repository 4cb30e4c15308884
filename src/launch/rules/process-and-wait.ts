/** ProcessId together with waitFor. */
import { modeOf, removeAttribute } from "../configuration.js";
import type { Rule } from "../rule.js";

export const processAndWait: Rule = {
  id: "process-and-wait",
  about: "processId together with waitFor",
  configuration(configuration) {
    if (configuration.request !== "attach" || modeOf(configuration) !== "local") return [];
    const id = configuration.byName.get("processId");
    const wait = configuration.byName.get("waitFor");
    if (!id || !wait || id.value.value === 0 || wait.value.value === "") return [];
    return [
      {
        at: wait.key,
        severity: "error",
        message:
          "`processId` and `waitFor` exclude each other: dlv fails with \"'processId' and 'waitFor' are mutually exclusive\". The fix keeps `processId`.",
        fix: { title: "Remove waitFor", changes: [removeAttribute(wait)] },
        alternatives: [{ title: "Remove processId", changes: [removeAttribute(id)] }],
      },
    ];
  },
};
