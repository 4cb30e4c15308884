/** The viewers that are open, so that others can show something in the one that was looked at last. */
import type * as vscode from "vscode";
import type { CodePlace, ToWebview } from "../../../webview/protocol.js";

export interface OpenViewer {
  readonly panel: vscode.WebviewPanel;
  readonly title: string;
  /** The profile's, if it is one file. */
  readonly file: vscode.Uri | undefined;
  /** Tells the page; kept until it listens. */
  tell(message: ToWebview): void;
  becameReady(): void;
}

/** The one looked at last comes last. */
const open: OpenViewer[] = [];

export function addViewer(panel: vscode.WebviewPanel, title: string, file: vscode.Uri | undefined): OpenViewer {
  let isReady = false;
  const early: ToWebview[] = [];
  const viewer: OpenViewer = {
    panel,
    title,
    file,
    tell(message) {
      if (isReady && panel.visible) void panel.webview.postMessage(message);
      else early.push(message);
    },
    becameReady() {
      isReady = true;
      for (const message of early.splice(0)) void panel.webview.postMessage(message);
    },
  };
  open.push(viewer);
  panel.onDidChangeViewState(() => {
    // A hidden page is gone; it says that it is ready once it was built anew.
    if (!panel.visible) isReady = false;
    if (panel.active) toFront(viewer);
  });
  return viewer;
}

export function removeViewer(viewer: OpenViewer): void {
  const at = open.indexOf(viewer);
  if (at >= 0) open.splice(at, 1);
}

export function tellAll(message: ToWebview): void {
  for (const viewer of open) if (viewer.panel.visible) viewer.tell(message);
}

export function tellFile(file: vscode.Uri, message: ToWebview): void {
  for (const viewer of open) if (viewer.file?.toString() === file.toString()) viewer.tell(message);
}

/** Shows a function, or a stack (root first), in the viewer that was looked at last; false when none is open. */
export function revealInLastViewer(place: CodePlace, stack?: readonly string[]): boolean {
  const viewer = open.at(-1);
  if (!viewer) return false;
  revealIn(viewer, place, stack);
  return true;
}

function revealIn(viewer: OpenViewer, place: CodePlace, stack?: readonly string[]): void {
  viewer.panel.reveal(undefined, false);
  viewer.tell({ type: "reveal", place, ...(stack && { stack }) });
}

function toFront(viewer: OpenViewer): void {
  removeViewer(viewer);
  open.push(viewer);
}
