/** The custom requests of a session that are answered from its paused program: each is answered once, whatever ends first. */
import type { DebugProtocol } from "@vscode/debugprotocol";
import { type Envelope, type Frame, messageOf } from "../dap/framing.js";
import { OpenRequests } from "./open-requests.js";
import { answerTo, isCustomRequest } from "./custom-requests.js";
import type { OfProcess } from "../../core/goroutines/answer-bodies.js";
import type { KnownState } from "./session-state.js";
import type { SessionStops } from "./session-stops.js";
import { errorTo, responseTo } from "../dap/messages.js";
import type { Forwarder } from "./forwarder.js";

export class CustomRequestAnswers {
  readonly #stops: SessionStops;
  readonly #state: KnownState;
  readonly #open: OpenRequests;

  constructor(forwarder: Forwarder, state: KnownState, stops: SessionStops) {
    this.#open = new OpenRequests(forwarder);
    this.#stops = stops;
    this.#state = state;
  }

  async answer(frame: Frame, about: Envelope): Promise<void> {
    const command = about.command ?? "";
    const send = this.#open.add(about);
    const refuse = (why: string) => send(errorTo(about, why));
    if (!isCustomRequest(command)) return refuse(`There is no request ${command}.`);
    if (this.#state.isRunning) return refuse(RUNS);
    await this.#state.ready;
    try {
      const asked = messageOf<DebugProtocol.Request>(frame)?.arguments as OfProcess | undefined;
      const body = await answerTo(command, asked, this.#stops.here(asked?.pid));
      send(responseTo(about, body));
    } catch (error) {
      refuse((error as Error).message);
    }
  }

  /** The session ends. */
  end(how: string): void {
    this.#open.end(how);
  }
}

/** Why something that needs a stop is refused. */
export const RUNS = "The program runs: pause it, or wait until it stops.";
