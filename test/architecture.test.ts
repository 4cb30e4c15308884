/**
 * The house holds: a violation of every row of the import table is planted and caught, and so is every name that the
 * core must not know. What the rows permit passes.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ESLint } from "eslint";
import ts from "typescript";
import { expect, test } from "vitest";

const config = (await import(pathToFileURL(resolve("eslint.config.mjs")).href)) as {
  readonly may: Readonly<Record<string, readonly string[]>>;
};
const rows = Object.entries(config.may);
const planted = async (part: string, statement: string) => {
  const [result] = await eslint.lintText(statement, { filePath: `${folderOf(part)}/inner/planted.ts` });
  return result.messages.map(({ message }) => message);
};
const folderOf = (part: string) => (part === "webview" ? "webview" : `src/${part}`);

// The configuration as it is, but this one rule alone: the others want files that exist and types that were checked.
const eslint = new ESLint({
  ruleFilter: ({ ruleId }) => ["no-restricted-imports", "no-restricted-syntax"].includes(ruleId),
  overrideConfig: { languageOptions: { parserOptions: { projectService: false } } },
});

/** Whether a file of the part may import what it names; relative paths are made from the file's place. */
async function passes(part: string, target: string, statement = (from: string) => `import "${from}";`) {
  const file = `${folderOf(part)}/inner/planted.ts`;
  const fromHere = `./${relative(dirname(file), target)}`.replace(/^\.\/\.\./, "..");
  const from = target.includes("/planted") ? fromHere : target;
  const [result] = await eslint.lintText(statement(from), { filePath: file });
  const messages = result.messages.map(({ message }) => message);
  expect(messages.filter((message) => !message.includes("may import only itself"))).toEqual([]);
  return messages.length === 0;
}

/** What a row's entry stands for, as something to import. */
const permitted = (entry: string) => {
  if (entry === "webview/protocol") return ["../../../webview/protocol.js"];
  if (config.may[entry]) return [`${folderOf(entry)}/planted.js`, `${folderOf(entry)}/inner/planted.js`];
  return entry === "node:" ? ["node:fs", "node:fs/promises"] : [entry, `${entry}/inner.js`];
};

test.each(rows)("%s may import itself and its row", async (part, row) => {
  const targets = [...[part, ...row].flatMap(permitted), "./sibling.js"];
  for (const target of targets) expect([target, await passes(part, target)]).toEqual([target, true]);
});

test.each(rows)("%s may import nothing else", async (part, row) => {
  const everything = [
    "node:",
    "fs",
    "vscode",
    "left-pad",
    "@scope/left-pad",
    ...rows.flatMap(([, entries]) => entries),
  ];
  const packages = everything.filter(
    (entry) => !config.may[entry] && entry !== "webview/protocol" && !row.includes(entry),
  );
  const otherParts = rows.map(([other]) => other).filter((other) => other !== part && !row.includes(other));
  const targets = [...packages, ...otherParts].flatMap(permitted);
  targets.push("test/support/planted.js", "dist/planted.js");
  for (const target of targets) expect([target, await passes(part, target)]).toEqual([target, false]);
});

test.each([
  ["import type", (from: string) => `import type { A } from "${from}";`],
  ["export from", (from: string) => `export { a } from "${from}";`],
  ["export all", (from: string) => `export * from "${from}";`],
  ["import()", (from: string) => `export const a = () => import("${from}");`],
])("the core may not %s another part", async (_name, statement) => {
  expect(await passes("core", "src/capture/planted.js", statement)).toBe(false);
});

test.each(["process", "Buffer", "require", "document", "window", "fetch", "setTimeout", "console"])(
  "the core does not know %s",
  (name) => expect(coreErrors(`export const planted = ${name};`)).toEqual([expect.stringContaining(`'${name}'`)]),
);

test.each(["node:fs", "fs"])("the core does not find %s", (name) => {
  expect(coreErrors(`export * from "${name}";`)).toEqual([expect.stringContaining(`'${name}'`)]);
});

test("the core knows the language", () => {
  expect(coreErrors("export const planted = [new Map<string, Uint8Array>(), [1].toSorted(), 1n];")).toEqual([]);
});

