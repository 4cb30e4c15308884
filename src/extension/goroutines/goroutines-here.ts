/**
 * From a frame of a flame graph to the goroutines that stand there: the viewer asks, whoever shows goroutines answers.
 *
 * Without anybody who can (no debug session is paused) the flame graph does not offer it.
 */
import type { CodePlace } from "../../../webview/protocol.js";
import { tellAll } from "../profiles/open-viewers.js";

export interface GoroutinesWanted extends CodePlace {
  /** Names of functions, root first, down to the frame. */
  readonly stack: readonly string[];
}

const listeners = new Set<(wanted: GoroutinesWanted) => void>();
let available = false;

/** Calls whoever shows goroutines when somebody wants to see those of a frame. */
export function onGoroutinesWanted(listener: (wanted: GoroutinesWanted) => void): { dispose(): void } {
  listeners.add(listener);
  return { dispose: () => listeners.delete(listener) };
}

/** To be called when goroutines can be shown, and when they no longer can. */
export function setGoroutinesAvailable(isAvailable: boolean): void {
  if (available === isAvailable) return;
  available = isAvailable;
  tellAll({ type: "goroutines", available });
}

export function canShowGoroutines(): boolean {
  return available;
}

export function showGoroutines({ function: name, file, line, stack }: GoroutinesWanted): void {
  for (const listener of listeners) listener({ function: name, file, line, stack });
}
