/**
 * The lint and, in one table, the architecture: who may import whom.
 *
 * A part may import itself and what its row names; everything else (another part, a package, Node,
 * VS Code) is an error. A new package is therefore a visible line here. `test/architecture.test.ts`
 * plants a violation of every row and sees it caught.
 */
import { fileURLToPath } from "node:url";
import eslint from "@eslint/js";
import tseslint from "typescript-eslint";

export const may = {
  core: [],
  launch: ["core", "jsonc-parser", "zod"],
  process: ["core", "node:"],
  delve: ["core", "process", "node:", "@vscode/debugprotocol", "@vscode/debugadapter"],
  capture: ["core", "process", "node:", "pako", "zod"],
  machine: ["core", "launch", "delve", "capture", "process", "node:"],
  cli: ["core", "launch", "machine", "process", "delve", "capture", "node:", "commander"],
  extension: [
    "core",
    "launch",
    "machine",
    "process",
    "delve",
    "capture",
    "webview/protocol",
    "node:",
    "vscode",
    "vscode-languageclient",
  ],
  webview: ["core", "d3-flame-graph", "d3-selection", "pako"],
};

const folderOf = (part) => (part === "webview" ? "webview" : `src/${part}`);

/** A regular expression over import paths that matches everything a part may not import. */
function forbidden(part, allowed) {
  const parts = Object.keys(may);
  const relative = parts
    .filter((other) => other !== part && !allowed.includes(other))
    .map((other) => (allowed.includes(`${other}/protocol`) ? `${other}/(?!protocol\\.js$)` : `${other}/`));
  const packages = allowed.filter((name) => !parts.includes(name.split("/")[0]));
  const bare = packages.map((name) => (name.endsWith(":") ? name : `${name}(?:/|$)`));
  const outside = [`(?:\\.\\./)+(?:src/)?(?:${relative.join("|")}|test/|dist/)`];
  return `^(?:${outside.join("|")}|(?!\\.)${bare.length ? `(?!${bare.join("|")})` : ""})`;
}

const rows = Object.entries(may).map(([part, allowed]) => {
  const regex = forbidden(part, allowed);
  const message = `${folderOf(part)} may import only itself${allowed.map((name) => `, ${name}`).join("")} (the table in eslint.config.mjs).`;
  return {
    files: [`${folderOf(part)}/**/*.ts`],
    rules: {
      "no-restricted-imports": ["error", { patterns: [{ regex, message }] }],
      // The rule above does not see import().
      "no-restricted-syntax": [
        "error",
        { selector: `ImportExpression[source.value=/${regex.replaceAll("/", "\\u002f")}/]`, message },
      ],
    },
  };
});

export default tseslint.config(
  { ignores: ["dist", "node_modules", ".tools", "artefacts", "examples", "test/fixtures", "assembly/*.ts"] },
  eslint.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: fileURLToPath(new URL(".", import.meta.url)) },
    },
    rules: {
      eqeqeq: "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
    },
  },
  {
    files: ["**/*.mjs"],
    languageOptions: { globals: { process: "readonly", console: "readonly", URL: "readonly", Buffer: "readonly" } },
  },
  ...rows,
);
