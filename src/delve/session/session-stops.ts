/**
 * Whether the program of a session stands still, since when, and what can be read of it meanwhile. An event of our own
 * follows each stop and each resume. A client that resumes wants it now: whatever is being read is given up first.
 */
import { setMaxListeners } from "node:events";
import type { Assign } from "../dlv/assign.js";
import type { Envelope } from "../dap/framing.js";
import { GoroutineStops } from "./goroutine-stops.js";
import { MemoryProblem, type PausedProgram } from "../../process/paused-program.js";
import type { AskedAt } from "./custom-requests.js";
import { RESUMING_REQUESTS, STOP_EVENT, type StopEventBody } from "./requests.js";
import type { RunningStack } from "../memory/running-stacks.js";
import { SessionMemory } from "./session-memory.js";
import { event } from "../dap/messages.js";
import type { SessionState } from "./session-state.js";
import type { Forwarder } from "./forwarder.js";

/** Requests that let the program run, in a session of its own: those of a step, and those that begin a run. */
const RESUMES: ReadonlySet<string> = new Set([...RESUMING_REQUESTS, "configurationDone", "restart"]);

/** The processes of the session, each of which is read by itself. */
export interface ReadProcesses {
  /** The number of the process that is asked about; undefined where there is only one. Throws when there is no such. */
  readonly named: (pid: number | undefined) => number | undefined;
  readonly whileSelected: <T>(pid: number, work: () => Promise<T>) => Promise<T>;
  readonly interrupt: () => void;
  /** The program stands still, and the client does not know: Delve may have selected another process by itself. */
  readonly paused: () => Promise<void>;
  /** Resolves when the process that the client sees is selected, and nothing else is being read. */
  readonly home: () => Promise<void>;
  /** The process that the client sees; undefined as long as there is only one. */
  readonly shown: Pick<StopEventBody, "pid" | "process"> | undefined;
}

export interface Here extends AskedAt {
  /** Whose; undefined where there is only one process. */
  readonly pid: number | undefined;
  readonly assign: Assign;
}

type ReadProcess = Omit<Here, "stop">;

export interface StopSettings {
  readonly processes: ReadProcesses;
  /** The program runs again. */
  readonly onResumed: () => void;
  readonly log: (line: string) => void;
}

export class SessionStops {
  readonly #forwarder: Forwarder;
  readonly #state: SessionState;
  readonly #settings: StopSettings;
  /** Of requests that resume: the last stop when they were asked, by their numbers. */
  readonly #asked = new Map<number, number>();
  /** Aborted when the program runs again. */
  #stopped = new AbortController();
  /** What the monotonic clock showed at the stop. */
  #stoppedAtNs = 0;
  #memory: SessionMemory | undefined;
  /** By process: a session that follows no children has one, without a number. */
  readonly #processes = new Map<number | undefined, ReadProcess>();
  /** Read every goroutine at every stop. */
  loadsAll = false;

  constructor(forwarder: Forwarder, state: SessionState, settings: StopSettings) {
    this.#state = state;
    this.#forwarder = forwarder;
    this.#settings = settings;
  }

  /** Aborted when the program runs again. */
  get signal(): AbortSignal {
    return this.#stopped.signal;
  }

  /** A request of the client goes to Delve. */
  onForwardedRequest({ seq = 0, command = "" }: Envelope): void {
    if (!RESUMES.has(command)) return;
    this.#asked.set(seq, this.#state.stop);
    this.#state.isAtEntry = false;
    this.interrupt();
  }

  /** A request of the client waits until what is being read is read. */
  onHeldRequest({ command = "" }: Envelope): void {
    if (RESUMES.has(command) || command === "disconnect" || command === "terminate") this.interrupt();
  }

