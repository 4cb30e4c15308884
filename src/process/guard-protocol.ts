/** What the guard is told, a JSON document a line: each line replaces what it knew under that number, or forgets it. */
import type { StartedProcess } from "./end-processes.js";
import type { Attachment } from "./leave-target.js";

export type Guarded =
  | { readonly kind: "process"; readonly process: StartedProcess; readonly attachment?: Attachment }
  /** Stopped by us, without a debugger: it goes on. */
  | { readonly kind: "stopped"; readonly pid: number; readonly beginning: string | undefined }
  /** Changed by us in its memory, without a debugger: it is as before again. */
  | {
      readonly kind: "changed";
      readonly pid: number;
      readonly beginning: string | undefined;
      readonly before: readonly MemoryBytes[];
    }
  | { readonly kind: "folder"; readonly path: string };

export interface MemoryBytes {
  readonly address: number;
  readonly bytes: readonly number[];
}

export interface GuardMessage {
  readonly id: number;
  /** Left out: it has come to its end, and is forgotten. */
  readonly guarded?: Guarded;
}
