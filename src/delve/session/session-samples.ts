/**
 * Samples for a series of snapshots: heap and goroutines of one moment. At a stop the program is read where it stands;
 * while it runs it is paused for that, and the client hears nothing of it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type Envelope, type Frame, messageOf } from "../dap/framing.js";
import { OpenRequests } from "./open-requests.js";
import { SeriesSettings } from "../memory/paused-sample.js";
import { QuietPause } from "./quiet-pause.js";
import type { SampleBody, SeriesBody } from "./requests.js";
import type { KnownState } from "./session-state.js";
import type { Here, SessionStops } from "./session-stops.js";
import { errorTo, responseTo } from "../dap/messages.js";
import type { Passing, Forwarder } from "./forwarder.js";

/** A program that collected garbage all the time would do nothing else. */
const MIN_COLLECT_MS = 100;
/** How long it may take until the program goes on. */
const END_LIMIT_MS = 2_000;

/** Whose sample is asked for (the process that the session shows when undefined), and who is answered. */
export interface AskedBy {
  readonly pid: number | undefined;
  readonly tell: (answer: object) => void;
}

export class SessionSamples {
  readonly #forwarder: Forwarder;
  readonly #stops: SessionStops;
  readonly #state: KnownState;
  /** By who asked: the process that a series is about, with what was changed in it. */
  readonly #series = new Map<
    number | undefined,
    { readonly pid: number | undefined; readonly settings: SeriesSettings }
  >();
  readonly #open: OpenRequests;
  readonly #first: AskedBy;
  #pause: QuietPause | undefined;

  constructor(forwarder: Forwarder, state: KnownState, stops: SessionStops) {
    this.#forwarder = forwarder;
    this.#open = new OpenRequests(forwarder);
    this.#stops = stops;
    this.#state = state;
    this.#first = { pid: undefined, tell: (answer) => forwarder.tell(answer) };
  }

  /** While the program stands still and its clients do not know. */
  get quiet(): Promise<void> | undefined {
    return this.#pause?.over;
  }

  /** Whether an event of Delve is of a pause that the client does not see. */
  takes(frame: Frame, about: Envelope): boolean {
    return this.#pause?.takes(frame, about) === true;
  }

  /** A request of the client waits. */
  onHeldRequest(about: Envelope): void {
    this.#pause?.waits(about);
  }

  /** Heap and goroutines of this moment: of the process that a series is about, until it has ended. */
  onSample(frame: Frame, about: Envelope, by: AskedBy = this.#first): Passing {
    const asked = argumentsOf(frame);
    const pid = by.pid ?? asked.pid ?? this.#series.get(by.pid)?.pid;
    void this.#atAMoment(about, { ...by, pid }, async ({ stop, goroutines, pid: of }) => {
      const { heap, goroutines: stacks, totals } = await goroutines.sample(stop);
      const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
      const body: Omit<SampleBody, "pausedMs"> = { heap: base64(heap), goroutines: base64(stacks), totals };
      const dump = asked.dump === true ? base64(Buffer.from(await goroutines.dump(stop))) : undefined;
      return { ...body, ...(dump !== undefined && { dump }), ...(of !== undefined && { pid: of }) };
    });
    return "taken";
  }

  /** What makes a series of samples better, and its end. */
  onSeries(frame: Frame, about: Envelope, by: AskedBy = this.#first): Passing {
    const { collectEveryMs: every, pid = by.pid } = argumentsOf(frame);
    if (every !== undefined && !(typeof every === "number" && every >= MIN_COLLECT_MS)) {
      by.tell(errorTo(about, `\`collectEveryMs\` is a number from ${MIN_COLLECT_MS}.`));
      return "taken";
    }
    const running = this.#series.get(by.pid);
    if (every === undefined) {
      this.#series.delete(by.pid);
      void this.#atAMoment(about, { ...by, pid: running?.pid ?? pid }, async ({ stop: { signal }, assign }) => {
        await running?.settings.end(assign, signal);
        return { notes: [], recordsLate: false } satisfies SeriesBody;
      });
      return "taken";
    }
    void this.#atAMoment(about, { ...by, pid }, async (at) => {
      const known = running !== undefined && running.pid === at.pid ? running : undefined;
      const settings = known?.settings ?? new SeriesSettings();
      this.#series.set(by.pid, { pid: at.pid, settings });
      const notes = await settings.begin(at.program, at.assign, every, at.stop.signal);
      const { lateNotes } = at.goroutines;
      const recordsLate = settings.recordsLate || lateNotes.length > 0;
      return { notes: [...notes, ...lateNotes], recordsLate } satisfies SeriesBody;
    });
    return "taken";
  }

  /** Samples that were asked for are answered with why there are none. */
  refuse(how: string): void {
    this.#open.end(how);
  }

  /** The session ends; a program that is not ours to end is not left behind as we paused it. */
  async end(how: string): Promise<void> {
    const pause = this.#pause;
    pause?.giveUp();
    // Delve may not answer any more.
    if (pause !== undefined) await Promise.race([pause.over, sleep(END_LIMIT_MS, undefined, { ref: false })]);
    this.#open.end(how);
  }

  async #atAMoment(about: Envelope, { pid, tell }: AskedBy, work: (at: Here) => Promise<object>): Promise<void> {
    const send = this.#open.add(about, tell);
    await this.#state.ready;
    while (this.#pause !== undefined) await this.#pause.over;
    try {
      if (!this.#state.isRunning)
        return send(responseTo(about, { ...(await work(this.#stops.here(pid))), pausedMs: 0 }));
      const pause = new QuietPause({
        ask: (command, args, limitMs) => this.#forwarder.ask(command, args, limitMs),
        hold: () => {
          const release = this.#forwarder.hold({ letsLeave: false });
          return () => {
            this.#stops.afterPause();
            this.#pause = undefined;
            release();
          };
        },
      });
      this.#pause = pause;
      const { result, pausedMs } = await pause.during((signal) => this.#stops.atAPause(signal, pid, work));
      send(responseTo(about, { ...result, pausedMs: Math.round(pausedMs) }));
    } catch (error) {
      send(errorTo(about, (error as Error).message));
    }
  }
}

function argumentsOf(frame: Frame): {
  readonly pid?: number;
  readonly collectEveryMs?: number;
  readonly dump?: boolean;
} {
  const { pid, collectEveryMs, dump } = messageOf<{ arguments?: Record<string, unknown> }>(frame)?.arguments ?? {};
  return {
    ...(typeof pid === "number" && { pid }),
    ...(dump === true && { dump }),
    ...(collectEveryMs !== undefined && { collectEveryMs: collectEveryMs as number }),
  };
}
