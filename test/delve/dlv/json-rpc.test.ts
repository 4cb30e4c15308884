/** The JSON-RPC client against answers that no Delve would give, and against pieces of those that it gives. */
import { createConnection, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { connectRpc, RpcClient } from "../../../src/delve/dlv/json-rpc.js";
import { type SpokenServer, spokenServer } from "../../support/json-rpc-server.js";

let server: SpokenServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function clientOf(onLine: (line: string, socket: Socket) => void, maxMessageBytes?: number) {
  server = await spokenServer(onLine);
  const address = { host: "127.0.0.1", port: server.port };
  return connectRpc(address, maxMessageBytes === undefined ? {} : { maxMessageBytes });
}

const idOf = (line: string) => (JSON.parse(line) as { id: number }).id;
const answer = (id: number, result: unknown) => JSON.stringify({ id, result, error: null }) + "\n";

test("a call is a line, and its answer is the result", async () => {
  const lines: string[] = [];
  const client = await clientOf((line, socket) => {
    lines.push(line);
    socket.write(answer(idOf(line), { ok: "é\n" }));
  });
  expect(await client.call("State", { NonBlocking: true })).toEqual({ ok: "é\n" });
  expect(lines).toEqual(['{"method":"RPCServer.State","params":[{"NonBlocking":true}],"id":1}']);
});

test("answers in any order, in pieces of one byte, several in a piece", async () => {
  const asked: number[] = [];
  const client = await clientOf((line, socket) => {
    asked.push(idOf(line));
    if (asked.length < 3) return;
    const text = Buffer.from(
      asked
        .toReversed()
        .map((id) => answer(id, `ü${id}`))
        .join(""),
    );
    socket.setNoDelay(true);
    for (let i = 0; i < 20; i++) socket.write(text.subarray(i, i + 1));
    socket.write(text.subarray(20));
  });
  const calls = ["A", "B", "C"].map((name) => client.call<string>(name, {}));
  expect(await Promise.all(calls)).toEqual(["ü1", "ü2", "ü3"]);
});

test("an error keeps Delve's words", async () => {
  const client = await clientOf((line, socket) => {
    socket.write(JSON.stringify({ id: idOf(line), result: null, error: "input/output error" }) + "\n");
  });
  await expect(client.call("ExamineMemory", {})).rejects.toMatchObject({
    code: "unreadable",
    message: "input/output error",
  });
});

test("a call that is given up does not disturb the next", async () => {
  const client = await clientOf((line, socket) => {
    setTimeout(() => socket.write(answer(idOf(line), idOf(line))), idOf(line) === 1 ? 30 : 0);
  });
  const abort = new AbortController();
  const first = client.call("Slow", {}, abort.signal);
  abort.abort();
  await expect(first).rejects.toMatchObject({ code: "interrupted" });
  expect(await client.call("Fast", {})).toBe(2);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await client.call("Fast", {})).toBe(3);
});

test("an answer of 8 MB comes whole", async () => {
  const long = "x".repeat(8_000_000);
  const client = await clientOf((line, socket) => socket.write(answer(idOf(line), long)));
  expect((await client.call<string>("ListGoroutines", {})).length).toBe(long.length);
});

test.each([
  ["no JSON", "HTTP/1.1 400 Bad Request\r\n", /not Delve's JSON-RPC/],
  ["JSON of another kind", '[1,2,"x"]\n', /not Delve's JSON-RPC/],
  ["an answer without an end", "x".repeat(5_000), /longer than 1000 bytes/],
])("%s ends the connection", async (_, said, words) => {
  const client = await clientOf((_line, socket) => socket.write(said), 1_000);
  await expect(client.call("State", {})).rejects.toThrow(words);
  expect((await client.closed).code).toBe("disconnected");
});

test("a server that goes away ends every call", async () => {
  const client = await clientOf((_line, socket) => socket.destroy());
  const calls = [client.call("A", {}), client.call("B", {})];
  for (const call of calls) await expect(call).rejects.toMatchObject({ code: "disconnected" });
});

test("a caller can read results itself, and has the rest as JSON", async () => {
  const seen: string[] = [];
  const client = await clientOf((line, socket) => socket.write(answer(idOf(line), idOf(line))));
  const ofLine = (line: Uint8Array) => {
    seen.push(Buffer.from(line).toString());
    return seen.length === 1 ? "mine" : undefined;
  };
  expect(await client.call("A", {}, undefined, ofLine)).toBe("mine");
  expect(await client.call("A", {}, undefined, ofLine)).toBe(2);
  expect(seen).toEqual(['{"id":1,"result":1,"error":null}', '{"id":2,"result":2,"error":null}']);
});

test("a Delve that does not answer is not waited for without end; what lasts as long as the program is", async () => {
  server = await spokenServer(() => {});
  const socket = createConnection({ port: server.port, host: "127.0.0.1" });
  const client = new RpcClient(socket, 1 << 20, { quick: 50, other: 200 });
  const continued = client.call("Command", { name: "continue" });
  await expect(client.call("GetVersion", {})).rejects.toMatchObject({
    code: "disconnected",
    message: "Delve does not answer (GetVersion, 0.05 s)",
  });
  await expect(continued).rejects.toMatchObject({ code: "disconnected" });
  await expect(client.call("Eval", {})).rejects.toMatchObject({ code: "disconnected" });
});

test("what takes longer has longer", async () => {
  const client = await clientOf((line, socket) => {
    setTimeout(() => socket.write(answer(idOf(line), "late")), line.includes("Eval") ? 300 : 0);
  });
  expect(await client.call("Eval", {})).toBe("late");
});
