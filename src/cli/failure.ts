/**
 * How a command says that it cannot do what was asked: WHAT failed, WHY, and WHAT TO DO.
 *
 * Commands throw it for wrong usage and bad input; `main.ts` alone prints it and chooses the exit code.
 */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly what: string;
  readonly why: string;
  readonly todo: string;
  readonly code: string;
  readonly offset: number | undefined;

  constructor(code: string, what: string, why: string, todo: string, offset?: number) {
    super(`${what}: ${why}. ${todo}`);
    this.code = code;
    this.what = what;
    this.why = why;
    this.todo = todo;
    this.offset = offset;
  }
}
