/**
 * One debug session through the proxy, from the client's first byte to the last process gone.
 *
 * What is not named in the tables below passes byte for byte and in order (forwarder.ts). Whatever happens (dlv dies, the
 * client goes, nothing answers), each request gets an answer, the session ends once, and no process of ours remains.
 */
import { setTimeout as after } from "node:timers/promises";
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Channel } from "../dap/channel.js";
import { ChildProfiling } from "../children/child-profiling.js";
import { ChildSessions } from "../children/child-sessions.js";
import { evaluationInDelvesWords, restartInDelvesWords } from "./request-rewrites.js";
import { LET_GO_LIMIT_MS } from "../dlv/dlv-process.js";
import type { Engine } from "../engine/engine.js";
import { type Envelope, type Frame, messageOf } from "../dap/framing.js";
import { isForeignChild } from "../children/foreign-children.js";
import { makeReadyToLeave } from "../dlv/leaving.js";
import type { Requests, StatusBody } from "./requests.js";
import { SessionBreakpoints } from "./session-breakpoints.js";
import { SessionProcesses } from "../children/session-processes.js";
import { CustomRequestAnswers } from "./custom-request-answers.js";
import { SessionSamples } from "./session-samples.js";
import { SessionStart } from "./session-start.js";
import { type SessionSettings } from "./session-settings.js";
import { SessionState } from "./session-state.js";
import { SessionStops } from "./session-stops.js";
import { SessionThreads } from "./session-threads.js";
import { errorTo, event, responseTo } from "../dap/messages.js";
import { type Passing, Forwarder } from "./forwarder.js";

const LEAVE_LIMIT_MS = 2_000;
/** No output of Delve's own that we look for is longer. */
const MAX_OUTPUT_BYTES = 4096;

type Handler = (frame: Frame, about: Envelope) => Passing;

export class ProxySession {
  readonly #settings: SessionSettings;
  readonly #forwarder: Forwarder;
  readonly #state = new SessionState();
  readonly #stops: SessionStops;
  readonly #customRequests: CustomRequestAnswers;
  readonly #samples: SessionSamples;
  readonly #threads: SessionThreads;
  readonly #processes: SessionProcesses;
  readonly #start: SessionStart;
  readonly #children: ChildSessions;
  readonly #profiling: ChildProfiling;
  readonly #breakpoints: SessionBreakpoints;
  #hasTerminated = false;
  #isLettingGo = false;
  #isEnding = false;
  readonly #settleEnded: (how: string) => void;
  /** Settles when all is over, with how it came to that. */
  readonly ended: Promise<string>;

