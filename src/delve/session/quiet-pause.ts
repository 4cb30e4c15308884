/**
 * A pause of a running program that the client hears nothing of: for as long as reading its memory takes. What the
 * client sends in the meantime waits; the stop that Delve tells of is kept back, and the program goes on.
 *
 * A program that stops by itself just then (a breakpoint, the end of a step) belongs to the client: that stop passes, and
 * nothing is done.
 */
import type { DebugProtocol } from "@vscode/debugprotocol";
import { type Envelope, type Frame, messageOf } from "../dap/framing.js";

export interface WaysToPause {
  /** A DAP request to Delve. */
  readonly ask: (command: string, args: object, limitMs: number) => Promise<DebugProtocol.Response>;
  /** From now on what the client sends waits, until what is returned is called. */
  readonly hold: () => () => void;
}

const STOP_LIMIT_MS = 10_000;
const ANSWER_LIMIT_MS = 10_000;
/** The client wants to end, and not to wait for us. */
const ENDING = new Set(["disconnect", "terminate", "restart"]);

type Outcome = "ours" | "not ours" | "none";

export class QuietPause {
  readonly #ways: WaysToPause;
  readonly #reading = new AbortController();
  #stopped: ((outcome: Outcome) => void) | undefined;
  #isPaused = false;
  readonly #settleOver: () => void;
  /** Settles when the program is the client's again. */
  readonly over: Promise<void>;

  constructor(ways: WaysToPause) {
    this.#ways = ways;
    let settle = () => {};
    this.over = new Promise((resolve) => (settle = resolve));
    this.#settleOver = settle;
  }

  /** Whether Delve's event stays here. */
  takes(frame: Frame, about: Envelope): boolean {
    if (about.event === "terminated") this.#stopped?.("none");
    if (about.event === "continued") return this.#isPaused;
    if (about.event !== "stopped" || this.#isPaused) return false;
    const isOurs = messageOf<DebugProtocol.StoppedEvent>(frame)?.body.reason === "pause";
    this.#stopped?.(isOurs ? "ours" : "not ours");
    return isOurs;
  }

  /** A request of the client waits for the program to run on. */
  waits({ command = "" }: Envelope): void {
    if (ENDING.has(command)) this.giveUp();
  }

  /** Whatever is being read is given up, and the program goes on. One that does not stand still yet is not waited for. */
  giveUp(): void {
    this.#reading.abort();
    if (!this.#isPaused) this.#stopped?.("none");
  }

  /** What `work` comes to, and how long the program stood still; rejects with a sentence for a person. */
  async during<Result>(
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<{ readonly result: Result; readonly pausedMs: number }> {
    const release = this.#ways.hold();
    try {
      const outcome = await this.#pause();
      if (outcome === "not ours") throw new Error("The program stopped by itself just then.");
      if (outcome !== "ours") throw new Error("The program could not be paused.");
      const pausedAt = performance.now();
      let result: Result;
      try {
        result = await work(this.#reading.signal);
      } finally {
        await this.#goOn();
      }
      return { result, pausedMs: performance.now() - pausedAt };
    } finally {
      release();
      this.#settleOver();
    }
  }

  async #pause(): Promise<Outcome> {
    let limit: NodeJS.Timeout | undefined;
    const stopped = new Promise<Outcome>((resolve) => {
      limit = setTimeout(() => resolve("none"), STOP_LIMIT_MS);
      this.#stopped = (outcome) => {
        this.#isPaused = outcome === "ours";
        resolve(outcome);
      };
    });
    try {
      const answer = await this.#ways.ask("pause", { threadId: 1 }, ANSWER_LIMIT_MS);
      if (!answer.success) return "none";
      return await stopped;
    } finally {
      clearTimeout(limit);
    }
  }

  async #goOn(): Promise<void> {
    // What follows is the client's again: a breakpoint may be hit before Delve has answered.
    this.#isPaused = false;
    this.#stopped = undefined;
    await this.#ways.ask("continue", { threadId: 1 }, ANSWER_LIMIT_MS);
  }
}
