/** Builds the guard's program before tests that start processes. */
import { buildSync } from "esbuild";
import { GUARD_SCRIPT } from "./guard-script.js";

export default function buildGuard(): void {
  buildSync({
    entryPoints: ["src/process/guard-main.ts"],
    outfile: GUARD_SCRIPT,
    ...{ bundle: true, platform: "node", target: "node20", format: "cjs", logLevel: "warning" },
  });
}
