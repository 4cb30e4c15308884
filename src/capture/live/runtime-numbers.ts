/**
 * A program's own memory numbers, as cheaply as it offers them.
 *
 * Many programs publish them for a few kilobytes: expvar at `/debug/vars`, or the Go collector of a Prometheus endpoint
 * at `/metrics`. The same numbers stand at the end of a `debug=1` heap profile, which is 18 MB of text for gopls: that
 * is asked for only where the heap profile is small. Where there is nothing, the numbers stay absent.
 */
import type { SnapshotNumbers } from "../../core/diagnosis/diagnosis.js";
import { type GetOptions, httpGet } from "../http-get.js";
import { type Access, besideUrl, endpointUrl, type PprofTarget } from "../pprof-endpoint.js";

export type RuntimeNumbers = Pick<
  SnapshotNumbers,
  | "heapInuse"
  | "heapAlloc"
  | "heapIdle"
  | "heapReleased"
  | "stackInuse"
  | "sys"
  | "gcCycles"
  | "nextGc"
  | "goroutines"
  | "threads"
  | "rss"
  | "recordedLate"
>;

/** Where a program publishes its numbers. */
export interface NumbersSource {
  readonly url: URL;
  readonly parse: (text: string) => RuntimeNumbers | undefined;
  readonly access?: Access | undefined;
}

const TIMEOUT_MS = 5000;
const MAX_BYTES = 8 * 1_048_576;

/** Looks once for a source; undefined when the program publishes nothing. */
export async function findNumbers(target: PprofTarget, signal?: AbortSignal): Promise<NumbersSource | undefined> {
  const sources: readonly NumbersSource[] = [
    { url: besideUrl(target, "vars"), parse: parseExpvar, access: target.access },
    { url: besideUrl(target, "/metrics"), parse: parsePrometheus, access: target.access },
  ];
  for (const source of sources) {
    if ((await readNumbers(source, signal)) !== undefined) return source;
  }
  return undefined;
}

export async function readNumbers(source: NumbersSource, signal?: AbortSignal): Promise<RuntimeNumbers | undefined> {
  const { url, access } = source;
  const options: GetOptions = { timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES, access, ...(signal && { signal }) };
  const answer = await httpGet(url, options);
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
  return numbersOf(Object.fromEntries(MEM_STATS.map(([field, name]) => [name, stats?.[field]])));
}

/** Fields of runtime.MemStats. */
const MEM_STATS: readonly (readonly [field: string, name: NumberName])[] = [
  ["HeapInuse", "heapInuse"],
  ["HeapAlloc", "heapAlloc"],
  ["HeapIdle", "heapIdle"],
  ["HeapReleased", "heapReleased"],
  ["StackInuse", "stackInuse"],
  ["Sys", "sys"],
  ["NumGC", "gcCycles"],
  ["NextGC", "nextGc"],
];

/** The MemStats at the end of a heap profile as text: `# HeapInuse = 1234`; "Stack" is in use / from the system. */
export function parseHeapText(text: string): RuntimeNumbers | undefined {
  const found: Partial<Record<NumberName, number>> = {};
  const names = new Map<string, NumberName>([...MEM_STATS, ["Stack", "stackInuse"]]);
  for (const [, field, value] of text.matchAll(/^# (\w+) = (\d+)/gm)) {
    const name = names.get(field);
    if (name !== undefined) found[name] = Number(value);
  }
  return numbersOf(found);
}

/** Reads them from there; what is larger than `MAX_BYTES` is not read. */
export async function memStatsOf(target: PprofTarget, signal?: AbortSignal): Promise<RuntimeNumbers | undefined> {
  const url = endpointUrl(target, "heap");
  url.searchParams.set("debug", "1");
  return readNumbers({ url, parse: parseHeapText, access: target.access }, signal);
}

/** What a gops agent prints: `heap-in-use: 1.20MB (1261568 bytes)`, `num-gc: 4`. */
export function parseGopsMemStats(text: string): RuntimeNumbers | undefined {
  const value = (name: string): number | undefined => {
    const line = new RegExp(`^${name}: (.*)$`, "m").exec(text)?.[1] ?? "";
    const number = /(\d+) bytes/.exec(line)?.[1] ?? /^\d+$/.exec(line)?.[0];
    return number === undefined ? undefined : Number(number);
  };
  return numbersOf({
    heapInuse: value("heap-in-use"),
    heapAlloc: value("heap-alloc"),
    heapIdle: value("heap-idle"),
    heapReleased: value("heap-released"),
    stackInuse: value("stack-in-use"),
    sys: value("sys"),
    gcCycles: value("num-gc"),
    nextGc: value("next-gc"),
  });
}

/** All but what is no number. */
type NumberName = Exclude<keyof RuntimeNumbers, "recordedLate">;

const METRICS: Readonly<Record<string, NumberName>> = {
  go_memstats_heap_inuse_bytes: "heapInuse",
  go_memstats_heap_alloc_bytes: "heapAlloc",
  go_memstats_heap_idle_bytes: "heapIdle",
  go_memstats_heap_released_bytes: "heapReleased",
  go_memstats_next_gc_bytes: "nextGc",
  go_gc_duration_seconds_count: "gcCycles",
  go_memstats_stack_inuse_bytes: "stackInuse",
  go_memstats_sys_bytes: "sys",
  go_goroutines: "goroutines",
  go_threads: "threads",
  process_resident_memory_bytes: "rss",
};

export function parsePrometheus(text: string): RuntimeNumbers | undefined {
  const found: Partial<Record<NumberName, number>> = {};
  for (const [, name, value] of text.matchAll(/^(go_\w+|process_resident_memory_bytes)(?:\{[^}\n]*\})? (\S+)/gm)) {
    if (Object.hasOwn(METRICS, name)) found[METRICS[name]] = Number(value);
  }
  return numbersOf(found);
}

/** Keeps what is a number that memory or a count can have. */
function numbersOf(candidates: Partial<Record<NumberName, unknown>>): RuntimeNumbers | undefined {
  const valid = Object.entries(candidates).filter(
    ([, value]) => typeof value === "number" && value >= 0 && value < 2 ** 53,
  );
  return valid.length === 0 ? undefined : Object.fromEntries(valid);
}
