/** `godiag goroutines` and `leaks` on a program at a headless Delve, and on a process that goes on afterwards. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { run } from "../../../src/cli/main.js";
import { delve } from "../../support/delve.js";
import { ended, listening } from "../../support/dap-session.js";
import { builtScenes, NEW_MACHINE } from "../../support/paused-debuggee.js";
import { testTerminal } from "../../support/terminal.js";
import { dirname } from "node:path";

const go = NEW_MACHINE.go;

async function godiag(...args: string[]) {
  const terminal = testTerminal({ env: { PATH: dirname(delve) } });
  return { code: await run(args, terminal), ...terminal.written };
}

test("a headless Delve: listed while it is paused, told when it runs, its program left as it was", async () => {
  const flags = ["--headless", "--accept-multiclient", "--api-version=2", "--listen=127.0.0.1:0"];
  const child = spawn(delve, ["exec", ...flags, builtScenes(go), "--", "park", "8"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  try {
    const { address, printed } = await listening(child);
    const atEntry = await godiag("goroutines", `dlv:${address}`, "--json");
    expect([atEntry.code, JSON.parse(atEntry.out)]).toMatchObject([0, { total: 0 }]);

    const { connectRpc } = await import("../../../src/delve/dlv/json-rpc.js");
    const [host, port] = address.split(":");
    const client = await connectRpc({ host, port: Number(port) });
    const stopped = client.call("Command", { name: "continue" });
    const running = await godiag("goroutines", `dlv:${address}`);
    expect(running).toMatchObject({ code: 2, err: expect.stringMatching(/its program runs\. Pause it/) as string });
    await stopped;
    await expect.poll(printed).toContain('"goroutines"');

    const paused = await godiag("goroutines", `dlv:${address}`, "--filter", "func:main.doze", "--json");
    expect(JSON.parse(paused.out)).toMatchObject({ matched: 2, goroutines: [{ state: "sleep" }, { state: "sleep" }] });
    client.close();
  } finally {
    await ended(child);
  }
});

test.each([
  ["without Delve", []],
  ["through Delve", ["--delve"]],
])("a process: stopped for the moment of reading, and running on: %s", async (_, options) => {
  const child = spawn(builtScenes(go), ["serve"], { stdio: ["ignore", "pipe", "ignore"] });
  try {
    await new Promise((resolve) => child.stdout.once("data", resolve));
    const { code, out, err } = await godiag("leaks", `pid:${child.pid}`, ...options, "--json", "--max-pause", "60");
    expect([code, err]).toEqual([0, ""]);
    const { findings } = JSON.parse(out) as { findings: { basis: string; function: string; count: number }[] };
    expect(findings).toMatchObject([{ basis: "memory", function: "main.abandonedSender", count: 3 }]);
    await new Promise((resolve) => child.stdout.once("data", resolve)); // it goes on counting
    expect(readFileSync(`/proc/${child.pid}/status`, "utf8")).toMatch(/^TracerPid:\s+0$/m);
  } finally {
    child.kill("SIGKILL");
  }
});

test("a process that another debugger holds is read as it is; what needs Delve or that it runs says so", async () => {
  const child = spawn(builtScenes(go), ["serve"], { stdio: ["ignore", "pipe", "ignore"] });
  const flags = ["--headless", "--accept-multiclient", "--api-version=2", "--listen=127.0.0.1:0"];
  let other: ReturnType<typeof spawn> | undefined;
  try {
    await new Promise((resolve) => child.stdout.once("data", resolve));
    other = spawn(delve, ["attach", String(child.pid), ...flags], { stdio: "ignore" });
    const isTraced = () => !/^TracerPid:\s+0$/m.test(readFileSync(`/proc/${child.pid}/status`, "utf8"));
    await expect.poll(isTraced, { timeout: 60_000 }).toBe(true);
    // The number is that of the thread that traces it.
    const words = /already being debugged by pid \d+\. End the other debugger first/;
    // It attaches to one thread after the other.
    const isStill = () => godiag("goroutines", `pid:${child.pid}`).then(({ code }) => code === 0);
    await expect.poll(isStill, { timeout: 60_000 }).toBe(true);
    for (const command of ["goroutines", "leaks"]) {
      const { code, out } = await godiag(command, `pid:${child.pid}`, "--json");
      expect([code, JSON.parse(out)]).toMatchObject([0, { complete: true, pauses: { totalMs: 0 } }]);
    }
    for (const [command, ...options] of [["goroutines", "--delve"], ["leaks", "--delve"], ["diagnose"]]) {
      // Capitals make no difference.
      const { code, err } = await godiag(command, `PID:${child.pid}`, ...options, "--max-pause", "60");
      expect([command, code, err]).toEqual([command, 2, expect.stringMatching(words)]);
    }
  } finally {
    if (other !== undefined) await ended(other);
    child.kill("SIGKILL");
  }
});

test.each([
  ["dlv:127.0.0.1:1", /cannot read the goroutines of dlv:127\.0\.0\.1:1: no Delve at/],
  ["dlv:nowhere", /is no target/],
  ["pid:99999999", /cannot read the memory of pid:99999999: /],
])("%s is told what is wrong", async (target, words) => {
  const { code, err } = await godiag("goroutines", target);
  expect([code, err]).toEqual([2, expect.stringMatching(words)]);
});
