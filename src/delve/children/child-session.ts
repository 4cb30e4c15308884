/**
 * A child process as a session of its own: a second client of the same Delve, to which this process is the only one.
 * Each of its requests is asked while its process is selected. All processes of a Delve stop and resume together, and
 * this session says so: it stops when another one does, and its `continue` lets all of them run.
 */
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Channel } from "../dap/channel.js";
import { evaluationInDelvesWords } from "../session/request-rewrites.js";
import { type Envelope, envelopeOf, type Frame, frameOf, messageOf } from "../dap/framing.js";
import { answerTo, isCustomRequest } from "../session/custom-requests.js";
import { RESUMING_REQUESTS, type StatusBody, STOP_EVENT, type StopEventBody } from "../session/requests.js";
import { type OfProcess } from "../../core/goroutines/answer-bodies.js";
import type { SessionBreakpoints } from "../session/session-breakpoints.js";
import type { SessionProcesses } from "./session-processes.js";
import { RUNS } from "../session/custom-request-answers.js";
import type { SessionSamples } from "../session/session-samples.js";
import type { KnownState } from "../session/session-state.js";
import type { SessionStops } from "../session/session-stops.js";
import { SessionThreads } from "../session/session-threads.js";
import { errorTo, event, responseTo } from "../dap/messages.js";
import { setsBreakpoints } from "./shared-breakpoints.js";
import type { Forwarder } from "../session/forwarder.js";

type Response = DebugProtocol.Response;
export type StoppedBody = DebugProtocol.StoppedEvent["body"];

/** What it shares with its parent's session. */
export interface ChildParts {
  readonly forwarder: Forwarder;
  readonly state: KnownState;
  readonly stops: SessionStops;
  readonly processes: SessionProcesses;
  readonly samples: SessionSamples;
  readonly breakpoints: SessionBreakpoints;
  /** What Delve said to `initialize`. */
  readonly capabilities: () => object;
  readonly status: () => StatusBody;
  /** This session has let the program run. */
  readonly resumed: () => void;
  /** Its client has gone, and the program has not. */
  readonly left: (session: ChildSession) => void;
}

export interface ChildProcess {
  readonly pid: number;
  readonly commandLine: string;
  /** What people call it: "worker 4711". */
  readonly name: string;
}

export class ChildSession {
  readonly #channel: Channel;
  readonly #child: ChildProcess;
  readonly #parts: ChildParts;
  readonly #threads: SessionThreads;
  #isConfigured = false;
  /** The stop that the client is told of once it is ready for it. */
  #stop: StoppedBody | undefined;
  /** The client has asked for it, and need not be told. */
  #isResuming = false;

