/**
 * Where the page runs: in an editor's webview, which it can send messages and whose state survives being hidden, or as
 * a file of its own, which has neither: there it saves with a download and links to itself.
 */
import type { FromWebview, ToWebview } from "../protocol.js";

export interface Host {
  /** A file cannot open editors: what needs one is not offered. */
  readonly isEditor: boolean;
  send(message: FromWebview): void;
  onMessage(listener: (message: ToWebview) => void): void;
  readonly state: unknown;
  saveState(state: unknown): void;
}

interface VsCodeApi {
  postMessage(message: FromWebview): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare const acquireVsCodeApi: (() => VsCodeApi) | undefined;

export function findHost(): Host {
  if (typeof acquireVsCodeApi === "undefined") return standalone();
  const editor = acquireVsCodeApi();
  return {
    isEditor: true,
    send: (message) => editor.postMessage(message),
    onMessage: (listener) => window.addEventListener("message", ({ data }) => listener(data as ToWebview)),
    state: editor.getState(),
    saveState: (state) => editor.setState(state),
  };
}

const LINK = "#view=";

function standalone(): Host {
  return {
    isEditor: false,
    send(message) {
      switch (message.type) {
        case "copy":
          return void navigator.clipboard?.writeText(message.text);
        case "copyLink":
          location.hash = LINK + encodeURIComponent(message.view);
          return void navigator.clipboard?.writeText(location.href);
        case "save":
          return download(message.name, message.bytes);
        case "log":
          return console.warn(message.message);
        case "ready":
        case "wantBytes":
        case "openSource":
        case "sourceCosts":
        case "showGoroutines":
        case "chooseBase":
          return; // never offered here
      }
    },
    onMessage: () => {},
    state: linked(),
    saveState: () => {},
  };
}

/** What a link to this page says; nobody's word, hence read with care by whoever uses it. */
function linked(): unknown {
  if (!location.hash.startsWith(LINK)) return undefined;
  try {
    return { view: JSON.parse(decodeURIComponent(location.hash.slice(LINK.length))) as unknown };
  } catch {
    return undefined;
  }
}

function download(name: string, bytes: Uint8Array): void {
  const url = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>]));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
