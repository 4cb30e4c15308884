/**
 * One debug session through the proxy, from the client's first byte to the last process gone.
 *
 * What is not named in the two tables below passes byte for byte and in order. Requests of our own carry numbers that
 * clients do not reach, and their answers do not pass. Whatever happens (dlv dies, the client goes, nothing answers),
 * each request gets an answer, the session ends once, and no process of ours remains.
 */
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Channel } from "./channel.js";
import { processesOf, killQuietly } from "./debuggee-processes.js";
import type { Engine } from "./engine.js";
import { type Envelope, envelopeOf, type Frame, messageOf } from "./framing.js";
import { type ProcessRow, type Requests, STOP_EVENT, type StatusBody, type StopEventBody } from "./requests.js";
import { errorTo, event, output, responseTo } from "./session-words.js";

export interface ProxySettings {
  readonly dlvPath: string | undefined;
  readonly dlvVersion: string | undefined;
  /** Why this engine; one sentence. */
  readonly reason: string;
  readonly log: (line: string) => void;
}

/** Numbers of our own requests, to Delve and to the client. */
const FIRST_OWN_SEQ = 1_000_000_000;
/** How long Delve may take over what should take no time. */
const ANSWER_LIMIT_MS = 10_000;
const DISCONNECT_LIMIT_MS = 5_000;

type OnAnswer = (answer: DebugProtocol.Response) => void;
type Handler = (session: ProxySession, frame: Frame, about: Envelope) => Passing;
/** Whether a message still passes as it is. */
type Passing = "pass" | "taken";

/** Requests that let the program run. */
const RESUMES = new Set([
  ...["continue", "next", "stepIn", "stepOut", "stepBack", "reverseContinue"],
  ...["configurationDone", "restart"],
]);

export class ProxySession {
  readonly #client: Channel;
  readonly #engine: Engine;
  readonly #settings: ProxySettings;
  /** The client's requests that Delve has not answered, and since when we wait for those with a limit. */
  readonly #pending = new Map<number, Envelope & { readonly timer?: NodeJS.Timeout }>();
  readonly #own = new Map<number, OnAnswer>();
  #nextSeq = FIRST_OWN_SEQ;
  #stop = 0;
  #isRunning = true;
  /** Aborted when the program runs again. */
  #stopped = new AbortController();
  #launched: "launch" | "attach" | undefined;
  /** Processes that Delve says it debugs, and children of dlv: the same where an old Delve does not say it. */
  #processes: readonly ProcessRow[] = [];
  #children: readonly number[] = [];
  #hasTerminated = false;
  #isEnding = false;
  readonly #settleEnded: (how: string) => void;
  /** Settles when all is over, with how it came to that. */
  readonly ended: Promise<string>;

  constructor(client: Channel, engine: Engine, settings: ProxySettings) {
    this.#client = client;
    this.#engine = engine;
    this.#settings = settings;
    let settle: (how: string) => void = () => {};
    this.ended = new Promise((resolve) => (settle = resolve));
    this.#settleEnded = settle;
    engine.channel.listen({
      frame: (frame) => this.#fromDelve(frame),
      end: (problem) => void this.#delveIsGone(problem),
    });
    client.listen({
      frame: (frame) => this.#fromClient(frame),
      end: (problem) => void this.#end(`the client has gone${problem === undefined ? "" : `: ${problem}`}`),
    });
  }

  /** Text of the program or of dlv, for the client to show. */
  say(category: string, text: string): void {
    this.#client.send(output(category, text));
  }

  close(): Promise<void> {
    return this.#end("it was closed");
  }

