/**
 * What differs between an extension host with Node and one in a browser; each entry sets its own. Everything that the
 * viewer needs beyond this runs in both.
 */
import type * as vscode from "vscode";
import type { GoPlaces } from "./profiles/source-candidates.js";

export interface FilePart {
  readonly part: Uint8Array;
  /** Of the whole file; undefined when it is not known. */
  readonly size: number | undefined;
  readonly isLast: boolean;
}

export interface Platform {
  /** Where Go sources are on this machine. */
  goPlaces(): Promise<GoPlaces>;
  /** A file in parts, none of which keeps the host long; at least one, also of an empty file. */
  read(uri: vscode.Uri): AsyncIterable<FilePart>;
}

let current: Platform | undefined;

export function usePlatform(platform: Platform): void {
  current = platform;
}

export function platform(): Platform {
  if (!current) throw new Error("the extension's entry has not set its platform");
  return current;
}
