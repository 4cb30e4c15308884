/** What a command is, and how its code is loaded when it is first used. */
import type * as vscode from "vscode";

export type Command = (context: vscode.ExtensionContext, ...args: unknown[]) => Promise<void> | void;

/** The command that a module exports under `name`. */
export function from<Name extends string>(load: () => Promise<Readonly<Record<Name, Command>>>, name: Name): Command {
  return async (context, ...args) => (await load())[name](context, ...args);
}