  /** A request of our own to Delve. Resolves with the answer whatever it is; rejects when there will be none. */
  ask(command: string, args?: object, limitMs?: number): Promise<DebugProtocol.Response> {
    return new Promise((resolve, reject) => {
      if (this.#engine.channel.isEnded) return reject(new Error("the connection to dlv has ended"));
      const seq = this.#nextSeq++;
      const timer = limitMs && setTimeout(() => settle(undefined), limitMs);
      const settle = (answer: DebugProtocol.Response | undefined) => {
        if (timer) clearTimeout(timer);
        this.#own.delete(seq);
        if (answer === undefined) reject(new Error(`dlv did not answer ${command}`));
        else resolve(answer);
      };
      this.#own.set(seq, settle);
      this.#engine.channel.send({ seq, type: "request", command, ...(args !== undefined && { arguments: args }) });
    });
  }

  #fromClient(frame: Frame): void {
    const about = envelopeOf(frame);
    if (about?.type === "response" && this.#own.has(about.requestSeq ?? -1)) return this.#answered(frame, about);
    if (about?.type === "request" && about.command !== undefined && about.seq !== undefined) {
      if (this.#isEnding) return this.#client.send(errorTo(about, "The debug session has ended."));
      if (about.command.startsWith("goDiagnostics/") && !fromClient.has(about.command)) {
        return this.#client.send(errorTo(about, `There is no request ${about.command}.`));
      }
      const handler = fromClient.get(about.command);
      if (handler !== undefined && handler(this, frame, about) === "taken") return;
      const isQuick = about.command === "initialize" || about.command === "disconnect";
      this.#pending.set(about.seq, {
        ...about,
        ...(isQuick && { timer: setTimeout(() => this.#unanswered(about), limitOf(about.command)) }),
      });
      if (RESUMES.has(about.command)) this.#resuming();
    }
    this.#engine.channel.pass(frame.bytes, this.#client);
  }

  #fromDelve(frame: Frame): void {
    const about = envelopeOf(frame);
    if (about?.type === "response") {
      const seq = about.requestSeq ?? -1;
      if (this.#own.has(seq)) return this.#answered(frame, about);
      clearTimeout(this.#pending.get(seq)?.timer);
      this.#pending.delete(seq);
      const handler = responses.get(about.command ?? "");
      if (handler !== undefined && handler(this, frame, about) === "taken") return;
    } else if (about?.type === "event") {
      const handler = events.get(about.event ?? "");
      if (handler !== undefined && handler(this, frame, about) === "taken") return;
    }
    this.#client.pass(frame.bytes, this.#engine.channel);
    this.#passed(about);
  }

  /** What follows a message of Delve that has reached the client. */
  #passed(about: Envelope | undefined): void {
    if (about?.type === "event" && about.event === "stopped") this.#hasStopped();
    else if (about?.type === "event" && about.event === "continued") this.#hasResumed();
    else if (about?.type === "response" && about.success && RESUMES.has(about.command ?? "")) this.#hasResumed();
    else if (about?.type === "event" && about.event === "terminated") this.#hasTerminated = true;
  }

  #answered(frame: Frame, about: Envelope): void {
    const answer = messageOf<DebugProtocol.Response>(frame);
    if (answer !== undefined) this.#own.get(about.requestSeq ?? -1)?.(answer);
  }

  /** A client that resumes wants it now: whatever is being read is given up first. */
  #resuming(): void {
    this.#stopped.abort();
  }

  #hasStopped(): void {
    this.#stop++;
    this.#isRunning = false;
    this.#stopped = new AbortController();
    this.#sendStop();
  }

