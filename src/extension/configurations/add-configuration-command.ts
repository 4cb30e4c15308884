/**
 * "Add Configuration…": ready-made debug configurations to pick from, only those that start on this machine and in this
 * folder, written into launch.json.
 */
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { delimiter, join, posix } from "node:path";
import * as vscode from "vscode";
import { addConfiguration as addedTo } from "../../launch/writing/add-configuration.js";
import { readDocument } from "../../launch/document.js";
import { configurationNamed } from "../../launch/fix-one.js";
import {
  type Packages,
  aimOf,
  packageFacts,
  readyFor,
  startableSnippets,
  wantsTestName,
} from "../../launch/writing/ready-made.js";
import type { Snippet } from "../../launch/writing/snippets.js";
import { rangeOf } from "./launch-diagnostics.js";
import { launchFileOf } from "./launch-documents.js";
import { toolsEnvironment } from "./go-tools.js";
import { machineFacts } from "./launch-facts.js";
import { changedPart } from "./text-change.js";
import { textEdit } from "./text-edit.js";

const MAX_GO_FILES = 2_000;

export async function addConfiguration(): Promise<void> {
  const folder = await pickFolder();
  if (!folder) return;
  const [facts, cCompiler, packages] = await Promise.all([
    machineFacts(folder.uri),
    hasCCompiler(folder.uri),
    packagesOf(folder),
  ]);
  if (vscode.workspace.isTrusted && !facts.dlv) {
    throw new Error(
      "No configuration would start: there is no dlv. Run: go install github.com/go-delve/delve/cmd/dlv@latest",
    );
  }
  const snippets = startableSnippets({ facts, cCompiler }, packages);
  const items = snippets.map((snippet) => ({
    label: snippet.label.replace(/^Go: (.)/, (_, first: string) => first.toUpperCase()),
    detail: snippet.description,
    snippet,
  }));
  const title = facts.dlv ? `Add Configuration: what starts with dlv ${facts.dlv.version}` : "Add Configuration";
  const picked = await vscode.window.showQuickPick(items, { title, matchOnDetail: true });
  if (!picked) return;
  const aim = await pickAim(picked.snippet, packages);
  if (!aim) return;
  await write(folder, readyFor(picked.snippet, facts, aim.folder, aim.test));
}

async function write(folder: vscode.WorkspaceFolder, ready: ReturnType<typeof readyFor>): Promise<void> {
  const uri = launchFileOf(folder);
  const isThere = await vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
  if (!isThere) await vscode.workspace.fs.writeFile(uri, new Uint8Array());
  const document = await vscode.workspace.openTextDocument(uri);
  const before = document.getText();
  const after = addedTo(before, ready);
  if (after === undefined) {
    await vscode.window.showTextDocument(document);
    throw new Error("launch.json has syntax errors. Repair it first, then add the configuration again.");
  }
  const names = new Set(namesIn(before));
  const change = new vscode.WorkspaceEdit();
  change.set(uri, [textEdit(document, changedPart(before, after))]);
  if (!(await vscode.workspace.applyEdit(change)) || !(await document.save()))
    throw new Error("launch.json cannot be written.");
  const editor = await vscode.window.showTextDocument(document);
  const added = namesIn(document.getText()).find((name) => !names.has(name));
  const configuration = added === undefined ? undefined : configurationNamed(document.getText(), "launch", added);
  if (!configuration) return;
  const range = rangeOf(document, configuration.node);
  editor.selection = new vscode.Selection(range.start, range.start);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

function namesIn(text: string): string[] {
  return readDocument(text, "launch").configurations.map(({ name }) => name);
}

async function pickFolder(): Promise<vscode.WorkspaceFolder | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length === 0) throw new Error("Open a folder first: launch.json is written into it.");
  return folders.length === 1 ? folders[0] : vscode.window.showWorkspaceFolderPick();
}

async function pickAim(
  snippet: Snippet,
  { programs, tests }: Packages,
): Promise<{ readonly folder: string; readonly test?: string } | undefined> {
  const aim = aimOf(snippet);
  if (aim === "process") return { folder: "" };
  const folders = aim === "program" ? programs : tests.map(({ folder }) => folder);
  const folder = folders.length === 1 ? folders[0] : await pickOne("Which package?", folders, (one) => one || ".");
  if (folder === undefined || !wantsTestName(snippet)) return folder === undefined ? undefined : { folder };
  const names = tests.find((one) => one.folder === folder)?.names ?? [];
  const test = names.length === 1 ? names[0] : await pickOne("Which test?", names, (one) => one);
  return test === undefined ? undefined : { folder, test };
}

async function pickOne(
  title: string,
  choices: readonly string[],
  label: (choice: string) => string,
): Promise<string | undefined> {
  const items = choices.map((choice) => ({ label: label(choice), choice }));
  return (await vscode.window.showQuickPick(items, { title }))?.choice;
}

async function packagesOf(folder: vscode.WorkspaceFolder): Promise<Packages> {
  const pattern = new vscode.RelativePattern(folder, "**/*.go");
  const files = await vscode.workspace.findFiles(pattern, "**/{node_modules,vendor,testdata}/**", MAX_GO_FILES);
  const programs = new Set<string>();
  const tests = new Map<string, string[]>();
  await Promise.all(
    files.map(async (uri) => {
      const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
      const facts = packageFacts(uri.path, text);
      const inFolder = posix.relative(folder.uri.path, posix.dirname(uri.path));
      if (facts.isProgram) programs.add(inFolder);
      if (facts.tests.length > 0) tests.set(inFolder, [...(tests.get(inFolder) ?? []), ...facts.tests].sort());
    }),
  );
  return {
    programs: [...programs].sort(),
    tests: [...tests]
      .map(([inFolder, names]) => ({ folder: inFolder, names }))
      .sort((a, b) => (a.folder < b.folder ? -1 : 1)),
  };
}

async function hasCCompiler(folder: vscode.Uri): Promise<boolean> {
  const env = toolsEnvironment(folder);
  if (env["CGO_ENABLED"] === "0") return false;
  const suffix = process.platform === "win32" ? ".exe" : "";
  const names = (env["CC"] ? [env["CC"].split(" ")[0]] : ["gcc", "clang", "cc"]).map((name) => name + suffix);
  const folders = (env["PATH"] ?? "").split(delimiter).filter(Boolean);
  const found = await Promise.all(
    names
      .flatMap((name) => folders.map((one) => join(one, name)))
      .map((path) =>
        access(path, constants.X_OK).then(
          () => true,
          () => false,
        ),
      ),
  );
  return found.includes(true);
}
