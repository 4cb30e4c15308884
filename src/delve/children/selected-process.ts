/**
 * Whose turn it is to be Delve's selected process. The client sees one process, and its requests must find that one
 * selected; reading of others happens in between, while the client's requests wait. They never wait for long: reading
 * is many short works, and when the client asks for something, its process is selected again before the next one.
 */
import { MemoryProblem } from "../../process/paused-program.js";

export interface Turns {
  readonly select: (pid: number) => Promise<void>;
  /** From now on requests of the client wait; resolves when none is on its way. */
  readonly hold: () => Promise<void>;
  readonly release: () => void;
  /** Whether a request of the client waits. */
  readonly isWaitedFor: () => boolean;
}

interface Waiting {
  readonly pid: number;
  readonly start: () => void;
  readonly giveUp: (error: Error) => void;
}

export class SelectedProcess {
  readonly #turns: Turns;
  #shown: number;
  #current: number;
  #working = 0;
  #isSwitching = false;
  #isHeld = false;
  #queue: Waiting[] = [];

  /** `shown` is the process that the client sees, and selected. */
  constructor(shown: number, turns: Turns) {
    this.#shown = this.#current = shown;
    this.#turns = turns;
  }

  get shown(): number {
    return this.#shown;
  }

  /** Another stop, at which Delve has selected a process by itself. */
  stopped(shown: number): void {
    this.interrupt();
    this.#shown = this.#current = shown;
  }

  /** From now on the client sees another process. */
  async show(pid: number): Promise<void> {
    await this.run(pid, () => {
      this.#shown = pid;
      return Promise.resolve();
    });
  }

  /** Does something while that process is selected. Rejects with a `MemoryProblem` when the program resumes first. */
  async run<T>(pid: number, work: () => Promise<T>): Promise<T> {
    await this.#turnOf(pid);
    try {
      return await work();
    } finally {
      this.#working--;
      void this.#next();
    }
  }

  /**
   * Lets the program run while that process is selected; `work` answers whether it runs. From there on Delve selects by
   * itself, and until it stops none can be.
   */
  async resume(pid: number, work: () => Promise<boolean>): Promise<void> {
    await this.#turnOf(pid);
    try {
      if (await work()) this.#current = this.#shown;
    } finally {
      this.#working--;
      void this.#next();
    }
  }

  /** The client resumes the program: nothing new begins. */
  interrupt(): void {
    const queue = this.#queue;
    this.#queue = [];
    for (const { giveUp } of queue) giveUp(new MemoryProblem("interrupted", "the program runs again"));
  }

  #turnOf(pid: number): Promise<void> {
    const isFree = !this.#isSwitching && (pid === this.#shown || !this.#turns.isWaitedFor());
    if (pid === this.#current && isFree) {
      this.#working++;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ pid, start: resolve, giveUp: reject });
      void this.#next();
    });
  }

  async #next(): Promise<void> {
    if (this.#isSwitching || this.#working > 0) return;
    this.#isSwitching = true;
    while (this.#working === 0) {
      const isAway = this.#current !== this.#shown;
      if (!isAway) this.#release();
      if (this.#queue.length === 0 && !isAway) break;
      const goesHome = isAway && (this.#queue.length === 0 || this.#turns.isWaitedFor());
      await this.#select(goesHome ? this.#shown : this.#queue[0].pid);
      this.#admit();
    }
    this.#isSwitching = false;
  }

  /** Works for the process that is selected now begin. */
  #admit(): void {
    const admitted = this.#queue.filter(({ pid }) => pid === this.#current);
    this.#queue = this.#queue.filter(({ pid }) => pid !== this.#current);
    this.#working += admitted.length;
    for (const { start } of admitted) start();
  }

  async #select(pid: number): Promise<void> {
    if (pid === this.#current) return;
    const isLeaving = this.#current === this.#shown;
    try {
      if (isLeaving) {
        this.#isHeld = true;
        await this.#turns.hold();
      }
      // The program may have resumed before the client's requests were held.
      if (!isLeaving || this.#queue.some((waiting) => waiting.pid === pid)) {
        await this.#turns.select(pid);
        this.#current = pid;
      }
    } catch (error) {
      const failed = this.#queue.filter((waiting) => waiting.pid === pid);
      this.#queue = this.#queue.filter((waiting) => waiting.pid !== pid);
      for (const { giveUp } of failed) giveUp(error as Error);
      if (pid === this.#shown) this.#current = pid; // there is nothing better to be done than to go on
    }
  }

  /** The client's process is selected: its requests go on. */
  #release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#turns.release();
  }
}
