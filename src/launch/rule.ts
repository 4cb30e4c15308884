/**
 * What a rule is, what it finds, and what it may know about the machine.
 *
 * A rule looks at a parsed document and describes problems; a problem points at a place, says what really happens,
 * what the author wanted and what the fix does, and carries the fix as changes to the tree. `check.ts` turns
 * problems into findings with offsets and edits. Rules never do I/O: facts about the machine are handed in, and a
 * fact that is absent is not known (a rule then stays silent rather than guess).
 */
import type { Node } from "jsonc-parser";
import type { Change } from "./change.js";
import type { Edit } from "./edit.js";
import type { Configuration, LaunchDocument, Members } from "./document.js";
import type { Facts } from "./facts.js";

/**
 * error: the start fails. warning: ignored in silence, or does something else than the author wanted.
 * information: fine, but worth a word.
 */
export type Severity = "error" | "warning" | "information";

export interface Fix {
  readonly title: string;
  readonly edits: readonly Edit[];
}

export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  /** Name of the configuration or compound, or the key of the setting. */
  readonly configuration: string;
  readonly isHarmless?: true;
  readonly offset: number;
  readonly length: number;
  /** Safe to apply without asking; what fix-all applies. */
  readonly fix?: Fix;
  /** Other ways out, applied only when a person picks one. */
  readonly alternatives?: readonly Fix[];
}

/** A fix before it is text: which members of the tree change. */
export interface Plan {
  readonly title: string;
  readonly changes: readonly Change[];
}

export interface Problem {
  readonly at: Node;
  readonly severity: Severity;
  readonly message: string;
  /** Ignored, and not missed: the start does what was wanted, so it is not asked about at F5. */
  readonly isHarmless?: boolean | undefined;
  readonly fix?: Plan | undefined;
  readonly alternatives?: readonly Plan[] | undefined;
}

export interface Rule {
  readonly id: string;
  /** One line for lists of rules (SARIF, documentation). */
  readonly about: string;
  /** Looks at one configuration of type "go". */
  readonly configuration?: (configuration: Configuration, facts: Facts, document: LaunchDocument) => readonly Problem[];
  /** Whether the rule also fits `go.delveConfig` in settings, handed in as a configuration of that type. */
  readonly delveConfig?: true;
  /** Looks at the file as a whole. */
  readonly document?: (document: LaunchDocument, facts: Facts) => readonly Problem[];
  /** Looks at a settings object (settings.json, or `settings` of a workspace file). */
  readonly settings?: (settings: Members, facts: Facts, document: LaunchDocument) => readonly Problem[];
}

export type { Facts };
