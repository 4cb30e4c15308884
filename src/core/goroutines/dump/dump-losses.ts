/** What a goroutine text lost on its way, counted while it is read and said once at the end. */
import type { Warning } from "../../text/format-error.js";

export type Loss = "frame-without-file" | "goroutine-header" | "no-stack" | "lost-messages";

export class DumpLosses {
  readonly #offsetNow: () => number;
  readonly #counts = new Map<Loss, { count: number; readonly offset: number }>();
  readonly #said: Warning[] = [];

  /** `offsetNow` counts UTF-16 code units up to what is read. */
  constructor(offsetNow: () => number) {
    this.#offsetNow = offsetNow;
  }

  count(loss: Loss): void {
    const known = this.#counts.get(loss);
    if (known === undefined) this.#counts.set(loss, { count: 1, offset: this.#offsetNow() });
    else known.count++;
  }

  /** About the text as a whole. */
  say(code: string, message: string): void {
    this.#said.push({ code, message, offset: this.#offsetNow() });
  }

  /** Whether a stack, or a part of one, is missing. */
  get hasLostStacks(): boolean {
    return this.#counts.size > 0;
  }

  warnings(): Warning[] {
    const counted = [...this.#counts].map(([code, { count, offset }]) => ({
      code,
      message: MESSAGES[code](count),
      offset,
    }));
    return [...counted, ...this.#said];
  }
}

const MESSAGES: Readonly<Record<Loss, (count: number) => string>> = {
  "frame-without-file": (count) =>
    count === 1
      ? "a function is without the line that says where it is: its stack is not complete"
      : `${count} functions are without the line that says where they are: their stacks are not complete`,
  "goroutine-header": (count) =>
    count === 1 ? "a line begins like a goroutine and is none" : `${count} lines begin like a goroutine and are none`,
  "no-stack": (count) =>
    count === 1 ? "a goroutine has no stack in this text" : `${count} goroutines have no stack in this text`,
  "lost-messages": () => "the log says that it dropped messages in the middle of the goroutines",
};
