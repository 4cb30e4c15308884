/**
 * The threads that a client sees: Delve's list, which ends at 1,024, and the goroutines beyond it that the client was
 * switched to at this stop. What Delve says about its limit is replaced by how many there are and where they are listed.
 */
import type { DebugProtocol } from "@vscode/debugprotocol";
import { type Envelope, type Frame, messageOf } from "./framing.js";
import { RUNS } from "./session-questions.js";
import type { SessionStops } from "./session-stops.js";
import { errorTo, event, responseTo } from "./session-words.js";
import type { Passing, Wire } from "./wire.js";

const TOO_MANY = "Too many goroutines";

export class SessionThreads {
  readonly #wire: Wire;
  readonly #stops: SessionStops;
  /** Goroutines that the client was switched to at this stop, by their names as threads. */
  readonly #chosen = new Map<number, string>();
  #saidTooMany = false;

  constructor(wire: Wire, stops: SessionStops) {
    this.#wire = wire;
    this.#stops = stops;
  }

  /** Another stop: nothing is chosen at it, and nothing said. */
  stopped(): void {
    this.#chosen.clear();
    this.#saidTooMany = false;
  }

  /** Any goroutine becomes a thread of this stop, and the selected one. */
  switches(frame: Frame, about: Envelope): Passing {
    const message = messageOf<{ arguments?: { id?: unknown } }>(frame);
    void this.#switchTo(about, message?.arguments?.id);
    return "taken";
  }

  async #switchTo(about: Envelope, id: unknown): Promise<void> {
    const refuse = (why: string) => this.#wire.tell(errorTo(about, why));
    if (typeof id !== "number" || !Number.isSafeInteger(id) || id < 1)
      return refuse("`id` is the number of a goroutine.");
    if (this.#stops.isRunning) return refuse(RUNS);
    const { signal } = this.#stops;
    // Delve searches for it from the first goroutine on, once; what the client asks next is then answered at once.
    const answer = await this.#wire
      .ask("stackTrace", { threadId: id, startFrame: 0, levels: 1 })
      .catch(() => undefined);
    if (signal.aborted) return refuse("The program runs again.");
    if (answer?.success !== true) return refuse(`There is no goroutine ${id} at this stop.`);
    const [top] = (answer as DebugProtocol.StackTraceResponse).body.stackFrames;
    this.#chosen.set(id, `[Go ${id}] ${top?.name ?? ""}`);
    this.#wire.tell(responseTo(about, {}));
    const words = `Switched to goroutine ${id}`;
    this.#wire.tell(
      event("stopped", { reason: "goroutine", description: words, threadId: id, allThreadsStopped: true }),
    );
  }

  lists(frame: Frame): Passing {
    if (this.#chosen.size === 0) return "pass";
    const message = messageOf<DebugProtocol.ThreadsResponse>(frame);
    const threads = message?.body?.threads;
    if (threads === undefined) return "pass";
    const listed = new Set(threads.map(({ id }) => id));
    const more = [...this.#chosen].filter(([id]) => !listed.has(id)).map(([id, name]) => ({ id, name }));
    return { instead: { ...message, body: { threads: [...threads, ...more] } } };
  }

  /** Delve says it at each `threads`, with a number that is its own limit. */
  saysTooMany(frame: Frame): Passing {
    if (!frame.bytes.includes(TOO_MANY)) return "pass";
    const body = messageOf<DebugProtocol.OutputEvent>(frame)?.body;
    const shown = /^Too many goroutines, only loaded (\d+)/.exec(body?.output ?? "")?.[1];
    if (body?.category !== "console" || shown === undefined) return "pass";
    if (this.#saidTooMany) return "taken";
    this.#saidTooMany = true;
    const total = this.#stops.total();
    const all = total === undefined ? "more goroutines than Delve lists" : `${total} goroutines`;
    const where = "Go Diagnostics lists all of them (the Goroutines view, or goDiagnostics/goroutines)";
    this.#wire.say("console", `The program has ${all}; the threads shown are ${shown} of them. ${where}.\n`);
    return "taken";
  }
}
