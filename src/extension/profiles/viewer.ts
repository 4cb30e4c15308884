/**
 * A webview that shows the viewer's page: its HTML, its messages, its jumps to source.
 *
 * The page gets bytes and decodes them itself; the host reads a file and forwards it, nothing more.
 */
import * as vscode from "vscode";
import { htmlPage, type PageAssets } from "../../core/views/page.js";
import type { FromWebview, HostSkills, ProfileBytes, ToWebview } from "../../../webview/protocol.js";
import { canShowGoroutines, showGoroutines } from "../goroutines/goroutines-here.js";
import { log } from "../log.js";
import { addViewer, type OpenViewer, removeViewer } from "./open-viewers.js";
import { openSource } from "./open-source.js";
import type { FilePart } from "../platform.js";
import { saveExport } from "./save-export.js";
import { showSourceCosts } from "./source-costs.js";
import { inParts } from "../whole-file.js";
import { showError } from "../messages.js";
import { errorText } from "../../core/text/error-text.js";

export interface Viewer {
  readonly panel: vscode.WebviewPanel;
  readonly title: string;
  /** The profile's, if it is one file. */
  readonly file?: vscode.Uri;
  /** Called whenever the page was (re)built: a webview that was hidden starts anew. */
  content(): Promise<ToWebview>;
  /** The bytes of a profile that `content` named without them. */
  read?(profile: number): AsyncIterable<FilePart>;
  /** A link to this view of what is shown; undefined when nothing names it. */
  link?(view: string): Promise<string>;
  /** Lets somebody choose another profile to subtract; undefined when they thought better of it. */
  chooseBase?(): Promise<ProfileBytes | undefined>;
}

export async function showViewer(context: vscode.ExtensionContext, viewer: Viewer): Promise<OpenViewer> {
  const { panel } = viewer;
  const { webview } = panel;
  webview.options = { enableScripts: true, localResourceRoots: [] };
  const open = addViewer(panel, viewer.title, viewer.file);
  const listening = webview.onDidReceiveMessage((message: FromWebview) => void answer(viewer, open, message));
  panel.onDidDispose(() => {
    listening.dispose();
    removeViewer(open);
  });
  webview.html = htmlPage({
    title: viewer.title,
    assets: await assets(context.extensionUri),
    nonce: newNonce(),
    data: { profiles: [] },
  });
  return open;
}

async function answer(viewer: Viewer, open: OpenViewer, message: FromWebview): Promise<void> {
  const { webview } = viewer.panel;
  const say = (reply: ToWebview) => webview.postMessage(reply);
  try {
    switch (message.type) {
      case "ready": {
        const content = await viewer.content();
        await say(content.type === "show" ? { ...plain(content), skills: skillsOf(viewer) } : content);
        open.becameReady();
        break;
      }
      case "wantBytes":
        await sendBytes(viewer, message.profile);
        break;
      case "openSource":
        await openSource(message);
        break;
      case "sourceCosts":
        showSourceCosts(message.costs);
        break;
      case "showGoroutines":
        showGoroutines(message);
        break;
      case "chooseBase": {
        const profile = await viewer.chooseBase?.();
        if (profile) await say({ type: "base", profile });
        break;
      }
      case "save":
        await saveExport(message.name, message.bytes);
        break;
      case "copyLink":
        if (viewer.link) await vscode.env.clipboard.writeText(await viewer.link(message.view));
        break;
      case "copy":
        await vscode.env.clipboard.writeText(message.text);
        break;
      case "log":
        log().warn(`${viewer.title}: ${message.message}`);
        break;
    }
  } catch (error) {
    const words = errorText(error);
    log().error(`${viewer.title}: ${words}`);
    if (message.type === "ready") await say({ type: "failed", message: words });
    else if (message.type === "wantBytes") await say({ type: "noBytes", profile: message.profile, message: words });
    else void showError(words);
  }
}

function skillsOf(viewer: Viewer): HostSkills {
  return {
    goroutines: canShowGoroutines(),
    links: viewer.link !== undefined,
    bases: viewer.chooseBase !== undefined,
  };
}

async function sendBytes(viewer: Viewer, profile: number): Promise<void> {
  if (!viewer.read) throw new RangeError(`profile ${profile} is not here`);
  for await (const { part, size, isLast } of viewer.read(profile)) {
    await viewer.panel.webview.postMessage({
      type: "bytes",
      profile,
      part: own(part),
      size,
      isLast,
    } satisfies ToWebview);
  }
}

/** Small profiles go along; of large ones the page asks for the bytes when it needs them. */
function plain(message: Extract<ToWebview, { type: "show" }>): typeof message {
  const profiles = message.profiles.map(({ name, bytes }) => (bytes ? { name, bytes: own(bytes) } : { name }));
  return { ...message, profiles };
}

/**
 * VS Code sends a Uint8Array as bytes, but with all of the memory that it is a view of, and a Node Buffer, which is what
 * reading a file gives, as an array of numbers: copies are neither.
 */
function own(bytes: Uint8Array): Uint8Array {
  const isWhole = bytes.constructor === Uint8Array && bytes.byteLength === bytes.buffer.byteLength;
  return isWhole ? bytes : new Uint8Array(bytes);
}

/** For profiles that are in memory anyway: `read` for a list of bytes. */
export async function* partsOf(bytes: Uint8Array): AsyncIterable<FilePart> {
  yield* inParts(await Promise.resolve(bytes));
}

function newNonce(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

let loaded: Promise<PageAssets> | undefined;

/** The texts that every page is made of. */
export function assets(extension: vscode.Uri): Promise<PageAssets> {
  const text = async (name: string) =>
    new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.joinPath(extension, "dist", name)));
  return (loaded ??= Promise.all([text("viewer.js"), text("viewer-worker.js"), text("viewer.css")]).then(
    ([script, worker, style]) => ({ script, worker, style }),
  ));
}
