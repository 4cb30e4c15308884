/** The thread of the proxies, as it is shipped: what it answers to what it is told. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { FromProxyThread, ToProxyThread } from "../../../src/extension/debugging/proxy-thread.js";
import { frameOf } from "../../../src/delve/dap/framing.js";

const folder = mkdtempSync(join(tmpdir(), "godiag-thread-"));
let thread: Worker;
const heard: FromProxyThread[] = [];

beforeAll(() => {
  execFileSync(process.execPath, ["esbuild.config.mjs", `--outdir=${folder}`]);
  thread = new Worker(join(folder, "proxy-thread.cjs"));
  thread.on("message", (message: FromProxyThread) => heard.push(message));
});
afterAll(async () => {
  await thread.terminate();
  rmSync(folder, { recursive: true, force: true });
});

const tell = (message: ToProxyThread) => thread.postMessage(message);

async function next<Type extends FromProxyThread["type"]>(
  type: Type,
  id: number,
): Promise<Extract<FromProxyThread, { type: Type }>> {
  for (;;) {
    const at = heard.findIndex((message) => message.type === type && message.id === id);
    if (at >= 0) return heard.splice(at, 1)[0] as Extract<FromProxyThread, { type: Type }>;
    await new Promise((done) => thread.once("message", done));
  }
}

test("each proxy listens, and is told to be over with how", async () => {
  tell({ type: "start", id: 1, options: {} });
  tell({ type: "start", id: 2, options: {} });
  const [first, second] = await Promise.all([next("listening", 1), next("listening", 2)]);
  expect(first.host).toBe("127.0.0.1");
  expect(second.port).not.toBe(first.port);

  tell({ type: "start", id: 3, options: { listen: { port: first.port ?? 0 } } });
  expect((await next("failed", 3)).why).toBe(`port ${first.port} is in use by another program`);

  const socket = createConnection(first.port ?? 0, "127.0.0.1");
  socket.write(frameOf({ seq: 1, type: "request", command: "initialize" }));
  const answer = await new Promise<Buffer>((done) => socket.once("data", done));
  expect(answer.toString()).toContain("There is no dlv to start.");
  expect((await next("log", 1)).line).toBe("There is no dlv to start.");
  expect((await next("ended", 1)).how).toBe("There is no dlv to start.");

  tell({ type: "close", id: 2 });
  expect((await next("ended", 2)).how).toBe("it was closed");
  tell({ type: "close", id: 2 });
  tell({ type: "start", id: 4, options: { listen: { host: "0.0.0.0" } } });
  expect((await next("failed", 4)).why).toContain("0.0.0.0 is not loopback");
});
