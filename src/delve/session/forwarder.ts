/**
 * The two ends of a session: the client, and the Delve behind us, which may be replaced. What the rules do not name
 * passes byte for byte and in order. Requests of our own carry numbers that clients do not reach, and their answers do
 * not pass. While messages are held, what the client sends waits.
 */
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Channel } from "../dap/channel.js";
import type { Engine } from "../engine/engine.js";
import { type Envelope, envelopeOf, type Frame, frameOf, messageOf } from "../dap/framing.js";
import { errorTo, output } from "../dap/messages.js";

/** What becomes of a message: it passes as it is, another one in its place, or it goes no further. */
export type Passing = "pass" | "taken" | { readonly instead: object };

export interface ForwardRules {
  /** A request of the client, before it goes to Delve. */
  readonly onRequest: (frame: Frame, about: Envelope) => Passing;
  /** A request of the client that goes to Delve now. */
  readonly onForwardedRequest: (about: Envelope) => void;
  /** A request of the client that waits, because messages are held. */
  readonly onHeldRequest: (about: Envelope) => void;
  /** An answer or an event of Delve, before it goes to the client. */
  readonly onReply: (frame: Frame, about: Envelope) => Passing;
  /** An answer or an event that has gone to the client, or another in its place. */
  readonly afterForward: (about: Envelope) => void;
  /** Delve did not answer what it answers at once. */
  readonly onUnanswered: (about: Envelope, why: string) => void;
  readonly onClientGone: (problem: string | undefined) => void;
  readonly onDelveGone: (problem: string | undefined) => void;
}

/** Why the client's messages wait. */
export interface Hold {
  /** A message that waits first. */
  readonly first?: Frame;
  /** `disconnect` does not wait: there is nothing yet to disconnect from, or it takes too long. */
  readonly letsLeave: boolean;
}

/** Numbers of our own requests, to Delve and to the client. */
const FIRST_OWN_SEQ = 1_000_000_000;
/** How long Delve may take over what should take no time. */
const ANSWER_LIMITS_MS = new Map([
  ["initialize", 10_000],
  ["disconnect", 5_000],
]);

/** … and over a question of our own, which may have it read debug information first. */
const OWN_LIMIT_MS = 60_000;
const READS: ReadonlySet<string> = new Set(["evaluate", "readMemory", "stackTrace", "threads", "scopes", "variables"]);

function isInitializeResponse(message: object): boolean {
  const { type, command } = message as { type?: string; command?: string };
  return type === "response" && command === "initialize";
}

type OnAnswer = (answer: DebugProtocol.Response | undefined) => void;

export class Forwarder {
  readonly #client: Channel;
  readonly #rules: ForwardRules;
  #engine: Engine;
  /** The client's requests that Delve has not answered; those with a limit have a timer. */
  readonly #pending = new Map<number, { readonly about: Envelope; readonly timer: NodeJS.Timeout | undefined }>();
  /** Requests of our own: to Delve, and to the client, which counts apart. */
  readonly #own = new Map<number, OnAnswer>();
  readonly #ownToClient = new Map<number, OnAnswer>();
  /** Events that wait for the answer to `initialize`: before it there is none in the protocol. */
  #early: object[] | undefined = [];
  /** Variables that we set, of which Delve tells the client afterwards. */
  #ownChanges = 0;
  #hasPassedNonsense = false;
  #nextSeq = FIRST_OWN_SEQ;
  readonly #held: Frame[] = [];
  readonly #holds = new Set<Hold>();
  #whenSettled: (() => void)[] = [];
  #isOver = false;
  /** What Delve has sent behind a message that is not passed yet, in order; and how many are not. */
  readonly #behind: (() => void)[] = [];
  #delays = 0;

