/**
 * What the page and the extension host say to each other; types only.
 *
 * The page receives bytes and decodes them itself. It asks the host only for what a page cannot do.
 */
import type { Diagnosis } from "../src/core/diagnosis/diagnosis.js";
import type { Suspect } from "../src/core/live/leading-suspects.js";
import type { Mark } from "../src/core/live/live-history.js";
import type { Measure } from "../src/core/live/live-measures.js";
import type { LiveRow } from "../src/core/live/live-row.js";

export interface ProfileBytes {
  /** What to call it: a file name, "heap, last snapshot". */
  readonly name: string;
  /** As captured: protobuf or text, gzipped or not. Left out, the page asks for them when it needs them. */
  readonly bytes?: Uint8Array;
}

/** A place in the code, as a frame of a stack names it. */
export interface CodePlace {
  readonly function: string;
  readonly file: string;
  /** From 1; 0 unknown. */
  readonly line: number;
}

/** What the host can do for this page beyond the rest; buttons for what it cannot are not there. */
export interface HostSkills {
  /** Somebody shows goroutines: a debug session is paused. */
  readonly goroutines?: boolean;
  /** The profile can be named in a link. */
  readonly links?: boolean;
  /** Another profile can be chosen as base. */
  readonly bases?: boolean;
}

export type ToWebview =
  /** Replaces everything that is shown. */
  | {
      readonly type: "show";
      /** Kept in the page's state, for the host to know it again after a reload. */
      readonly id?: string;
      readonly profiles: readonly ProfileBytes[];
      readonly diagnosis?: Diagnosis;
      readonly skills?: HostSkills;
      /** What of it to show, as a link had it; instead of what the page remembers. */
      readonly view?: unknown;
    }
  /** The next bytes of a profile that the page asked for; `size` is the whole's where it is known. */
  | {
      readonly type: "bytes";
      readonly profile: number;
      readonly part: Uint8Array;
      readonly size: number | undefined;
      readonly isLast: boolean;
    }
  /** Those bytes cannot be read. */
  | { readonly type: "noBytes"; readonly profile: number; readonly message: string }
  /** One more profile, asked for by `chooseBase`: it becomes the base. */
  | { readonly type: "base"; readonly profile: ProfileBytes }
  /** Show this function, or this stack (root first, as far as the picture has it). */
  | { readonly type: "reveal"; readonly place: CodePlace; readonly stack?: readonly string[] }
  /** Whether goroutines can be shown has changed. */
  | { readonly type: "goroutines"; readonly available: boolean }
  /** Show this view of what is there. */
  | { readonly type: "view"; readonly view: unknown }
  /** Nothing can be shown: says why. */
  | { readonly type: "failed"; readonly message: string };

/** Costs of source lines, for the editor: by file as the profile writes it, lines ascending. */
export interface SourceCosts {
  /** "heap.pb.gz: live bytes now". */
  readonly title: string;
  readonly unit: string;
  /** What percentages refer to. */
  readonly total: number;
  readonly files: readonly FileCosts[];
}

export interface FileCosts {
  readonly file: string;
  readonly lines: readonly LineCosts[];
}

export interface LineCosts {
  readonly line: number;
  readonly flat: number;
  readonly cum: number;
  readonly function: string;
}

export type FromWebview =
  /** The page listens now; the host answers with what to show. */
  | { readonly type: "ready" }
  /** The page needs the bytes of a profile that came without; the host sends them in parts. */
  | { readonly type: "wantBytes"; readonly profile: number }
  /** Open the source that a frame names. `line` 0 is unknown: the function's declaration is looked for. */
  | ({ readonly type: "openSource" } & CodePlace)
  /** Write these costs beside the code in the editor; `undefined` takes them away. */
  | { readonly type: "sourceCosts"; readonly costs: SourceCosts | undefined }
  /** Show the goroutines that stand here. */
  | ({ readonly type: "showGoroutines"; readonly stack: readonly string[] } & CodePlace)
  /** Let somebody choose a profile to subtract. */
  | { readonly type: "chooseBase" }
  /** Let somebody choose where to save this. */
  | { readonly type: "save"; readonly name: string; readonly bytes: Uint8Array }
  /** Copy a link that opens this view again. */
  | { readonly type: "copyLink"; readonly view: string }
  | { readonly type: "copy"; readonly text: string }
  /** Something went wrong in the page; for the log. */
  | { readonly type: "log"; readonly message: string };

/** What the Live view's page and the extension host say to each other. */
export type ToLive =
  /** Replaces everything: an encoded history (`src/core/live/live-file.ts`), to which rows come. */
  | { readonly type: "live"; readonly run: Uint8Array; readonly about: LiveAbout }
  /** A run to compare with, or none. */
  | { readonly type: "compared"; readonly run: Uint8Array | undefined; readonly name: string }
  | { readonly type: "row"; readonly row: LiveRow }
  | { readonly type: "measure"; readonly measure: Measure }
  | { readonly type: "mark"; readonly mark: Mark }
  | { readonly type: "about"; readonly about: LiveAbout }
  /** Nobody is watched: the page says how to begin. */
  | { readonly type: "nobody" };

export interface LiveAbout {
  /** The program, for people. */
  readonly title: string;
  readonly state: "opening" | "running" | "stopped" | "ended" | "file";
  /** How the numbers are read, and what that does to the program: one sentence. */
  readonly source: string;
  /** What cannot be shown and why, by the source of the charts (`live-measures.ts`). */
  readonly lacking: readonly { readonly source: "memory" | "system"; readonly why: string }[];
  /** Why it ended. */
  readonly ended?: string;
  /** Profiles of the program can be taken now. */
  readonly captures: boolean;
  /** A diagnosis of it is under way. */
  readonly diagnosis?: LiveDiagnosis;
  /** This page is the narrow one, beside which a wide one can be opened. */
  readonly isNarrow: boolean;
}

export type DiagnosisWish = "end" | "longer";

export interface LiveDiagnosis {
  /** "Snapshot 3 of 8". */
  readonly text: string;
  readonly suspects: readonly Suspect[];
  /** It may be told to take more snapshots than it was to. */
  readonly canBeLonger: boolean;
}

export type FromLive =
  | { readonly type: "ready" }
  /** Take a profile of the program. */
  | { readonly type: "capture"; readonly kind: "heap" | "goroutine" }
  /** Open what is kept of a mark. */
  | { readonly type: "openKept"; readonly kept: string }
  /** Take the same as what is kept of a mark, and subtract. */
  | { readonly type: "compareSince"; readonly kept: string }
  /** The diagnosis shall end with what it has, or go on for longer. */
  | { readonly type: "diagnosis"; readonly wish: DiagnosisWish }
  | { readonly type: "openWide" }
  | { readonly type: "pickProgram" }
  | { readonly type: "save" }
  /** Let somebody choose another run to compare with; or compare no more. */
  | { readonly type: "chooseRun"; readonly none?: boolean }
  | { readonly type: "log"; readonly message: string };
