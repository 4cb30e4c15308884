/**
 * Children that are no Go programs. Before 1.26 Delve stops the session over each one that it is to follow, with an error
 * that only says that it cannot read it, while the program in truth runs on: a breakpoint that is hit meanwhile is lost
 * (pkg/proc/native/proc_linux.go, trapWaitInternal and ContinueOnce). So it is not asked to follow what is hardly one of
 * Go; and when it stumbles all the same, it is let go on at once.
 */
import type { DebugProtocol } from "@vscode/debugprotocol";

/** Folders at the root of a file system that hold the system's own programs; /usr/local does not. */
const SYSTEM = ["bin", "sbin", "lib", "lib32", "lib64", "usr"];

/** Of a command line: its first word is a path, and not of the system. A regular expression without look-ahead, as Go's. */
export const LIKELY_GO = `^"?(?:[^/" ]+/|/(?:${componentOtherThan(SYSTEM)}|usr/local/))`;

/** Whether a stop is only about a child that cannot be read. */
export function isForeignChild({ reason, text = "" }: DebugProtocol.StoppedEvent["body"]): boolean {
  return reason === "exception" && /^could not (?:read debug info|open debug info)\b/.test(text);
}

/** Matches a component of a path and the slash after it, unless it is one of the words. */
function componentOtherThan(words: readonly string[]): string {
  const nexts = new Set(words.filter((word) => word !== "").map((word) => word[0]));
  const others = [
    `[^/${[...nexts].join("")}][^/]*/`,
    ...[...nexts].map(
      (next) => next + componentOtherThan(words.filter((word) => word[0] === next).map((word) => word.slice(1))),
    ),
  ];
  return `(?:${[...others, ...(words.includes("") ? [] : ["/"])].join("|")})`;
}
