/**
 * Requests of the client that are answered here, in their own time: each once, by what was found or by the end of the
 * session, whichever comes first.
 */
import type { Envelope } from "../dap/framing.js";
import { errorTo } from "../dap/messages.js";
import type { Forwarder } from "./forwarder.js";

export class OpenRequests {
  readonly #forwarder: Forwarder;
  readonly #open = new Map<Envelope, (answer: object) => void>();

  constructor(forwarder: Forwarder) {
    this.#forwarder = forwarder;
  }

  /** Returns what tells the answer. */
  add(about: Envelope, tell = (answer: object) => this.#forwarder.tell(answer)): (answer: object) => void {
    this.#open.set(about, tell);
    return (answer) => {
      if (this.#open.delete(about)) tell(answer);
    };
  }

  /** The session ends. */
  end(how: string): void {
    for (const [about, tell] of this.#open) tell(errorTo(about, how));
    this.#open.clear();
  }
}
