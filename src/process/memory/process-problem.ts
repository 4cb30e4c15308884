/** A process or core file cannot be read as a Go program: what is the matter, and what a person can do about it. */
export class ProcessProblem extends Error {
  readonly todo: string;
  constructor(message: string, todo: string) {
    super(message);
    this.todo = todo;
  }
}
