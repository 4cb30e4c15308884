/**
 * Tasks of type `go-diagnostics`: godiag as it is bundled, in the task's terminal, with problem matchers for what it
 * finds. Nothing needs to be installed.
 */
import { join } from "node:path";
import * as vscode from "vscode";

const TYPE = "go-diagnostics";

/** Which matchers read the output of a command. */
const MATCHERS: Readonly<Record<string, readonly string[]>> = {
  diagnose: ["$go-diagnostics-diagnosis", "$go-diagnostics-leaks"],
  leaks: ["$go-diagnostics-leaks"],
};

interface Definition extends vscode.TaskDefinition {
  readonly command: string;
  readonly args?: readonly string[];
}

/** Those that a folder has without writing them. */
const READY: readonly { readonly name: string; readonly command: string; readonly args: readonly string[] }[] = [
  { name: "check launch.json", command: "launch", args: ["check"] },
  { name: "check the Go environment", command: "env", args: ["check"] },
];

export function registerTasks(context: vscode.ExtensionContext): vscode.Disposable {
  const godiag = join(context.extensionPath, "dist", "godiag.cjs");
  const task = (definition: Definition, scope: vscode.WorkspaceFolder | vscode.TaskScope, name: string) => {
    const args = [godiag, definition.command, ...(definition.args ?? [])];
    // VS Code's own runtime, as the Node that it is made of.
    const execution = new vscode.ProcessExecution(process.execPath, args, { env: { ELECTRON_RUN_AS_NODE: "1" } });
    return new vscode.Task(definition, scope, name, "Go Diagnostics", execution, [
      ...(MATCHERS[definition.command] ?? []),
    ]);
  };
  return vscode.tasks.registerTaskProvider(TYPE, {
    provideTasks: () =>
      (vscode.workspace.workspaceFolders ?? []).flatMap((folder) =>
        READY.map(({ name, command, args }) => task({ type: TYPE, command, args }, folder, name)),
      ),
    resolveTask: ({ definition, scope, name }) =>
      typeof definition["command"] === "string"
        ? task(
            definition as Definition,
            (scope as vscode.WorkspaceFolder | vscode.TaskScope) ?? vscode.TaskScope.Workspace,
            name,
          )
        : undefined,
  });
}
