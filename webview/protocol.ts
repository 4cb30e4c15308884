/**
 * What the page and the extension host say to each other; types only.
 *
 * The page receives bytes and decodes them itself. It asks the host only for what a page cannot do.
 */
import type { Diagnosis } from "../src/core/diagnosis.js";

export interface ProfileBytes {
  /** What to call it: a file name, "heap, last snapshot". */
  readonly name: string;
  /** As captured: protobuf or text, gzipped or not. */
  readonly bytes: Uint8Array;
}

export type ToWebview =
  /** Replaces everything that is shown. */
  | {
      readonly type: "show";
      /** Kept in the page's state, for the host to know it again after a reload. */
      readonly id?: string;
      readonly profiles: readonly ProfileBytes[];
      readonly diagnosis?: Diagnosis;
    }
  /** Nothing can be shown: says why. */
  | { readonly type: "failed"; readonly message: string };

export type FromWebview =
  /** The page listens now; the host answers with what to show. */
  | { readonly type: "ready" }
  /** Open the source that a frame names. `line` 0 is unknown: the function's declaration is looked for. */
  | { readonly type: "openSource"; readonly function: string; readonly file: string; readonly line: number }
  | { readonly type: "copy"; readonly text: string }
  /** Something went wrong in the page; for the log. */
  | { readonly type: "log"; readonly message: string };