/** What the compiler says about a file of the core, under the core's own tsconfig. */
function coreErrors(text: string): string[] {
  const file = resolve("src/core/planted.ts");
  const read = ts.readConfigFile("src/core/tsconfig.json", (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(read.config, ts.sys, resolve("src/core"));
  const host = ts.createCompilerHost(options);
  const readSourceFile = host.getSourceFile.bind(host);
  host.getSourceFile = (path, target, ...rest) =>
    path === file ? ts.createSourceFile(path, text, target) : readSourceFile(path, target, ...rest);
  const program = ts.createProgram([file], options, host);
  return ts
    .getPreEmitDiagnostics(program, program.getSourceFile(file))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

const MAX_FILES_IN_A_FOLDER = 25;

/** Every source file with the files of the house that it imports, types too. */
function importGraph(): ReadonlyMap<string, readonly string[]> {
  const files = ["src", "webview"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => join(folder, name)),
  );
  const imports = (file: string) =>
    ts
      .preProcessFile(readFileSync(file, "utf8"), true, true)
      .importedFiles.filter(({ fileName }) => fileName.startsWith("."))
      .map(({ fileName }) => join(dirname(file), fileName).replace(/\.js$/, ".ts"));
  return new Map(files.map((file) => [file, imports(file)]));
}

/** The files on one circle of imports; empty where there is none. */
function circleIn(graph: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): readonly string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return [];
    path.push(file);
    for (const next of graph.get(file) ?? []) {
      const circle = visit(next);
      if (circle.length > 0) return circle;
    }
    path.pop();
    done.add(file);
    return [];
  };
  return [...graph.keys()].map(visit).find((circle) => circle.length > 0) ?? [];
}

test("files import each other in no circle, not even by a type", () => {
  expect(circleIn(importGraph())).toEqual([]);
  const planted = new Map([
    ["a.ts", ["b.ts"]],
    ["b.ts", ["c.ts", "outside.ts"]],
    ["c.ts", ["b.ts"]],
  ]);
  expect(circleIn(planted)).toEqual(["b.ts", "c.ts", "b.ts"]);
});

test("no folder of source is a hall: at most 25 files stand beside each other", () => {
  const counts = new Map<string, number>();
  for (const file of importGraph().keys()) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
  // One file a rule is what that folder is for.
  counts.delete(join("src", "launch", "rules"));
  expect([...counts].filter(([, count]) => count > MAX_FILES_IN_A_FOLDER)).toEqual([]);
});

test.each([
  ["capture", 'void runToEnd("go", args, options);'],
  ["machine", 'void askProgram("gopls", ["version"]);'],
  ["cli", 'startProcess("sh", []);'],
  ["delve", 'import { spawn } from "node:child_process";'],
  ["extension", 'vscode.window.createTerminal({ shellPath: "go" });'],
])("in %s, no program is started by its bare name, or past the guard: %s", async (part, statement) => {
  expect(await planted(part, statement)).toEqual([expect.stringMatching(/^Programs are started/)]);
});

test.each([
  ["cli", "process.stdout.write(name);"],
  ["cli", "console.log(name);"],
  ["delve", "process.stderr.write(said);"],
  ["capture", "console.error(said);"],
  ["extension", "vscode.window.showErrorMessage(said);"],
  ["extension", "void window.showInformationMessage(said, { modal: true });"],
  ["extension", "const show = vscode.window.showWarningMessage;"],
  ["extension", "new vscode.MarkdownString(name);"],
  ["extension", "text.appendMarkdown(name);"],
  ["extension", "vscode.window.withProgress({ title: name }, work);"],
  ["webview", "node.textContent = name;"],
  ["webview", "node.innerHTML = name;"],
  ["webview", "node.insertAdjacentHTML('beforeend', name);"],
  ["webview", "document.createTextNode(name);"],
  ["webview", "document.write(name);"],
  ["webview", "pen.fillText(name, 0, 0);"],
  ["webview", "node.setAttribute('title', name);"],
  ["webview", "node.title = name;"],
])("in %s, text of others is not shown by: %s", async (part, statement) => {
  expect(await planted(part, statement)).toEqual([expect.stringMatching(/^Text (?:reaches|is shown)/)]);
});
