/** The platform of an extension host with Node. */
import { open } from "node:fs/promises";
import type * as vscode from "vscode";
import { goPlaces } from "./profiles/go-places.js";
import type { FilePart, Platform } from "./platform.js";
import { PART_BYTES, wholeFile } from "./whole-file.js";

export const nodePlatform: Platform = {
  goPlaces,
  read: (uri) => (uri.scheme === "file" ? streamed(uri) : wholeFile(uri)),
};

/** Never more than a part of it in memory. */
async function* streamed(uri: vscode.Uri): AsyncIterable<FilePart> {
  const file = await open(uri.fsPath);
  try {
    const { size } = await file.stat();
    let have = 0;
    for (;;) {
      const { bytesRead, buffer } = await file.read(new Uint8Array(PART_BYTES), 0, PART_BYTES, have);
      have += bytesRead;
      // A file that still grows ends where it ended when it was opened.
      const isLast = bytesRead === 0 || have >= size;
      yield { part: buffer.subarray(0, bytesRead), size, isLast };
      if (isLast) return;
    }
  } finally {
    await file.close();
  }
}
