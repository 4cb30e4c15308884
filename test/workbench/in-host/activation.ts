/**
 * What it costs every window that has Go in it that the extension is there: the time until the extension host can go on
 * with others, the memory that stays, and which of its files were loaded. Nothing is used yet.
 */
import Module from "node:module";
import { basename, dirname } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type * as vscode from "vscode";

export interface Activation {
  /** False where something activated it before: then the other numbers tell nothing. */
  readonly isFirst: boolean;
  /** From the host's decision to activate, with what it reads and asks for that, to its end. */
  readonly ms: number;
  /** More of the heap after a garbage collection than before. */
  readonly heapBytes: number;
  /** Names of the extension's own files that were loaded. */
  readonly files: readonly string[];
}

export async function activation(code: typeof vscode, id: string): Promise<Activation> {
  const extension = code.extensions.getExtension(id);
  if (extension === undefined) throw new Error(`${id} is not installed`);
  const isFirst = !extension.isActive;
  const before = heapInUse();
  const beganMs = performance.now();
  await extension.activate();
  const ms = performance.now() - beganMs;
  const heapBytes = heapInUse() - before;
  const loaded = Object.keys((Module as unknown as { readonly _cache: Readonly<Record<string, unknown>> })._cache);
  const files = loaded
    .filter((file) => dirname(file).startsWith(extension.extensionPath))
    .map((file) => basename(file));
  return { isFirst, ms, heapBytes, files };
}

function heapInUse(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().heapUsed;
}
