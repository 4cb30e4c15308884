/**
 * The lint and, in one table, the architecture: who may import whom.
 *
 * A part may import itself and what its row names; everything else (another part, a package, Node,
 * VS Code) is an error. A new package is therefore a visible line here. `test/architecture.test.ts`
 * plants a violation of every row and sees it caught.
 */
import { fileURLToPath } from "node:url";
import eslint from "@eslint/js";
import ts from "typescript";
import tseslint from "typescript-eslint";

export const may = {
  core: [],
  launch: ["core", "jsonc-parser"],
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
  webview: ["core", "d3-flame-graph", "d3-selection", "@dagrejs/dagre", "pako"],
};

/** Strings among what is appended to an element: they would reach the page past element.ts. */
const nodesOnly = {
  meta: { type: "problem", schema: [], messages: { text: "Append nodes; text reaches the page through element.ts." } },
  create(context) {
    const { parserServices } = context.sourceCode;
    const checker = parserServices.program?.getTypeChecker();
    if (checker === undefined) return {};
    const isText = (type) =>
      type.isUnion()
        ? type.types.some(isText)
        : (type.flags & ts.TypeFlags.StringLike) !== 0 ||
          (checker.getIndexTypeOfType(type, ts.IndexKind.Number) !== undefined &&
            isText(checker.getIndexTypeOfType(type, ts.IndexKind.Number)));
    return {
      CallExpression(node) {
        if (!/^(append|prepend|replaceChildren|replaceWith|before|after)$/.test(node.callee.property?.name ?? ""))
          return;
        for (const argument of node.arguments) {
          const of = argument.type === "SpreadElement" ? argument.argument : argument;
          if (isText(parserServices.getTypeAtLocation(of))) context.report({ node: argument, messageId: "text" });
        }
      },
    };
  },
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

/**
 * Where text of others (names of a profile, words of servers and of Delve) would be shown as it is: a link that runs a
 * command, Markdown, markup, an escape code. Each has one place that makes it harmless, and nobody else may name it.
 */
const printing = [
  {
    selector:
      "MemberExpression[object.name='process'][property.name=/^(stdout|stderr)$/], MemberExpression[object.name='console']",
    message: "Text reaches a terminal through Terminal (src/cli/terminal.ts), which takes escape codes out.",
  },
];
/** The system would look for a bare name in relative folders on PATH too: in the folder that is examined. */
const starting = [
  {
    selector:
      "CallExpression[callee.name=/^(startProcess|runToEnd|askProgram|startProgram)$/] > Literal.arguments:first-child",
    message: "Programs are started by their whole path: look for them with toolsNamed (src/process/find-tool.ts).",
  },
  {
    selector:
      "ImportDeclaration[source.value=/^(node:)?child_process$/] > ImportSpecifier[imported.name!=/^ChildProcess/]",
    message: "Programs are started through src/process, whose guard ends them with us.",
  },
  {
    selector: "Property[key.name='shellPath'] > Literal.value",
    message: "Programs are started by their whole path: look for them with toolsNamed (src/process/find-tool.ts).",
  },
];
const rendering = [
  {
    selector:
      "MemberExpression[property.name=/^(textContent|innerText|innerHTML|outerHTML|srcdoc)$/][parent.type='AssignmentExpression'], CallExpression[callee.property.name=/^(insertAdjacentHTML|insertAdjacentText|createTextNode|createContextualFragment|fillText|strokeText|parseFromString)$/], CallExpression[callee.object.name='document'][callee.property.name=/^write/]",
    message: "Text reaches the page through webview/page/element.ts, which makes it harmless.",
  },
  {
    selector:
      "CallExpression[callee.property.name='setAttribute'][arguments.0.value=/^(title|aria-label|aria-description|srcdoc)$/], AssignmentExpression[left.type='MemberExpression'][left.property.name=/^(title|ariaLabel|ariaDescription)$/]",
    message: "Text reaches the page through webview/page/element.ts, which makes it harmless.",
  },
];
export const sinks = {
  cli: [...printing, ...starting],
  capture: [...printing, ...starting],
  delve: [...printing, ...starting],
  machine: [...printing, ...starting],
  process: printing,
  launch: printing,
  extension: [
    ...printing,
    ...starting,
    {
      selector:
        "MemberExpression[property.name=/^(show(Information|Warning|Error)Message|withProgress|MarkdownString|appendMarkdown)$/]",
      message: "Text is shown through src/extension/messages.ts, which takes links that run commands out.",
    },
  ],
  webview: rendering,
};

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
        ...(sinks[part] ?? []),
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
  {
    files: ["webview/**/*.ts"],
    plugins: { sinks: { rules: { "nodes-only": nodesOnly } } },
    rules: { "sinks/nodes-only": "error" },
  },
);
