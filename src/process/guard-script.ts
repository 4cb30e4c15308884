/** Where the guard's program lies: beside the bundles that start it. */
import { join } from "node:path";

export const GUARD_SCRIPT = join(__dirname, "guard.cjs");
