/** A value that a setting of golang.go cannot have. */
import type { Node } from "jsonc-parser";
import { removeAttribute } from "../configuration.js";
import { nearest } from "../nearest.js";
import type { Problem, Rule } from "../rule.js";

interface SettingFact {
  readonly types: readonly string[];
  readonly values?: readonly string[];
}

/** Those that articles on memory and debugging tell people to set; from golang.go 0.58. */
const SETTINGS: Readonly<Record<string, SettingFact>> = {
  "go.useLanguageServer": { types: ["boolean"] },
  "go.languageServerFlags": { types: ["array"] },
  "go.toolsEnvVars": { types: ["object"] },
  "go.testEnvVars": { types: ["object"] },
  "go.delveConfig": { types: ["object"] },
  "go.alternateTools": { types: ["object"] },
  "go.buildFlags": { types: ["array"] },
  "go.testFlags": { types: ["array", "null"] },
  "go.testTimeout": { types: ["string"] },
  "go.formatTool": { types: ["string"], values: ["default", "gofmt", "goimports", "goformat", "gofumpt", "custom"] },
  "go.lintOnSave": { types: ["string"], values: ["file", "package", "workspace", "off"] },
  "go.vetOnSave": { types: ["string"], values: ["package", "workspace", "off"] },
  "go.buildOnSave": { types: ["string"], values: ["package", "workspace", "off"] },
  "go.lintTool": {
    types: ["string"],
    values: ["staticcheck", "golint", "golangci-lint", "golangci-lint-v2", "revive"],
  },
  "go.gopath": { types: ["string", "null"] },
  "go.goroot": { types: ["string", "null"] },
  "go.toolsManagement.autoUpdate": { types: ["boolean"] },
  "go.toolsManagement.checkForUpdates": { types: ["string"], values: ["proxy", "local", "off"] },
  "go.trace.server": { types: ["string"], values: ["off", "messages", "verbose"] },
};

export const goSetting: Rule = {
  id: "go-setting",
  about: "A value that a setting of golang.go cannot have",
  settings(settings) {
    return settings.list.flatMap((attribute): Problem[] => {
      const { name, value } = attribute;
      const fact = Object.hasOwn(SETTINGS, name) ? SETTINGS[name] : undefined;
      if (!fact || settings.byName.get(name) !== attribute) return [];
      const text = String(value.value);
      const remove = { title: `Remove ${name}`, changes: [removeAttribute(attribute)] };
      if (!fact.types.includes(value.type)) {
        const better = inRightType(value, fact);
        const usable = better !== undefined && (typeof better !== "string" || fact.values?.includes(better) === true);
        return [
          {
            at: value,
            severity: "warning",
            message: `\`${name}\` must be ${fact.types.filter((type) => type !== "null").join(" or ")}, not ${value.type}: golang.go ignores it or goes wrong. The fix ${usable ? `writes \`${JSON.stringify(better)}\`` : "takes it out"}.`,
            fix: usable
              ? { title: `Write ${JSON.stringify(better)}`, changes: [{ do: "replace", node: value, value: better }] }
              : remove,
          },
        ];
      }
      if (!fact.values || value.type !== "string" || fact.values.includes(text)) return [];
      const meant = nearest(text, fact.values);
      return [
        {
          at: value,
          severity: "warning",
          message: `\`${name}\` has no value \`${text}\`, only ${fact.values.join(", ")}. The fix ${meant ? `writes \`${meant}\`` : "takes it out, so that the default applies"}.`,
          fix: meant ? { title: `Write ${meant}`, changes: [{ do: "replace", node: value, value: meant }] } : remove,
        },
      ];
    });
  },
};

/** What was meant, in a type that the setting takes; undefined where that is a guess. */
function inRightType({ type, value }: Node, { types, values }: SettingFact): boolean | string | string[] | undefined {
  const text = String(value);
  if (types.includes("boolean")) return /^(?:true|false)$/i.test(text) ? text.toLowerCase() === "true" : undefined;
  if (types.includes("array") && type === "string") return text.match(/\S+/g) ?? [];
  // golang.go once took booleans here.
  if (values?.includes("off") !== true || type !== "boolean") return undefined;
  return value === true ? "package" : "off";
}
