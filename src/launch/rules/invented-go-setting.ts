/** A setting of golang.go that does not exist. */
import { removeAttribute, setAttribute } from "../configuration.js";
import { objectAt } from "../document.js";
import type { Rule } from "../rule.js";

export const inventedGoSetting: Rule = {
  id: "invented-go-setting",
  about: "A setting of golang.go that does not exist",
  settings(settings) {
    const attribute = settings.byName.get("go.dlvDapMode");
    if (!attribute) return [];
    const off = /^(?:false|legacy|off)$/i.test(String(attribute.value.value));
    const adapter = off ? "legacy" : "dlv-dap";
    const delve = objectAt(settings, "go.delveConfig");
    const there = delve?.byName.has("debugAdapter") === true;
    return [
      {
        at: attribute.key,
        severity: "warning",
        message: `golang.go has no setting \`go.dlvDapMode\`: it is ignored. The adapter is chosen with \`debugAdapter\` in \`go.delveConfig\`: ${there ? "it is there, so the fix takes the other out" : `the fix writes \`${adapter}\` there`}.`,
        fix: {
          title: there ? "Remove go.dlvDapMode" : `Write debugAdapter: "${adapter}"`,
          changes: [
            removeAttribute(attribute),
            ...(there
              ? []
              : [
                  delve
                    ? setAttribute(delve, "debugAdapter", adapter)
                    : setAttribute(settings, "go.delveConfig", { debugAdapter: adapter }),
                ]),
          ],
        },
      },
    ];
  },
};
