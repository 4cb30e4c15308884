/** What can be captured of a debugged program, and when: memory is read while it is paused, endpoints while it runs. */
import type { ProfileKind } from "../../capture/pprof-endpoint.js";
import type { PausedProfileKind } from "../../delve/memory/paused-profile.js";

export interface CaptureKind {
  readonly label: string;
  readonly detail: string;
  /** Read from the memory of the paused program. */
  readonly paused?: PausedProfileKind;
  /** Asked of the running program's pprof endpoint. */
  readonly running?: ProfileKind;
  /** It records for a time, rather than showing a moment. */
  readonly records?: true;
}

export const CAPTURE_KINDS: readonly CaptureKind[] = [
  {
    label: "Heap",
    detail: "What memory is in use, and where it was allocated; all allocations since the start, too.",
    paused: "heap",
    running: "heap",
  },
  { label: "Goroutines", detail: "Where all goroutines are.", paused: "goroutine", running: "goroutine" },
  { label: "Allocations", detail: "Where memory was allocated since the start, freed or not.", running: "allocs" },
  {
    label: "Goroutine leaks",
    detail: "Those that the runtime proves to be leaked (Go 1.27).",
    running: "goroutineleak",
  },
  { label: "CPU", detail: "Where time is spent.", running: "cpu", records: true },
  {
    label: "Execution trace",
    detail: "What goroutines do and wait for, moment by moment: a time line, and who waited for whom.",
    running: "trace",
    records: true,
  },
  {
    label: "Flight recorder",
    detail: "An execution trace of the last seconds, where the program serves its trace.FlightRecorder.",
    running: "flightrecorder",
  },
  {
    label: "Blocking",
    detail: "Where goroutines wait; the program must set runtime.SetBlockProfileRate.",
    paused: "block",
    running: "block",
  },
  {
    label: "Mutexes",
    detail: "Who makes others wait for locks; the program must set runtime.SetMutexProfileFraction.",
    paused: "mutex",
    running: "mutex",
  },
];

/** When to take it. */
export type CaptureWhen =
  { readonly at: "now" | "hand" | "stop" } | { readonly at: "seconds"; readonly seconds: number };

/** The ways to end a capture that make sense for a kind and a program's state. */
export function waysToEnd(kind: CaptureKind, isRunning: boolean): readonly CaptureWhen["at"][] {
  if (kind.records) return ["seconds"];
  const canWait = kind.paused !== undefined;
  if (!isRunning) return canWait ? ["now", "stop"] : ["now"];
  return ["now", "seconds", "hand", ...(canWait ? (["stop"] as const) : [])];
}

export function kindsFor(isRunning: boolean): readonly CaptureKind[] {
  return CAPTURE_KINDS.filter(({ paused, running }) => (isRunning ? (running ?? paused) : paused) !== undefined);
}
