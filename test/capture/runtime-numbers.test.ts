import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseTarget } from "../../src/capture/pprof-endpoint.js";
import {
  findNumbers,
  parseExpvar,
  parseHeapText,
  parsePrometheus,
  readNumbers,
} from "../../src/capture/live/runtime-numbers.js";
import { httpServer } from "../support/local-server.js";

const EXPVAR = '{"cmdline":["x"],"memstats":{"Sys":40,"HeapAlloc":10,"HeapInuse":20,"StackInuse":5,"NumGC":3}}';
const PROMETHEUS = `# HELP go_goroutines Number of goroutines that currently exist.
# TYPE go_goroutines gauge
go_goroutines 12
go_memstats_heap_alloc_bytes 1.048576e+06
go_memstats_heap_alloc_bytes_total 99
go_memstats_heap_inuse_bytes{instance="a b"} 2.5e+06
process_resident_memory_bytes 3e+07
http_requests_total{code="200"} 7
`;

test.each([
  [EXPVAR, { sys: 40, heapAlloc: 10, heapInuse: 20, stackInuse: 5, gcCycles: 3 }],
  ['{"memstats":{"Sys":"many","HeapAlloc":-1,"HeapInuse":1e99,"StackInuse":6}}', { stackInuse: 6 }],
  ['{"memstats":{}}', undefined],
  ['{"memstats":null}', undefined],
  ['{"requests":1}', undefined],
  ["[]", undefined],
  ["<html>", undefined],
])("expvar %s", (text, numbers) => {
  expect(parseExpvar(text)).toEqual(numbers);
});

test.each([
  [PROMETHEUS, { goroutines: 12, heapAlloc: 1_048_576, heapInuse: 2_500_000, rss: 30_000_000 }],
  ["go_goroutines NaN\ngo_memstats_sys_bytes +Inf\n", undefined],
  ["<html>", undefined],
  ["", undefined],
])("prometheus %s", (text, numbers) => {
  expect(parsePrometheus(text)).toEqual(numbers);
});

test.each<[string, Record<string, string>, string | undefined]>([
  ["expvar beside the profiles", { "/x/debug/vars": EXPVAR, "/metrics": PROMETHEUS }, "/x/debug/vars"],
  ["Prometheus metrics at the root", { "/metrics": PROMETHEUS }, "/metrics"],
  ["nothing", {}, undefined],
  ["a web page for every path", { "/x/debug/vars": "<html>", "/metrics": "<html>" }, undefined],
])("a program that publishes %s", async (_, pages, found) => {
  const url = await httpServer((request, response) => {
    const page = pages[request.url ?? ""];
    response.writeHead(page === undefined ? 404 : 200).end(page);
  });
  const target = parseTarget(`${url}/x`);
  if (!target.ok) throw new Error(target.problem.why);
  const source = await findNumbers(target.value);
  expect(source?.url.pathname).toBe(found);
  expect(source && (await readNumbers(source))?.heapAlloc).toBe(found && (found === "/metrics" ? 1_048_576 : 10));
});

test("the numbers at the end of a heap profile as text", () => {
  const text = readFileSync("test/fixtures/dumps/heap-go1.26.8.debug1.txt", "utf8");
  const numbers = parseHeapText(text);
  const value = (name: string) => Number(new RegExp(`^# ${name} = (\\d+)`, "m").exec(text)?.[1]);
  expect(numbers).toEqual({
    heapInuse: value("HeapInuse"),
    heapAlloc: value("HeapAlloc"),
    heapIdle: value("HeapIdle"),
    heapReleased: value("HeapReleased"),
    stackInuse: value("Stack"),
    sys: value("Sys"),
    gcCycles: value("NumGC"),
    nextGc: value("NextGC"),
  });
  expect(parseHeapText("heap profile: 0: 0 [0: 0] @ heap/1048576\n")).toBeUndefined();
});
