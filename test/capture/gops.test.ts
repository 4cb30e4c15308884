import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { gopsAgentOf, gopsAgents, gopsFolder, gopsHeap, gopsNumbers, gopsStacks } from "../../src/capture/gops.js";
import { closedPort, tcpServer } from "../support/local-server.js";

const HEAP = readFileSync("test/fixtures/recorded/leaky/00.heap.pb.gz");
const NEVER = 2 ** 22 + 1;

/** An agent that answers signals as the map says; a real one is in test/delve/gops.test.ts. */
async function agent(answers: Readonly<Record<number, string | Uint8Array>>) {
  const url = new URL(
    await tcpServer((socket) => socket.once("data", ([signal]) => signal in answers && socket.end(answers[signal]))),
  );
  return { host: url.hostname, port: Number(url.port) };
}

const quick = { timeoutMs: 300 };

test("agents of this user are found by their files; those of dead processes are not", async () => {
  const folder = mkdtempSync(join(tmpdir(), "godiag-gops-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const env = { GOPS_CONFIG_DIR: folder };
  writeFileSync(join(folder, String(process.pid)), "6061");
  writeFileSync(join(folder, String(NEVER)), "6062");
  writeFileSync(join(folder, "notes.txt"), "6063");
  const ours = { host: "127.0.0.1", port: 6061, pid: process.pid };
  expect(await gopsAgents(env)).toEqual([ours]);
  expect(await gopsAgentOf(process.pid, env)).toEqual(ours);
  expect(await gopsAgentOf(NEVER, env)).toBeUndefined();
  writeFileSync(join(folder, String(process.pid)), "a port");
  expect(await gopsAgents(env)).toEqual([]);
  expect(await gopsAgents({ GOPS_CONFIG_DIR: join(folder, "not") })).toEqual([]);
});

test("the folder of the agents is where the agents put it", () => {
  expect(gopsFolder({ HOME: "/home/me" }, "linux")).toBe("/home/me/.config/gops");
  expect(gopsFolder({ HOME: "/home/me", XDG_CONFIG_HOME: "/x" }, "linux")).toBe("/x/gops");
  expect(gopsFolder({ HOME: "/Users/me" }, "darwin")).toBe("/Users/me/Library/Application Support/gops");
});

test("heap, stacks and numbers", async () => {
  const there = await agent({
    1: "goroutine 1 [running]:\nmain.main()\n\t/a.go:1 +0x1\n",
    2: "ok",
    3: "alloc: 1.00KB (1024 bytes)\nsys: 3.00MB (3145728 bytes)\nheap-alloc: 12 bytes\nheap-in-use: 20.00KB (20480 bytes)\nnext-gc: when heap-alloc >= 4.00MB (4194304 bytes)\nnum-gc: 7\n",
    5: HEAP,
  });
  const heap = await gopsHeap(there, quick);
  expect(heap.ok && Buffer.compare(heap.value, HEAP)).toBe(0);
  const stacks = await gopsStacks(there, quick);
  expect(stacks.ok && new TextDecoder().decode(stacks.value)).toContain("main.main()");
  expect(await gopsNumbers(there, quick)).toEqual({
    sys: 3_145_728,
    heapAlloc: 12,
    heapInuse: 20_480,
    nextGc: 4_194_304,
    gcCycles: 7,
  });
});

test.each<[string, () => Promise<{ host: string; port: number }>, string]>([
  ["nobody listens", async () => ({ host: "127.0.0.1", port: Number(new URL(await closedPort()).port) }), "refused"],
  ["it never answers", () => agent({}), "timeout"],
  ["it is something else", () => agent({ 2: "HTTP/1.1 400", 5: "HTTP/1.1 400" }), "not-a-profile"],
])("%s", async (_, there, code) => {
  const heap = await gopsHeap(await there(), quick);
  expect(!heap.ok && heap.problem.code).toBe(code);
});

test("an endless answer is refused", async () => {
  const there = await agent({ 1: "x".repeat(100_000) });
  const stacks = await gopsStacks(there, { maxBytes: 1000, timeoutMs: 5000 });
  expect(!stacks.ok && stacks.problem.code).toBe("too-large");
});
