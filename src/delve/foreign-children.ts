/**
 * Children that are no Go programs. Until 1.25 Delve stops the session over each one that it is to follow, with an error
 * that only says that it cannot read it; when the program goes on, so does the child, and the next Go child is followed.
 */
import type { DebugProtocol } from "@vscode/debugprotocol";

/** Whether that is all that this stop is about. */
export function isForeignChild({ reason, text = "" }: DebugProtocol.StoppedEvent["body"]): boolean {
  return reason === "exception" && /^could not (?:read debug info|open debug info)\b/.test(text);
}