  constructor(client: Channel, engine: Engine, rules: ForwardRules) {
    this.#client = client;
    this.#rules = rules;
    this.#engine = engine;
    this.#listenTo(engine);
    client.listen({ frame: (frame) => this.#fromClient(frame), end: rules.onClientGone });
  }

  get engine(): Engine {
    return this.#engine;
  }

  /** Another one takes its place; or the same, of which more is known. */
  use(engine: Engine): void {
    const isOther = engine.channel !== this.#engine.channel;
    this.#engine = engine;
    if (isOther) this.#listenTo(engine);
  }

  /** A message of ours, for the client. */
  tell(message: object): void {
    if (this.#early !== undefined && (message as { type?: string }).type === "event") this.#early.push(message);
    else this.#client.send(message);
    if (isInitializeResponse(message)) this.#tellEarly();
  }

  /** Whether the client is told of variables that change (`supportsInvalidatedEvent`). */
  supportsInvalidated = false;

  /** Whether an `invalidated` of Delve is about a variable that we set: the client has not asked for it. */
  isOfOwnChange(): boolean {
    if (this.#ownChanges === 0) return false;
    this.#ownChanges--;
    return true;
  }

  /** Whether the client sent a body that is no JSON object: Delve ends the connection for it. */
  get hasPassedNonsense(): boolean {
    return this.#hasPassedNonsense;
  }

  /** Text for the client to show. */
  say(category: string, text: string): void {
    this.tell(output(category, text));
  }

  /** A request of our own to Delve. Resolves with the answer whatever it is; rejects when there will be none. */
  ask(command: string, args?: object, limitMs?: number): Promise<DebugProtocol.Response> {
    return this.#request(
      this.#engine.channel,
      command,
      args,
      limitMs ?? (READS.has(command) ? OWN_LIMIT_MS : undefined),
    );
  }

  /** … and to the client. */
  askClient(command: string, args: object): Promise<DebugProtocol.Response> {
    return this.#request(this.#client, command, args, undefined);
  }

  /** A message of Delve that was taken goes to the client after all, or another in its place. */
  pass(frame: Frame, about: Envelope, instead?: object): void {
    if (instead === undefined) this.#client.passFrame(frame, this.#engine.channel);
    else this.tell(instead);
    this.#rules.afterForward(about);
  }

  /** Whether `disconnect` does not wait for its turn. */
  get isOpenForLeaving(): boolean {
    return [...this.#holds].some((hold) => hold.letsLeave);
  }

  /** Whether something of the client waits. */
  get hasHeld(): boolean {
    return this.#held.length > 0;
  }

  /** From now on what the client sends waits, until what is returned is called, and everyone else who holds it lets go. */
  hold(hold: Hold): () => void {
    const own = { ...hold };
    if (own.first !== undefined) this.#held.unshift(own.first);
    this.#holds.add(own);
    return () => {
      if (!this.#holds.delete(own)) return;
      while (this.#holds.size === 0 && this.#held.length > 0) {
        const [next] = this.#held.splice(0, 1);
        this.#fromClient(next);
      }
    };
  }

  /**
   * What Delve sends from now on waits, answers to our own requests excepted, until what is returned is called: a message
   * of it was taken, and must not be overtaken.
   */
  delay(): () => void {
    let isOver = false;
    this.#delays++;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#delays--;
      while (this.#delays === 0 && this.#behind.length > 0) {
        const [next] = this.#behind.splice(0, 1);
        next();
      }
    };
  }

  /** Resolves when Delve owes the client no answer. */
  settled(): Promise<void> {
    return this.#pending.size === 0 ? Promise.resolve() : new Promise((resolve) => this.#whenSettled.push(resolve));
  }

  /** Delve owes the client an answer. */
  owe(about: Envelope): void {
    const limitMs = ANSWER_LIMITS_MS.get(about.command ?? "");
    const timer = limitMs === undefined ? undefined : setTimeout(() => this.#onUnanswered(about, limitMs), limitMs);
    this.#pending.set(about.seq ?? 0, { about, timer });
  }

  /** Delve does not: it was answered here. */
  oweNoMore(about: Envelope): boolean {
    const pending = this.#pending.get(about.seq ?? -1);
    clearTimeout(pending?.timer);
    const isDeleted = this.#pending.delete(about.seq ?? -1);
    this.#lookWhetherSettled();
    return isDeleted;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Nothing more is passed to Delve; what it owes, and what waits for its turn, is answered with why. */
  end(how: string): void {
    this.#isOver = true;
    for (const { about, timer } of this.#pending.values()) {
      clearTimeout(timer);
      this.tell(errorTo(about, how));
    }
    this.#pending.clear();
    for (const frame of this.#held.splice(0)) {
      const about = envelopeOf(frame);
      if (about?.type === "request") this.tell(errorTo(about, how));
    }
    this.#lookWhetherSettled();
  }

  /** The client is told nothing more. Requests that wait for an answer are told that there is none. */
  giveUp(): void {
    for (const answer of [...this.#own.values(), ...this.#ownToClient.values()]) answer(undefined);
  }

  close(): void {
    this.#client.close();
  }

  #listenTo(engine: Engine): void {
    engine.channel.listen({
      frame: (frame) => this.#receive(frame),
      end: (problem) => {
        // A message that is not passed yet waits no longer for what we asked because of it.
        if (this.#delays > 0) for (const settle of [...this.#own.values()]) settle(undefined);
        this.#inOrder(() => {
          if (this.#engine.channel === engine.channel) this.#rules.onDelveGone(problem);
        });
      },
    });
  }

  #receive(frame: Frame): void {
    const about = envelopeOf(frame);
    if (about?.type === "response" && this.#own.has(about.requestSeq ?? -1)) return this.#onOwnAnswer(frame, about);
    this.#inOrder(() => {
      const { process } = this.#engine;
      if (about?.event !== "terminated" || process === undefined) return this.#fromDelve(frame, about);
      // What the program wrote comes on another way than the news of its end, which must not overtake it.
      const pass = this.delay();
      void process.allSaid().then(() => {
        this.#fromDelve(frame, about);
        pass();
      });
    });
  }

  /** Now, or behind a message that is not passed yet. */
  #inOrder(act: () => void): void {
    if (this.#delays > 0 || this.#behind.length > 0) this.#behind.push(act);
    else act();
  }

  #fromClient(frame: Frame): void {
    const about = envelopeOf(frame);
    if (about?.type === "response") {
      const answer = this.#ownToClient.get(about.requestSeq ?? -1);
      if (answer !== undefined) return answer(messageOf<DebugProtocol.Response>(frame));
    }
    this.#hasPassedNonsense ||= about === undefined;
    const isRequest = about?.type === "request" && about.command !== undefined && about.seq !== undefined;
    if (this.#holds.size > 0 && !(isRequest && about.command === "disconnect" && this.isOpenForLeaving)) {
      this.#held.push(frame);
      if (isRequest) this.#rules.onHeldRequest(about);
      return;
    }
    if (!isRequest) return this.#engine.channel.pass(frame.bytes, this.#client);
    // Not every client begins as the protocol asks for.
    if (this.#early !== undefined && about.command !== "initialize") this.#tellEarly();
    if (this.#isOver) return this.tell(errorTo(about, "The debug session has ended."));
    const passing = this.#rules.onRequest(frame, about);
    if (passing === "taken") return;
    // It goes first, and the books are kept while Delve has it: no answer is read before this turn is over.
    this.#rules.onForwardedRequest(about);
    this.#engine.channel.pass(passing === "pass" ? frame.bytes : frameOf(passing.instead), this.#client);
    this.owe(about);
  }

  #fromDelve(frame: Frame, about: Envelope | undefined): void {
    if (about === undefined) return this.#client.passFrame(frame, this.#engine.channel);
    const isAnswer = about.type === "response";
    // The client was told already that there is none.
    if (isAnswer && this.#isOver) return;
    const passing = this.#rules.onReply(frame, about);
    if (passing === "pass") this.#client.passFrame(frame, this.#engine.channel);
    else if (passing !== "taken") this.tell(passing.instead);
    if (this.#early !== undefined) this.#tellEarly();
    if (isAnswer) this.oweNoMore({ seq: about.requestSeq ?? -1 });
    if (passing !== "taken") this.#rules.afterForward(about);
  }

  #tellEarly(): void {
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const message of early) this.#client.send(message);
  }

  #lookWhetherSettled(): void {
    if (this.#pending.size > 0) return;
    const waiting = this.#whenSettled;
    this.#whenSettled = [];
    for (const settle of waiting) settle();
  }

  #request(to: Channel, command: string, args?: object, limitMs?: number): Promise<DebugProtocol.Response> {
    return new Promise((resolve, reject) => {
      if (to.isEnded) return reject(new Error(`${command}: the connection has ended`));
      // The client counts what it gets; towards Delve our numbers are our own.
      const message = {
        seq: this.#nextSeq++,
        type: "request",
        command,
        ...(args !== undefined && { arguments: args }),
      };
      const own = to === this.#client ? this.#ownToClient : this.#own;
      const seq = to.send(message);
      const isChange = command === "setVariable" && own === this.#own && this.supportsInvalidated;
      if (isChange) this.#ownChanges++;
      const settle: OnAnswer = (answer) => {
        clearTimeout(timer);
        own.delete(seq);
        // Of a change that failed Delve tells nothing.
        if (isChange && answer?.success !== true) this.isOfOwnChange();
        if (answer === undefined) reject(new Error(`${command} was not answered`));
        else resolve(answer);
      };
      const timer = limitMs === undefined ? undefined : setTimeout(() => settle(undefined), limitMs);
      own.set(seq, settle);
    });
  }

  #onOwnAnswer(frame: Frame, about: Envelope): void {
    this.#own.get(about.requestSeq ?? -1)?.(messageOf<DebugProtocol.Response>(frame));
  }

  #onUnanswered(about: Envelope, limitMs: number): void {
    if (this.oweNoMore(about)) {
      this.#rules.onUnanswered(about, `dlv does not answer (${about.command}, ${limitMs / 1000} s).`);
    }
  }
}
