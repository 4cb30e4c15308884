/**
 * Looks at a running program, one after the other: its runtime's numbers from its memory where that can be read, and the
 * system's. A program that has just been started, or stands at its entry under a debugger, is waited for.
 */
import type { Look } from "../../core/live/live-row.js";
import { asProblem, type GoProgram, openProcess } from "../go-program.js";
import { UnreadableMemory } from "../memory/memory.js";
import { ProcessProblem } from "../memory/process-problem.js";
import { beginningOf, hasEnded } from "../proc.js";
import { UnknownLayout } from "../runtime/layout.js";
import { LiveRuntime } from "./live-runtime.js";
import { ThreadPrice } from "./thread-price.js";
import { ProcessFiles } from "./process-numbers.js";

export type Looked =
  | { readonly state: "running"; readonly look: Look }
  /** At a breakpoint, or stopped by a signal. */
  | { readonly state: "stopped" }
  /** Ended, or replaced by another program: a sentence that goes after its name. */
  | { readonly state: "ended"; readonly why: string };

/** Descriptors are counted at every so many looks. */
const LOOKS_PER_COUNT = 3;
/** A program whose runtime cannot be read at first may still be starting: it is tried again at so many looks. */
const MAX_TRIES = 30;

export class LiveLooks {
  readonly #pid: number;
  readonly #beginning: string | undefined;
  readonly #files: ProcessFiles;
  readonly #price = new ThreadPrice();
  #looks = 0;
  #program: GoProgram | undefined;
  #runtime: LiveRuntime | undefined;
  #lacking: string | undefined;
  #tries = 0;

  constructor(pid: number) {
    this.#pid = pid;
    this.#beginning = beginningOf(pid);
    this.#files = new ProcessFiles(pid);
  }

  /** "go1.26.8", once the program is open. */
  get goVersion(): string | undefined {
    return this.#program?.executable.version;
  }

  /** Whether the runtime's numbers are read. */
  get readsMemory(): boolean {
    return this.#runtime !== undefined;
  }

  /** Why the runtime's numbers are not to be had, once that is certain: sentences for a person. */
  get lacking(): string | undefined {
    return this.#tries >= MAX_TRIES ? this.#lacking : undefined;
  }

  async look(): Promise<Looked> {
    const { numbers, standsStill, isThere } = this.#files.look({
      withPss: false,
      withFds: this.#looks++ % LOOKS_PER_COUNT === 0,
    });
    if (!isThere) return { state: "ended", why: "has ended" };
    if (standsStill) return { state: "stopped" };
    if (this.#runtime === undefined) await this.#open();
    let read: Awaited<ReturnType<LiveRuntime["look"]>> | undefined;
    try {
      read = await this.#runtime?.look();
    } catch (error) {
      if (error instanceof UnreadableMemory) {
        const ended = hasEnded(this.#pid, this.#beginning);
        return { state: "ended", why: ended ? "has ended" : "runs another program now" };
      }
      if (!(error instanceof UnknownLayout)) throw error;
      this.#giveUp(error.message, "Report it with the version of Go");
    }
    const look = { monotonicMs: performance.now(), ...read, process: numbers, costNs: this.#price.next() };
    return { state: "running", look };
  }

  close(): void {
    this.#price.close();
    this.#files.close();
    this.#program?.close();
  }

  async #open(): Promise<void> {
    if (this.#tries >= MAX_TRIES) return;
    this.#tries++;
    try {
      this.#program ??= openProcess(this.#pid);
      this.#runtime = await LiveRuntime.open(this.#program);
      this.#price.next(); // opening is no look
    } catch (error) {
      const problem = asProblem(error);
      if (!(problem instanceof ProcessProblem)) throw error;
      this.#lacking = `${problem.message}. ${problem.todo}.`;
      // It could not be opened at all: waiting changes nothing.
      if (this.#program === undefined) this.#tries = MAX_TRIES;
    }
  }

  #giveUp(why: string, todo: string): void {
    this.#runtime = undefined;
    this.#tries = MAX_TRIES;
    this.#lacking = `${why}. ${todo}.`;
  }
}
