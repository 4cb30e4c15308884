/**
 * What a strict client of the Debug Adapter Protocol asks of each message that it gets: numbers from 1 on without a gap,
 * the fields of its type, no event before `initialize` is answered, one answer to each request, and none open when
 * `disconnect` is answered.
 *
 * https://microsoft.github.io/debug-adapter-protocol/specification#Base_Protocol_ProtocolMessage
 */
import type { Message } from "./fake-delve.js";
import { misfit } from "./protocol-types.js";

/** What Delve itself says otherwise than the protocol; the proxy passes it as it is. */
const DELVES_OWN = ['body.breakMode is "", not "userUnhandled"'];

export class StrictClient {
  #last = 0;
  #isInitialized = false;
  readonly #open = new Map<number, string>();

  /** It asks. */
  asked(seq: number, command: string): void {
    this.#open.set(seq, command);
  }

  /** Throws where the message is not as the protocol has it. */
  got(message: Message): void {
    const refuse = (why: string): never => {
      throw new Error(`${why}: ${JSON.stringify(message).slice(0, 300)}`);
    };
    const { seq, type, request_seq: answered = -1 } = message;
    if (seq !== this.#last + 1) refuse(`after message ${this.#last}`);
    this.#last = seq ?? 0;
    const wrong = misfit(message);
    if (wrong !== undefined && !DELVES_OWN.includes(wrong)) refuse(wrong);
    switch (type) {
      case "event":
        if (typeof message.event !== "string") refuse("an event without a name");
        if (!this.#isInitialized) refuse("an event before the answer to initialize");
        break;
      case "response": {
        const command = this.#open.get(answered);
        if (command === undefined) refuse("an answer to nothing, or a second one");
        // Delve answers an attach that was a launch by the name that was asked.
        if (message.command !== command) refuse(`an answer to ${command}`);
        if (typeof message.success !== "boolean") refuse("an answer without success");
        this.#open.delete(answered);
        this.#isInitialized ||= command === "initialize";
        if (command === "disconnect" && this.#open.size > 0) refuse(`not answered: ${this.unanswered.join(", ")}`);
        break;
      }
      case "request":
        if (typeof message.command !== "string") refuse("a request without a command");
        break;
      default:
        refuse("a message of no type");
    }
  }

  /** Commands that were not answered. */
  get unanswered(): string[] {
    return [...this.#open.values()];
  }
}
