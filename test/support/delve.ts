/** The pinned Delve that setup.mjs builds; tests that need it fail without it, and say how to get it. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";

export const delve = resolve(".tools/bin", process.platform === "win32" ? "dlv.exe" : "dlv");

if (!existsSync(delve)) throw new Error("the pinned Delve is missing. Run: node setup.mjs test");
