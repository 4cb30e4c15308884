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
  /** Aborted by Ctrl-C (or with an `Interrupt`); commands keep what they have and say that it is partial. */
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

export type ExitCode = 0 | 1 | 2 | 129 | 130 | 143;
export const DONE: ExitCode = 0;
export const FINDINGS: ExitCode = 1;
export const UNUSABLE: ExitCode = 2;
export const INTERRUPTED: ExitCode = 130;

/** Signals that ask us to end, all in the same way, and the exit code of each: 128 and its number, as shells have it. */
export const INTERRUPTS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const satisfies Record<string, ExitCode>;

/** Why a terminal's signal is aborted. */
export class Interrupt extends Error {
  override readonly name = "Interrupt";
  readonly code: ExitCode;

  constructor(code: ExitCode) {
    super("it was told to end");
    this.code = code;
  }
}
