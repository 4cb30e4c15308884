/**
 * Colours of frames: one hue per package, from the theme. Code of the program is strong, the standard library
 * muted, the runtime grey, so that one's own code is what catches the eye.
 */
import { packageOf } from "../src/core/frames.js";

/** How many hues style.css defines: --own-0 … and --std-0 …. */
const HUES = 12;

export function frameColour(functionName: string): string {
  const path = packageOf(functionName);
  if (path === "runtime" || path.startsWith("runtime/") || path.startsWith("internal/runtime")) return "var(--runtime)";
  return `var(--${isStandard(path) ? "std" : "own"}-${hash(path) % HUES})`;
}

/** Only paths of modules have a dot in their first element; `main` and Go's own commands are programs. */
function isStandard(path: string): boolean {
  const slash = path.indexOf("/");
  const first = slash < 0 ? path : path.slice(0, slash);
  return first !== "main" && first !== "cmd" && first !== "" && !first.includes(".");
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return (value ^ (value >>> 13)) >>> 0;
}
