/** A program cannot be read; `todo` is what a person can do about it. */
export class TargetProblem extends Error {
  readonly todo: string;
  constructor(message: string, todo: string) {
    super(message);
    this.todo = todo;
  }
}
