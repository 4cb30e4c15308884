/** Errors of decoders as failures of a command. */
import { FormatError } from "../../core/text/format-error.js";
import { Failure } from "../failure.js";

export const CAPTURE_AGAIN = "Capture the profile again";

/**
 * An error of a decoder as a failure to do `what`; other errors as they are. To capture a damaged input again helps; of
 * one that is something else, the error says what to do.
 */
export function formatFailure(error: unknown, what: string): unknown {
  if (!(error instanceof FormatError)) return error;
  const where = error.offset === undefined || error.todo !== undefined ? "" : ` (at byte ${error.offset})`;
  const todo = error.todo === undefined ? CAPTURE_AGAIN : error.todo.charAt(0).toUpperCase() + error.todo.slice(1);
  return new Failure(error.code, what, error.what + where, todo, error.offset);
}
