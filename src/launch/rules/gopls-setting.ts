/** A setting that gopls does not have. */
import { code, removeAttribute } from "../configuration.js";
import { goplsSettings, setGopls, setTool } from "../gopls.js";
import { type Attribute, type Members, membersOf } from "../document.js";
import { olderThan } from "../dlv-version.js";
import { bytesOf } from "../memory-size.js";
import type { Facts, Problem, Rule } from "../rule.js";

export const goplsSetting: Rule = {
  id: "gopls-setting",
  about: "A setting that gopls does not have",
  settings(settings, facts) {
    return goplsSettings(settings).flatMap(({ name, attribute }) => judge(name, attribute, settings, facts));
  },
};

function judge(name: string, attribute: Attribute, settings: Members, facts: Facts): Problem[] {
  const { key, value } = attribute;
  const text = String(value.value);
  const remove = { title: `Remove ${name}`, changes: [removeAttribute(attribute)] };
  switch (name) {
    case "memoryLimit": {
      if (facts.gopls && olderThan(facts.gopls.version, "0.24.0")) {
        return [
          {
            at: key,
            severity: "warning",
            message: `gopls reads \`memoryLimit\` since 0.24; yours is ${facts.gopls.version} and answers "unexpected setting". Update gopls, or take it out.`,
            alternatives: [remove],
          },
        ];
      }
      if (value.type === "number") return [];
      const bytes = value.type === "string" ? bytesOf(text) : undefined;
      return [
        {
          at: value,
          severity: "error",
          message: `\`memoryLimit\` is a number of bytes: gopls refuses ${code(JSON.stringify(value.value ?? null))} ("invalid type string (want int64)") and runs without a limit. ${bytes === undefined ? "The fix takes it out." : `You wanted ${bytes} bytes: the fix writes that.`}`,
          fix:
            bytes === undefined
              ? remove
              : { title: `Write ${bytes}`, changes: [{ do: "replace", node: value, value: bytes }] },
        },
      ];
    }
    case "cacheDirectory": {
      const directory = value.type === "string" && text !== "" ? text : undefined;
      return [
        {
          at: key,
          severity: "error",
          message: `gopls has no setting \`cacheDirectory\` and shows an error for it. You wanted its cache elsewhere: ${directory ? "the fix writes the environment variable GOPLSCACHE in `go.toolsEnvVars`, which does that" : "that is the environment variable GOPLSCACHE; the fix takes the setting out"}.`,
          fix: {
            title: directory ? "Write GOPLSCACHE instead" : remove.title,
            changes: [removeAttribute(attribute), ...(directory ? setTool(settings, "GOPLSCACHE", directory) : [])],
          },
        },
      ];
    }
    case "watcherMode": {
      const mode = /^(?:off|poll|fsnotify)$/.test(text) ? text : /poll/i.test(text) ? "poll" : "fsnotify";
      const nested = attribute.property.parent === settings.node ? undefined : membersOf(attribute.property.parent);
      const there = nested?.byName.has("fileWatcher") === true;
      return [
        {
          at: key,
          severity: "error",
          message: `gopls has no setting \`watcherMode\` and shows an error for it. You wanted gopls to watch files itself: ${there ? "`fileWatcher` is there already, so the fix takes the other out" : `the fix writes \`fileWatcher: "${mode}"\` (off, fsnotify or poll; experimental)`}.`,
          fix: there
            ? remove
            : {
                title: `Write fileWatcher: "${mode}"`,
                changes: nested
                  ? [removeAttribute(attribute), { do: "add", to: nested.node, key: "fileWatcher", value: mode }]
                  : [removeAttribute(attribute), ...setGopls(settings, "fileWatcher", mode)],
              },
        },
      ];
    }
    case "memoryMode":
      if (value.type === "string" && text === "") return [];
      return [
        {
          at: key,
          severity: "warning",
          message:
            "`memoryMode` is obsolete: gopls ignores it and shows an error. You wanted gopls to use less memory: `memoryLimit` (bytes, from gopls 0.24 on) bounds it. The fix takes the old one out.",
          fix: remove,
        },
      ];
    case "semanticTokens":
    case "staticcheck":
    case "gofumpt":
    case "expandWorkspaceToModule": {
      if (value.type === "boolean" || value.type === "null") return [];
      const better = /^(?:true|false)$/i.test(text) ? text.toLowerCase() === "true" : undefined;
      return [
        {
          at: value,
          severity: "error",
          message: `\`${name}\` is true or false: gopls refuses ${code(JSON.stringify(value.value ?? null))} and shows an error. The fix ${better === undefined ? "takes it out" : `writes ${better}`}.`,
          fix:
            better === undefined
              ? remove
              : { title: `Write ${better}`, changes: [{ do: "replace", node: value, value: better }] },
        },
      ];
    }
    case "completionBudget":
      if (value.type === "string" && /^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$|^0$/.test(text)) return [];
      return [
        {
          at: value,
          severity: "error",
          message: `\`completionBudget\` is a duration such as "100ms": gopls refuses ${code(JSON.stringify(value.value ?? null))} and shows an error. ${value.type === "number" ? "The fix reads it as milliseconds." : "The fix takes it out; 100ms is the default."}`,
          fix:
            value.type === "number"
              ? { title: `Write "${text}ms"`, changes: [{ do: "replace", node: value, value: `${text}ms` }] }
              : remove,
        },
      ];
    default:
      return [];
  }
}
