/**
 * Which of the goroutines in a text belong together. A log holds the dumps of several moments and of several processes:
 * added up they would be goroutines that never were at once, so the last dump is taken and the others are named.
 *
 * A dump ends where a goroutine comes a second time, or where the log's time jumps. Single stacks (recovered panics,
 * a second panic) are no dump of a moment: among themselves they are kept together.
 */
import type { GoroutineRow } from "../goroutine.js";

interface Dump {
  readonly source: number;
  readonly rows: GoroutineRow[];
  readonly ids: Set<number>;
  readonly begun: number | undefined;
  last: number | undefined;
  readonly cause: string | undefined;
  /** The log's time jumped before it. */
  readonly isLater: boolean;
  /** A goroutine in it waits: all goroutines of a moment, not the stack of one that panicked. */
  isWhole: boolean;
}

/** What is known of a goroutine when it ends. */
export interface EndedGoroutine {
  readonly row: GoroutineRow;
  readonly id: number;
  readonly isRunning: boolean;
  /** Which log or process it comes from. */
  readonly source: number;
  /** Second of the day by the log; undefined where it does not say. */
  readonly seconds: number | undefined;
  /** Why the program wrote its goroutines, as said last before this one. */
  readonly cause: string | undefined;
}

export interface ChosenDump {
  /** Rows to keep, in order; undefined for all. */
  readonly rows: readonly GoroutineRow[] | undefined;
  readonly cause: string | undefined;
  /** Goroutines that came more than once and were kept once. */
  readonly repeated: number;
  /** What is said of the other dumps; undefined when there are none. */
  readonly others: string | undefined;
}

export class SeveralDumps {
  readonly #dumps: Dump[] = [];
  /** The dump that goes on, by source. */
  readonly #current = new Map<number, Dump>();

  add({ source, row, id, isRunning, seconds, cause }: EndedGoroutine): void {
    let dump = this.#current.get(source);
    const isLater = dump !== undefined && isGap(dump.last, seconds);
    if (dump === undefined || isLater || dump.ids.has(id)) {
      dump = { source, rows: [], ids: new Set(), begun: seconds, last: seconds, cause, isLater, isWhole: false };
      this.#dumps.push(dump);
      this.#current.set(source, dump);
    }
    dump.rows.push(row);
    dump.ids.add(id);
    dump.last = seconds ?? dump.last;
    dump.isWhole ||= !isRunning;
  }

  /** Call it once all are handed in. */
  choose(): ChosenDump {
    if (this.#dumps.length <= 1)
      return { rows: undefined, cause: this.#dumps[0]?.cause, repeated: 0, others: undefined };
    const { dumps, repeated } = withoutRepetitions(this.#dumps);
    const whole = dumps.filter(({ isWhole }) => isWhole);
    const chosen = whole.at(-1) ?? dumps[dumps.length - 1];
    return { rows: chosen.rows, cause: chosen.cause, repeated, others: dumps.length > 1 ? othersOf(dumps) : undefined };
  }
}

const MAX_NAMED = 5;
/** Seconds without a header after which the next one belongs to another dump. */
const MAX_GAP = 10;
const DAY = 86_400;

function isGap(before: number | undefined, now: number | undefined): boolean {
  if (before === undefined || now === undefined) return false;
  const seconds = (now - before + DAY) % DAY;
  // Lines of a log are not always in order.
  return seconds > MAX_GAP && seconds < DAY - MAX_GAP;
}

function withoutRepetitions(all: readonly Dump[]): { dumps: Dump[]; repeated: number } {
  const hasWhole = all.some(({ isWhole }) => isWhole);
  const dumps: Dump[] = [];
  const lastOf = new Map<number, Dump>();
  let repeated = 0;
  for (const dump of all) {
    const before = hasWhole ? lastOf.get(dump.source) : dumps[0];
    if (before === undefined || (hasWhole && !isRepetition(before, dump))) {
      dumps.push(dump);
      lastOf.set(dump.source, dump);
      continue;
    }
    let i = 0;
    for (const id of dump.ids) {
      if (before.ids.has(id)) repeated++;
      else before.rows.push(dump.rows[i]);
      before.ids.add(id);
      i++;
    }
  }
  return { dumps, repeated };
}

/** A second panic, or the stacks of threads that a crash prints behind all goroutines: a few of the same once more. */
function isRepetition(before: Dump, dump: Dump): boolean {
  if (dump.isLater || dump.rows.length * 2 > before.rows.length + 1) return false;
  for (const id of dump.ids) if (!before.ids.has(id)) return false;
  return true;
}

function othersOf(dumps: readonly Dump[]): string {
  const named = dumps.slice(-MAX_NAMED).map(({ rows, begun }) => {
    const count = rows.length === 1 ? "1 goroutine" : `${rows.length} goroutines`;
    return begun === undefined ? count : `${clock(begun)}: ${count}`;
  });
  const earlier = dumps.length > MAX_NAMED ? `${dumps.length - MAX_NAMED} earlier; ` : "";
  const chosen = dumps.every(({ isWhole }) => isWhole)
    ? "the last of them is read"
    : "the last that is no single panic is read";
  return `the text holds ${dumps.length} dumps (${earlier}${named.join("; ")}): ${chosen}`;
}

function clock(seconds: number): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  return `${two(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
}
