/** A folder of our own for a while, which only this user can look into, and which is removed whatever becomes of us. */
import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { guarded } from "./guard.js";

export interface TemporaryFolder {
  readonly path: string;
  remove(): void;
}

export function temporaryFolder(): TemporaryFolder {
  const path = join(tmpdir(), `godiag-${randomBytes(8).toString("hex")}`);
  const entry = guarded({ kind: "folder", path });
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    entry.forget();
    throw error;
  }
  return {
    path,
    remove() {
      rmSync(path, { recursive: true, force: true, maxRetries: 5 });
      entry.forget();
    },
  };
}
