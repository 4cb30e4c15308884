/**
 * Everything that is told about a trace, gathered in one pass: the listener that adds up while the events go by.
 *
 * Columns by goroutine row hold what is needed of the goroutines that exist now; all else is totals by stack, pair of
 * stacks or kind. With a range, durations are cut to it.
 */
import { Annotations } from "./annotations.js";
import { DelayProfiles, NO_PROFILE, SCHED, SYSCALL } from "./delay-profiles.js";
import { GoroutineKinds, type KindIndex, UNKNOWN_KIND } from "./goroutine-kinds.js";
import { Pauses } from "./pauses.js";
import { addRan, type Ran, RecentRuns } from "./recent-runs.js";
import { USER_TASK_BEGIN, USER_LOG } from "./events/trace-format.js";
import {
  type GoroutineRow,
  type GoroutineState,
  type Happening,
  IN_SYSCALL,
  NO_GOROUTINE,
  NO_PROC,
  NOT_EXISTING,
  type ProcNumber,
  RUNNABLE,
  RUNNING,
  type TraceListener,
  WAITING,
} from "./events/trace-listener.js";
import { EMPTY_STRING, NO_STACK, type TraceNames, type TraceStack, type TraceString } from "./events/trace-names.js";
import type { NumberIndex } from "./events/number-index.js";
import type { TraceOrder } from "./events/trace-order.js";
import { AFTER_SYSCALL, GAVE_WAY, SINCE_BEGIN, SYSCALLS, type WakingRow, Wakings } from "./wakings.js";
import { WorstStarts } from "./worst-starts.js";

export interface TraceRange {
  /** Nanoseconds since the beginning of the trace. */
  readonly fromNs: number;
  readonly toNs: number;
}

export const WHOLE_TRACE: TraceRange = { fromNs: 0, toNs: Infinity };

/** A goroutine that waited when the trace ended. */
export interface Waiting {
  readonly goroutine: number;
  readonly kind: KindIndex;
  readonly reason: TraceString;
  readonly stack: TraceStack;
  readonly sinceNs: number;
  /** Whether it did nothing at all in the whole trace. */
  readonly neverMoved: boolean;
}

/** Hears of every time that a goroutine held a processor, when it gives it up: what a time line is drawn from. */
export interface RunRecorder {
  /**
   * `waitNs` is how long it had been runnable before; `waking` says where it went on and who woke it: a row of
   * `Wakings`, -1 where nothing is known. Times are those of the trace's clock.
   */
  onRun(
    proc: ProcNumber,
    goroutine: number,
    kind: KindIndex,
    waking: WakingRow,
    startNs: number,
    endNs: number,
    waitNs: number,
  ): void;
}

export class TraceAnalysis implements TraceListener {
  readonly profiles: DelayProfiles;
  readonly kinds: GoroutineKinds;
  readonly wakings = new Wakings();
  readonly worst: WorstStarts;
  readonly pauses = new Pauses();
  readonly annotations = new Annotations();
  /** Samples of the CPU by stack. */
  readonly cpuSamples = new Map<TraceStack, number>();
  /** When the trace began; NaN until something was told. */
  startNs = NaN;
  goroutineCount = 0;
  /** When what is told happened, and how long the state lasted that was left. */
  // Fields, not arguments: as arguments of millions of calls they would be objects on the heap.
  #nowNs = -Infinity;
  #lapseNs = -Infinity;
  #fromNs = -Infinity;
  #toNs = Infinity;
  readonly #range: TraceRange;
  readonly #ids: NumberIndex;
  readonly #clock: Float64Array;
  readonly #runs = new RecentRuns();
  #runningOn = new Int32Array(64).fill(NO_GOROUTINE);
  #since = new Float64Array(256);
  #wokenBy = new Float64Array(256);
  #kind = new Int32Array(256);
  /** Of the goroutine itself, where it left off. */
  #stack = new Int32Array(256);
  #reason = new Int32Array(256);
  #waking = new Int32Array(256);
  #profile = new Int8Array(256);
  #profileStack = new Int32Array(256);
  #proc = new Int32Array(256);
  #moved = new Uint8Array(256);
  #state = new Uint8Array(256);
  /** How long it was runnable before it ran; kept for a recorder only. */
  #waited = new Float64Array(256);
  readonly #recorder: RunRecorder | undefined;

