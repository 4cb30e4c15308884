/** A problem of capturing, as the command line reports it. */
import type { CaptureProblem } from "../../capture/capture-problem.js";
import { Failure } from "../failure.js";

export function captureFailure({ code, what, why, todo }: CaptureProblem): Failure {
  return new Failure(code, what, why, todo);
}
