/**
 * A webview that shows the viewer's page: its HTML, its messages, its jumps to source.
 *
 * The page gets bytes and decodes them itself; the host reads a file and forwards it, nothing more.
 */
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { htmlPage, type PageAssets } from "../core/page.js";
import type { FromWebview, ToWebview } from "../../webview/protocol.js";
import { log } from "./log.js";
import { openSource } from "./open-source.js";

export interface Viewer {
  readonly webview: vscode.Webview;
  readonly title: string;
  /** Called whenever the page was (re)built: a webview that was hidden starts anew. */
  content(): Promise<ToWebview>;
}

export async function showViewer(context: vscode.ExtensionContext, viewer: Viewer): Promise<vscode.Disposable> {
  const { webview } = viewer;
  webview.options = { enableScripts: true, localResourceRoots: [] };
  const listening = webview.onDidReceiveMessage((message: FromWebview) => void answer(viewer, message));
  const nonce = randomBytes(16).toString("base64");
  webview.html = htmlPage({
    title: viewer.title,
    assets: await assets(context.extensionUri),
    nonce,
    data: { profiles: [] },
  });
  return listening;
}

async function answer(viewer: Viewer, message: FromWebview): Promise<void> {
  try {
    switch (message.type) {
      case "ready":
        await viewer.webview.postMessage(plain(await viewer.content()));
        break;
      case "openSource":
        await openSource(message);
        break;
      case "copy":
        await vscode.env.clipboard.writeText(message.text);
        break;
      case "log":
        log().warn(`${viewer.title}: ${message.message}`);
        break;
    }
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    log().error(`${viewer.title}: ${words}`);
    if (message.type === "ready")
      await viewer.webview.postMessage({ type: "failed", message: words } satisfies ToWebview);
    else void vscode.window.showErrorMessage(words);
  }
}

/**
 * VS Code sends a Uint8Array as bytes, but with all of the memory that it is a view of, and a Node Buffer, which is what
 * reading a file gives, as an array of numbers: copies are neither.
 */
function plain(message: ToWebview): ToWebview {
  if (message.type !== "show") return message;
  return { ...message, profiles: message.profiles.map(({ name, bytes }) => ({ name, bytes: new Uint8Array(bytes) })) };
}

let loaded: Promise<PageAssets> | undefined;

function assets(extension: vscode.Uri): Promise<PageAssets> {
  const text = async (name: string) =>
    new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.joinPath(extension, "dist", name)));
  return (loaded ??= Promise.all([text("viewer.js"), text("viewer-worker.js"), text("viewer.css")]).then(
    ([script, worker, style]) => ({ script, worker, style }),
  ));
}
