/**
 * Growth that has a known, harmless reason: the profiler watching itself, and caches.
 *
 * What the profiler allocates is never a finding. A cache is never a confirmed leak: it grows until it is full or its
 * entries expire, and a few snapshots cannot tell how far it is from that. Where nothing but caches with a limit
 * grows, they explain the growth. All of it is told in notes.
 */
import { isStandard } from "../../profile/allocation-blame.js";

const PROFILER =
  /^(?:runtime\/pprof|runtime\/trace|net\/http\/pprof|internal\/trace|internal\/profilerecord|golang\.org\/x\/exp\/trace|github\.com\/google\/gops\/agent|github\.com\/grafana\/pyroscope-go|github\.com\/felixge\/fgprof)(?:\/[\w/.-]*)?\./;

/** Functions of those packages that programs call for themselves, or that run the program's own code. */
const NOT_THE_PROFILER =
  /^runtime\/(?:pprof\.(?:Do|WithLabels|SetGoroutineLabels|Labels?|ForLabels)|trace\.(?:WithRegion|StartRegion|NewTask|Logf?))\b/;

/** Whether a stack (function names, leaf first) is an allocation of the profiler rather than of the program. */
export function isProfilersOwn(functions: readonly string[]): boolean {
  for (const name of functions) {
    if (PROFILER.test(name)) return !NOT_THE_PROFILER.test(name);
    if (!isStandard(name)) return false;
  }
  return false;
}

export interface KnownCache {
  readonly name: string;
  /** Whether it has a limit that it cannot pass; otherwise its entries only expire. */
  readonly bounded: boolean;
  readonly functions: RegExp;
}

const KNOWN_CACHES: readonly KnownCache[] = [
  {
    name: "the file cache of gopls",
    bounded: true,
    functions: /^golang\.org\/x\/tools\/gopls\/internal\/filecache\./,
  },
  {
    name: "the parse cache of gopls",
    bounded: false,
    functions: /^golang\.org\/x\/tools\/gopls\/internal\/cache\.\(\*parseCache\)\./,
  },
  { name: "hashicorp/golang-lru", bounded: true, functions: /^github\.com\/hashicorp\/golang-lru(?:\/[\w/]+)?\./ },
  { name: "groupcache's LRU", bounded: true, functions: /^github\.com\/golang\/groupcache\/lru\./ },
  { name: "ristretto", bounded: true, functions: /^github\.com\/(?:dgraph-io|hypermodeinc)\/ristretto(?:\/[\w/]+)?\./ },
  { name: "freecache", bounded: true, functions: /^github\.com\/coocood\/freecache\./ },
  { name: "bigcache", bounded: true, functions: /^github\.com\/allegro\/bigcache(?:\/[\w/]+)?\./ },
  { name: "otter", bounded: true, functions: /^github\.com\/maypok86\/otter(?:\/[\w/]+)?\./ },
];

/** The cache whose code a stack passes through; undefined if none is known. */
export function knownCache(functions: readonly string[]): KnownCache | undefined {
  for (const name of functions) for (const cache of KNOWN_CACHES) if (cache.functions.test(name)) return cache;
  return undefined;
}
