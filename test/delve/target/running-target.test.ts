/**
 * What a Delve is asked for that a running target is halted by. Delve halts by SIGTRAP: one that it is asked for twice,
 * or before the program runs, is left over, and ends a process that is let go then.
 */
import type { Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { runAt } from "../../../src/delve/target/running-target.js";
import { spokenServer } from "../../support/json-rpc-server.js";

const SLOW_MS = 600;

interface Asked {
  readonly method: string;
  readonly params: readonly [{ readonly name?: string }];
  readonly id: number;
}

test("a program whose Delve is slow to stop it is halted once, behind its `continue`", async () => {
  const commands: { readonly name: string; readonly socket: Socket }[] = [];
  let running: number | undefined;
  const server = await spokenServer((line, socket) => {
    const { method, params, id } = JSON.parse(line) as Asked;
    const answer = (of: number, result: object) => socket.write(`${JSON.stringify({ id: of, result, error: null })}\n`);
    if (method !== "RPCServer.Command") {
      answer(id, { DelveVersion: "Version: 1.27.1", Pid: 1, State: { Running: false }, Types: ["runtime.g"] });
      return;
    }
    const { name = "" } = params[0];
    commands.push({ name, socket });
    if (name === "continue") {
      running = id;
      return;
    }
    const of = running;
    setTimeout(() => {
      if (of !== undefined) answer(of, { State: {} });
      answer(id, { State: {} });
    }, SLOW_MS);
  });
  onTestFinished(() => server.close());
  const target = await runAt({ host: "127.0.0.1", port: server.port });
  await target.stop();
  expect(commands.map(({ name }) => name)).toEqual(["continue", "halt"]);
  expect(new Set(commands.map(({ socket }) => socket)).size).toBe(1);
});
