/**
 * How a session begins. The Delve that greets the client (`initialize`) is there first; what `launch` or `attach` asks
 * for may need another one (launch-plan.ts): it is started, greeted with the client's own words, and takes the place of
 * the first. When it cannot be had, the session goes on with the first where that is possible, and says so.
 */
import type { DebugProtocol } from "@vscode/debugprotocol";
import { hasFeature } from "../dlv/delve-versions.js";
import { type Engine, stopEngine } from "../engine/engine.js";
import { engineOf, type TakeOver } from "./engine-of-plan.js";
import { type Envelope, type Frame, messageOf } from "../dap/framing.js";
import type { DelveAddress } from "../dlv/json-rpc.js";
import { type Attributes, planOf } from "../engine/launch-plan.js";
import { sampleFinely, switchOnMemoryProfiling } from "../memory/memory-profiling.js";
import { recordStarters } from "../memory/goroutine-ancestors.js";
import type { SessionProcesses } from "../children/session-processes.js";
import type { SessionState } from "./session-state.js";
import type { SessionStops } from "./session-stops.js";
import { errorTo } from "../dap/messages.js";
import { leastVersionWith, versionOverRpc } from "../dlv/unknown-delve.js";
import type { Passing, Forwarder } from "./forwarder.js";
import type { SessionSettings } from "./session-settings.js";

export interface SessionParts {
  readonly state: SessionState;
  readonly forwarder: Forwarder;
  readonly stops: SessionStops;
  readonly processes: SessionProcesses;
  /** Ends the session. */
  readonly end: (how: string, more?: { readonly unexpected: boolean }) => Promise<void>;
}

const ANSWER_LIMIT_MS = 10_000;
const RPC_LIMIT_MS = 1_000;
const PREPARE_LIMIT_MS = 2_000;

export class SessionStart {
  readonly #settings: SessionSettings;
  readonly #parts: SessionParts;
  readonly #state: SessionState;
  #initialize: DebugProtocol.InitializeRequestArguments | undefined;
  /** A launch that is carried out as an attach to a headless Delve: its answer must say "launch". */
  #isTranslated = false;
  #isPrepared = false;
  /** What is to be told when the launch succeeds in spite of it, and what was said already and need not be again. */
  #fellBack: string | undefined;
  #saidBuilding: string | undefined;
  readonly #takingOver = new AbortController();
  /** Engines that have been replaced, on their way out. */
  readonly #leaving: Promise<void>[] = [];

  constructor(settings: SessionSettings, parts: SessionParts) {
    this.#settings = settings;
    this.#parts = parts;
    this.#state = parts.state;
    this.#state.version = settings.version;
  }

  onInitialize(frame: Frame): Passing {
    this.#initialize = messageOf<DebugProtocol.InitializeRequest>(frame)?.arguments;
    const { childSessions } = this.#settings;
    this.#state.canHaveChildSessions = childSessions && this.#initialize?.supportsStartDebuggingRequest === true;
    this.#parts.forwarder.supportsInvalidated = this.#initialize?.supportsInvalidatedEvent === true;
    return "pass";
  }

  /** What Delve of which version answers, where we did not start it. */
  onInitializeResponse(frame: Frame): Passing {
    const body = messageOf<DebugProtocol.InitializeResponse>(frame)?.body;
    this.#state.capabilities = body ?? {};
    this.#state.version ??= leastVersionWith(body);
    return "pass";
  }

