import type { RequestListener } from "node:http";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseTarget } from "../../src/capture/pprof-endpoint.js";
import { commandLineOf } from "../../src/capture/process.js";
import { type Series, type SeriesOptions, takeSeries } from "../../src/capture/series.js";
import { closedPort, httpServer } from "../support/local-server.js";

const recorded = (file: string) => readFileSync(`test/fixtures/recorded/leaky/${file}`);
const HEAP = recorded("00.heap.pb.gz");
const GOROUTINE = recorded("00.goroutine.pb.gz");

async function series(url: string, options: Partial<SeriesOptions> = {}): Promise<Series> {
  const target = parseTarget(url);
  if (!target.ok) throw new Error(target.problem.why);
  return takeSeries(target.value, { samples: 3, intervalMs: 10, timeoutMs: 5000, ...options });
}

/** "3 snapshots", and why there are not more. */
const told = ({ taken, partial }: Series): string =>
  `${taken.length} snapshots${partial === undefined ? "" : `, ${partial.code}: ${partial.why}`}`.replaceAll(
    /127\.0\.0\.1:\d+/g,
    "HOST",
  );

/** A program with pprof endpoints; `instead` may answer a request first. `heaps` counts heap profiles asked for. */
function program(
  instead: (path: string, heaps: number, response: Parameters<RequestListener>[1]) => boolean = () => false,
) {
  let heaps = 0;
  return httpServer((request, response) => {
    const path = request.url ?? "";
    if (path.startsWith("/debug/pprof/heap")) heaps++;
    if (instead(path, heaps, response)) return;
    if (path === "/debug/pprof/heap?gc=1") response.end(HEAP);
    else if (path === "/debug/pprof/goroutine") response.end(GOROUTINE);
    else if (path === "/debug/vars") response.end('{"memstats":{"HeapInuse":123}}');
    else response.writeHead(404).end("404 page not found\n");
  });
}

test("each snapshot has both profiles and the numbers", async () => {
  const seen: number[] = [];
  const { taken, partial } = await series(await program(), { onSnapshot: (_, index) => void seen.push(index) });
  expect(partial).toBeUndefined();
  expect(seen).toEqual([0, 1, 2]);
  const [{ snapshot, heapBytes, goroutineBytes }] = taken;
  expect([snapshot.heapInuse, snapshot.sampleRate, snapshot.goroutines]).toEqual([123, 524_288, 306]);
  expect(snapshot.heap?.sampleTypes.length).toBe(4);
  expect(Buffer.compare(heapBytes, HEAP)).toBe(0);
  expect(Buffer.compare(goroutineBytes ?? Buffer.of(), GOROUTINE)).toBe(0);
  // This very process serves the port, but its command line is not the one that the program tells.
  expect(snapshot.rss === undefined).toBe(process.platform === "linux");
});

test("the process behind a local port is measured when it says that it is itself", async () => {
  const commandLine = (await commandLineOf(process.pid))?.join("\0") ?? "";
  const url = await program((path, _, response) => path.endsWith("/cmdline") && Boolean(response.end(commandLine)));
  const { taken } = await series(url, { samples: 1 });
  expect(taken[0].snapshot.rss).toBeGreaterThan(10_000_000);
});

test("what was taken is kept when the target dies", async () => {
  const url = await program(
    (path, heaps, response) => heaps > 2 && path.includes("heap") && Boolean(response.destroy()),
  );
  expect(told(await series(url))).toBe("2 snapshots, died: HOST hung up before it answered");
});

test("what was taken is kept when the target dies in the middle of a profile", async () => {
  const url = await program((path, heaps, response) => {
    if (heaps < 2 || !path.includes("heap")) return false;
    response.writeHead(200, { "content-length": HEAP.length });
    return response.write(HEAP.subarray(0, 500), () => response.destroy()) || true;
  });
  expect(told(await series(url))).toBe("1 snapshots, died: the connection broke after 500 bytes");
});

test("a profile that somebody cut off ends the series", async () => {
  const url = await program(
    (path, heaps, response) => heaps > 1 && path.includes("heap") && Boolean(response.end(HEAP.subarray(0, 500))),
  );
  expect(told(await series(url))).toBe("1 snapshots, undecodable: the compressed file is cut off");
});

test("an interruption while it waits keeps what was taken", async () => {
  const controller = new AbortController();
  const url = await program();
  const onSnapshot = () => setTimeout(() => controller.abort(), 20);
  const result = await series(url, {
    intervalMs: 60_000,
    signal: controller.signal,
    onSnapshot: () => void onSnapshot(),
  });
  expect(told(result)).toBe("1 snapshots, aborted: it was interrupted");
});

test("an interruption during a request keeps what was taken", async () => {
  const controller = new AbortController();
  const url = await program((path, heaps) => {
    if (heaps < 3 || !path.includes("heap")) return false;
    controller.abort();
    return true; // never answered
  });
  expect(told(await series(url, { signal: controller.signal }))).toBe("2 snapshots, aborted: it was interrupted");
});

test("a program without goroutine profiles still has heap profiles", async () => {
  const url = await program(
    (path, _, response) => path.includes("goroutine") && Boolean(response.writeHead(404).end("Unknown profile\n")),
  );
  const { taken, partial } = await series(url);
  expect([taken.length, partial, taken[0].snapshot.goroutine, taken[0].snapshot.goroutines]).toEqual([
    3,
    undefined,
    undefined,
    undefined,
  ]);
});

test("gopls answers every unknown page with a web page", async () => {
  const url = await program((path, _, response) => {
    if (path.startsWith("/debug/pprof/heap") || path.startsWith("/debug/pprof/goroutine")) return false;
    response.writeHead(200, { "content-type": "text/html" }).end("<html><head><title>gopls</title>");
    return true;
  });
  const { taken, partial } = await series(url);
  expect([taken.length, partial, taken[0].snapshot.heapInuse]).toEqual([3, undefined, undefined]);
});

test("without a first snapshot there is only the reason", async () => {
  expect(told(await series(await closedPort()))).toBe("0 snapshots, refused: nothing listens on HOST");
});

test("a query that asks for text is not asked again", async () => {
  const { taken } = await series(`${await program()}/debug/pprof/goroutine?debug=2`, { samples: 1 });
  expect(taken.length).toBe(1);
});
