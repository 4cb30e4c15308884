/**
 * Measures work on a large goroutine dump in a process of its own; prints JSON. Run by goroutines.ts. Times are CPU
 * time of the process, all threads; each piece of work is done for the first time in this process.
 *
 *   parse    the file in chunks, into a table; with the most memory that the process took
 *   group    into groups, by each grouping
 *   filter   one filter after the other, as typed
 *   view     what the Goroutines view asks for: its first page, a keystroke in its filter, a group that is opened
 *   leaks    verdicts on the moment alone, and against a moment before
 */
import { openSync, readFileSync, readSync } from "node:fs";
import { DumpParser } from "../../src/core/goroutines/goroutine-dump.js";
import { compareGoroutines } from "../../src/core/goroutines/goroutine-diff.js";
import { filterGoroutines, parseFilter } from "../../src/core/goroutines/goroutine-filter.js";
import { groupGoroutines, parseGrouping } from "../../src/core/goroutines/goroutine-group.js";
import { findLeaks } from "../../src/core/goroutines/leak.js";
import { treeTop } from "../../src/extension/goroutines/goroutine-tree.js";
import type { TreeNode } from "../../src/extension/goroutines/paged-tree.js";
import { asking } from "../support/ask-goroutines.js";

const TYPED = [
  "s",
  "state:chan",
  "state:chan receive wait>5m",
  "method12",
  "func:/orders.*method1/",
  "label:req=42",
  "-system created:stock",
];
const GROUPINGS = ["stack", "similar", "wait", "creator", "state", "package", "label:tenant"];

const [path] = process.argv.slice(2);
const timed = <T>(work: () => T): [ms: number, result: T] => {
  const from = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(from);
  return [(user + system) / 1000, result];
};

const [parse, goroutines] = timed(() => {
  const parser = new DumpParser();
  const file = openSync(path, "r");
  const chunk = new Uint8Array(1 << 18);
  for (let length = readSync(file, chunk); length > 0; length = readSync(file, chunk))
    parser.feed(chunk.subarray(0, length));
  return parser.end();
});
// What the operating system counted, the Node process itself included.
const peakBytes = Number(/^VmHWM:\s+(\d+) kB/m.exec(statusOfProcess())?.[1] ?? process.resourceUsage().maxRSS) * 1024;
const all = goroutines.id.map((_, row) => row);
const group = GROUPINGS.map((text) => timed(() => groupGoroutines(goroutines, all, parseGrouping(text) ?? "stack"))[0]);
const filter = TYPED.map((text) => {
  const parsed = parseFilter(text);
  if ("message" in parsed) throw new Error(parsed.message);
  return timed(() => filterGoroutines(goroutines, parsed))[0];
});
const view = asking({ stop: 2, goroutines, before: { stop: 1, goroutines } }).ask;
const awaited = async <T>(work: () => Promise<T>): Promise<[ms: number, result: T]> => {
  const from = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(from);
  return [(user + system) / 1000, result];
};
const [firstPage, top] = await awaited(() => treeTop(view, { filter: "", group: "wait" }));
const keystrokes: number[] = [];
for (const filter of TYPED) keystrokes.push((await awaited(() => treeTop(view, { filter, group: "wait" })))[0]);
const largest = top.nodes.find(({ kind }: TreeNode) => kind === "group");
const [openGroup] = await awaited(async () => largest?.children?.load());
const [compare] = timed(() => compareGoroutines(goroutines, goroutines));
const [leaks] = timed(() => findLeaks(goroutines));
const [leaksOfTwo] = timed(() => findLeaks(goroutines, goroutines));
console.log(
  JSON.stringify({
    count: goroutines.count,
    parse,
    peakBytes,
    groupByStack: group[0],
    slowestGroup: Math.max(...group),
    firstKey: filter[0],
    slowestKey: Math.max(...filter),
    firstPage,
    slowestKeystroke: Math.max(...keystrokes),
    openGroup,
    compare,
    leaks,
    leaksOfTwo,
  }),
);

function statusOfProcess(): string {
  try {
    return readFileSync("/proc/self/status", "utf8");
  } catch {
    return "";
  }
}