  /** A message of Delve has reached the client. True when it is a new stop. */
  afterForward(about: Envelope): boolean {
    if (about.type === "event") {
      if (about.event === "continued") this.#onResumed();
      if (about.event !== "stopped") return false;
      this.#onStopped();
      return true;
    }
    const { requestSeq = -1, command = "" } = about;
    if (!RESUMES.has(command)) return false;
    // A stop can overtake the answer to what led to it: stopOnEntry, a step that is short.
    if (about.success && this.#asked.get(requestSeq) === this.#state.stop) this.#onResumed();
    this.#asked.delete(requestSeq);
    this.#state.isAtEntry ||= command === "restart" && about.success === true;
    return false;
  }

  /** What is being read is given up. */
  interrupt(): void {
    this.#stopped.abort();
    this.#memory?.resumed();
    this.#settings.processes.interrupt();
  }

  /** The stop, and what can be read at it of a process (by default the client's). Throws when there is none. */
  here(asked?: number): Here {
    return this.#at(this.#stopped.signal, asked);
  }

  /** A moment at which the program stands still for us alone, until `signal` or the end of `work`. */
  async atAPause<T>(signal: AbortSignal, asked: number | undefined, work: (at: Here) => Promise<T>): Promise<T> {
    setMaxListeners(0, signal);
    this.#stoppedAtNs = Number(process.hrtime.bigint());
    const { processes } = this.#settings;
    await processes.paused();
    try {
      return await work(this.#at(signal, asked));
    } finally {
      await processes.home();
    }
  }

  /** The program runs on after that. */
  afterPause(): void {
    this.#memory?.resumed();
  }

  #at(signal: AbortSignal, asked?: number): Here {
    const memory = (this.#memory ??= this.#openMemory());
    const pid = this.#settings.processes.named(asked);
    let process = this.#processes.get(pid);
    if (process === undefined) this.#processes.set(pid, (process = this.#openProcess(pid, memory)));
    // Only on Linux is the clock of this process that of Go's runtime; and only a dlv of ours is surely on this machine.
    const isSameClock = globalThis.process.platform === "linux" && this.#forwarder.engine.process !== undefined;
    const stop = {
      number: this.#state.stop,
      signal,
      nowNs: isSameClock ? this.#stoppedAtNs : undefined,
    };
    return { stop, ...process };
  }

  /**
   * Delve searches for a goroutine from the first one on, 75 s for a million, and lets nobody in meanwhile: we find it, and
   * Delve reads that one. False when there is none of that number; where only Delve can tell, it is left to Delve.
   */
  async find(id: number): Promise<boolean> {
    const { stop, goroutines, pid } = this.here();
    const memory = this.#memory;
    if (pid !== undefined || memory?.readsByPlace !== true) return true;
    try {
      const place = await goroutines.placeOf(stop, id);
      if (place !== undefined) await memory.readByPlace(place, stop.signal);
      return place !== undefined;
    } catch (error) {
      this.#settings.log(`goroutine ${id} is left to Delve to find: ${(error as Error).message}`);
      return true;
    }
  }

  /** How many goroutines there are at this stop, where they were read already. */
  total(): number | undefined {
    return this.#processes.get(this.#settings.processes.named(undefined))?.goroutines.totalAt(this.#state.stop);
  }

  /** The program comes back as another process. */
  forget(): void {
    this.#processes.clear();
  }

  /** There is another way to its memory now. */
  reopen(): void {
    this.#memory = undefined;
    this.#processes.clear();
  }

  close(): void {
    this.#stopped.abort();
    this.#memory?.close();
  }

  #openProcess(pid: number | undefined, memory: SessionMemory): ReadProcess {
    if (pid === undefined) {
      const goroutines = new GoroutineStops(memory, memory.runningStack, undefined);
      return { pid, program: memory, goroutines, assign: memory.assign };
    }
    const { processes } = this.#settings;
    const program: PausedProgram = {
      read: (...about) => processes.whileSelected(pid, () => memory.read(...about)),
      number: (...about) => processes.whileSelected(pid, () => memory.number(...about)),
    };
    const runningStack: RunningStack = (...about) => processes.whileSelected(pid, () => memory.runningStack(...about));
    const assign: Assign = (...about) => processes.whileSelected(pid, () => memory.assign(...about));
    return { pid, program, goroutines: new GoroutineStops(program, runningStack, pid), assign };
  }

  #openMemory(): SessionMemory {
    return new SessionMemory({
      request: async (command, args) => {
        const answer = await this.#forwarder.ask(command, args).catch((error: Error) => {
          throw new MemoryProblem("disconnected", error.message);
        });
        const body = answer.body as { readonly error?: { readonly format?: string } } | undefined;
        if (answer.success) return body;
        throw new Error(body?.error?.format ?? answer.message ?? `${command} failed`);
      },
      rpcAddress: this.#forwarder.engine.rpcAddress,
      version: this.#state.version,
      log: this.#settings.log,
    });
  }

  #onStopped(): void {
    this.#state.stop++;
    this.#state.isRunning = false;
    this.#stopped = new AbortController();
    setMaxListeners(0, this.#stopped.signal); // each call to Delve is one
    this.#stoppedAtNs = Number(process.hrtime.bigint());
    this.tell();
    if (!this.loadsAll) return;
    const { goroutines, stop } = this.here();
    goroutines.at(stop).catch((error: Error) => this.#settings.log(`goroutines were not read: ${error.message}`));
  }

  #onResumed(): void {
    this.interrupt();
    if (this.#state.isRunning) return;
    this.#state.isRunning = true;
    this.tell();
    this.#settings.onResumed();
  }

  /** Tells the client where it is: at which stop, or that the program runs; and of which process. */
  tell(): void {
    const { shown } = this.#settings.processes;
    const body: StopEventBody = {
      stop: this.#state.stop,
      running: this.#state.isRunning,
      ...(!this.#state.isRunning && shown),
    };
    this.#forwarder.tell(event(STOP_EVENT, body));
  }
}
