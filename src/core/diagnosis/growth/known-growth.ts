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
  /** Whether it has a limit that it cannot pass; otherwise its entries only expire, or it has a limit only if one was set. */
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
  // Its expirable caches have no limit when their size is 0; the others refuse that.
  {
    name: "hashicorp/golang-lru's expirable LRU",
    bounded: false,
    functions: /^github\.com\/hashicorp\/golang-lru(?:\/v\d+)?\/expirable\./,
  },
  { name: "hashicorp/golang-lru", bounded: true, functions: /^github\.com\/hashicorp\/golang-lru(?:\/[\w/]+)?\./ },
  // 0 entries mean no limit.
  { name: "groupcache's LRU", bounded: false, functions: /^github\.com\/golang\/groupcache\/lru\./ },
  { name: "ristretto", bounded: true, functions: /^github\.com\/(?:dgraph-io|hypermodeinc)\/ristretto(?:\/[\w/]+)?\./ },
  { name: "freecache", bounded: true, functions: /^github\.com\/coocood\/freecache\./ },
  { name: "bigcache", bounded: false, functions: /^github\.com\/allegro\/bigcache(?:\/[\w/]+)?\./ },
  { name: "otter", bounded: false, functions: /^github\.com\/maypok86\/otter(?:\/[\w/]+)?\./ },
];

/**
 * The cache whose code a stack passes through; undefined if none is known. Memory of making a cache is not memory in a
 * cache: who makes one for each request is not excused by the limit of each.
 */
export function knownCache(functions: readonly string[]): KnownCache | undefined {
  for (const [i, name] of functions.entries()) {
    const cache = KNOWN_CACHES.find((each) => each.functions.test(name));
    if (cache === undefined) continue;
    const entry = functions.findLast((above, at) => at >= i && cache.functions.test(above)) ?? name;
    return CONSTRUCTOR.test(entry) ? undefined : cache;
  }
  return undefined;
}

/** `New`, `NewLRU[...]`, `newBigCache.func1`. */
const CONSTRUCTOR = /\.[Nn]ew(?:[A-Z]\w*)?(?:\[.*\])?(?:\.func\d+)*$/;
