import { FormatError } from "../../text/format-error.js";

/** The error for events that cannot have happened. */
export function broken(message: string): FormatError {
  return new FormatError("trace-order", message);
}
