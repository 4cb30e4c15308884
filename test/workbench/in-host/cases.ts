/**
 * What is checked inside the extension host, with VS Code's own API in hand: name and check, one row each.
 *
 * The rows are bundled and run in the host (run.ts); the test that started the host reports each row under its name.
 * They get the API as an argument, since the process that lists their names has no `vscode` to import.
 */
import assert from "node:assert/strict";
import type * as vscode from "vscode";

type Api = typeof vscode;

const id = "go-diagnostics.go-diagnostics";

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
    const missing = (contributes(code).commands ?? []).filter(({ command }) => !registered.has(command));
    assert.deepEqual(missing, []);
  },

  "settings have the defaults that package.json gives them": async (code) => {
    const settings = code.workspace.getConfiguration();
    for (const [name, { default: value }] of Object.entries(contributes(code).configuration?.properties ?? {})) {
      assert.deepEqual(settings.get(name), value, name);
    }
    await Promise.resolve();
  },
};
