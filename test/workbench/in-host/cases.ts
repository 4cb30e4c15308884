/**
 * What is checked inside the extension host, with VS Code's own API in hand: name and check, one row each.
 *
 * The rows are bundled and run in the host (run.ts); the test that started the host reports each row under its name.
 * They get the API as an argument, since the process that lists their names has no `vscode` to import.
 */
import assert from "node:assert/strict";
import type * as vscode from "vscode";

type Api = typeof vscode;

export const id = "go-diagnostics.go-diagnostics";

interface Contributions {
  commands?: { command: string }[];
  configuration?: { properties: Record<string, { default?: unknown }> };
}

function extension(code: Api): vscode.Extension<unknown> {
  const found = code.extensions.getExtension(id);
  assert.ok(found, `${id} is not installed`);
  return found;
}

const contributes = (code: Api) => (extension(code).packageJSON as { contributes?: Contributions }).contributes ?? {};

export const cases: Record<string, (code: Api) => Promise<void>> = {
  "the packaged extension activates": async (code) => {
    await extension(code).activate();
    assert.equal(extension(code).isActive, true);
  },

  "every contributed command is registered": async (code) => {
    await extension(code).activate();
    const registered = new Set(await code.commands.getCommands(true));
    const commands = contributes(code).commands ?? [];
    assert.ok(commands.length >= 3);
    const missing = commands.filter(({ command }) => !registered.has(command));
    assert.deepEqual(missing, []);
  },

  "settings have the defaults that package.json gives them": async (code) => {
    await extension(code).activate();
    const settings = code.workspace.getConfiguration();
    const properties = Object.entries(contributes(code).configuration?.properties ?? {});
    assert.ok(properties.length >= 3);
    for (const [name, { default: value }] of properties) assert.deepEqual(settings.get(name), value, name);
  },

  "a profile opens in the profile editor by itself": async (code) => {
    const [folder] = code.workspace.workspaceFolders ?? [];
    const uri = code.Uri.joinPath(folder.uri, "app.heap.pb.gz");
    await code.commands.executeCommand("vscode.open", uri);
    const input = code.window.tabGroups.activeTabGroup.activeTab?.input;
    assert.ok(input instanceof code.TabInputCustom, "not a custom editor");
    assert.equal(input.viewType, "goDiagnostics.profile");
    assert.equal(input.uri.toString(), uri.toString());
  },
};
