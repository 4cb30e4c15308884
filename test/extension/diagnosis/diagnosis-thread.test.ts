/** The thread that samples and judges, bundled as it ships, against a program on loopback. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DiagnosisJob, FromThread } from "../../../src/extension/diagnosis/diagnosis-thread.js";
import { closedPort, httpServer } from "../../support/local-server.js";

let folder: string;
const bundle = () => join(folder, "diagnosis-thread.cjs");

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "thread-"));
  await build({
    entryPoints: ["src/extension/diagnosis/diagnosis-thread.ts"],
    bundle: true,
    platform: "node",
    format: "cjs",
    outfile: bundle(),
    logLevel: "silent",
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const program = () => {
  const heap = readFileSync("test/fixtures/profiles/app.heap.pb.gz");
  const goroutine = readFileSync("test/fixtures/profiles/app.goroutine.pb.gz");
  return httpServer(({ url = "" }, response) => {
    if (url.startsWith("/debug/pprof/heap")) response.end(heap);
    else if (url.startsWith("/debug/pprof/goroutine")) response.end(goroutine);
    else response.writeHead(404).end("404 page not found\n");
  });
};

type Done = Extract<FromThread, { type: "done" }>;

async function run(job: DiagnosisJob, stopAfter = Infinity): Promise<{ done: Done; said: string[] }> {
  const thread = new Worker(bundle(), { workerData: job });
  const said: string[] = [];
  try {
    const done = await new Promise<Done>((resolve, reject) => {
      thread.on("error", reject);
      thread.on("message", (message: FromThread) => {
        said.push(message.type === "snapshot" ? `snapshot ${message.index}` : message.type);
        if (message.type === "snapshot" && message.index + 1 >= stopAfter) thread.postMessage({ type: "stop" });
        if (message.type === "done") resolve(message);
      });
    });
    return { done, said };
  } finally {
    await thread.terminate();
  }
}

test("takes the snapshots, judges them and hands back the first and the last profiles", async () => {
  const { done, said } = await run({ target: await program(), samples: 3, intervalMs: 10 });
  expect(said).toEqual(["found", "snapshot 0", "snapshot 1", "snapshot 2", "suspects", "judging", "done"]);
  expect(done.partial).toBeUndefined();
  expect(done.diagnosis?.snapshots).toHaveLength(3);
  expect(done.profiles.map(({ name }) => name)).toEqual([
    "heap, last snapshot",
    "goroutines, last snapshot",
    "heap, first snapshot",
    "goroutines, first snapshot",
  ]);
  expect(done.profiles[0].bytes).toEqual(new Uint8Array(readFileSync("test/fixtures/profiles/app.heap.pb.gz")));
});

test("when stopped, judges what it has and says that it is partial", async () => {
  const { done } = await run({ target: await program(), samples: 50, intervalMs: 50 }, 2);
  expect(done.partial?.code).toBe("aborted");
  expect(done.diagnosis?.snapshots.length).toBeGreaterThanOrEqual(2);
  expect(done.diagnosis?.snapshots.length).toBeLessThan(50);
});

test("never shows the credentials of an address", async () => {
  const { done } = await run({
    target: (await program()).replace("//", "//user:secret@") + "?token=hush",
    samples: 1,
    intervalMs: 0,
  });
  expect(done.diagnosis?.target).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/debug\/pprof\/$/);
});

test.each([
  ["a closed port", closedPort, "refused"],
  ["a page instead of profiles", () => httpServer((_, response) => response.end("<html>hello</html>")), "html"],
  ["something that is no address", () => Promise.resolve("localhost:6060"), "bad-url"],
])("%s gives one problem with what to do, and no diagnosis", async (_, target, code) => {
  const { done } = await run({ target: await target(), samples: 3, intervalMs: 10 });
  expect(done.diagnosis).toBeUndefined();
  expect(done.partial?.code).toBe(code);
  expect(done.partial?.todo).not.toBe("");
});
