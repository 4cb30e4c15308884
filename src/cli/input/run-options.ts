/** How a package is run that a command looks at while it stands still. */
import { type Command, InvalidArgumentError } from "commander";

export interface RunOptions {
  /** Arguments for the program, as one text. */
  readonly args?: string;
  /** Seconds from its start to the moment of reading. */
  readonly after?: number;
}

export const AFTER_SECONDS = 10;

export function addRunOptions(command: Command): Command {
  return command
    .option("--args <text>", "of a package: arguments for the program")
    .option("--after <seconds>", `of a package: how long it runs before it is read (${AFTER_SECONDS})`, seconds);
}

function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && value <= 86_400) return value;
  throw new InvalidArgumentError("It must be a number from 0.");
}

/** Splits like a shell: words between spaces, quotes keep spaces. */
export function words(text: string): readonly string[] {
  return [...text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, double, single, bare]) => double ?? single ?? bare);
}
