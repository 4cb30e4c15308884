/** In tests the guard's program lies where build-guard.ts puts it, and not beside the sources. */
import { resolve } from "node:path";

export const GUARD_SCRIPT = resolve("dist/.test/guard.cjs");