  constructor(channel: Channel, child: ChildProcess, parts: ChildParts) {
    this.#channel = channel;
    this.#child = child;
    this.#parts = parts;
    const { pid } = child;
    const { state, stops, processes, forwarder } = parts;
    this.#threads = new SessionThreads(
      {
        ask: (command, args) => this.#ask(command, args),
        tell: (message) => channel.send(message),
        say: (category, text) => forwarder.say(category, text),
      },
      state,
      stops,
      {
        mark: undefined,
        named: (asked) => {
          if (asked === undefined || asked === pid) return pid;
          throw new Error(`This session is about process ${pid}.`);
        },
        show: () => Promise.resolve(),
        goroutineOf: (of) => processes.goroutineOf(of),
      },
    );
    channel.listen({
      frame: (frame) => this.#onFrame(frame),
      end: () => parts.left(this),
    });
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** The program stands still: because of this process (Delve's own words), or of another one. */
  onStopped(body: StoppedBody): void {
    this.#threads.onStopped();
    this.#stop = body;
    if (this.#isConfigured) this.#tellStop();
  }

  /** The program runs again. */
  onResumed(): void {
    const wasTold = this.#stop !== undefined && this.#isConfigured;
    this.#stop = undefined;
    if (!wasTold) return;
    if (!this.#isResuming) this.#tell(event("continued", { threadId: 1, allThreadsContinued: true }));
    this.#tellMoment();
  }

  tellBreakpoint(body: object): void {
    if (this.#isConfigured) this.#tell(event("breakpoint", body));
  }

  /** A goroutine of the process, for requests that must name a goroutine: where it stopped, or the first. */
  async goroutine(): Promise<number> {
    const { pid } = this.#child;
    return this.#parts.processes.goroutineOf(pid) ?? (await this.#threads.firstListed());
  }

  /** The process has ended, or the whole session. */
  end(): void {
    if (this.#channel.isEnded) return;
    this.#tell(event("terminated"));
    this.#channel.close();
  }

  #tell(message: object): void {
    this.#channel.send(message);
  }

  #tellStop(): void {
    if (this.#stop === undefined) return;
    this.#tell(event("stopped", this.#stop));
    this.#tellMoment();
  }

  #tellMoment(): void {
    const { stop, isRunning: running } = this.#parts.state;
    const { pid, name: process } = this.#child;
    const body: StopEventBody = { stop, running, ...(!running && { pid, process }) };
    this.#tell(event(STOP_EVENT, body));
  }

  #onFrame(frame: Frame): void {
    const about = envelopeOf(frame);
    const message = messageOf<DebugProtocol.Request>(frame);
    if (about?.type !== "request" || about.seq === undefined || message === undefined) return;
    this.#afterQuiet()
      .then(() => this.#answer(frame, about, message))
      .catch((error: Error) => this.#tell(errorTo(about, error.message)));
  }

  async #afterQuiet(): Promise<void> {
    const { samples } = this.#parts;
    while (samples.quiet !== undefined) await samples.quiet;
  }

  async #answer(frame: Frame, about: Envelope, message: DebugProtocol.Request): Promise<void> {
    const { command } = message;
    const args = message.arguments as object | undefined;
    const inDelvesWords = () =>
      (evaluationInDelvesWords(frame) as { arguments: object } | undefined)?.arguments ?? args;
    const parts = this.#parts;
    const { pid } = this.#child;
    const reply = (answer: Response) => this.#tell({ ...answer, seq: 0, request_seq: about.seq });
    switch (command) {
      case "initialize":
        return this.#tell(responseTo(about, parts.capabilities()));
      case "attach":
        this.#tell(responseTo(about));
        return this.#tell(event("initialized"));
      case "configurationDone":
        return this.#onConfigurationDone(about);
      case "disconnect":
      case "terminate":
        this.#tell(responseTo(about));
        this.#tell(event("terminated"));
        parts.left(this);
        return this.#channel.close();
      case "launch":
      case "restart":
        throw new Error("A child is started by its parent: restart that.");
      case "cancel":
        return this.#tell(responseTo(about));
      case "threads": {
        const answer = await this.#ask(command, args);
        const passing = this.#threads.onThreadsResponse({ bytes: frameOf(answer), bodyStart: 0 });
        return reply(typeof passing === "object" ? (passing.instead as Response) : answer);
      }
      case "evaluate":
        return reply(await this.#ask(command, inDelvesWords()));
      case "pause":
        return reply(await parts.forwarder.ask(command, args));
      case "goDiagnostics/status":
        return this.#tell(responseTo(about, this.#status()));
      case "goDiagnostics/switch":
        return void this.#threads.onSwitch(frame, about);
      case "goDiagnostics/sample":
        return void parts.samples.onSample(frame, about, this.#process());
      case "goDiagnostics/series":
        return void parts.samples.onSeries(frame, about, this.#process());
    }
    if (RESUMING_REQUESTS.has(command)) return this.#resume(command, args, reply);
    if (setsBreakpoints(command)) return reply(await parts.breakpoints.of(this, frame, command));
    if (isCustomRequest(command)) {
      if (parts.state.isRunning) throw new Error(RUNS);
      const asked = args as OfProcess | undefined;
      return this.#tell(responseTo(about, await answerTo(command, asked, parts.stops.here(asked?.pid ?? pid))));
    }
    reply(await this.#ask(command, args));
  }

  #status(): StatusBody {
    const { pid, commandLine: name } = this.#child;
    return { ...this.#parts.status(), processes: [{ pid, name, selected: true }] };
  }

  /** For what is sampled: whose, and who is answered. */
  #process() {
    return { pid: this.#child.pid, tell: (answer: object) => this.#tell(answer) };
  }

  #onConfigurationDone(about: Envelope): void {
    const { pid, commandLine } = this.#child;
    this.#tell(responseTo(about));
    this.#tell(
      event("process", { name: commandLine, systemProcessId: pid, isLocalProcess: true, startMethod: "attach" }),
    );
    this.#isConfigured = true;
    this.#tellStop();
  }

  /** Asks Delve about this process. */
  #ask(command: string, args?: object): Promise<Response> {
    const { forwarder, state, processes } = this.#parts;
    const ask = () => forwarder.ask(command, args);
    return state.isRunning ? ask() : processes.whileSelected(this.#child.pid, ask);
  }

  async #resume(command: string, args: object | undefined, reply: (answer: Response) => void): Promise<void> {
    const { forwarder, state, stops, processes, resumed } = this.#parts;
    if (state.isRunning) return reply(await forwarder.ask(command, args));
    const { stop } = state;
    stops.interrupt();
    await processes.resume(this.#child.pid, async () => {
      const answer = await forwarder.ask(command, args);
      // A stop can overtake the answer to what led to it.
      if (answer.success && state.stop === stop) {
        this.#isResuming = true;
        resumed();
        this.#isResuming = false;
      }
      reply(answer);
      return answer.success;
    });
  }
}
