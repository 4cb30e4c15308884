/** The shape of every subcommand. */
import type { Command } from "commander";
import type { ExitCode, Terminal } from "./terminal.js";

/** Adds one subcommand to `program`; its action hands its exit code to `exit`. */
export type AddCommand = (program: Command, terminal: Terminal, exit: (code: ExitCode) => void) => void;
