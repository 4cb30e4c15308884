/** A webview that shows the Live page: its HTML, its messages, what it asks for. */
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import type { FromLive, ToLive } from "../../../webview/protocol.js";
import { htmlPage } from "../../core/views/page.js";
import { log } from "../log.js";
import { showError } from "../messages.js";
import { nameOf } from "../profiles/profile-editor.js";
import { chooseRun, readRun, saveRun } from "./live-files.js";
import { captureNow, compareSince, openKept } from "./live-capture.js";
import type { LiveSession } from "./live-session.js";

export interface LivePage {
  readonly webview: vscode.Webview;
  readonly title: string;
  /** Whom it shows now; undefined of a file, and of nobody. */
  session(): LiveSession | undefined;
  /** Everything, whenever the page was built or its program is another one. */
  content(): ToLive | Promise<ToLive>;
}

/** `show` shows everything anew; `dispose` ends listening. */
export function connectLive(
  context: vscode.ExtensionContext,
  page: LivePage,
): { show(): void; say(message: ToLive): void; dispose(): void } {
  const { webview } = page;
  webview.options = { enableScripts: true, localResourceRoots: [] };
  let isReady = false;
  const say = (message: ToLive) => void (isReady && webview.postMessage(message));
  const show = () => {
    if (isReady) void Promise.resolve(page.content()).then(say, (error: unknown) => void showError(wordsOf(error)));
  };
  const listening = webview.onDidReceiveMessage(async (message: FromLive) => {
    try {
      if (message.type === "ready") {
        isReady = true;
        show();
      } else await answer(context, page, message, say);
    } catch (error) {
      log().error(`live: ${wordsOf(error)}`);
      void showError(wordsOf(error));
    }
  });
  void assets(context.extensionUri).then(({ script, style }) => {
    webview.html = htmlPage({
      title: page.title,
      assets: { script, worker: "", style },
      nonce: randomBytes(16).toString("base64"),
      data: { profiles: [] },
    });
  });
  return { show, say, dispose: () => void listening.dispose() };
}

async function answer(
  context: vscode.ExtensionContext,
  page: LivePage,
  message: Exclude<FromLive, { type: "ready" }>,
  say: (message: ToLive) => void,
): Promise<void> {
  const session = page.session();
  switch (message.type) {
    case "capture":
      if (session) await captureNow(context, session, message.kind === "goroutine" ? "goroutine" : "heap");
      return;
    case "openKept":
      if (session) await openKept(session, message.kept);
      return;
    case "compareSince":
      if (session) await compareSince(context, session, message.kept);
      return;
    case "diagnosis":
      return session?.wish(message.wish === "longer" ? "longer" : "end");
    case "openWide":
      return void vscode.commands.executeCommand("goDiagnostics.live.openWide");
    case "pickProgram":
      return void vscode.commands.executeCommand("goDiagnostics.live.watch");
    case "save":
      if (session) await saveRun(session.run);
      return;
    case "chooseRun": {
      if (message.none === true) return say({ type: "compared", run: undefined, name: "" });
      const uri = await chooseRun();
      if (uri) say({ type: "compared", run: (await readRun(uri)).bytes, name: nameOf(uri) });
      return;
    }
    case "log":
      log().warn(`live: ${message.message}`);
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

let loaded: Promise<{ script: string; style: string }> | undefined;

function assets(extension: vscode.Uri): Promise<{ script: string; style: string }> {
  const text = async (name: string) =>
    new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.joinPath(extension, "dist", name)));
  return (loaded ??= Promise.all([text("live.js"), text("live.css")]).then(([script, style]) => ({ script, style })));
}
