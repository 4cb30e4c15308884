/** The editor behind the Live view's page: messages, and a state that survives being hidden. */
import type { FromLive, ToLive } from "../protocol.js";

export interface LiveHost {
  send(message: FromLive): void;
  onMessage(listener: (message: ToLive) => void): void;
  readonly state: unknown;
  saveState(state: unknown): void;
}

interface VsCodeApi {
  postMessage(message: FromLive): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare const acquireVsCodeApi: () => VsCodeApi;

export function liveHost(): LiveHost {
  const editor = acquireVsCodeApi();
  return {
    send: (message) => editor.postMessage(message),
    onMessage: (listener) => window.addEventListener("message", ({ data }) => listener(data as ToLive)),
    state: editor.getState(),
    saveState: (state) => editor.setState(state),
  };
}
