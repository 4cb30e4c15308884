/**
 * Live numbers that a program publishes, for `godiag watch` where its memory is not to be read: a Prometheus endpoint,
 * expvar, a gops agent. Which of them is known by what answers. Answers are read up to a bound; a larger one is refused.
 */
import type { LiveSample, LiveSource } from "../../core/live/live-sample.js";
import { type Captured, captured, problem } from "../capture-problem.js";
import type { GopsAgent } from "../gops.js";
import { gopsNumbers } from "../gops.js";
import { httpGet } from "../http-get.js";
import { type Access, shownUrl } from "../pprof-endpoint.js";
import { parseExpvar, parsePrometheus, type RuntimeNumbers } from "./runtime-numbers.js";

export type PublishedSample = Omit<LiveSample, "atMs">;

export interface Published {
  /** For people, without credentials. */
  readonly name: string;
  sample(signal: AbortSignal): Promise<Captured<PublishedSample>>;
}

/** Some 20,000 series: what is larger costs the program more than its numbers are worth. */
const MAX_BYTES = 4 * 1_048_576;
const TIMEOUT_MS = 5_000;

export function publishedAt(url: URL, access: Access): Published {
  const name = shownUrl(url, access);
  return {
    name,
    sample: async (signal) => {
      const answer = await httpGet(url, { timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES, access, signal });
      if (!answer.ok) return answer;
      const { status, statusText, bytes } = answer.value;
      const what = `cannot watch ${name}`;
      if (status !== 200) {
        return problem(
          "http-status",
          what,
          `it answers ${status} ${statusText}`.trim(),
          "Give the address of /metrics or /debug/vars",
        );
      }
      const text = new TextDecoder().decode(bytes);
      const isJson = text.trimStart().startsWith("{");
      const numbers = isJson ? parseExpvar(text) : parsePrometheus(text);
      if (numbers !== undefined) return captured(isJson ? sampleOf("expvar", 1, numbers) : withProcess(text, numbers));
      const todo = "Give the address of a Prometheus endpoint or of expvar: http://HOST:PORT/metrics or /debug/vars";
      return problem("not-a-profile", what, "what it answers has no numbers of a Go runtime", todo);
    },
  };
}

export function publishedByGops(name: string, agent: GopsAgent): Published {
  return {
    name,
    sample: async (signal) => {
      const numbers = await gopsNumbers(agent, { signal });
      if (numbers !== undefined) return captured(sampleOf("gops", 1, numbers));
      return problem("died", `cannot watch ${name}`, "its agent does not answer", "Check that the program still runs");
    },
  };
}

/** The default Go collector reads runtime/metrics, for which nothing is stopped. */
function withProcess(text: string, numbers: RuntimeNumbers): PublishedSample {
  const value = (metric: string) => {
    const found = new RegExp(`^${metric}(?:\\{[^}\\n]*\\})? (\\S+)`, "m").exec(text)?.[1];
    return found !== undefined && Number(found) >= 0 && Number(found) < 2 ** 53 ? Number(found) : null;
  };
  return {
    ...sampleOf("metrics", 0, numbers),
    threads: value("go_threads"),
    cpuSeconds: value("process_cpu_seconds_total"),
    fds: value("process_open_fds"),
  };
}

const NOT_TOLD = { p50: null, p99: null, max: null };

function sampleOf(source: LiveSource, stopsOfTheWorld: number, numbers: RuntimeNumbers): PublishedSample {
  return {
    source,
    stopsOfTheWorld,
    heapLive: numbers.heapAlloc ?? null,
    heapGoal: numbers.nextGc ?? null,
    heapInuse: numbers.heapInuse ?? null,
    stacks: numbers.stackInuse ?? null,
    numGC: numbers.gcCycles ?? null,
    gcPauseNs: NOT_TOLD,
    schedLatencyNs: NOT_TOLD,
    goroutines: numbers.goroutines ?? null,
    threads: null,
    rss: numbers.rss ?? null,
    cpuSeconds: null,
    fds: null,
  };
}
