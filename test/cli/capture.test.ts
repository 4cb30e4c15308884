import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { run } from "../../src/cli/main.js";
import { closedPort, httpServer } from "../support/local-server.js";
import { testTerminal } from "../support/terminal.js";

const cwd = mkdtempSync(join(tmpdir(), "godiag-capture-"));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const HEAP = readFileSync("test/fixtures/recorded/leaky/00.heap.pb.gz");

async function capture(args: string, signal?: AbortSignal): Promise<string> {
  const terminal = testTerminal({ cwd, ...(signal && { signal }) });
  const code = await run(["capture", ...args.split(" ")], terminal);
  const { out, err } = terminal.written;
  return `${code} ${out}${err}`.trimEnd().replaceAll(/127\.0\.0\.1:\d+/g, "HOST");
}

const program = () =>
  httpServer((request, response) => {
    if (request.url === "/debug/pprof/heap?gc=1") response.end(HEAP);
    else if (request.url === "/debug/pprof/allocs") response.end(HEAP.subarray(0, 1000));
    else response.writeHead(404).end("Unknown profile\n");
  });

test("a profile is written as it came", async () => {
  const url = await program();
  expect(await capture(`${url} --profile heap --gc -o heap.pb.gz`)).toMatch(
    /^0 heap\.pb\.gz: heap profile, [\d,]+ bytes in /,
  );
  expect(Buffer.compare(readFileSync(join(cwd, "heap.pb.gz")), HEAP)).toBe(0);
});

test("JSON says what was captured", async () => {
  const answer = await capture(`${await program()}/debug/pprof/heap?gc=1 -o json.pb.gz --json`);
  const { durationMs, ...rest } = JSON.parse(answer.slice(2)) as Record<string, unknown>;
  expect(rest).toEqual({ file: "json.pb.gz", bytes: HEAP.length, kind: "heap" });
  expect(durationMs).toBeTypeOf("number");
});

test("a profile that was cut off is kept, and told", async () => {
  expect(await capture(`${await program()} --profile allocs -o cut.pb.gz`)).toBe(
    "2 godiag: the allocs profile in cut.pb.gz is damaged: the compressed file is cut off. It is kept as it came: capture it again",
  );
  expect(readFileSync(join(cwd, "cut.pb.gz")).length).toBe(1000);
});

test.each([
  [
    "URL -o none.pb.gz",
    "2 godiag: wrong usage: it is not said what to capture. Add --profile with one of heap, allocs,",
  ],
  ["URL --profile heap", "2 godiag: wrong usage: required option '-o, --output <file>' not specified."],
  ["URL --profile cup -o none.pb.gz", "2 godiag: wrong usage: option '--profile <kind>' argument 'cup' is invalid."],
  [
    "URL --profile heap --seconds 0 -o none.pb.gz",
    "2 godiag: wrong usage: option '--seconds <n>' argument '0' is invalid.",
  ],
  [
    "URL --profile mutex -o none.pb.gz",
    "2 godiag: cannot capture http://HOST/debug/pprof/mutex: there is no mutex profile at this address (404).",
  ],
  ["URL --profile heap --gc -o no/such/none.pb.gz", "2 godiag: cannot write no/such/none.pb.gz: ENOENT"],
  [
    "CLOSED --profile heap -o none.pb.gz",
    "2 godiag: cannot read http://HOST/debug/pprof/heap: nothing listens on HOST. Start the program",
  ],
  [
    "localhost:6060 --profile heap -o none.pb.gz",
    '2 godiag: cannot use "localhost:6060": it does not start with http:// or https://. Did you mean http://localhost:6060?',
  ],
])("%s fails in one sentence and writes nothing", async (args, words) => {
  const answer = await capture(args.replace("URL", await program()).replace("CLOSED", await closedPort()));
  expect(answer.slice(0, words.length)).toBe(words);
  expect(answer.split("\n").length).toBe(1);
  expect(existsSync(join(cwd, "none.pb.gz"))).toBe(false);
});

test("Ctrl-C ends it", async () => {
  const controller = new AbortController();
  const url = await httpServer(() => controller.abort());
  expect(await capture(`${url} --profile cpu --seconds 30 -o cpu.pb.gz`, controller.signal)).toBe(
    "130 godiag: interrupted: nothing was captured",
  );
});
