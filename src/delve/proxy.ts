/**
 * One debug session through the proxy, from the client's first byte to the last process gone.
 *
 * What is not named in the tables below passes byte for byte and in order. Requests of our own carry numbers that
 * clients do not reach, and their answers do not pass. Whatever happens (dlv dies, the client goes, nothing answers),
 * each request gets an answer, the session ends once, and no process of ours remains.
 *
 * A session begins with the Delve that greets the client (`initialize`). What `launch` or `attach` asks for may need
 * another one (launch-plan.ts): it is started, greeted with the client's own words, and takes the place of the first.
 */
import { setMaxListeners } from "node:events";
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Channel } from "./channel.js";
import { inDelvesWords, mayNeedDelvesWords, messageInDelvesWords } from "./conditions.js";
import { connectDapEngine, startDapEngine, terminalDapEngine } from "./dap-engine.js";
import { killQuietly, processesOf } from "./debuggee-processes.js";
import { hasFeature, parseVersion, type Version } from "./delve-versions.js";
import type { Engine, EngineProblem } from "./engine.js";
import { GoroutineStops } from "./goroutine-stops.js";
import { type Envelope, envelopeOf, type Frame, frameOf, messageOf } from "./framing.js";
import { type Attributes, type Plan, planOf } from "./launch-plan.js";
import { connectRpc, type DelveAddress } from "./json-rpc.js";
import { MemoryProblem } from "./paused-program.js";
import { type AskedAt, answerTo, isQuestion } from "./questions.js";
import { type ProcessRow, type Requests, STOP_EVENT, type StatusBody, type StopEventBody } from "./requests.js";
import { startRpcEngine } from "./rpc-engine.js";
import { SessionMemory } from "./session-memory.js";
import { errorTo, event, output, responseTo } from "./session-words.js";

export interface SessionSettings {
  readonly engine: "auto" | "dap" | "rpc";
  /** The dlv that may be started; undefined in front of one that was there before us. */
  readonly dlv: string | undefined;
  readonly flags: readonly string[];
  readonly cwd: string | undefined;
  readonly env: NodeJS.ProcessEnv | undefined;
  readonly version: Version | undefined;
  /** Read every goroutine at every stop, whatever the launch says. */
  readonly loadAll: boolean;
  readonly log: (line: string) => void;
}

/** Numbers of our own requests, to Delve and to the client. */
const FIRST_OWN_SEQ = 1_000_000_000;
/** How long Delve may take over what should take no time. */
const ANSWER_LIMIT_MS = 10_000;
const DISCONNECT_LIMIT_MS = 5_000;
const RPC_LIMIT_MS = 1_000;
const LEAVE_LIMIT_MS = 2_000;
const PREPARE_LIMIT_MS = 2_000;

interface Pending extends Envelope {
  /** The last stop when it was asked. */
  readonly stop: number;
  readonly timer?: NodeJS.Timeout;
}

