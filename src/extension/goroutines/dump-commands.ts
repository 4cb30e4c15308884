/**
 * Goroutine dumps in the Goroutines view: from a file (`*.goroutines`, debug=2 texts, panics, goroutine profiles), the
 * clipboard, or the output of a program in a terminal.
 */
import * as vscode from "vscode";
import type { DumpJob } from "./dump-thread.js";
import { DUMP_LINE, dumpAround } from "./dump-text.js";
import { view } from "./goroutine-view.js";
import { log } from "../log.js";
import { readDump } from "./opened-dump.js";
import { showError, showProgress } from "../messages.js";
import { errorText } from "../../core/text/error-text.js";

const DUMP_LANGUAGE = "goroutine-dump";

const FILTERS = { "Goroutine dumps": ["goroutines", "txt", "log", "out", "pb", "gz", "pprof"], "All files": ["*"] };

/** What is open, so that a dump can be compared with an earlier one. */
let opened: Pick<DumpJob, "name" | "bytes"> | undefined;

export async function openDump(context: vscode.ExtensionContext, clicked?: unknown): Promise<void> {
  const uri = clicked instanceof vscode.Uri ? clicked : await pickFile("Open Goroutine Dump");
  if (uri) await open(context, await fileOf(uri));
}

export async function openDumpFromClipboard(context: vscode.ExtensionContext): Promise<void> {
  const text = await vscode.env.clipboard.readText();
  if (text.trim() === "") throw new Error("The clipboard is empty. Copy a panic or a goroutine dump first.");
  await open(context, { name: "clipboard", bytes: new TextEncoder().encode(text) });
}

/** What is new since another dump of the same process, and what is stuck. */
export async function compareDump(context: vscode.ExtensionContext): Promise<void> {
  if (!opened) throw new Error("Open a goroutine dump first.");
  const uri = await pickFile(`Earlier dump to compare ${opened.name} with`);
  if (uri) await open(context, opened, await fileOf(uri));
}

export function closeDump(): void {
  opened = undefined;
  view().sources.closeDump();
}

export function registerDumps(context: vscode.ExtensionContext): vscode.Disposable {
  const seen = new Set<string>();
  // Somebody who opens such a file wants to know what is in it; a session in front is more urgent.
  const look = (editor: vscode.TextEditor | undefined) => {
    const document = editor?.document;
    if (document?.languageId !== DUMP_LANGUAGE || seen.has(document.uri.toString())) return;
    seen.add(document.uri.toString());
    if (view().sources.activeSession) return;
    open(context, { name: nameOf(document.uri), bytes: new TextEncoder().encode(document.getText()) }).catch(
      (error: unknown) => log().warn(String(error)),
    );
  };
  look(vscode.window.activeTextEditor);
  return vscode.Disposable.from(
    vscode.window.onDidChangeActiveTextEditor(look),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => seen.delete(uri.toString())),
    vscode.window.registerTerminalLinkProvider({
      provideTerminalLinks: ({ line, terminal }) =>
        DUMP_LINE.test(line)
          ? [{ startIndex: 0, length: line.trimEnd().length, tooltip: "Open goroutine dump", terminal, line }]
          : [],
      handleTerminalLink: async ({
        terminal,
        line,
      }: vscode.TerminalLink & { terminal: vscode.Terminal; line: string }) => {
        try {
          const text = dumpAround(await textOf(terminal), line);
          await open(context, { name: terminal.name, bytes: new TextEncoder().encode(text) });
        } catch (error) {
          void showError(errorText(error));
        }
      },
    }),
  );
}

async function open(
  context: vscode.ExtensionContext,
  dump: Pick<DumpJob, "name" | "bytes">,
  base?: Pick<DumpJob, "name" | "bytes">,
): Promise<void> {
  const title = `Reading ${dump.name}`;
  const read = await showProgress({ location: vscode.ProgressLocation.Window, title }, () =>
    readDump(context.extensionPath, { ...dump, ...(base && { base }) }),
  );
  opened = dump;
  view().sources.openDump(read);
  await view().show();
}

async function pickFile(title: string): Promise<vscode.Uri | undefined> {
  const picked = await vscode.window.showOpenDialog({ title, openLabel: "Open", filters: FILTERS });
  return picked?.[0];
}

async function fileOf(uri: vscode.Uri): Promise<Pick<DumpJob, "name" | "bytes">> {
  return { name: nameOf(uri), bytes: new Uint8Array(await vscode.workspace.fs.readFile(uri)) };
}

function nameOf({ path }: vscode.Uri): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** VS Code hands out what a terminal shows through its clipboard only; what was on that is put back. */
async function textOf(terminal: vscode.Terminal): Promise<string> {
  const before = await vscode.env.clipboard.readText();
  terminal.show();
  await vscode.commands.executeCommand("workbench.action.terminal.selectAll");
  await vscode.commands.executeCommand("workbench.action.terminal.copySelection");
  await vscode.commands.executeCommand("workbench.action.terminal.clearSelection");
  const text = await vscode.env.clipboard.readText();
  await vscode.env.clipboard.writeText(before);
  return text;
}
