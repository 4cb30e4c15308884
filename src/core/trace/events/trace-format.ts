/**
 * The wire format of Go's execution traces, version 2: event numbers, argument counts, the header.
 *
 * Go 1.22 to 1.27, internal/trace/tracev2/events.go. A header of 16 bytes, then batches of one thread each, grouped by
 * generation (about one a second); all numbers are base-128 varints. The first argument of a timed event is the time
 * since the event before it in its batch.
 */
import { FormatError } from "../../text/format-error.js";
import { decodeUtf8 } from "../../text/utf8.js";

export const HEADER_BYTES = 16;
const OLDEST_VERSION = 22;
/** The newest version of the format that this decoder knows; Go 1.27 writes 26. */
export const NEWEST_VERSION = 26;
/** Since here a generation ends with an event of its own; before, with the first batch of the next. */
export const VERSION_WITH_END_OF_GENERATION = 26;

/** tracev2.MaxBatchSize. */
export const MAX_BATCH_BYTES = 64 << 10;
/** tracev2.MaxFramesPerStack. */
export const MAX_FRAMES = 128;

export const EVENT_BATCH = 1;
export const STACKS = 2;
export const STACK = 3;
export const STRINGS = 4;
export const STRING = 5;
export const CPU_SAMPLES = 6;
export const CPU_SAMPLE = 7;
export const FREQUENCY = 8;
export const PROC_START = 10;
export const PROC_STOP = 11;
export const PROC_STEAL = 12;
export const PROC_STATUS = 13;
export const GO_CREATE = 14;
export const GO_CREATE_SYSCALL = 15;
export const GO_START = 16;
export const GO_DESTROY = 17;
export const GO_DESTROY_SYSCALL = 18;
export const GO_STOP = 19;
export const GO_BLOCK = 20;
export const GO_UNBLOCK = 21;
export const GO_SYSCALL_BEGIN = 22;
export const GO_SYSCALL_END = 23;
export const GO_SYSCALL_END_BLOCKED = 24;
export const GO_STATUS = 25;
export const STW_BEGIN = 26;
export const STW_END = 27;
export const GC_ACTIVE = 28;
export const GC_BEGIN = 29;
export const GC_END = 30;
export const MARK_ASSIST_ACTIVE = 34;
export const MARK_ASSIST_BEGIN = 35;
export const MARK_ASSIST_END = 36;
export const USER_TASK_BEGIN = 40;
export const USER_TASK_END = 41;
export const USER_REGION_BEGIN = 42;
export const USER_REGION_END = 43;
export const USER_LOG = 44;
export const GO_SWITCH = 45;
export const GO_SWITCH_DESTROY = 46;
export const GO_CREATE_BLOCKED = 47;
export const GO_STATUS_STACK = 48;
export const EXPERIMENTAL_BATCH = 49;
export const SYNC = 50;
export const CLOCK_SNAPSHOT = 51;
export const END_OF_GENERATION = 52;

/** What an event that is not in an ordinary batch of events has as its count. */
export const NOT_TIMED = 0;

/** Arguments of each timed event, the time included; NOT_TIMED for all others, known or not. */
export const ARGUMENT_COUNTS = argumentCounts();

function argumentCounts(): Uint8Array {
  const counts = new Uint8Array(256);
  // ProcsChange (9) to GoStatusStack (48).
  counts.set(
    [
      3, 3, 1, 4, 3, 4, 2, 3, 1, 1, 3, 3, 4, 3, 1, 1, 4, 3, 1, 2, 3, 2, 2, 2, 3, 2, 2, 1, 2, 2, 2, 5, 3, 4, 4, 5, 3, 3,
      4, 5,
    ],
    9,
  );
  counts[CLOCK_SNAPSHOT] = 4;
  // The experiment with allocations: spans, objects, goroutines' stacks.
  counts.set([4, 4, 2, 3, 3, 2, 3, 3, 2], 128);
  return counts;
}

/** Whether `bytes` begin like an execution trace of any version. */
export function isTrace(bytes: Uint8Array): boolean {
  return versionIn(bytes) !== undefined;
}

/** The minor version of Go in the header; throws FormatError for what is no trace, or an old one. */
export function readTraceHeader(bytes: Uint8Array): number {
  const version = versionIn(bytes);
  if (version === undefined) throw new FormatError("trace", "this is no execution trace of Go", 0);
  if (version < OLDEST_VERSION) {
    throw new FormatError(
      "trace-version",
      `this trace was written by Go 1.${version} or older, in a format that Go 1.22 replaced; record it with Go 1.22 or newer, or open it with \`go tool trace\``,
      0,
    );
  }
  return version;
}

function versionIn(bytes: Uint8Array): number | undefined {
  const header = decodeUtf8(bytes, 0, Math.min(HEADER_BYTES, bytes.length));
  const version = /^go 1\.(\d+) trace\0{3,}$/.exec(header)?.[1];
  return version === undefined ? undefined : Number(version);
}