type OnAnswer = (answer: DebugProtocol.Response | undefined) => void;
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
  readonly #settings: SessionSettings;
  #engine: Engine;
  /** Engines that have been replaced, on their way out. */
  readonly #leaving: Promise<void>[] = [];
  #reason = "No program was started yet.";
  /** The client's requests that Delve has not answered, and since when we wait for those with a limit. */
  readonly #pending = new Map<number, Pending>();
  readonly #own = new Map<number, OnAnswer>();
  /** Requests that we answer ourselves and have not yet. */
  readonly #questions = new Set<Envelope>();
  #nextSeq = FIRST_OWN_SEQ;
  #stop = 0;
  #isRunning = true;
  /** Aborted when the program runs again. */
  #stopped = new AbortController();
  /** What the monotonic clock showed at the stop. */
  #stoppedAtNs = 0;
  #memory: SessionMemory | undefined;
  /** While it is not known yet whether a Delve that was there before us answers JSON-RPC. */
  #rpcSearch: Promise<void> | undefined;
  #version: Version | undefined;
  #goroutines: GoroutineStops | undefined;
  /** Goroutines beyond Delve's list that the client was switched to at this stop, by their names as threads. */
  readonly #chosen = new Map<number, string>();
  #saidTooMany = false;
  #loadsAll = false;

  #initialize: DebugProtocol.InitializeRequestArguments | undefined;
  #launched: "launch" | "attach" | undefined;
  #attributes: Attributes = {};
  /** A launch that is carried out as an attach to a headless Delve: its answer must say "launch". */
  #isTranslated = false;
  #isPrepared = false;
  /** What is to be told when the launch succeeds in spite of it, and what was said already and need not be again. */
  #fellBack: string | undefined;
  #saidBuilding: string | undefined;
  /** While another engine takes over: what the client sends in the meantime. */
  #held: Frame[] | undefined;
  readonly #takingOver = new AbortController();

  /** Processes that Delve says it debugs, and children of dlv: the same where an old Delve does not say it. */
  #processes: readonly ProcessRow[] = [];
  #children: readonly number[] = [];
  #hasTerminated = false;
  #isEnding = false;
  readonly #settleEnded: (how: string) => void;
  /** Settles when all is over, with how it came to that. */
  readonly ended: Promise<string>;

  constructor(client: Channel, engine: Engine, settings: SessionSettings) {
    this.#client = client;
    this.#engine = engine;
    this.#settings = settings;
    this.#version = settings.version;
    let settle: (how: string) => void = () => {};
    this.ended = new Promise((resolve) => (settle = resolve));
    this.#settleEnded = settle;
    this.#use(engine);
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

  // What passes

  #use(engine: Engine): void {
    this.#engine = engine;
    engine.channel.listen({
      frame: (frame) => this.#fromDelve(frame),
      end: (problem) => {
        if (this.#engine.channel === engine.channel) void this.#delveIsGone(problem);
      },
    });
  }

  #fromClient(frame: Frame): void {
    const about = envelopeOf(frame);
    if (about?.type === "response" && this.#own.has(about.requestSeq ?? -1)) return this.#answered(frame, about);
    const isRequest = about?.type === "request" && about.command !== undefined && about.seq !== undefined;
    if (this.#held !== undefined && !(isRequest && about.command === "disconnect")) return void this.#held.push(frame);
    if (isRequest) {
      const command = about.command ?? "";
      if (this.#isEnding) return this.#client.send(errorTo(about, "The debug session has ended."));
      if (command.startsWith("goDiagnostics/") && !fromClient.has(command)) return void this.#question(frame, about);
      if (fromClient.get(command)?.(this, frame, about) === "taken") return;
      this.#awaitAnswer(about);
    }
    this.#engine.channel.pass(frame.bytes, this.#client);
  }

  #fromDelve(frame: Frame): void {
    const about = envelopeOf(frame);
    let handler: Handler | undefined;
    let asked: Pending | undefined;
    if (about?.type === "response") {
      const seq = about.requestSeq ?? -1;
      if (this.#own.has(seq)) return this.#answered(frame, about);
      asked = this.#pending.get(seq);
      clearTimeout(asked?.timer);
      this.#pending.delete(seq);
      handler = responses.get(about.command ?? "");
    } else if (about?.type === "event") handler = events.get(about.event ?? "");
    if (about === undefined || handler?.(this, frame, about) !== "taken") {
      this.#client.pass(frame.bytes, this.#engine.channel);
    }
    if (about !== undefined) this.#passed(about, asked);
  }

  /** What follows a message of Delve that has reached the client. */
  #passed(about: Envelope, asked: Pending | undefined): void {
    if (about.type === "event" && about.event === "stopped") this.#hasStopped();
    else if (about.type === "event" && about.event === "continued") this.#hasResumed();
    else if (about.type === "response" && about.success && RESUMES.has(about.command ?? "")) {
      // A stop can overtake the answer to what led to it: stopOnEntry, a step that is short.
      if (asked?.stop === this.#stop) this.#hasResumed();
    } else if (about.type === "event" && about.event === "terminated") {
      this.#hasTerminated = true;
      this.#stopped.abort();
    } else if (about.type === "response" && about.command === "disconnect") {
      // Not every Delve closes the connection after it.
      void later(LEAVE_LIMIT_MS).then(() => this.#end("the client disconnected"));
    }
  }

  /** A request of the client goes to Delve with other contents. */
  #passChanged(about: Envelope, message: object): Passing {
    this.#awaitAnswer(about);
    this.#engine.channel.pass(frameOf(message), this.#client);
    return "taken";
  }

  #awaitAnswer(about: Envelope): void {
    const isQuick = about.command === "initialize" || about.command === "disconnect";
    const timer = isQuick && setTimeout(() => this.#unanswered(about), limitOf(about.command));
    this.#pending.set(about.seq ?? 0, { ...about, stop: this.#stop, ...(timer && { timer }) });
    if (RESUMES.has(about.command ?? "")) this.#resuming();
  }

  // Requests of our own

  /** To Delve. Resolves with the answer whatever it is; rejects when there will be none. */
  ask(command: string, args?: object, limitMs?: number): Promise<DebugProtocol.Response> {
    return this.#request(this.#engine.channel, command, args, limitMs);
  }

  #request(to: Channel, command: string, args?: object, limitMs?: number): Promise<DebugProtocol.Response> {
    return new Promise((resolve, reject) => {
      if (to.isEnded) return reject(new Error(`${command}: the connection has ended`));
      const seq = this.#nextSeq++;
      const settle: OnAnswer = (answer) => {
        clearTimeout(timer);
        this.#own.delete(seq);
        if (answer === undefined) reject(new Error(`${command} was not answered`));
        else resolve(answer);
      };
      const timer = limitMs === undefined ? undefined : setTimeout(() => settle(undefined), limitMs);
      this.#own.set(seq, settle);
      to.send({ seq, type: "request", command, ...(args !== undefined && { arguments: args }) });
    });
  }

  #answered(frame: Frame, about: Envelope): void {
    this.#own.get(about.requestSeq ?? -1)?.(messageOf<DebugProtocol.Response>(frame));
  }

  // Stops

  #hasStopped(): void {
    this.#stop++;
    this.#isRunning = false;
    this.#stopped = new AbortController();
    setMaxListeners(0, this.#stopped.signal); // each call to Delve is one
    this.#stoppedAtNs = Number(process.hrtime.bigint());
    this.#chosen.clear();
    this.#saidTooMany = false;
    this.#sendStop();
    if (this.#loadsAll) {
      const { goroutines, stop } = this.#here();
      goroutines.at(stop).catch((error: Error) => this.#settings.log(`goroutines were not read: ${error.message}`));
    }
  }

  #hasResumed(): void {
    this.#resuming();
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#sendStop();
  }

  /** A client that resumes wants it now: whatever is being read is given up first. */
  #resuming(): void {
    this.#stopped.abort();
    this.#memory?.resumed();
  }

  /** The stop, and what can be read at it. */
  #here(): AskedAt & { readonly memory: SessionMemory } {
    const memory = (this.#memory ??= new SessionMemory({
      request: async (command, args) => {
        const answer = await this.ask(command, args).catch((error: Error) => {
          throw new MemoryProblem("disconnected", error.message);
        });
        const body = answer.body as { readonly error?: { readonly format?: string } } | undefined;
        if (answer.success) return body;
        throw new Error(body?.error?.format ?? answer.message ?? `${command} failed`);
      },
      rpcAddress: this.#engine.rpcAddress,
      version: this.#version,
      log: this.#settings.log,
    }));
    this.#goroutines ??= new GoroutineStops(memory, memory.runningStack);
    // Only on Linux is the clock of this process that of Go's runtime; and only a dlv of ours is surely on this machine.
    const isSameClock = process.platform === "linux" && this.#engine.process !== undefined;
    const stop = {
      number: this.#stop,
      signal: this.#stopped.signal,
      nowNs: isSameClock ? this.#stoppedAtNs : undefined,
    };
    return { stop, memory, program: memory, goroutines: this.#goroutines };
  }

  #sendStop(): void {
    const body: StopEventBody = { stop: this.#stop, running: this.#isRunning };
    this.#client.send(event(STOP_EVENT, body));
  }

  status(about: Envelope): Passing {
    const { dlv } = this.#settings;
    const version = this.#version;
    const body: StatusBody = {
      engine: this.#engine.name,
      reason: this.#reason,
      dlv: { ...(dlv !== undefined && { path: dlv }), ...(version !== undefined && { version: version.join(".") }) },
      stop: this.#stop,
      running: this.#isRunning,
      processes: this.#processes,
    };
    this.#client.send(responseTo(about, body));
    return "taken";
  }

  async #question(frame: Frame, about: Envelope): Promise<void> {
    const command = about.command ?? "";
    // Whichever comes first answers: what was found, or the end of the session.
    this.#questions.add(about);
    const send = (message: object) => {
      if (this.#questions.delete(about)) this.#client.send(message);
    };
    const refuse = (why: string) => send(errorTo(about, why));
    if (!isQuestion(command)) return refuse(`There is no request ${command}.`);
    if (this.#isRunning) return refuse("The program runs: pause it, or wait until it stops.");
    await this.#rpcSearch;
    try {
      const body = await answerTo(command, messageOf<DebugProtocol.Request>(frame)?.arguments, this.#here());
      send(responseTo(about, body));
    } catch (error) {
      refuse((error as Error).message);
    }
  }

  /** Any goroutine becomes a thread of this stop, and the selected one. */
  switches(frame: Frame, about: Envelope): Passing {
    const message = messageOf<{ arguments?: { id?: unknown } }>(frame);
    void this.#switchTo(about, message?.arguments?.id);
    return "taken";
  }

  async #switchTo(about: Envelope, id: unknown): Promise<void> {
    const refuse = (why: string) => this.#client.send(errorTo(about, why));
    if (typeof id !== "number" || !Number.isSafeInteger(id) || id < 1)
      return refuse("`id` is the number of a goroutine.");
    if (this.#isRunning) return refuse("The program runs: pause it, or wait until it stops.");
    const { signal } = this.#stopped;
    // Delve searches for it from the first goroutine on, once; what the client asks next is then answered at once.
    const answer = await this.ask("stackTrace", { threadId: id, startFrame: 0, levels: 1 }).catch(() => undefined);
    if (signal.aborted) return refuse("The program runs again.");
    if (answer?.success !== true) return refuse(`There is no goroutine ${id} at this stop.`);
    const [top] = (answer as DebugProtocol.StackTraceResponse).body.stackFrames;
    this.#chosen.set(id, `[Go ${id}] ${top?.name ?? ""}`);
    this.#client.send(responseTo(about, {}));
    const words = `Switched to goroutine ${id}`;
    this.#client.send(
      event("stopped", { reason: "goroutine", description: words, threadId: id, allThreadsStopped: true }),
    );
  }

  hasThreads(frame: Frame): Passing {
    if (this.#chosen.size === 0) return "pass";
    const message = messageOf<DebugProtocol.ThreadsResponse>(frame);
    const threads = message?.body?.threads;
    if (threads === undefined) return "pass";
    const listed = new Set(threads.map(({ id }) => id));
    const more = [...this.#chosen].filter(([id]) => !listed.has(id)).map(([id, name]) => ({ id, name }));
    this.#client.send({ ...message, body: { threads: [...threads, ...more] } });
    return "taken";
  }

  // The beginning

  initializes(frame: Frame): Passing {
    this.#initialize = messageOf<DebugProtocol.InitializeRequest>(frame)?.arguments;
    return "pass";
  }

  begins(kind: "launch" | "attach", frame: Frame, about: Envelope): Passing {
    const message = messageOf<DebugProtocol.Request>(frame);
    if (message === undefined || this.#launched !== undefined) return "pass";
    this.#launched = kind;
    this.#attributes = (message.arguments ?? {}) as Attributes;
    const { engine, version, dlv, flags, log } = this.#settings;
    const plan = planOf(kind, this.#attributes, {
      engine,
      version,
      flags,
      canStart: dlv !== undefined,
      hasTerminal: this.#initialize?.supportsRunInTerminalRequest === true,
    });
    this.#reason = plan.reason;
    this.#loadsAll = plan.ours.loadAll || this.#settings.loadAll;
    log(`${plan.kind === "headless" ? "rpc" : "dap"} engine: ${plan.reason}`);
    const canFollow = plan.kind === "headless" || version === undefined || hasFeature(version, "follow-exec");
    if (plan.ours.follow !== undefined && !canFollow) {
      const words = `dlv ${version.join(".")} follows children over JSON-RPC only, which this session has not.`;
      this.say("console", `Go Diagnostics: ${words}\n`);
    }
    if (plan.kind !== "pass") {
      this.#held = [];
      this.#pending.set(about.seq ?? 0, { ...about, stop: this.#stop });
      void this.#takeOver(plan, frame, message, about);
      return "taken";
    }
    if (plan.attributes === undefined) return "pass";
    return this.#passChanged(about, { ...message, arguments: plan.attributes });
  }

  async #takeOver(
    plan: Exclude<Plan, { kind: "pass" }>,
    frame: Frame,
    message: DebugProtocol.Request,
    about: Envelope,
  ): Promise<void> {
    if (plan.kind === "headless" && plan.building !== undefined) {
      this.#saidBuilding = plan.building;
      this.say("stdout", plan.building);
    }
    const engine = await this.#engineFor(plan);
    if (this.#isEnding) return "problem" in engine ? undefined : stopEngine(engine);
    if ("problem" in engine) {
      this.#settings.log(engine.problem);
      if (plan.kind !== "headless") {
        this.#pending.delete(about.seq ?? 0);
        this.#client.send(errorTo(about, engine.problem, { showUser: true }));
        return this.#end(engine.problem);
      }
      // `dlv dap` says best why a launch fails; and when it does not fail, the session is not lost because of us.
      this.#fellBack = engine.problem;
      this.#reason = `JSON-RPC could not be had: ${engine.problem}`;
      this.#engine.channel.pass(frame.bytes);
      return this.#release();
    }
    const greeter = this.#engine;
    this.#use(engine);
    this.#leaving.push(stopEngine(greeter));
    try {
      await this.ask("initialize", this.#initialize ?? {}, ANSWER_LIMIT_MS);
      if (plan.kind === "headless") {
        this.#isTranslated = this.#launched === "launch";
        await this.#announceProcess();
        engine.channel.send({ ...message, command: "attach", arguments: plan.attach });
      } else if (plan.kind === "dap") engine.channel.send({ ...message, arguments: plan.attributes });
      else engine.channel.pass(frame.bytes);
      this.#release();
    } catch (error) {
      await this.#end(`The new dlv did not answer: ${(error as Error).message}.`, { unexpected: true });
    }
  }

  #engineFor(plan: Exclude<Plan, { kind: "pass" }>): Promise<Engine | EngineProblem> {
    const { dlv = "", flags, cwd, env } = this.#settings;
    const hear = (category: string, text: string) => this.say(category, text);
    const { signal } = this.#takingOver;
    if (plan.kind === "remote") return connectDapEngine(plan);
    if (plan.kind === "headless") return startRpcEngine({ dlv, flags, cwd, env }, plan, hear, signal);
    const options = { dlv, cwd, env, flags: plan.flags };
    if (plan.terminal === undefined) return startDapEngine(options, hear);
    const kind = plan.terminal;
    const runInTerminal = async (args: readonly string[], folder: string): Promise<string | undefined> => {
      const request = { kind, title: "Go Debug", cwd: folder, args };
      const answer = await this.#request(this.#client, "runInTerminal", request).catch((error: Error) => error);
      if (answer instanceof Error) return answer.message;
      return answer.success ? undefined : (answer.message ?? "it failed");
    };
    return terminalDapEngine({ ...options, asRoot: plan.asRoot }, runInTerminal, signal);
  }

  /** What the client sent in the meantime, in order. */
  #release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const frame of held) this.#fromClient(frame);
  }

  /** What Delve of which version answers, where we did not start it. */
  hasInitialized(frame: Frame): Passing {
    if (this.#version !== undefined) return "pass";
    const body = messageOf<DebugProtocol.InitializeResponse>(frame)?.body;
    if (body?.supportsWriteMemoryRequest) this.#version = [1, 27, 0];
    else if (body?.supportsDataBreakpoints) this.#version = [1, 26, 2];
    return "pass";
  }

  /** A Delve that was there before us may answer JSON-RPC, too, if it takes more than one client. */
  async #lookForRpc(address: DelveAddress): Promise<void> {
    if (this.#settings.engine === "dap") return;
    try {
      const rpc = await connectRpc(address, { limitMs: RPC_LIMIT_MS });
      try {
        const { DelveVersion } = await rpc.call<{ DelveVersion: string }>(
          "GetVersion",
          {},
          AbortSignal.timeout(RPC_LIMIT_MS),
        );
        this.#version = parseVersion(DelveVersion) ?? this.#version;
      } finally {
        rpc.close();
      }
    } catch {
      this.#settings.log("this Delve does not answer JSON-RPC beside DAP");
      return;
    }
    if (this.#isEnding) return;
    this.#engine = { ...this.#engine, name: "rpc", rpcAddress: address };
    this.#reason = "This Delve takes several clients: JSON-RPC beside DAP reads goroutines and memory fastest.";
    this.#settings.log(`rpc engine: ${this.#reason}`);
    this.#memory = this.#goroutines = undefined;
  }

  /** The event that `dlv dap` sends when it has launched a program; a remote attach says nothing. */
  async #announceProcess(): Promise<void> {
    if (this.#engine.rpcAddress === undefined || this.#launched !== "launch") return;
    const rpc = await connectRpc(this.#engine.rpcAddress);
    const { Targets } = await rpc.call<{ Targets: { Pid: number; CmdLine: string }[] }>("ListTargets", {});
    rpc.close();
    for (const { Pid, CmdLine } of Targets) {
      const body = { name: CmdLine, systemProcessId: Pid, isLocalProcess: true, startMethod: "launch" };
      this.#client.send(event("process", body));
      this.#addProcess(Pid, CmdLine);
    }
  }

  hasBegun(frame: Frame, about: Envelope): Passing {
    const { process, address, rpcAddress } = this.#engine;
    if (about.success && process === undefined && address !== undefined && rpcAddress === undefined) {
      this.#rpcSearch = this.#lookForRpc(address);
    }
    if (about.success && process !== undefined) {
      void processesOf(process.pid).then((children) => (this.#children = children));
    }
    if (about.success && this.#fellBack !== undefined) {
      this.say("console", `Go Diagnostics: the session speaks DAP alone, with slower lists. ${this.#fellBack}\n`);
    }
    if (!this.#isTranslated || about.command !== "attach") return "pass";
    const answer = messageOf<DebugProtocol.Response>(frame);
    this.#client.send({ ...answer, command: "launch" });
    return "taken";
  }

  /**
   * The program stands at its entry and is configured: the last moment to let its runtime profile memory, which the
   * linker switches off in programs that do not read the profile themselves.
   */
  isConfigured(frame: Frame): Passing {
    if (this.#launched !== "launch" || this.#isPrepared) return "pass";
    this.#isPrepared = true;
    this.#held = [frame];
    const { log } = this.#settings;
    this.#here()
      .memory.switchOnProfiling(AbortSignal.any([AbortSignal.timeout(PREPARE_LIMIT_MS), this.#stopped.signal]))
      .then(
        (state) => log(`memory profiling: ${state}`),
        (error: Error) => log(`memory profiling could not be switched on: ${error.message}`),
      )
      .finally(() => this.#release());
    return "taken";
  }

  hasProcess(frame: Frame): Passing {
    const body = messageOf<DebugProtocol.ProcessEvent>(frame)?.body;
    if (body?.systemProcessId !== undefined) this.#addProcess(body.systemProcessId, body.name);
    return "pass";
  }

  #addProcess(pid: number, name: string): void {
    const known = this.#processes.filter((row) => row.pid !== pid);
    this.#processes = [...known, { pid, name, selected: known.length === 0 }];
  }

  /** A remote attach lets the client choose whether the program ends; of a launch Delve never asks. */
  hasCapabilities(frame: Frame): Passing {
    const body = messageOf<DebugProtocol.CapabilitiesEvent>(frame)?.body.capabilities ?? {};
    const isThat = Object.keys(body).join() === "supportTerminateDebuggee";
    return this.#isTranslated && isThat ? "taken" : "pass";
  }

  hasOutput(frame: Frame): Passing {
    if (frame.bytes.length > 4096) return "pass";
    if (frame.bytes.includes(TOO_MANY)) return this.#tellTooMany(frame);
    if (this.#saidBuilding === undefined) return "pass";
    const said = messageOf<DebugProtocol.OutputEvent>(frame)?.body.output;
    if (said !== this.#saidBuilding) return "pass";
    this.#saidBuilding = undefined;
    return "taken";
  }

  /** Delve says it at each `threads`, with a number that is its own limit. */
  #tellTooMany(frame: Frame): Passing {
    const body = messageOf<DebugProtocol.OutputEvent>(frame)?.body;
    const shown = /^Too many goroutines, only loaded (\d+)/.exec(body?.output ?? "")?.[1];
    if (body?.category !== "console" || shown === undefined) return "pass";
    if (this.#saidTooMany) return "taken";
    this.#saidTooMany = true;
    const total = this.#goroutines?.totalAt(this.#stop);
    const all = total === undefined ? "more goroutines than Delve lists" : `${total} goroutines`;
    const where = "Go Diagnostics lists all of them (the Goroutines view, or goDiagnostics/goroutines)";
    this.say("console", `The program has ${all}; the threads shown are ${shown} of them. ${where}.\n`);
    return "taken";
  }

  // What clients ask for

  /** Delve cannot build a binary again that it did not build, and ends the session over it. */
  restarts(frame: Frame, about: Envelope): Passing {
    // What comes back is another process, at its entry again, and perhaps another program.
    this.#isPrepared = false;
    this.#goroutines?.forget();
    if (this.#attributes["mode"] !== "exec") return "pass";
    const message = messageOf<DebugProtocol.RestartRequest>(frame);
    const given = message?.arguments?.arguments as Attributes | undefined;
    if (message === undefined || given?.["rebuild"] !== undefined) return "pass";
    return this.#passChanged(about, {
      ...message,
      arguments: { arguments: { ...given, request: "launch", rebuild: false } },
    });
  }

  setsBreakpoints(frame: Frame, about: Envelope): Passing {
    if (!mayNeedDelvesWords(frame.bytes)) return "pass";
    const message = messageOf<DebugProtocol.SetBreakpointsRequest>(frame);
    const breakpoints = message?.arguments.breakpoints?.map((one) => ({
      ...one,
      ...(one.condition !== undefined && { condition: inDelvesWords(one.condition) }),
      ...(one.logMessage !== undefined && { logMessage: messageInDelvesWords(one.logMessage) }),
    }));
    if (breakpoints === undefined) return "pass";
    return this.#passChanged(about, { ...message, arguments: { ...message?.arguments, breakpoints } });
  }

  evaluates(frame: Frame, about: Envelope): Passing {
    if (!mayNeedDelvesWords(frame.bytes)) return "pass";
    const message = messageOf<DebugProtocol.EvaluateRequest>(frame);
    if (message === undefined) return "pass";
    const expression = inDelvesWords(message.arguments.expression);
    return this.#passChanged(about, { ...message, arguments: { ...message.arguments, expression } });
  }

  /** A headless Delve would stay; the client, which asked for a `dlv dap`, expects that it does not. */
  disconnects(frame: Frame, about: Envelope): Passing {
    if (this.#held !== undefined) {
      this.#takingOver.abort();
      this.#client.send(responseTo(about));
      void this.#end("the client disconnected");
      return "taken";
    }
    if (this.#engine.name !== "rpc" || this.#engine.process === undefined) return "pass";
    const message = messageOf<DebugProtocol.DisconnectRequest>(frame);
    if (message === undefined || message.arguments?.terminateDebuggee) return "pass";
    if (this.#launched === "launch") {
      return this.#passChanged(about, { ...message, arguments: { ...message.arguments, terminateDebuggee: true } });
    }
    this.say("console", "Detaching without terminating target process\n");
    void this.#engine.process?.stop().then(() => {
      this.#client.send(responseTo(about));
      void this.#end("the client disconnected");
    });
    return "taken";
  }

  // The end

  #unanswered(about: Envelope): void {
    if (!this.#pending.delete(about.seq ?? -1)) return;
    const seconds = limitOf(about.command) / 1000;
    const why = `dlv does not answer (${about.command}, ${seconds} s).`;
    // A client that leaves gets its answer, and Delve its end.
    if (about.command === "disconnect") this.#client.send(responseTo(about));
    else this.#client.send(errorTo(about, why, { showUser: true }));
    void this.#end(why);
  }

  async #delveIsGone(problem: string | undefined): Promise<void> {
    if (this.#isEnding) return;
    if (this.#hasTerminated) return this.#end("it is over");
    const { process } = this.#engine;
    const how = process === undefined ? undefined : await Promise.race([process.ended, later(1_000)]);
    const why = problem === undefined ? "" : `: ${problem}`;
    await this.#end(`The connection to dlv has ended${why}${how === undefined ? "" : ` (dlv: ${how})`}.`, {
      unexpected: true,
    });
  }

  /** The one way out. */
  async #end(how: string, { unexpected = false } = {}): Promise<void> {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#settings.log(`session ends: ${how}`);
    this.#stopped.abort();
    this.#takingOver.abort();
    this.#memory?.close();
    if (unexpected) this.say("important", `Go Diagnostics: ${how}\n`);
    for (const { timer, ...about } of this.#pending.values()) {
      clearTimeout(timer);
      this.#client.send(errorTo(about, how));
    }
    this.#pending.clear();
    for (const about of this.#questions) this.#client.send(errorTo(about, how));
    this.#questions.clear();
    if (!this.#hasTerminated) this.#client.send(event("terminated"));
    for (const answer of [...this.#own.values()]) answer(undefined);
    await Promise.all([stopEngine(this.#engine), ...this.#leaving]);
    if (this.#launched === "launch" && this.#engine.process !== undefined) {
      for (const pid of new Set([...this.#processes.map((row) => row.pid), ...this.#children])) killQuietly(pid);
    }
    this.#client.close();
    this.#settleEnded(how);
  }
}

/** A `dlv dap` without its client kills what it launched, lets go of what it attached to, and ends by itself. */
async function stopEngine({ name, channel, process }: Engine): Promise<void> {
  channel.close();
  if (process === undefined) return;
  await Promise.race([process.ended, later(name === "dap" ? 2_000 : 500)]);
  await process.stop();
}

const limitOf = (command: string | undefined) => (command === "disconnect" ? DISCONNECT_LIMIT_MS : ANSWER_LIMIT_MS);

const TOO_MANY = "Too many goroutines";
const SWITCH: keyof Requests = "goDiagnostics/switch";
const STATUS: keyof Requests = "goDiagnostics/status";

/** What the proxy does with requests of the client that it knows by name. */
const fromClient = new Map<string, Handler>([
  ["initialize", (session, frame) => session.initializes(frame)],
  ["launch", (session, frame, about) => session.begins("launch", frame, about)],
  ["attach", (session, frame, about) => session.begins("attach", frame, about)],
  ["setBreakpoints", (session, frame, about) => session.setsBreakpoints(frame, about)],
  ["setFunctionBreakpoints", (session, frame, about) => session.setsBreakpoints(frame, about)],
  ["setInstructionBreakpoints", (session, frame, about) => session.setsBreakpoints(frame, about)],
  ["evaluate", (session, frame, about) => session.evaluates(frame, about)],
  ["configurationDone", (session, frame) => session.isConfigured(frame)],
  ["restart", (session, frame, about) => session.restarts(frame, about)],
  ["disconnect", (session, frame, about) => session.disconnects(frame, about)],
  [STATUS, (session, _frame, about) => session.status(about)],
  [SWITCH, (session, frame, about) => session.switches(frame, about)],
]);

/** … and with answers and events of Delve. */
const responses = new Map<string, Handler>([
  ["initialize", (session, frame) => session.hasInitialized(frame)],
  ["launch", (session, frame, about) => session.hasBegun(frame, about)],
  ["attach", (session, frame, about) => session.hasBegun(frame, about)],
  ["threads", (session, frame) => session.hasThreads(frame)],
]);

const events = new Map<string, Handler>([
  ["process", (session, frame) => session.hasProcess(frame)],
  ["capabilities", (session, frame) => session.hasCapabilities(frame)],
  ["output", (session, frame) => session.hasOutput(frame)],
]);

function later(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), ms).unref());
}
