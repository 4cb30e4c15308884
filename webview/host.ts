/**
 * Where the page runs: in an editor's webview, which it can send messages and whose state survives being hidden, or as
 * a file of its own, which has neither.
 */
import type { FromWebview, ToWebview } from "./protocol.js";

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

function standalone(): Host {
  return {
    isEditor: false,
    send(message) {
      if (message.type === "copy") void navigator.clipboard?.writeText(message.text);
      if (message.type === "log") console.warn(message.message);
    },
    onMessage: () => {},
    state: undefined,
    saveState: () => {},
  };
}
