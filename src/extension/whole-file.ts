/** A file by VS Code's own file system, which reads it whole: handed on in parts. */
import * as vscode from "vscode";
import type { FilePart } from "./platform.js";

/** A message of this size costs the host a few milliseconds. */
export const PART_BYTES = 4 << 20;

export async function* wholeFile(uri: vscode.Uri): AsyncIterable<FilePart> {
  yield* inParts(await vscode.workspace.fs.readFile(uri));
}

export function* inParts(bytes: Uint8Array): Iterable<FilePart> {
  for (let at = 0; at === 0 || at < bytes.length; at += PART_BYTES) {
    const part = bytes.subarray(at, at + PART_BYTES);
    yield { part, size: bytes.length, isLast: at + PART_BYTES >= bytes.length };
  }
}
