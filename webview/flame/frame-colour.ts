/**
 * Colours of frames, from the theme: one hue per package or module. Code of the program is strong, the standard library
 * muted, the runtime grey, so that one's own code is what catches the eye. A diff is red where it grew, blue where it
 * shrank, the stronger the more of the frame changed.
 */
import { packageOf } from "../../src/core/profile/frames.js";
import { moduleOf, originOf } from "../../src/core/profile/module-of.js";
import type { Colours } from "../page/state.js";

/** How many hues style.css defines: --own-0 … and --std-0 …. */
export const HUES = 12;
/** Steps of a diff's colours, each way: --grew-1 …, --shrank-1 …. */
export const STEPS = 5;

/** A variable of style.css. */
export function frameColour(functionName: string, colours: Colours = "package"): string {
  const path = packageOf(functionName);
  const origin = originOf(path);
  if (origin === "runtime") return "--runtime";
  if (colours === "origin") return { program: "--own-0", module: "--own-1", standard: "--std-2" }[origin];
  const group = colours === "module" ? moduleOf(path) : path;
  return `--${origin === "standard" ? "std" : "own"}-${hash(group) % HUES}`;
}

/** `share` from -1 (all of it is gone) over 0 (as before) to 1 (all of it is new). */
export function diffColour(share: number): string {
  const step = Math.min(STEPS, Math.round(Math.abs(share) * STEPS));
  if (step === 0 && Math.abs(share) < 0.005) return "--same";
  return `--${share > 0 ? "grew" : "shrank"}-${Math.max(1, step)}`;
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return (value ^ (value >>> 13)) >>> 0;
}
