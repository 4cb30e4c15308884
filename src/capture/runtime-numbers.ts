/**
 * A program's own memory numbers, as cheaply as it offers them.
 *
 * The MemStats at the end of a `debug=1` heap profile cost megabytes of text in a big program (18 MB for gopls), so
 * they are never asked for. Many programs publish the same numbers for a few kilobytes: expvar at `/debug/vars`, or
 * the Go collector of a Prometheus endpoint at `/metrics`. Where there is neither, the numbers stay absent.
 */
import type { SnapshotNumbers } from "../core/diagnosis.js";
import { type GetOptions, httpGet } from "./http-get.js";
import { besideUrl, type PprofTarget } from "./pprof-endpoint.js";

export type RuntimeNumbers = Pick<
  SnapshotNumbers,
  "heapInuse" | "heapAlloc" | "stackInuse" | "sys" | "goroutines" | "rss"
>;

/** Where a program publishes its numbers. */
export interface NumbersSource {
  readonly url: URL;
  readonly parse: (text: string) => RuntimeNumbers | undefined;
}

const TIMEOUT_MS = 5000;
const MAX_BYTES = 8 * 1_048_576;

/** Looks once for a source; undefined when the program publishes nothing. */
export async function findNumbers(target: PprofTarget, signal?: AbortSignal): Promise<NumbersSource | undefined> {
  const sources: readonly NumbersSource[] = [
    { url: besideUrl(target, "vars"), parse: parseExpvar },
    { url: besideUrl(target, "/metrics"), parse: parsePrometheus },
  ];
  for (const source of sources) {
    if ((await readNumbers(source, signal)) !== undefined) return source;
  }
  return undefined;
}

export async function readNumbers(source: NumbersSource, signal?: AbortSignal): Promise<RuntimeNumbers | undefined> {
  const options: GetOptions = { timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES, ...(signal && { signal }) };
  const answer = await httpGet(source.url, options);
  if (!answer.ok || answer.value.status !== 200) return undefined;
  return source.parse(new TextDecoder().decode(answer.value.bytes));
}

export function parseExpvar(text: string): RuntimeNumbers | undefined {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof document !== "object" || document === null || !("memstats" in document)) return undefined;
  const stats = document.memstats as Readonly<Record<string, unknown>> | null;
  return numbersOf({
    heapInuse: stats?.["HeapInuse"],
    heapAlloc: stats?.["HeapAlloc"],
    stackInuse: stats?.["StackInuse"],
    sys: stats?.["Sys"],
  });
}

const METRICS: Readonly<Record<string, keyof RuntimeNumbers>> = {
  go_memstats_heap_inuse_bytes: "heapInuse",
  go_memstats_heap_alloc_bytes: "heapAlloc",
  go_memstats_stack_inuse_bytes: "stackInuse",
  go_memstats_sys_bytes: "sys",
  go_goroutines: "goroutines",
  process_resident_memory_bytes: "rss",
};

export function parsePrometheus(text: string): RuntimeNumbers | undefined {
  const found: Partial<Record<keyof RuntimeNumbers, number>> = {};
  for (const [, name, value] of text.matchAll(/^(go_\w+|process_resident_memory_bytes)(?:\{[^}\n]*\})? (\S+)/gm)) {
    if (Object.hasOwn(METRICS, name)) found[METRICS[name]] = Number(value);
  }
  return numbersOf(found);
}

/** Keeps what is a number that memory or a count can have. */
function numbersOf(candidates: Partial<Record<keyof RuntimeNumbers, unknown>>): RuntimeNumbers | undefined {
  const valid = Object.entries(candidates).filter(
    ([, value]) => typeof value === "number" && value >= 0 && value < 2 ** 53,
  );
  return valid.length === 0 ? undefined : Object.fromEntries(valid);
}
