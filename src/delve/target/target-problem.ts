/** A program cannot be read; `todo` is what a person can do about it. */
export class TargetProblem extends Error {
  readonly todo: string;
  /**
   * "no-debug-info": Delve cannot name anything in it, and no other try would help. "max-pause": reading it would stop it,
   * or has stopped it, for longer than is allowed.
   */
  readonly code: "target" | "no-debug-info" | "max-pause";
  constructor(message: string, todo: string, code: TargetProblem["code"] = "target") {
    super(message);
    this.todo = todo;
    this.code = code;
  }
}
