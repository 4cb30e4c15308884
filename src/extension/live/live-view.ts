/** The Live view beside the debugger, and the wide tab: both show the program that is watched. */
import * as vscode from "vscode";
import type { ToLive } from "../../../webview/protocol.js";
import { connectLive } from "./live-page.js";
import type { LiveSession } from "./live-session.js";
import type { WatchedPrograms } from "./watched-programs.js";

export const LIVE_VIEW = "goDiagnostics.live";
export const LIVE_TAB_VIEW = "goDiagnostics.livePanel";

export class LiveView implements vscode.WebviewViewProvider {
  readonly #context: vscode.ExtensionContext;
  readonly #programs: WatchedPrograms;

  constructor(context: vscode.ExtensionContext, programs: WatchedPrograms) {
    this.#context = context;
    this.#programs = programs;
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.#programs.want();
    const following = follow(this.#context, this.#programs, view.webview, true);
    view.onDidDispose(() => void following.dispose());
  }
}

export class LivePanel implements vscode.WebviewPanelSerializer {
  readonly #context: vscode.ExtensionContext;
  readonly #programs: WatchedPrograms;
  #open: vscode.WebviewPanel | undefined;

  constructor(context: vscode.ExtensionContext, programs: WatchedPrograms) {
    this.#context = context;
    this.#programs = programs;
  }

  reveal(): void {
    if (this.#open) return this.#open.reveal();
    const where = { viewColumn: vscode.ViewColumn.Active };
    this.#fill(
      vscode.window.createWebviewPanel(LIVE_TAB_VIEW, "Live", where, { enableScripts: true, localResourceRoots: [] }),
    );
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    this.#fill(panel);
    return Promise.resolve();
  }

  #fill(panel: vscode.WebviewPanel): void {
    this.#open = panel;
    this.#programs.want();
    panel.iconPath = vscode.Uri.joinPath(this.#context.extensionUri, "media", "icon.png");
    const following = follow(this.#context, this.#programs, panel.webview, false);
    panel.onDidDispose(() => {
      following.dispose();
      if (this.#open === panel) this.#open = undefined;
    });
  }
}

function follow(
  context: vscode.ExtensionContext,
  programs: WatchedPrograms,
  webview: vscode.Webview,
  isNarrow: boolean,
): vscode.Disposable {
  const page = connectLive(context, {
    webview,
    title: "Live",
    session: () => programs.current,
    content: () => programs.current?.content(isNarrow) ?? { type: "nobody" },
  });
  let listening: vscode.Disposable | undefined;
  const listen = (session: LiveSession | undefined) => {
    listening?.dispose();
    listening = session?.onDidChange((message) => page.say(withWidth(message, isNarrow)));
    page.show();
  };
  const showing = programs.onDidShow(listen);
  listen(programs.current);
  return vscode.Disposable.from(page, showing, { dispose: () => void listening?.dispose() });
}

function withWidth(message: ToLive, isNarrow: boolean): ToLive {
  return message.type === "about" ? { ...message, about: { ...message.about, isNarrow } } : message;
}
