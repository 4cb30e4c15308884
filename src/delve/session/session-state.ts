/**
 * What is known of a session at this moment: written by its start (session-start.ts) and its stops (session-stops.ts),
 * read by everything else, as `KnownState`.
 */
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Attributes } from "../engine/launch-plan.js";
import type { Version } from "../dlv/delve-versions.js";

export class SessionState {
  // By the start
  launched: "launch" | "attach" | undefined;
  /** Of the launch or attach request. */
  attributes: Attributes = {};
  /** Why this engine, one sentence. */
  reason = "No program was started yet.";
  /** Of the Delve behind us. */
  version: Version | undefined;
  /** What Delve said that it can do. */
  capabilities: DebugProtocol.Capabilities = {};
  /** Whether Delve follows children of the program. */
  follows = false;
  /** Whether the client can be asked for a session for each child, and the user wants that. */
  canHaveChildSessions = false;
  /** Whether the program was let run. */
  hasRun = false;
  /** Whether the program would not profile its memory but for us. */
  hasSwitchedProfilingOn = false;
  /** Settles when it is known how memory is read. */
  ready: Promise<void> | undefined;

  // By the stops
  /** The number of the last stop; 0 before the first. */
  stop = 0;
  isRunning = true;
  /** The program stands at its entry, before its first stop. */
  isAtEntry = true;

  /** Whether each child is a session of its own. */
  get hasChildSessions(): boolean {
    return this.canHaveChildSessions && this.follows;
  }

  /** At a stop, or at the entry of the program, where no stop is told of. */
  get standsStill(): boolean {
    return !this.isRunning || this.isAtEntry;
  }
}

export type KnownState = Readonly<SessionState>;