  #hasResumed(): void {
    this.#stopped.abort();
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#sendStop();
  }

  #sendStop(): void {
    const body: StopEventBody = { stop: this.#stop, running: this.#isRunning };
    this.#client.send(event(STOP_EVENT, body));
  }

  status(): StatusBody {
    const { dlvPath, dlvVersion, reason } = this.#settings;
    return {
      engine: this.#engine.name,
      reason,
      dlv: {
        ...(dlvPath !== undefined && { path: dlvPath }),
        ...(dlvVersion !== undefined && { version: dlvVersion }),
      },
      stop: this.#stop,
      running: this.#isRunning,
      processes: this.#processes,
    };
  }

  answer(about: Envelope, body: object): Passing {
    this.#client.send(responseTo(about, body));
    return "taken";
  }

  launching(kind: "launch" | "attach"): Passing {
    this.#launched = kind;
    return "pass";
  }

  /** Delve kills a program that it launched, but not when it is killed itself: remember which one it is. */
  hasLaunched(): Passing {
    const { process } = this.#engine;
    if (process !== undefined) void processesOf(process.pid).then((children) => (this.#children = children));
    return "pass";
  }

  hasProcess(frame: Frame): Passing {
    const body = messageOf<DebugProtocol.ProcessEvent>(frame)?.body;
    const pid = body?.systemProcessId;
    if (pid !== undefined) {
      const known = this.#processes.filter((row) => row.pid !== pid);
      this.#processes = [...known, { pid, name: body?.name ?? "", selected: known.length === 0 }];
    }
    return "pass";
  }

  #unanswered(about: Envelope): void {
    if (!this.#pending.delete(about.seq ?? -1)) return;
    if (about.command === "disconnect") {
      // Not even that: the client gets its answer, Delve its end.
      this.#settings.log("dlv did not answer disconnect");
      this.#client.send(responseTo(about));
      void this.#end("dlv did not answer disconnect");
      return;
    }
    const why = `dlv does not answer (${about.command}, ${limitOf(about.command) / 1000} s).`;
    this.#client.send(errorTo(about, why, { showUser: true }));
    void this.#end(why);
  }

  async #delveIsGone(problem: string | undefined): Promise<void> {
    if (this.#isEnding) return;
    if (this.#hasTerminated) return this.#end("it is over");
    const { process } = this.#engine;
    const how = process === undefined ? undefined : await Promise.race([process.ended, later(1_000)]);
    const words = `The connection to dlv has ended${problem === undefined ? "" : `: ${problem}`}${how === undefined ? "" : ` (dlv: ${how})`}.`;
    await this.#end(words, { unexpected: true });
  }

  /** The one way out. */
  async #end(how: string, { unexpected = false } = {}): Promise<void> {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#settings.log(`session ends: ${how}`);
    this.#stopped.abort();
    const { channel, process } = this.#engine;
    if (unexpected) this.#client.send(output("important", `Go Diagnostics: ${how}\n`));
    for (const { timer, ...about } of this.#pending.values()) {
      clearTimeout(timer);
      this.#client.send(errorTo(about, how));
    }
    this.#pending.clear();
    if (!this.#hasTerminated) this.#client.send(event("terminated"));
    // A `dlv dap` without its client kills what it launched, lets go of what it attached to, and ends.
    channel.close();
    if (process !== undefined) {
      await Promise.race([process.ended, later(2_000)]);
      await process.stop();
    }
    for (const answer of this.#own.values()) answer(undefined as never);
    if (this.#launched === "launch" && process !== undefined) {
      for (const pid of new Set([...this.#processes.map((row) => row.pid), ...this.#children])) killQuietly(pid);
    }
    this.#client.close();
    this.#settleEnded(how);
  }
}

const limitOf = (command: string | undefined) => (command === "disconnect" ? DISCONNECT_LIMIT_MS : ANSWER_LIMIT_MS);

const STATUS: keyof Requests = "goDiagnostics/status";

/** What the proxy does with messages of the client that it knows by name. */
const fromClient = new Map<string, Handler>([
  ["launch", (session) => session.launching("launch")],
  ["attach", (session) => session.launching("attach")],
  [STATUS, (session, _frame, about) => session.answer(about, session.status())],
]);

/** … and with answers and events of Delve. */
const responses = new Map<string, Handler>([["launch", (session) => session.hasLaunched()]]);

const events = new Map<string, Handler>([["process", (session, frame) => session.hasProcess(frame)]]);

function later(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), ms).unref());
}
