/**
 * Requests of the client that are answered here, in their own time: each once, by what was found or by the end of the
 * session, whichever comes first.
 */
import type { Envelope } from "./framing.js";
import { errorTo } from "./session-words.js";
import type { Wire } from "./wire.js";

export class OpenRequests {
  readonly #wire: Wire;
  readonly #open = new Set<Envelope>();

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  /** Returns what tells the answer. */
  add(about: Envelope): (answer: object) => void {
    this.#open.add(about);
    return (answer) => {
      if (this.#open.delete(about)) this.#wire.tell(answer);
    };
  }

  /** The session ends. */
  end(how: string): void {
    for (const about of this.#open) this.#wire.tell(errorTo(about, how));
    this.#open.clear();
  }
}
