/**
 * Does the process grow outside the Go heap, and where? Resident memory (or what the runtime took from the system)
 * against what the heap and the goroutine stacks have in use; then who leaves Go, by an execution trace.
 */
import { blameIndex, isStandard } from "../profile/allocation-blame.js";
import type { OutsideCaller, OutsideGrowth, OutsidePart, SnapshotNumbers } from "./diagnosis.js";
import type { StackFrame } from "../profile/named-stack.js";
import { MIN_SNAPSHOTS, shapeOf, TREND_Z } from "./growth/growth-judgement.js";
import type { CountedStack } from "../trace/trace-syscalls.js";
import { mannKendallZ } from "./growth/trend.js";

/** RSS moves by a few MB with every page the kernel takes or gives; less than this, or 5%, is not told of. */
const MIN_GROWTH = { bytes: 8 * 1024 * 1024, part: 0.05 };
/** At least this part of the growth must lie outside. */
const OUTSIDE_PART = 0.6;

export function growthOutsideHeap(
  snapshots: readonly SnapshotNumbers[],
  min: { readonly bytes: number; readonly part: number } = MIN_GROWTH,
): OutsideGrowth | undefined {
  const of = snapshots.filter(({ rss }) => rss !== undefined).length >= MIN_SNAPSHOTS ? "rss" : "sys";
  const points = snapshots.flatMap((snapshot) => {
    const whole = snapshot[of];
    const heap = snapshot.heapInuse ?? snapshot.heapAlloc ?? snapshot.inuseSpace;
    if (whole === undefined || heap === undefined) return [];
    return [{ snapshot, whole, inside: heap + (snapshot.stackInuse ?? 0), sys: snapshot.sys }];
  });
  if (points.length < MIN_SNAPSHOTS) return undefined;
  const first = points[0];
  const last = points[points.length - 1];
  const growth = last.whole - first.whole;
  const outside = growth - Math.max(0, last.inside - first.inside);
  if (growth < Math.max(min.bytes, min.part * first.whole) || outside < OUTSIDE_PART * growth) return undefined;
  // Pages that the runtime took long ago and now touches are the heap's own, not growth outside it.
  if (of === "rss" && first.sys !== undefined && last.sys !== undefined) {
    if (last.whole < last.sys && last.sys - first.sys < OUTSIDE_PART * growth) return undefined;
  }
  const times = points.map(({ snapshot }) => snapshot.atMs);
  const rising = (values: readonly number[]) => {
    const shape = shapeOf(times, values);
    return mannKendallZ(values) >= TREND_Z && shape !== "stalled" && shape !== "one-step";
  };
  const grows = rising(points.map(({ whole }) => whole)) && rising(points.map(({ whole, inside }) => whole - inside));
  if (!grows) return undefined;
  return { of, growth, outside, parts: partsOf(of, first.snapshot, last.snapshot, outside) };
}

/** What `outside` consists of, as far as the numbers tell, the largest first. */
function partsOf(
  of: "rss" | "sys",
  first: SnapshotNumbers,
  last: SnapshotNumbers,
  outside: number,
): readonly OutsidePart[] {
  const growthBy = (value: (numbers: SnapshotNumbers) => number | undefined): number => {
    const [from, to] = [value(first), value(last)];
    return from === undefined || to === undefined ? 0 : Math.max(0, to - from);
  };
  const parts: OutsidePart[] = [];
  let rest = outside;
  const take = (kind: OutsidePart["kind"], bytes: number) => {
    const taken = Math.min(rest, bytes);
    if (taken <= 0) return;
    parts.push({ kind, bytes: taken });
    rest -= taken;
  };
  if (of === "rss") {
    take(
      "mapped-files",
      growthBy(({ rssFile }) => rssFile),
    );
    take(
      "shared-memory",
      growthBy(({ rssShared }) => rssShared),
    );
  }
  take(
    "idle-heap",
    growthBy(({ heapIdle, heapReleased }) => (heapIdle === undefined ? undefined : heapIdle - (heapReleased ?? 0))),
  );
  take("native", rest);
  return parts.sort((a, b) => b.bytes - a.bytes);
}

/** Calls of one place below this part of all are not worth naming; no more places than this are named. */
const CALLER_PART = 0.02;
const CALLERS_TOLD = 5;

/**
 * The places in the program that call C or ask the system for memory. Reading, writing and waiting for the network are
 * system calls, too, but get no memory: of system calls only those for memory count.
 */
export function outsideCallers(stacks: readonly CountedStack[]): readonly OutsideCaller[] {
  const places = new Map<string, { -readonly [Key in keyof OutsideCaller]: OutsideCaller[Key] }>();
  let all = 0;
  for (const { stack, count } of stacks) {
    const via = wayOut(stack);
    if (via === undefined) continue;
    // cgo makes a function in the program's own package of each C function; it is not where a person looks.
    const start = stack.findIndex(({ function: name }) => !CGO_STUB.test(name) && !isStandard(name));
    const named = start < 0 ? stack : stack.slice(start);
    if (named.length === 0) continue;
    const { function: name, file, line } = named[start < 0 ? blameIndex(stack) : blameIndex(named)];
    const key = `${name}\0${file}\0${line}\0${via}`;
    const place = places.get(key);
    all += count;
    if (place) place.calls += count;
    else places.set(key, { function: name, file, line, via, calls: count, stack: named });
  }
  return [...places.values()]
    .filter(({ calls }) => calls >= CALLER_PART * all)
    .sort((a, b) => b.calls - a.calls)
    .slice(0, CALLERS_TOLD);
}

const CGO_STUB = /\._C(?:func|2func|macro)_|^_cgo|\._cgo/;
const MEMORY_CALL =
  /^(?:syscall|golang\.org\/x\/sys\/\w+|internal\/syscall\/\w+)\.(?:\(\*mmapper\)\.)?(m?mmap2?|Mmap|mremap|Mremap|brk|VirtualAlloc|MapViewOfFile)$/i;

/** A system call by its number: which one it is, only who makes it can say. */
const ANY_CALL =
  /^(?:syscall|golang\.org\/x\/sys\/\w+|internal\/runtime\/syscall(?:\/\w+)?)\.(?:Raw)?(?:S|s)yscall(?:\d+|N|NoError)?$/;
/** `memory.mmapSyscall`, `libc.Xmmap64`, `(*arena).mapAnonymous`; never what gives it back. */
const MAPS = /mmap|mremap|map_?anon|sbrk|virtual_?alloc|mapviewoffile/i;
const UNMAPS = /munmap|unmap/i;
/** So many functions a wrapper of a system call consists of. */
const WRAPPERS = 3;

function wayOut(stack: readonly StackFrame[]): OutsideCaller["via"] | undefined {
  for (const [at, { function: name }] of stack.entries()) {
    if (name === "runtime.cgocall" || CGO_STUB.test(name)) return "C";
    if (MEMORY_CALL.test(name)) return "mmap";
    if (isStandard(name) || name.startsWith("golang.org/x/sys/")) continue;
    const isDirect = at === 0 || ANY_CALL.test(stack[at - 1].function);
    return isDirect && stack.slice(at, at + WRAPPERS).some(isMapping) ? "mmap" : undefined;
  }
  return undefined;
}

function isMapping({ function: name }: StackFrame): boolean {
  const own = name.slice(name.lastIndexOf("/") + 1).replace(/^[^.]*\./, "");
  return MAPS.test(own) && !UNMAPS.test(own);
}
