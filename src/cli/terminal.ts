/**
 * What a command sees of the world, so that tests can hand it another one.
 */
export interface Terminal {
  /** Answers and JSON. */
  out(text: string): void;
  /** Progress, warnings and errors, a line each. */
  err(text: string): void;
  /** Whether stderr is a terminal: progress is shown only there. */
  readonly interactive: boolean;
  /** Columns of stdout; undefined when it is not a terminal. */
  readonly columns: number | undefined;
  /** Whether stdout may be coloured (a terminal, and no NO_COLOR). */
  readonly color: boolean;
  readStdin(): Promise<Uint8Array>;
  /** Aborted by Ctrl-C; commands keep what they have, say that it is partial and return INTERRUPTED. */
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

export type ExitCode = 0 | 1 | 2 | 130;
export const DONE: ExitCode = 0;
export const FINDINGS: ExitCode = 1;
export const UNUSABLE: ExitCode = 2;
export const INTERRUPTED: ExitCode = 130;