  /** What the proxy does with requests of the client that it knows by name. */
  readonly #requests = new Map<string, Handler>([
    ["initialize", (frame) => this.#start.onInitialize(frame)],
    ["launch", (frame, about) => this.#start.onLaunch("launch", frame, about)],
    ["attach", (frame, about) => this.#start.onLaunch("attach", frame, about)],
    ["setBreakpoints", (frame, about) => this.#breakpoints.onSetBreakpoints(frame, about)],
    ["setFunctionBreakpoints", (frame, about) => this.#breakpoints.onSetBreakpoints(frame, about)],
    ["setInstructionBreakpoints", (frame, about) => this.#breakpoints.onSetBreakpoints(frame, about)],
    ["setExceptionBreakpoints", (frame, about) => this.#breakpoints.onSetBreakpoints(frame, about)],
    ["setDataBreakpoints", (frame, about) => this.#breakpoints.onSetBreakpoints(frame, about)],
    ["evaluate", (frame) => passOr(evaluationInDelvesWords(frame))],
    ["configurationDone", (frame) => this.#start.onConfigurationDone(frame)],
    ["restart", (frame) => this.#onRestart(frame)],
    ["disconnect", (frame, about) => this.#onDisconnect(frame, about)],
    [STATUS, (_frame, about) => this.#onStatus(about)],
    [SWITCH, (frame, about) => this.#threads.onSwitch(frame, about)],
    [SAMPLE, (frame, about) => this.#samples.onSample(frame, about)],
    [SERIES, (frame, about) => this.#samples.onSeries(frame, about)],
  ]);

  /** … with answers of Delve … */
  readonly #answers = new Map<string, Handler>([
    ["initialize", (frame) => this.#start.onInitializeResponse(frame)],
    ["launch", (frame, about) => this.#start.onLaunchResponse(frame, about)],
    ["attach", (frame, about) => this.#start.onLaunchResponse(frame, about)],
    ["threads", (frame) => this.#threads.onThreadsResponse(frame)],
  ]);

  /** … and with its events. */
  readonly #events = new Map<string, Handler>([
    ["stopped", (frame, about) => this.#onStopped(frame, about)],
    ["process", (frame) => this.#processes.onProcess(frame)],
    ["breakpoint", (frame) => this.#breakpoints.onBreakpoint(frame)],
    ["capabilities", (frame) => this.#start.onCapabilities(frame)],
    ["invalidated", () => (this.#forwarder.isOfOwnChange() ? "taken" : "pass")],
    ["output", (frame) => this.#onOutput(frame)],
  ]);

  constructor(client: Channel, engine: Engine, settings: SessionSettings) {
    this.#settings = settings;
    let settle: (how: string) => void = () => {};
    this.ended = new Promise((resolve) => (settle = resolve));
    this.#settleEnded = settle;
    const forwarder = (this.#forwarder = new Forwarder(client, engine, {
      onRequest: (frame, about) => this.#onRequest(frame, about),
      onForwardedRequest: (about) => this.#stops.onForwardedRequest(about),
      onHeldRequest: (about) => {
        this.#stops.onHeldRequest(about);
        this.#samples.onHeldRequest(about);
      },
      onReply: (frame, about) => this.#onReply(frame, about),
      afterForward: (about) => this.#afterForward(about),
      onUnanswered: (about, why) => this.#onUnanswered(about, why),
      // As Delve, which says nothing to a client whose bytes are no messages.
      onClientGone: (problem) =>
        void this.#end(`the client has gone${problem === undefined ? "" : `: ${problem}`}`, { silent: true }),
      onDelveGone: (problem) => void this.#onDelveGone(problem),
    }));
    const state = this.#state;
    const { log } = settings;
    const processes = (this.#processes = new SessionProcesses(forwarder, state, log));
    const stops = (this.#stops = new SessionStops(forwarder, state, {
      processes,
      onResumed: () => this.#children.onResumed(),
      log,
    }));
    const aboutShown = {
      ask: (command: string, args?: object) => processes.whileShown(() => forwarder.ask(command, args)),
      tell: (message: object) => forwarder.tell(message),
      say: (category: string, text: string) => forwarder.say(category, text),
    };
    this.#threads = new SessionThreads(aboutShown, state, stops, processes);
    this.#start = new SessionStart(settings, {
      forwarder,
      state,
      stops,
      processes,
      end: (how, more) => this.#end(how, more),
    });
    this.#breakpoints = new SessionBreakpoints(forwarder, state, (body) => this.#children.tellBreakpoint(body));
    this.#customRequests = new CustomRequestAnswers(forwarder, state, stops);
    this.#samples = new SessionSamples(forwarder, state, stops);
    this.#profiling = new ChildProfiling(stops, processes, log);
    this.#children = new ChildSessions(
      {
        ...{ forwarder, state, stops, processes, samples: this.#samples, breakpoints: this.#breakpoints },
        capabilities: () => ({ ...this.#state.capabilities, supportTerminateDebuggee: false }),
        status: () => this.#statusBody(),
      },
      { log, showInParent: (pid, body) => this.#showInParent(pid, body) },
    );
  }

  /** Text of the program or of dlv, for the client to show. */
  say(category: string, text: string): void {
    this.#forwarder.say(category, text);
  }

  close(): Promise<void> {
    return this.#end("it was closed");
  }

  #onRequest(frame: Frame, about: Envelope): Passing {
    const { command = "" } = about;
    const handler = this.#requests.get(command);
    if (handler !== undefined) return handler(frame, about);
    if (!command.startsWith("goDiagnostics/")) return "pass";
    void this.#customRequests.answer(frame, about);
    return "taken";
  }

  #onReply(frame: Frame, about: Envelope): Passing {
    if (about.type === "response") return this.#answers.get(about.command ?? "")?.(frame, about) ?? "pass";
    if (about.type === "event" && this.#samples.takes(frame, about)) return "taken";
    if (this.#isLettingGo && about.event === "stopped") return "taken";
    return (about.type === "event" && this.#events.get(about.event ?? "")?.(frame, about)) || "pass";
  }

  /** What follows a message of Delve that has reached the client. */
  #afterForward(about: Envelope): void {
    if (this.#stops.afterForward(about)) this.#threads.onStopped();
    else if (about.type === "event" && about.event === "terminated") {
      this.#hasTerminated = true;
      this.#stops.interrupt();
      this.#children.end();
    } else if (about.type === "response" && about.command === "disconnect") {
      // Not every Delve closes the connection after it.
      void later(LEAVE_LIMIT_MS).then(() => this.#end(LEFT));
    }
  }

  #onStatus(about: Envelope): Passing {
    this.#forwarder.tell(responseTo(about, this.#statusBody()));
    return "taken";
  }

  #statusBody(): StatusBody {
    const { dlv } = this.#settings;
    const { version, reason } = this.#state;
    return {
      engine: this.#forwarder.engine.name,
      reason,
      dlv: { ...(dlv !== undefined && { path: dlv }), ...(version !== undefined && { version: version.join(".") }) },
      stop: this.#state.stop,
      running: this.#state.isRunning,
      processes: this.#processes.rows,
      ...(this.#state.hasSwitchedProfilingOn && { memoryProfiling: "switched-on" as const }),
    };
  }

  #onRestart(frame: Frame): Passing {
    this.#start.onRestart();
    this.#processes.forget();
    this.#children.forget();
    this.#breakpoints.forget();
    return passOr(restartInDelvesWords(frame, this.#state.attributes));
  }

  /** Where children are followed: first which processes there are, then the stop, which the client asks about. */
  #onStopped(frame: Frame, about: Envelope): Passing {
    if (!this.#state.follows) return "pass";
    const body = messageOf<DebugProtocol.StoppedEvent>(frame)?.body;
    if (body !== undefined && isForeignChild(body)) {
      this.#settings.log(`a child that is no Go program is left alone: ${body.text}`);
      this.#forwarder.ask("continue", { threadId: body.threadId ?? 1 }).catch(() => {});
      return "taken";
    }
    void this.#afterStop(frame, about, this.#forwarder.delay());
    return "taken";
  }

  /** `inOrder` is called once the client knows of the stop: what Delve has said since follows it. */
  async #afterStop(frame: Frame, about: Envelope, inOrder: () => void): Promise<void> {
    const { hasChildSessions } = this.#state;
    const problem = (error: Error) => this.#settings.log(`at a stop of children: ${error.message}`);
    try {
      await this.#processes.stopped();
      await this.#breakpoints.onStopped().catch(problem);
      const instead = hasChildSessions ? await this.#children.stopped(frame).catch(problem) : undefined;
      if (this.#isEnding) return;
      this.#forwarder.pass(frame, about, instead ?? undefined);
    } finally {
      inOrder();
    }
    await this.#children.tellStop().catch(problem);
    if (this.#settings.memoryProfiling) await this.#profiling.stopped();
  }

  /** A child that has no session of its own has stopped: it is shown in that of its parent. */
  async #showInParent(pid: number, body: DebugProtocol.StoppedEvent["body"]): Promise<void> {
    await this.#processes.show(pid);
    this.#stops.tell();
    this.#forwarder.tell(event("stopped", body));
  }

  #onOutput(frame: Frame): Passing {
    if (frame.bytes.length > MAX_OUTPUT_BYTES) return "pass";
    const passing = this.#threads.onOutput(frame);
    return passing === "pass" ? this.#start.onOutput(frame) : passing;
  }

  // The end

  /** A headless Delve would stay; the client, which asked for a `dlv dap`, expects that it does not. */
  #onDisconnect(frame: Frame, about: Envelope): Passing {
    const forwarder = this.#forwarder;
    // What was asked of us is answered before this is; Delve does so with what was asked of it.
    this.#refuseOpen(LEFT);
    const leave = () => {
      this.#refuseOpen(LEFT);
      forwarder.end(LEFT);
      forwarder.tell(responseTo(about));
      void this.#end(LEFT);
    };
    if (forwarder.isOpenForLeaving) {
      this.#start.giveUp();
      leave();
      return "taken";
    }
    const { isHeadless, process } = forwarder.engine;
    if (process === undefined) return "pass";
    const message = messageOf<DebugProtocol.DisconnectRequest>(frame);
    if (message === undefined || message.arguments?.terminateDebuggee) return "pass";
    if (this.#state.launched === "attach") {
      void this.#letGo().then(() => {
        if (!isHeadless) return void forwarder.engine.channel.send(message);
        forwarder.say("console", "Detaching without terminating target process\n");
        void process.stop().then(leave);
      });
      return "taken";
    }
    if (!isHeadless) return "pass";
    return { instead: { ...message, arguments: { ...message.arguments, terminateDebuggee: true } } };
  }

  #refuseOpen(how: string): void {
    this.#samples.refuse(how);
    this.#customRequests.end(how);
  }

  /** Once, and only of what a Delve of ours has attached to. */
  async #letGo(): Promise<void> {
    const isAttached = this.#state.launched === "attach" && this.#forwarder.engine.process !== undefined;
    if (!isAttached || this.#isLettingGo || this.#hasTerminated) return;
    this.#isLettingGo = true;
    // A headless Delve is made ready when it is stopped (process/detach-delve.ts).
    if (this.#forwarder.engine.isHeadless || !this.#state.hasRun) return;
    const { processId } = this.#state.attributes;
    const pids = [...this.#processes.rows.map(({ pid }) => pid), Number(processId)];
    const ask = (command: string) => this.#forwarder.ask(command, { threadId: 1 }, LET_GO_LIMIT_MS);
    await makeReadyToLeave(pids, ask, LET_GO_LIMIT_MS).catch((error: Error) => {
      this.#settings.log(`before the process goes on: ${error.message}`);
    });
  }

  #onUnanswered(about: Envelope, why: string): void {
    // A client that leaves gets its answer, and Delve its end.
    if (about.command === "disconnect") {
      this.#refuseOpen(why);
      this.#forwarder.end(why);
      this.#forwarder.tell(responseTo(about));
    } else this.#forwarder.tell(errorTo(about, why, { showUser: true }));
    void this.#end(why);
  }

  async #onDelveGone(problem: string | undefined): Promise<void> {
    const { isHeadless } = this.#forwarder.engine;
    // A headless Delve ends when it has let go.
    if (this.#isEnding || (this.#isLettingGo && isHeadless)) return;
    if (this.#hasTerminated) return this.#end("it is over");
    const { process } = this.#forwarder.engine;
    const how = process === undefined ? undefined : await Promise.race([process.ended, later(1_000)]);
    // As Delve, which closes the connection of a client whose messages cannot be read, and says nothing.
    if (this.#forwarder.hasPassedNonsense) return this.#end("the client sent what is no message", { silent: true });
    const why = problem === undefined ? "" : `: ${problem}`;
    await this.#end(`The connection to dlv has ended${why}${how === undefined ? "" : ` (dlv: ${how})`}.`, {
      unexpected: true,
    });
  }

  /** Every session ends here. */
  async #end(how: string, { unexpected = false, silent = false } = {}): Promise<void> {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#settings.log(`session ends: ${how}`);
    // A Delve that is gone answers nothing that is still asked of it.
    if (unexpected) this.#forwarder.giveUp();
    await this.#samples.end(how);
    if (!unexpected) await this.#letGo();
    this.#stops.close();
    this.#start.giveUp();
    if (unexpected) this.say("important", `Go Diagnostics: ${how}\n`);
    this.#forwarder.end(how);
    this.#customRequests.end(how);
    this.#children.end();
    if (!this.#hasTerminated && !silent) this.#forwarder.tell(event("terminated"));
    this.#forwarder.giveUp();
    const { process } = this.#forwarder.engine;
    await this.#start.stopEngines();
    if (this.#state.launched === "launch" && process !== undefined) this.#processes.kill();
    this.#forwarder.close();
    this.#settleEnded(how);
  }
}

const LEFT = "the client disconnected";
const SWITCH: keyof Requests = "goDiagnostics/switch";
const STATUS: keyof Requests = "goDiagnostics/status";
const SAMPLE: keyof Requests = "goDiagnostics/sample";
const SERIES: keyof Requests = "goDiagnostics/series";

const passOr = (instead: object | undefined): Passing => (instead === undefined ? "pass" : { instead });

async function later(ms: number): Promise<undefined> {
  await after(ms, undefined, { ref: false });
}