  /** `worst` is how many of the longest starts are kept. */
  constructor(
    names: TraceNames,
    { goroutines, clock }: TraceOrder,
    range: TraceRange,
    worst: number,
    recorder?: RunRecorder,
  ) {
    this.#recorder = recorder;
    this.profiles = new DelayProfiles(names);
    this.kinds = new GoroutineKinds(names);
    this.worst = new WorstStarts(worst);
    this.#range = range;
    this.#ids = goroutines.ids;
    this.#clock = clock;
  }

  onGeneration(timeNs: number): void {
    if (!Number.isNaN(this.startNs)) return;
    this.startNs = timeNs;
    this.#fromNs = timeNs + this.#range.fromNs;
    this.#toNs = timeNs + this.#range.toNs;
  }

  onCpuSample(timeNs: number, stack: TraceStack): void {
    if (timeNs < this.#fromNs || timeNs > this.#toNs) return;
    this.cpuSamples.set(stack, (this.cpuSamples.get(stack) ?? 0) + 1);
  }

  onHappening(
    happening: Happening,
    row: GoroutineRow,
    timeNs: number,
    stack: TraceStack,
    task: number,
    a: TraceString,
    b: TraceString,
  ): void {
    if (happening >= USER_TASK_BEGIN && happening <= USER_LOG) {
      this.annotations.on(happening, row, timeNs, task, a, b, this.#clip);
    } else this.pauses.on(happening, row, timeNs, stack, a, this.#clip);
  }

  onGoroutine(
    row: GoroutineRow,
    from: GoroutineState,
    to: GoroutineState,
    reason: TraceString,
    stack: TraceStack,
    ownStack: TraceStack,
    actor: GoroutineRow,
    proc: ProcNumber,
  ): void {
    const timeNs = (this.#nowNs = this.#clock[0]);
    if (from <= NOT_EXISTING) this.#begin(row, from, to);
    if (ownStack !== NO_STACK && this.#kind[row] === UNKNOWN_KIND) this.#kind[row] = this.kinds.ofStack(ownStack);
    if (from === to) {
      // Told once more, at the beginning of a generation; perhaps with a stack that was not known.
      if (this.#stack[row] === NO_STACK) this.#stack[row] = ownStack;
      return;
    }
    this.#lapseNs = from <= NOT_EXISTING ? 0 : Math.min(timeNs, this.#toNs) - Math.max(this.#since[row], this.#fromNs);
    this.#leaveProfile(row, to);
    if (from === RUNNABLE) this.#leaveRunnable(row);
    else if (from === RUNNING) this.#leaveRunning(row, ownStack);
    else if (from === IN_SYSCALL) this.#leaveSyscall(row);
    if (from > NOT_EXISTING) this.#moved[row] = 1;
    if (to === RUNNING) this.#enterRunning(row, proc);
    else if (to === RUNNABLE) this.#enterRunnable(row, from, reason, stack, ownStack, actor);
    else if (to === WAITING) {
      this.#reason[row] = reason;
      this.#stack[row] = ownStack;
      this.#track(row, this.profiles.profileOfReason(reason), stack);
    } else if (to === IN_SYSCALL) {
      this.#stack[row] = ownStack;
      this.#track(row, SYSCALL, stack);
    } else this.#end(row);
    this.#since[row] = timeNs;
    this.#state[row] = to;
  }

  /** To be called once, at the end of the trace; tells what waits still. */
  finish(): Waiting[] {
    this.profiles.finish();
    const waiting: Waiting[] = [];
    for (const row of this.#ids.rows()) {
      this.kinds.rows[this.#kind[row]].count++;
      if (this.#state[row] === RUNNING) this.#recordRun(row, this.#clock[0]);
      if (this.#state[row] !== WAITING) continue;
      waiting.push({
        goroutine: this.#ids.numbers[row],
        kind: this.#kind[row],
        reason: this.#reason[row],
        stack: this.#stack[row],
        sinceNs: this.#since[row] - this.startNs,
        neverMoved: this.#moved[row] === 0,
      });
    }
    return waiting;
  }

  /** How much of a time lies in the range; below 0 where none does. */
  readonly #clip = (fromNs: number, toNs: number): number =>
    Math.min(toNs, this.#toNs) - Math.max(fromNs, this.#fromNs);

  #begin(row: GoroutineRow, from: GoroutineState, to: GoroutineState): void {
    if (row >= this.#since.length) this.#grow(row + 1);
    this.goroutineCount++;
    this.#kind[row] = UNKNOWN_KIND;
    this.#stack[row] = NO_STACK;
    this.#reason[row] = EMPTY_STRING;
    this.#profile[row] = NO_PROFILE;
    this.#proc[row] = NO_PROC;
    this.#waking[row] = NO_WAKING;
    this.#waited[row] = 0;
    this.#moved[row] = from === NOT_EXISTING ? 1 : 0;
    this.profiles.begin(row, from === NOT_EXISTING && to === IN_SYSCALL);
  }

  #end(row: GoroutineRow): void {
    this.kinds.rows[this.#kind[row]].count++;
    this.annotations.forget(row);
  }

  #track(row: GoroutineRow, profile: number, stack: TraceStack): void {
    this.#profile[row] = profile;
    this.#profileStack[row] = stack;
  }

  #leaveProfile(row: GoroutineRow, to: GoroutineState): void {
    const { profiles } = this;
    const profile = this.#profile[row];
    this.#profile[row] = NO_PROFILE;
    if (to === RUNNING && !profiles.hasRun(row)) return profiles.run(row, this.#ids.numbers[row]);
    if (profile === NO_PROFILE || this.#lapseNs <= 0) return;
    const stack = this.#profileStack[row];
    if (profiles.isCounted(row)) profiles.add(profile, stack, 1, this.#lapseNs);
    else profiles.keep(profile, this.#ids.numbers[row], stack, this.#lapseNs);
  }

  #leaveRunnable(row: GoroutineRow): void {
    this.#waited[row] = this.#nowNs - this.#since[row];
    const ns = this.#lapseNs;
    if (ns <= 0) return;
    this.wakings.addStart(this.#waking[row], ns);
    this.kinds.rows[this.#kind[row]].startLatency.add(ns);
    if (ns > this.worst.thresholdNs) this.#addWorst(row, this.#nowNs, ns);
  }

  #leaveRunning(row: GoroutineRow, stack: TraceStack): void {
    const [timeNs, ns] = [this.#nowNs, this.#lapseNs];
    const proc = this.#proc[row];
    if (proc >= 0 && proc < this.#runningOn.length) this.#runningOn[proc] = NO_GOROUTINE;
    this.#runs.add(this.#since[row], timeNs, this.#kind[row], stack);
    this.#recordRun(row, timeNs);
    if (ns > 0) this.kinds.rows[this.#kind[row]].runningNs += ns;
  }

  #recordRun(row: GoroutineRow, timeNs: number): void {
    if (this.#recorder === undefined) return;
    const [goroutine, kind, waking] = [this.#ids.numbers[row], this.#kind[row], this.#waking[row]];
    this.#recorder.onRun(this.#proc[row], goroutine, kind, waking, this.#since[row], timeNs, this.#waited[row]);
    this.#waited[row] = 0;
  }

  #leaveSyscall(row: GoroutineRow): void {
    const ns = this.#lapseNs;
    this.#waking[row] = NO_WAKING;
    if (ns <= 0) return;
    this.kinds.rows[this.#kind[row]].syscallNs += ns;
    this.#waking[row] = this.wakings.rowOf(this.#stack[row], SYSCALLS, EMPTY_STRING);
    this.wakings.addWait(this.#waking[row], ns, EMPTY_STRING);
  }

  #enterRunning(row: GoroutineRow, proc: ProcNumber): void {
    this.#proc[row] = proc;
    if (proc < 0 || proc >= MAX_PROCS) return;
    if (proc >= this.#runningOn.length) {
      const grown = new Int32Array(Math.max(proc + 1, this.#runningOn.length * 2)).fill(NO_GOROUTINE);
      grown.set(this.#runningOn);
      this.#runningOn = grown;
    }
    this.#runningOn[proc] = row;
  }

  #enterRunnable(
    row: GoroutineRow,
    from: GoroutineState,
    reason: TraceString,
    stack: TraceStack,
    ownStack: TraceStack,
    actor: GoroutineRow,
  ): void {
    const { wakings } = this;
    const ns = this.#lapseNs;
    let waking: WakingRow;
    if (from === WAITING) {
      waking = wakings.rowOf(this.#stack[row], stack, this.#reason[row]);
      if (ns > 0) wakings.addWait(waking, ns, this.#reason[row]);
    } else if (from === NOT_EXISTING) waking = wakings.rowOf(ownStack, stack, reason);
    else if (from === RUNNING) waking = wakings.rowOf(ownStack, GAVE_WAY, reason);
    else if (from === IN_SYSCALL) waking = wakings.rowOf(this.#stack[row], AFTER_SYSCALL, reason);
    else waking = wakings.rowOf(ownStack, SINCE_BEGIN, reason);
    this.#waking[row] = waking;
    this.#wokenBy[row] = actor === NO_GOROUTINE || actor === row ? NO_ID : this.#ids.numbers[actor];
    this.#track(row, SCHED, stack);
  }

  #addWorst(row: GoroutineRow, timeNs: number, ns: number): void {
    const sinceNs = Math.max(this.#since[row], this.#fromNs);
    const ran: Ran[] = [];
    this.#runs.between(sinceNs, timeNs, ran);
    for (const running of this.#runningOn) {
      if (running === NO_GOROUTINE || running === row) continue;
      addRan(ran, this.#kind[running], NO_STACK, timeNs - Math.max(sinceNs, this.#since[running]));
    }
    const wokenBy = this.#wokenBy[row];
    const { pairs } = this.wakings;
    this.worst.add({
      atNs: sinceNs - this.startNs,
      ns,
      goroutine: this.#ids.numbers[row],
      kind: this.#kind[row],
      ownStack: pairs.first[this.#waking[row]],
      waking: this.#waking[row],
      wokenById: wokenBy === NO_ID ? undefined : wokenBy,
      ran: ran.sort((a, b) => b.ns - a.ns).slice(0, MAX_RAN),
    });
  }

  #grow(length: number): void {
    const size = Math.max(length, this.#since.length * 2);
    this.#since = longer(this.#since, size);
    this.#wokenBy = longer(this.#wokenBy, size);
    this.#kind = longer(this.#kind, size);
    this.#stack = longer(this.#stack, size);
    this.#reason = longer(this.#reason, size);
    this.#waking = longer(this.#waking, size);
    this.#profile = longer(this.#profile, size);
    this.#profileStack = longer(this.#profileStack, size);
    this.#proc = longer(this.#proc, size);
    this.#moved = longer(this.#moved, size);
    this.#state = longer(this.#state, size);
    this.#waited = longer(this.#waited, size);
  }
}

/** Of the runtime GOMAXPROCS is 1,024 at most; a broken file may claim more. */
const MAX_PROCS = 1 << 16;
/** What ran meanwhile, the longest first. */
const MAX_RAN = 5;
const NO_ID = -1;
const NO_WAKING: WakingRow = -1;

function longer<T extends Float64Array | Int32Array | Int8Array | Uint8Array>(column: T, length: number): T {
  const grown = new (column.constructor as new (length: number) => T)(length);
  grown.set(column);
  return grown;
}
