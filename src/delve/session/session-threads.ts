/**
 * The threads that a client sees: Delve's list, which ends at 1,024, and the goroutines beyond it that the client was
 * switched to at this stop. Where children are followed they are those of one process at a time, and say of which. What
 * Delve says about its limit is replaced by how many there are and where they are listed.
 */
import type { DebugProtocol } from "@vscode/debugprotocol";
import { type Envelope, type Frame, messageOf } from "../dap/framing.js";
import type { SessionProcesses } from "../children/session-processes.js";
import { RUNS } from "./custom-request-answers.js";
import type { KnownState } from "./session-state.js";
import type { SessionStops } from "./session-stops.js";
import { errorTo, event, responseTo } from "../dap/messages.js";
import type { Passing, Forwarder } from "./forwarder.js";

const TOO_MANY = "Too many goroutines";

/** The client whose threads they are, and Delve about its process. */
type ThreadsForwarder = Pick<Forwarder, "ask" | "tell" | "say">;
type ThreadsStops = Pick<SessionStops, "signal" | "total" | "tell" | "find">;
type ThreadsProcesses = Pick<SessionProcesses, "named" | "show" | "goroutineOf" | "mark">;

export class SessionThreads {
  readonly #forwarder: ThreadsForwarder;
  readonly #state: KnownState;
  readonly #stops: ThreadsStops;
  readonly #processes: ThreadsProcesses;
  /** Goroutines that the client was switched to at this stop, by their names as threads. */
  readonly #chosen = new Map<number, string>();
  #saidTooMany = false;

  constructor(forwarder: ThreadsForwarder, state: KnownState, stops: ThreadsStops, processes: ThreadsProcesses) {
    this.#forwarder = forwarder;
    this.#state = state;
    this.#stops = stops;
    this.#processes = processes;
  }

  /** Another stop: nothing is chosen at it, and nothing said. */
  onStopped(): void {
    this.#chosen.clear();
    this.#saidTooMany = false;
  }

  /** Any goroutine becomes a thread of this stop, and the selected one; of any process. */
  onSwitch(frame: Frame, about: Envelope): Passing {
    const asked = messageOf<{ arguments?: { id?: unknown; pid?: unknown } }>(frame)?.arguments ?? {};
    this.#switchTo(about, asked).catch((error: Error) => this.#forwarder.tell(errorTo(about, error.message)));
    return "taken";
  }

  async #switchTo(about: Envelope, { id, pid }: { id?: unknown; pid?: unknown }): Promise<void> {
    const isNumber = (value: unknown) => typeof value === "number" && Number.isSafeInteger(value) && value > 0;
    if (pid !== undefined && !isNumber(pid)) throw new Error("`pid` is the number of a process.");
    if (!isNumber(id) && (pid === undefined || id !== undefined)) throw new Error("`id` is the number of a goroutine.");
    if (this.#state.isRunning) throw new Error(RUNS);
    const { signal } = this.#stops;
    const isOther = pid !== undefined && this.#processes.named(pid as number) !== this.#processes.named(undefined);
    if (isOther) {
      await this.#processes.show(pid as number);
      this.#chosen.clear();
      this.#saidTooMany = false;
    }
    const goroutine = (id ?? this.#processes.goroutineOf(pid as number) ?? (await this.firstListed())) as number;
    const isThere = isOther || (await this.#stops.find(goroutine));
    if (signal.aborted) throw new Error("The program runs again.");
    if (!isThere) throw new Error(`There is no goroutine ${goroutine} at this stop.`);
    const answer = await this.#forwarder
      .ask("stackTrace", { threadId: goroutine, startFrame: 0, levels: 1 })
      .catch(() => undefined);
    if (signal.aborted) throw new Error("The program runs again.");
    if (answer?.success !== true) throw new Error(`There is no goroutine ${goroutine} at this stop.`);
    const [top] = (answer as DebugProtocol.StackTraceResponse).body.stackFrames;
    this.#chosen.set(goroutine, `[Go ${goroutine}] ${top?.name ?? ""}`);
    this.#forwarder.tell(responseTo(about, {}));
    if (isOther) this.#stops.tell();
    const words = `Switched to goroutine ${goroutine}`;
    this.#forwarder.tell(
      event("stopped", { reason: "goroutine", description: words, threadId: goroutine, allThreadsStopped: true }),
    );
  }

  /** The goroutine that Delve marks as the current one, or the first. */
  async firstListed(): Promise<number> {
    const { body } = (await this.#forwarder.ask("threads")) as DebugProtocol.ThreadsResponse;
    return (body.threads.find(({ name }) => name.startsWith("*")) ?? body.threads[0]).id;
  }

  onThreadsResponse(frame: Frame): Passing {
    const process = this.#processes.mark;
    if (this.#chosen.size === 0 && process === undefined) return "pass";
    const message = messageOf<DebugProtocol.ThreadsResponse>(frame);
    const threads = message?.body?.threads;
    if (threads === undefined) return "pass";
    const listed = new Set(threads.map(({ id }) => id));
    const more = [...this.#chosen].filter(([id]) => !listed.has(id)).map(([id, name]) => ({ id, name }));
    const all = [...threads, ...more];
    if (process === undefined) return { instead: { ...message, body: { threads: all } } };
    // The same number is another goroutine in each process; at the end, for lists of threads are narrow.
    const named = all.map(({ id, name }) => ({ id, name: `${name} · ${process}` }));
    return { instead: { ...message, body: { threads: named } } };
  }

  /** Delve says it at each `threads`, with a number that is its own limit. */
  onOutput(frame: Frame): Passing {
    if (!frame.bytes.includes(TOO_MANY)) return "pass";
    const body = messageOf<DebugProtocol.OutputEvent>(frame)?.body;
    const shown = /^Too many goroutines, only loaded (\d+)/.exec(body?.output ?? "")?.[1];
    if (body?.category !== "console" || shown === undefined) return "pass";
    if (this.#saidTooMany) return "taken";
    this.#saidTooMany = true;
    const total = this.#stops.total();
    const all = total === undefined ? "more goroutines than Delve lists" : `${total} goroutines`;
    const where = "Go Diagnostics lists all of them (the Goroutines view, or goDiagnostics/goroutines)";
    this.#forwarder.say("console", `The program has ${all}; the threads shown are ${shown} of them. ${where}.\n`);
    return "taken";
  }
}
