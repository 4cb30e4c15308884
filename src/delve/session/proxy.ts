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
import { SessionQuestions } from "./custom-request-answers.js";
import { SessionSamples } from "./session-samples.js";
import { SessionStart } from "./session-start.js";
import { type SessionSettings } from "./session-settings.js";
import { SessionStops } from "./session-stops.js";
import { SessionThreads } from "./session-threads.js";
import { errorTo, event, responseTo } from "../dap/messages.js";
import { type Passing, Wire } from "./forwarder.js";

const LEAVE_LIMIT_MS = 2_000;
/** No output of Delve's own that we look for is longer. */
const LONGEST_WORDS = 4096;

type Handler = (frame: Frame, about: Envelope) => Passing;

export class ProxySession {
  readonly #settings: SessionSettings;
  readonly #wire: Wire;
  readonly #stops: SessionStops;
  readonly #questions: SessionQuestions;
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
    ["initialize", (frame) => this.#start.initializes(frame)],
    ["launch", (frame, about) => this.#start.begins("launch", frame, about)],
    ["attach", (frame, about) => this.#start.begins("attach", frame, about)],
    ["setBreakpoints", (frame, about) => this.#breakpoints.sets(frame, about)],
    ["setFunctionBreakpoints", (frame, about) => this.#breakpoints.sets(frame, about)],
    ["setInstructionBreakpoints", (frame, about) => this.#breakpoints.sets(frame, about)],
    ["setExceptionBreakpoints", (frame, about) => this.#breakpoints.sets(frame, about)],
    ["setDataBreakpoints", (frame, about) => this.#breakpoints.sets(frame, about)],
    ["evaluate", (frame) => passOr(evaluationInDelvesWords(frame))],
    ["configurationDone", (frame) => this.#start.isConfigured(frame)],
    ["restart", (frame) => this.#restarts(frame)],
    ["disconnect", (frame, about) => this.#disconnects(frame, about)],
    [STATUS, (_frame, about) => this.#status(about)],
    [SWITCH, (frame, about) => this.#threads.switches(frame, about)],
    [SAMPLE, (frame, about) => this.#samples.sample(frame, about)],
    [SERIES, (frame, about) => this.#samples.series(frame, about)],
  ]);

  /** … with answers of Delve … */
  readonly #answers = new Map<string, Handler>([
    ["initialize", (frame) => this.#start.hasInitialized(frame)],
    ["launch", (frame, about) => this.#start.hasBegun(frame, about)],
    ["attach", (frame, about) => this.#start.hasBegun(frame, about)],
    ["threads", (frame) => this.#threads.lists(frame)],
  ]);

  /** … and with its events. */
  readonly #events = new Map<string, Handler>([
    ["stopped", (frame, about) => this.#stopsIn(frame, about)],
    ["process", (frame) => this.#processes.told(frame)],
    ["breakpoint", (frame) => this.#breakpoints.changed(frame)],
    ["capabilities", (frame) => this.#start.hasCapabilities(frame)],
    ["invalidated", () => (this.#wire.isOfOwnChange() ? "taken" : "pass")],
    ["output", (frame) => this.#hasOutput(frame)],
  ]);

  constructor(client: Channel, engine: Engine, settings: SessionSettings) {
    this.#settings = settings;
    let settle: (how: string) => void = () => {};
    this.ended = new Promise((resolve) => (settle = resolve));
    this.#settleEnded = settle;
    const wire = (this.#wire = new Wire(client, engine, {
      request: (frame, about) => this.#request(frame, about),
      asked: (about) => this.#stops.asked(about),
      waits: (about) => {
        this.#stops.waits(about);
        this.#samples.waits(about);
      },
      reply: (frame, about) => this.#reply(frame, about),
      told: (about) => this.#told(about),
      unanswered: (about, why) => this.#unanswered(about, why),
      clientIsGone: (problem) => void this.#end(`the client has gone${problem === undefined ? "" : `: ${problem}`}`),
      delveIsGone: (problem) => void this.#delveIsGone(problem),
    }));
    const { log } = settings;
    const processes = (this.#processes = new SessionProcesses(wire, {
      follows: () => this.#start.follows,
      areApart: () => this.#start.hasChildSessions,
      log,
    }));
    const stops = (this.#stops = new SessionStops(wire, {
      processes,
      version: () => this.#start.version,
      runs: () => this.#children.runs(),
      log,
    }));
    const aboutShown = {
      ask: (command: string, args?: object) => processes.whileShown(() => wire.ask(command, args)),
      tell: (message: object) => wire.tell(message),
      say: (category: string, text: string) => wire.say(category, text),
    };
    this.#threads = new SessionThreads(aboutShown, stops, processes);
    this.#start = new SessionStart(settings, { wire, stops, processes, end: (how, more) => this.#end(how, more) });
    this.#breakpoints = new SessionBreakpoints(wire, {
      address: () => (this.#start.follows ? wire.engine.rpcAddress : undefined),
      standsStill: () => stops.standsStill,
      substitutePath: () => this.#start.attributes["substitutePath"],
      areShared: () => this.#start.hasChildSessions,
      tellChildren: (body) => this.#children.tellBreakpoint(body),
    });
    this.#questions = new SessionQuestions(wire, stops, () => this.#start.ready);
    this.#samples = new SessionSamples(wire, stops, () => this.#start.ready);
    this.#profiling = new ChildProfiling(stops, processes, log);
    this.#children = new ChildSessions(
      {
        ...{ wire, stops, processes, samples: this.#samples, breakpoints: this.#breakpoints },
        capabilities: () => ({ ...this.#start.capabilities, supportTerminateDebuggee: false }),
        status: () => this.#statusBody(),
      },
      { log, showInParent: (pid, body) => this.#showInParent(pid, body) },
    );
  }

  /** Text of the program or of dlv, for the client to show. */
  say(category: string, text: string): void {
    this.#wire.say(category, text);
  }

  close(): Promise<void> {
    return this.#end("it was closed");
  }

  #request(frame: Frame, about: Envelope): Passing {
    const { command = "" } = about;
    const handler = this.#requests.get(command);
    if (handler !== undefined) return handler(frame, about);
    if (!command.startsWith("goDiagnostics/")) return "pass";
    void this.#questions.answer(frame, about);
    return "taken";
  }

  #reply(frame: Frame, about: Envelope): Passing {
    if (about.type === "response") return this.#answers.get(about.command ?? "")?.(frame, about) ?? "pass";
    if (about.type === "event" && this.#samples.takes(frame, about)) return "taken";
    if (this.#isLettingGo && about.event === "stopped") return "taken";
    return (about.type === "event" && this.#events.get(about.event ?? "")?.(frame, about)) || "pass";
  }

  /** What follows a message of Delve that has reached the client. */
  #told(about: Envelope): void {
    if (this.#stops.told(about)) this.#threads.stopped();
    else if (about.type === "event" && about.event === "terminated") {
      this.#hasTerminated = true;
      this.#stops.interrupt();
      this.#children.end();
    } else if (about.type === "response" && about.command === "disconnect") {
      // Not every Delve closes the connection after it.
      void later(LEAVE_LIMIT_MS).then(() => this.#end("the client disconnected"));
    }
  }

  #status(about: Envelope): Passing {
    this.#wire.tell(responseTo(about, this.#statusBody()));
    return "taken";
  }

  #statusBody(): StatusBody {
    const { dlv } = this.#settings;
    const { version, reason } = this.#start;
    return {
      engine: this.#wire.engine.name,
      reason,
      dlv: { ...(dlv !== undefined && { path: dlv }), ...(version !== undefined && { version: version.join(".") }) },
      stop: this.#stops.number,
      running: this.#stops.isRunning,
      processes: this.#processes.rows,
      ...(this.#start.hasSwitchedProfilingOn && { memoryProfiling: "switched-on" as const }),
    };
  }

  #restarts(frame: Frame): Passing {
    this.#start.restarts();
    this.#processes.forget();
    this.#children.forget();
    this.#breakpoints.forget();
    return passOr(restartInDelvesWords(frame, this.#start.attributes));
  }

  /** Where children are followed: first which processes there are, then the stop, which the client asks about. */
  #stopsIn(frame: Frame, about: Envelope): Passing {
    if (!this.#start.follows) return "pass";
    const body = messageOf<DebugProtocol.StoppedEvent>(frame)?.body;
    if (body !== undefined && isForeignChild(body)) {
      this.#settings.log(`a child that is no Go program is left alone: ${body.text}`);
      this.#wire.ask("continue", { threadId: body.threadId ?? 1 }).catch(() => {});
      return "taken";
    }
    void this.#hasStopped(frame, about);
    return "taken";
  }

  async #hasStopped(frame: Frame, about: Envelope): Promise<void> {
    const { hasChildSessions } = this.#start;
    const problem = (error: Error) => this.#settings.log(`at a stop of children: ${error.message}`);
    await this.#processes.stopped();
    await this.#breakpoints.stopped().catch(problem);
    const first = hasChildSessions ? await this.#children.stopped(frame).catch(problem) : undefined;
    if (this.#isEnding) return;
    this.#wire.pass(first ?? frame, about);
    await this.#children.tellStop().catch(problem);
    if (this.#settings.memoryProfiling) await this.#profiling.stopped();
  }

  /** A child that has no session of its own has stopped: it is shown in that of its parent. */
  async #showInParent(pid: number, body: DebugProtocol.StoppedEvent["body"]): Promise<void> {
    await this.#processes.show(pid);
    this.#stops.tell();
    this.#wire.tell(event("stopped", body));
  }

  #hasOutput(frame: Frame): Passing {
    if (frame.bytes.length > LONGEST_WORDS) return "pass";
    const passing = this.#threads.saysTooMany(frame);
    return passing === "pass" ? this.#start.saysBuilding(frame) : passing;
  }

  // The end

  /** A headless Delve would stay; the client, which asked for a `dlv dap`, expects that it does not. */
  #disconnects(frame: Frame, about: Envelope): Passing {
    const wire = this.#wire;
    const leave = () => {
      wire.tell(responseTo(about));
      void this.#end("the client disconnected");
    };
    if (wire.isOpenForLeaving) {
      this.#start.giveUp();
      leave();
      return "taken";
    }
    const { isHeadless, process } = wire.engine;
    if (process === undefined) return "pass";
    const message = messageOf<DebugProtocol.DisconnectRequest>(frame);
    if (message === undefined || message.arguments?.terminateDebuggee) return "pass";
    if (this.#start.launched === "attach") {
      void this.#letGo().then(() => {
        if (!isHeadless) return void wire.engine.channel.send(message);
        wire.say("console", "Detaching without terminating target process\n");
        void process.stop().then(leave);
      });
      return "taken";
    }
    if (!isHeadless) return "pass";
    return { instead: { ...message, arguments: { ...message.arguments, terminateDebuggee: true } } };
  }

  /** Once, and only of what a Delve of ours has attached to. */
  async #letGo(): Promise<void> {
    const isAttached = this.#start.launched === "attach" && this.#wire.engine.process !== undefined;
    if (!isAttached || this.#isLettingGo || this.#hasTerminated) return;
    this.#isLettingGo = true;
    // A headless Delve is made ready when it is stopped (process/detach-delve.ts).
    if (this.#wire.engine.isHeadless || !this.#start.hasRun) return;
    const { processId } = this.#start.attributes;
    const pids = [...this.#processes.rows.map(({ pid }) => pid), Number(processId)];
    const ask = (command: string) => this.#wire.ask(command, { threadId: 1 }, LET_GO_LIMIT_MS);
    await makeReadyToLeave(pids, ask, LET_GO_LIMIT_MS).catch((error: Error) => {
      this.#settings.log(`before the process goes on: ${error.message}`);
    });
  }

  #unanswered(about: Envelope, why: string): void {
    // A client that leaves gets its answer, and Delve its end.
    if (about.command === "disconnect") this.#wire.tell(responseTo(about));
    else this.#wire.tell(errorTo(about, why, { showUser: true }));
    void this.#end(why);
  }

  async #delveIsGone(problem: string | undefined): Promise<void> {
    const { isHeadless } = this.#wire.engine;
    // A headless Delve ends when it has let go.
    if (this.#isEnding || (this.#isLettingGo && isHeadless)) return;
    if (this.#hasTerminated) return this.#end("it is over");
    const { process } = this.#wire.engine;
    const how = process === undefined ? undefined : await Promise.race([process.ended, later(1_000)]);
    // As Delve, which closes the connection of a client whose messages cannot be read, and says nothing.
    if (this.#wire.hasPassedNonsense) return this.#end("the client sent what is no message", { silent: true });
    const why = problem === undefined ? "" : `: ${problem}`;
    await this.#end(`The connection to dlv has ended${why}${how === undefined ? "" : ` (dlv: ${how})`}.`, {
      unexpected: true,
    });
  }

  /** The one way out. */
  async #end(how: string, { unexpected = false, silent = false } = {}): Promise<void> {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#settings.log(`session ends: ${how}`);
    // A Delve that is gone answers nothing that is still asked of it.
    if (unexpected) this.#wire.giveUp();
    await this.#samples.end(how);
    if (!unexpected) await this.#letGo();
    this.#stops.close();
    this.#start.giveUp();
    if (unexpected) this.say("important", `Go Diagnostics: ${how}\n`);
    this.#wire.end(how);
    this.#questions.end(how);
    this.#children.end();
    if (!this.#hasTerminated && !silent) this.#wire.tell(event("terminated"));
    this.#wire.giveUp();
    const { process } = this.#wire.engine;
    await this.#start.stopEngines();
    if (this.#start.launched === "launch" && process !== undefined) this.#processes.kill();
    this.#wire.close();
    this.#settleEnded(how);
  }
}

const SWITCH: keyof Requests = "goDiagnostics/switch";
const STATUS: keyof Requests = "goDiagnostics/status";
const SAMPLE: keyof Requests = "goDiagnostics/sample";
const SERIES: keyof Requests = "goDiagnostics/series";

const passOr = (instead: object | undefined): Passing => (instead === undefined ? "pass" : { instead });

async function later(ms: number): Promise<undefined> {
  await after(ms, undefined, { ref: false });
}
