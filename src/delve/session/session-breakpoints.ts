/**
 * Breakpoints that the clients of a session set: in Delve's words, waiting for children that have them where Delve does
 * not keep such ones (pending-breakpoints.ts), and shared by the sessions of children (shared-breakpoints.ts). Where none of
 * that is needed a request passes byte for byte.
 */
import type { DebugProtocol } from "@vscode/debugprotocol";
import { breakpointsInDelvesWords } from "./request-rewrites.js";
import { type Envelope, type Frame, messageOf } from "../dap/framing.js";
import { isPendingCommand, PendingBreakpoints } from "../children/pending-breakpoints.js";
import { errorTo, event } from "../dap/messages.js";
import { SharedBreakpoints } from "../children/shared-breakpoints.js";
import type { Forwarder, Passing } from "./forwarder.js";
import type { KnownState } from "./session-state.js";

type Response = DebugProtocol.Response;
type EventBody = DebugProtocol.BreakpointEvent["body"];

export class SessionBreakpoints {
  readonly #forwarder: Forwarder;
  readonly #state: KnownState;
  readonly #toChildren: (body: EventBody) => void;
  readonly #pending: PendingBreakpoints;
  readonly #shared = new SharedBreakpoints();

  constructor(forwarder: Forwarder, state: KnownState, tellChildren: (body: EventBody) => void) {
    this.#state = state;
    this.#forwarder = forwarder;
    this.#toChildren = tellChildren;
    const tell = (body: EventBody) => {
      forwarder.tell(event("breakpoint", body));
      this.#tellChildren(body);
    };
    this.#pending = new PendingBreakpoints(forwarder, state, tell);
  }

  /** A request of the first client, of any kind of breakpoints. */
  onSetBreakpoints(frame: Frame, about: Envelope): Passing {
    const { command = "" } = about;
    const instead = breakpointsInDelvesWords(frame);
    if (!this.#state.hasChildSessions && !(isPendingCommand(command) && this.#pending.isNeeded)) {
      return instead === undefined ? "pass" : { instead };
    }
    this.of(this, frame, command).then(
      (answer) => this.#forwarder.tell({ ...answer, request_seq: about.seq }),
      (error: Error) => this.#forwarder.tell(errorTo(about, error.message)),
    );
    return "taken";
  }

  /** The answer to a request of that session. */
  of(session: object, frame: Frame, command: string): Promise<Response> {
    const message = messageOf<DebugProtocol.Request>(frame);
    const request = breakpointsInDelvesWords(frame) ?? message ?? {};
    const set = () =>
      isPendingCommand(command) && this.#pending.isNeeded
        ? this.#pending.set(command, request)
        : this.#forwarder.ask(command, (request as DebugProtocol.Request).arguments as object);
    return this.#state.hasChildSessions ? this.#shared.set(session, command, message?.arguments, set) : set();
  }

  /** An event of Delve about one. */
  onBreakpoint(frame: Frame): Passing {
    const body = this.#state.hasChildSessions ? messageOf<DebugProtocol.BreakpointEvent>(frame)?.body : undefined;
    if (body !== undefined) this.#tellChildren(body);
    return "pass";
  }

  /** At a stop: tells which of those that wait have become real. */
  onStopped(): Promise<void> {
    return this.#pending.stopped();
  }

  /** The program comes back as another process: all are set anew. */
  forget(): void {
    this.#shared.forget();
  }

  #tellChildren(body: EventBody): void {
    this.#shared.onBreakpoint(body.breakpoint);
    this.#toChildren(body);
  }
}
