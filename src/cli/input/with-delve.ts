/** The dlv of this machine for what needs one, and its refusals as failures of the command line. */
import { findDelve } from "../../delve/dlv/capabilities.js";
import { ProcessProblem } from "../../process/memory/process-problem.js";
import { MemoryProblem } from "../../process/paused-program.js";
import { TargetProblem } from "../../delve/target/target-problem.js";
import { Failure } from "../failure.js";
import type { Terminal } from "../terminal.js";

/** `what` is what cannot be done without it. */
export async function withDelve<Result>(
  what: string,
  terminal: Terminal,
  use: (dlv: string) => Promise<Result>,
): Promise<Result> {
  const found = await findDelve({ env: terminal.env });
  if (found === undefined) {
    const todo = "Install it: go install github.com/go-delve/delve/cmd/dlv@latest";
    throw new Failure("no-dlv", what, "Delve (dlv) was not found", todo);
  }
  return reading(what, () => use(found.path));
}

/** What Delve or the system refuses, or what cannot be read, as a failure. */
export async function reading<Result>(what: string, use: () => Promise<Result>): Promise<Result> {
  try {
    return await use();
  } catch (error) {
    if (error instanceof ProcessProblem) throw new Failure("target", what, error.message, error.todo);
    if (error instanceof TargetProblem) throw new Failure(error.code, what, error.message, error.todo);
    if (error instanceof MemoryProblem) {
      const todo =
        error.code === "interrupted" ? "Nothing was kept" : "See that it is a Go program with debug information";
      throw new Failure("target", what, error.message, todo);
    }
    throw error;
  }
}
