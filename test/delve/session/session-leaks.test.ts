/**
 * Who waits for what and who leaks, asked through the proxy at a breakpoint of a program with a pool of 5,000 idle
 * workers and a few goroutines that were left behind: the memory of the program tells them apart, with either engine.
 */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import type {
  GoroutineBody,
  GoroutinesBody,
  LeaksBody,
  WaitsBody,
} from "../../../src/core/goroutines/answer-bodies.js";
import { startProxy } from "../../../src/delve/session/start-proxy.js";
import { INITIALIZE, talkTo } from "../../support/conversation.js";
import { built, MACHINES } from "../../support/paused-debuggee.js";

const SOURCE = resolve("test/fixtures/crowd-program");
const STOP = join(SOURCE, "main.go");
const lineOf = (marker: string) =>
  readFileSync(STOP, "utf8")
    .split("\n")
    .findIndex((line) => line.includes(marker)) + 1;

describe.each(MACHINES)("dlv $delveVersion", ({ dlv, delveVersion, go }) => {
  // Delve 1.24 reads memory over DAP 512 bytes at a time: that is not for thousands.
  test.each(delveVersion === "1.24.0" ? (["rpc"] as const) : (["rpc", "dap"] as const))("engine %s", async (engine) => {
    const program = built(SOURCE, ".", go, ["-gcflags=all=-N -l"]);
    const proxy = await startProxy({ dlv, engine });
    try {
      const talk = await talkTo(proxy.port ?? 0);
      const body = async <T>(command: string, args: object = {}) => {
        const { success, message, body } = await talk.ask(`goDiagnostics/${command}`, args);
        if (!success) throw new Error(`${command}: ${message}`);
        return body as T;
      };
      await talk.ask("initialize", INITIALIZE);
      talk.send("launch", { mode: "exec", program });
      await talk.event("initialized");
      await talk.ask("setBreakpoints", { source: { path: STOP }, breakpoints: [{ line: lineOf("#stop") }] });
      await talk.ask("configurationDone");
      await talk.event("stopped");

      // The first question that needs memory reads it.
      const byObject = await body<GoroutinesBody>("goroutines", { group: "object", filter: "func:main state:chan" });
      const [pool, ...left] = byObject.groups ?? [];
      expect(pool).toMatchObject({ state: "chan receive", title: expect.stringMatching(/^a channel at 0x/) as string });
      expect(pool.count).toBeGreaterThan(4990);
      expect(left.map(({ count, state }) => `${count} ${state}`)).toEqual(new Array(10).fill("1 chan send"));

      const { findings, notes } = await body<LeaksBody>("leaks");
      expect(notes).toEqual([]);
      expect(findings).toMatchObject([{ pattern: "chan-send", line: lineOf("#leak") }]);
      // A word that a call has left behind on the stack of main may keep the last one within reach.
      expect([9, 10]).toContain(findings[0].count);

      const workers = await body<GoroutinesBody>("goroutines", { filter: "func:main.wait state:chan receive" });
      expect(workers.matched).toBeGreaterThan(4990);
      const [worker] = workers.goroutines ?? [];
      expect(worker.waitsFor).toMatchObject({ kind: "channel" });
      const sameChannel = new Set(workers.goroutines?.map(({ waitsFor }) => waitsFor?.address));
      expect([...sameChannel]).toEqual([worker.waitsFor?.address]);
      const { goroutine } = await body<GoroutineBody>("goroutine", { id: worker.id });
      expect(goroutine.waitsFor).toEqual(worker.waitsFor);

      const { objects } = await body<WaitsBody>("waits", { id: worker.id });
      expect(objects).toMatchObject([{ kind: "channel", capacity: 0, senders: [], receiverCount: workers.matched }]);
      expect(objects[0].receivers).toHaveLength(1000);
      // main made the channel, has it in a variable, and sends on it in every round.
      expect(objects[0].servers.map(({ goroutine }) => goroutine)).toContain(1);

      await talk.ask("disconnect", { terminateDebuggee: true });
      await proxy.ended;
    } finally {
      await proxy.close();
    }
  });
});