  onLaunch(kind: "launch" | "attach", frame: Frame, about: Envelope): Passing {
    const message = messageOf<DebugProtocol.Request>(frame);
    if (message === undefined || this.#state.launched !== undefined) return "pass";
    this.#state.launched = kind;
    this.#state.attributes = (message.arguments ?? {}) as Attributes;
    const { engine, version, dlv, flags, log } = this.#settings;
    const { forwarder, stops } = this.#parts;
    const plan = planOf(kind, this.#state.attributes, {
      engine,
      version,
      flags,
      canStart: dlv !== undefined,
      hasTerminal: this.#initialize?.supportsRunInTerminalRequest === true,
    });
    this.#state.reason = plan.reason;
    stops.loadsAll = plan.ours.loadAll || this.#settings.loadAll;
    log(`${plan.kind === "headless" ? "rpc" : "dap"} engine: ${plan.reason}`);
    const canFollow = plan.kind === "headless" || version === undefined || hasFeature(version, "follow-exec");
    if (plan.ours.follow !== undefined && !canFollow) {
      const words = `dlv ${version.join(".")} ${
        hasFeature(version, "rpc-follow-exec")
          ? "follows children over JSON-RPC only, which this session has not."
          : "does not follow children; dlv 1.26 and newer do."
      }`;
      forwarder.say("console", `Go Diagnostics: ${words}\n`);
    }
    this.#state.follows = plan.ours.follow !== undefined && canFollow;
    if (plan.kind === "pass") attachesWith(forwarder.engine, message);
    if (plan.kind === "pass") {
      return plan.attributes === undefined ? "pass" : { instead: { ...message, arguments: plan.attributes } };
    }
    const release = forwarder.hold({ letsLeave: true });
    forwarder.owe(about);
    void this.#takeOver(plan, frame, message, about).finally(release);
    return "taken";
  }

