/**
 * What a command sees of the world, so that tests can hand it another one. All that is written passes here: what others
 * wrote (names of a profile, words of Delve and of servers) moves no cursor and turns no line round.
 */
import { printableText, terminalText } from "../core/text/printable.js";

export interface Terminal extends TerminalHost {
  /**
   * A document for programs: JSON with what is unprintable escaped, anything else as it is where a program reads it, and
   * printable on a terminal.
   */
  document(text: string, kind?: "json" | "text"): void;
  /** Answers for people over the last `lines` lines of them; for a terminal only. */
  redraw(lines: number, text: string): void;
}

/** What a terminal is made of. */
export interface TerminalHost {
  /** Answers for people. */
  out(text: string): void;
  /** What is no text, as it is; for who asked for it by `-o -`. */
  bytes?(piece: Uint8Array): void;
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

/** The terminal that commands get: nothing reaches the host but through it. */
export function harmless(host: TerminalHost): Terminal {
  return {
    ...host,
    out: (text) => host.out(terminalText(text)),
    err: (text) => host.err(terminalText(text)),
    redraw: (lines, text) => host.out(`${lines > 0 ? `\u001b[${lines}A\u001b[J` : ""}${terminalText(text)}`),
    document: (text, kind = "text") => {
      if (kind === "json") host.out(escapedJson(text));
      else host.out(host.columns === undefined ? text : printableText(text));
    },
  };
}

/** JSON.stringify leaves these as they are: DEL and C1 controls, and what printable() replaces. */
function escapedJson(json: string): string {
  const escape = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return json.replace(/[\u007f-\u009f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g, escape);
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
