/**
 * A program that can be sampled, however it is reached: over HTTP, through a gops agent, or where it stands still in
 * a debugger. A series of snapshots needs no more than this.
 */
import type { SampleOptions } from "./sample-options.js";
import { type Captured, captured } from "./capture-problem.js";
import { gopsHeap, gopsNumbers, gopsStacks, type GopsAgent } from "./gops.js";
import { httpGet } from "./http-get.js";
import { type PprofTarget, type ProfileKind, shownTarget } from "./pprof-endpoint.js";
import { fetchProfile } from "./pprof-http.js";
import { commandLineOf, pidListeningOn } from "./process.js";
import {
  findNumbers,
  memStatsOf,
  type NumbersSource,
  readNumbers,
  type RuntimeNumbers,
} from "./live/runtime-numbers.js";

export interface Sampled {
  /** For people, without credentials. */
  readonly name: string;
  /** The heap as of a garbage collection just now, where one can be asked for. */
  heap(options: SampleOptions): Promise<Captured<Uint8Array>>;
  /** A profile of the goroutines, or their stacks as text. */
  goroutines(options: SampleOptions): Promise<Captured<Uint8Array>>;
  /** The program's own numbers; `heapBytes` is the profile that was just taken. */
  numbers(options: SampleOptions, heapBytes: Uint8Array): Promise<RuntimeNumbers | undefined>;
  /** A short execution trace, where one can be had. */
  trace?(options: SampleOptions): Promise<Captured<Uint8Array>>;
  /** The goroutines that the runtime proves to be leaked, where its Go can do that. */
  leaked?(options: SampleOptions): Promise<Captured<Uint8Array>>;
  /** All goroutines one by one, as text, with who started them (`debug=2`), where that can be had. */
  dump?(options: SampleOptions): Promise<Captured<Uint8Array>>;
  /** The process, when it is certain which one it is and it runs on this machine. */
  pid(options: SampleOptions): Promise<number | undefined>;
}

const TRACE_SECONDS = 2;
const DEBUG_DUMP = 2;
/** `debug=1` repeats a profile as text of up to 100 times its size, only for the MemStats at its end. */
const SMALL_PROFILE = 48 * 1024;

export function sampledOverHttp(given: PprofTarget): Sampled {
  const target = asSampled(given);
  let source: Promise<NumbersSource | undefined> | undefined;
  const fetch = async (kind: ProfileKind, { signal, timeoutMs, maxBytes }: SampleOptions, debug?: number) => {
    const fetched = await fetchProfile(target, kind, {
      gc: kind === "heap",
      ...(debug !== undefined && { debug }),
      ...(kind === "trace" && { seconds: TRACE_SECONDS }),
      ...(signal && { signal }),
      ...(timeoutMs !== undefined && { timeoutMs }),
      ...(maxBytes !== undefined && { maxBytes }),
    });
    return fetched.ok ? captured(fetched.value.bytes) : fetched;
  };
  return {
    name: shownTarget(target),
    heap: (options) => fetch("heap", options),
    goroutines: (options) => fetch("goroutine", options),
    trace: (options) => fetch("trace", options),
    dump: (options) => fetch("goroutine", options, DEBUG_DUMP),
    leaked: (options) => fetch("goroutineleak", options),
    numbers: async ({ signal }, heapBytes) => {
      const published = await (source ??= findNumbers(target, signal));
      if (published !== undefined) return readNumbers(published, signal);
      return heapBytes.length > SMALL_PROFILE ? undefined : memStatsOf(target, signal);
    },
    pid: ({ signal }) => localPid(target, signal),
  };
}

/** An agent collects no garbage before it writes a profile, but when told to. */
export function sampledThroughGops(agent: GopsAgent): Sampled {
  return {
    name: `gops:${agent.pid ?? `${agent.host}:${agent.port}`}`,
    heap: (options) => gopsHeap(agent, options),
    goroutines: (options) => gopsStacks(agent, options),
    dump: (options) => gopsStacks(agent, options),
    numbers: (options) => gopsNumbers(agent, options),
    pid: () => Promise.resolve(agent.pid),
  };
}

/** Only whole profiles in protobuf can be compared: what the URL asks beyond that is for a single profile. */
function asSampled(target: PprofTarget): PprofTarget {
  const query = new URLSearchParams(target.query);
  for (const key of ["debug", "seconds", "gc"]) query.delete(key);
  return { ...target, query };
}

/** The process behind a local target, when it is certain: a forwarded port belongs to the forwarder. */
async function localPid({ folder, access }: PprofTarget, signal: AbortSignal | undefined): Promise<number | undefined> {
  if (access?.socketPath !== undefined || !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(folder.hostname)) {
    return undefined;
  }
  const port = folder.port === "" ? (folder.protocol === "https:" ? 443 : 80) : Number(folder.port);
  const pid = await pidListeningOn(port);
  if (pid === undefined) return undefined;
  const own = await commandLineOf(pid);
  if (own === undefined) return pid;
  const answer = await httpGet(new URL("cmdline", folder), {
    timeoutMs: 5000,
    maxBytes: 1_048_576,
    access,
    ...(signal && { signal }),
  });
  if (!answer.ok || answer.value.status !== 200) return undefined;
  return new TextDecoder().decode(answer.value.bytes) === own.join("\0") ? pid : undefined;
}