  onLaunchResponse(frame: Frame, about: Envelope): Passing {
    const { forwarder } = this.#parts;
    const { process, address, rpcAddress } = forwarder.engine;
    if (about.success && process === undefined && address !== undefined && rpcAddress === undefined) {
      this.#state.ready = this.#lookForRpc(address);
    }
    if (about.success && this.#fellBack !== undefined) {
      forwarder.say("console", `Go Diagnostics: the session speaks DAP alone, with slower lists. ${this.#fellBack}\n`);
    }
    if (!this.#isTranslated || about.command !== "attach") return "pass";
    return { instead: { ...messageOf<DebugProtocol.Response>(frame), command: "launch" } };
  }

  /**
   * The program stands at its entry and is configured: the last moment to let its runtime profile memory, which the
   * linker switches off in programs that do not read the profile themselves, and keep who led to each goroutine.
   */
  onConfigurationDone(frame: Frame): Passing {
    const { memoryProfiling, recordStarters: keepsStarters } = this.#settings;
    this.#state.hasRun = true;
    if (this.#state.launched === "attach") this.#parts.forwarder.engine.process?.reaches("has-run");
    if (this.#state.launched !== "launch" || this.#isPrepared || !(memoryProfiling || keepsStarters)) return "pass";
    this.#isPrepared = true;
    const release = this.#parts.forwarder.hold({ first: frame, letsLeave: true });
    void this.#prepare().finally(release);
    return "taken";
  }

  /** What fails is left as the program has it. */
  async #prepare(): Promise<void> {
    const { log, memoryProfiling, recordStarters: keepsStarters } = this.#settings;
    const { stops } = this.#parts;
    const { program, assign } = stops.here();
    const signal = AbortSignal.any([AbortSignal.timeout(PREPARE_LIMIT_MS), stops.signal]);
    try {
      if (memoryProfiling) {
        const state = await switchOnMemoryProfiling(program, assign, signal);
        this.#state.hasSwitchedProfilingOn = state === "switched-on";
        await sampleFinely(program, assign, signal);
        log(`memory profiling: ${state}`);
      }
    } catch (error) {
      log(`memory profiling could not be switched on: ${(error as Error).message}`);
    }
    try {
      if (keepsStarters)
        log(`who starts goroutines: ${(await recordStarters(program, assign, signal)) ? "kept" : "not kept"}`);
    } catch (error) {
      log(`who starts goroutines is not kept: ${(error as Error).message}`);
    }
  }

  /** What comes back is another process, at its entry again, and perhaps another program. */
  onRestart(): void {
    this.#isPrepared = false;
    this.#parts.stops.forget();
  }

  /** A remote attach lets the client choose whether the program ends; of a launch Delve never asks. */
  onCapabilities(frame: Frame): Passing {
    const body = messageOf<DebugProtocol.CapabilitiesEvent>(frame)?.body.capabilities ?? {};
    const isThat = Object.keys(body).join() === "supportTerminateDebuggee";
    return this.#isTranslated && isThat ? "taken" : "pass";
  }

  /** Delve builds again what failed to build before, and says so again. */
  onOutput(frame: Frame): Passing {
    if (this.#saidBuilding === undefined) return "pass";
    const said = messageOf<DebugProtocol.OutputEvent>(frame)?.body.output;
    if (said !== this.#saidBuilding) return "pass";
    this.#saidBuilding = undefined;
    return "taken";
  }

  /** An engine that is on its way is not waited for. */
  giveUp(): void {
    this.#takingOver.abort();
  }

  /** Resolves when every Delve of this session is gone. */
  async stopEngines(): Promise<void> {
    await Promise.all([stopEngine(this.#parts.forwarder.engine), ...this.#leaving]);
  }

  async #takeOver(plan: TakeOver, frame: Frame, message: DebugProtocol.Request, about: Envelope): Promise<void> {
    const { forwarder, processes, end } = this.#parts;
    const { flags, log } = this.#settings;
    if (plan.kind === "headless" && plan.building !== undefined) {
      this.#saidBuilding = plan.building;
      forwarder.say("stdout", plan.building);
    }
    const engine = await engineOf(plan, this.#settings, forwarder, this.#state.version, this.#takingOver.signal);
    if (forwarder.isOver) return "problem" in engine ? undefined : stopEngine(engine);
    if (!("problem" in engine) && plan.kind === "dap") attachesWith(engine, message);
    if ("problem" in engine) {
      log(engine.problem);
      if (plan.kind === "headless" && plan.flags.length > 0) {
        // What dlv says of its flags is said of them, too, and the session does not begin without them.
        const { reason, ours } = plan;
        const all = [...new Set([...flags, ...plan.flags])];
        const attributes = message.arguments as Attributes;
        this.#fellBack = engine.problem;
        const over = { kind: "dap", reason, ours, attributes, flags: all, terminal: undefined, asRoot: false } as const;
        return this.#takeOver(over, frame, message, about);
      }
      if (plan.kind !== "headless") {
        forwarder.oweNoMore(about);
        forwarder.tell(errorTo(about, engine.problem, { showUser: true }));
        return end(engine.problem);
      }
      // `dlv dap` says best why a launch fails; and when it does not fail, the session is not lost because of us.
      this.#fellBack = engine.problem;
      this.#state.follows &&= this.#state.version !== undefined && hasFeature(this.#state.version, "follow-exec");
      this.#state.reason = `JSON-RPC could not be had: ${engine.problem}`;
      attachesWith(forwarder.engine, message);
      forwarder.engine.channel.pass(frame.bytes);
      return;
    }
    const greeter = forwarder.engine;
    forwarder.use(engine);
    this.#leaving.push(stopEngine(greeter));
    try {
      const greeting = await forwarder.ask("initialize", this.#initialize ?? {}, ANSWER_LIMIT_MS);
      // Until it says more: it need not be of the version of ours.
      if (plan.kind === "remote")
        this.#state.version = leastVersionWith(greeting.body as DebugProtocol.Capabilities | undefined);
      if (plan.kind === "headless") {
        this.#isTranslated = this.#state.launched === "launch";
        if (this.#isTranslated) await processes.announce();
        engine.channel.send({ ...message, command: "attach", arguments: plan.attach });
      } else if (plan.kind === "dap") engine.channel.send({ ...message, arguments: plan.attributes });
      else engine.channel.pass(frame.bytes);
    } catch (error) {
      await end(`The new dlv did not answer: ${(error as Error).message}.`, { unexpected: true });
    }
  }

  /** A Delve that was there before us may answer JSON-RPC, too, if it takes more than one client. */
  async #lookForRpc(address: DelveAddress): Promise<void> {
    const { engine, log } = this.#settings;
    const { forwarder, stops } = this.#parts;
    if (engine === "dap") return;
    try {
      this.#state.version = (await versionOverRpc(address, RPC_LIMIT_MS)) ?? this.#state.version;
    } catch {
      log("this Delve does not answer JSON-RPC beside DAP");
      return;
    }
    if (forwarder.isOver) return;
    forwarder.use({ ...forwarder.engine, name: "rpc", rpcAddress: address });
    this.#state.reason = "This Delve takes several clients: JSON-RPC beside DAP reads goroutines and memory fastest.";
    log(`rpc engine: ${this.#state.reason}`);
    stops.reopen();
  }
}

/** A `dlv dap` that is about to attach to a process of this machine: that is to go on as it was. */
function attachesWith({ process }: Engine, { command, arguments: attributes }: DebugProtocol.Request): void {
  const { processId } = (attributes ?? {}) as Attributes;
  if (command === "attach" && typeof processId === "number") process?.attaches(processId);
}
