/** The proxy between a client and a stand-in for Delve: what passes, in which order, and what happens when one goes. */
import { createConnection } from "node:net";
import { describe, expect, test } from "vitest";
import { startProxy } from "../../../src/delve/session/start-proxy.js";
import { endOf, type Message, proxyBetween } from "../../support/fake-delve.js";

const command = (name: string) => (message: Message) => message.command === name;
const named = (name: string) => (message: Message) => message.event === name;
const framed = (body: string) => Buffer.from(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);

describe("passing", () => {
  test("every message that it does not name passes byte for byte, in order, both ways, numbered for the client", async () => {
    const { client, delve } = await proxyBetween();
    const up = [
      framed('{"seq":1,"type":"request","command":"ünknown", "arguments" : { "a" : 1e400 } }'),
      framed('{"command":"evaluate","arguments":{"expression":"\\u0041"},"type":"request","seq":2}'),
      framed("not JSON"),
      framed(""),
      Buffer.from("Content-Type: x\r\nContent-Length: 2\r\n\r\n{}"),
    ];
    const down = [
      framed('{"seq":0,"type":"event","event":"anything","body":{"x":[1,2,  3]}}'),
      framed(
        '{"seq":0,"type":"response","request_seq":2,"success":true,"command":"evaluate","body":{"result":"\\u00fc"}}',
      ),
      framed('{ "type" : "event", "event" : "late", "body" : {"seq": 5}, "seq" :0 }'),
      framed("[]"),
    ];
    // All that the client gets is one sequence from 1 on; nothing else in a body changes.
    const numbered = [
      framed('{"seq":1,"type":"event","event":"anything","body":{"x":[1,2,  3]}}'),
      framed(
        '{"seq":2,"type":"response","request_seq":2,"success":true,"command":"evaluate","body":{"result":"\\u00fc"}}',
      ),
      framed('{ "type" : "event", "event" : "late", "body" : {"seq": 5}, "seq" :3 }'),
      framed("[]"),
    ];
    for (const bytes of up) client.socket.write(bytes);
    for (const bytes of down) delve.socket.write(bytes);
    client.send({ type: "request", seq: 3, command: "last" });
    delve.send({ type: "event", seq: 0, event: "last" });
    await Promise.all([delve.next(command("last")), client.next(named("last"))]);
    expect(delve.bytes().subarray(0, Buffer.concat(up).length)).toEqual(Buffer.concat(up));
    expect(client.bytes().subarray(0, Buffer.concat(numbered).length)).toEqual(Buffer.concat(numbered));
  });

  test("a body of 64 MB passes", async () => {
    const { client, delve } = await proxyBetween();
    const value = "x".repeat(64 << 20);
    delve.send({ seq: 0, type: "response", request_seq: 1, success: true, command: "variables", body: { value } });
    const answer = await client.next(command("variables"));
    expect(answer.body?.["value"]).toHaveLength(value.length);
  });

  test("a client that does not read stops Delve's end instead of filling memory", async () => {
    const { client, delve } = await proxyBetween();
    client.socket.pause();
    const body = "y".repeat(1 << 20);
    let accepted = 0;
    for (let i = 0; i < 150; i++) {
      if (delve.socket.write(framed(JSON.stringify({ seq: 0, type: "event", event: "output", body })))) accepted++;
      await new Promise((resolve) => setImmediate(resolve));
    }
    // What the proxy and the system buffers do not take stays with the sender.
    expect(delve.socket.writableLength).toBeGreaterThan(60 << 20);
    expect(accepted).toBeLessThan(80);
    client.socket.resume();
    delve.send({ seq: 0, type: "event", event: "last" });
    await client.next(named("last"));
  });
});

describe("its own additions", () => {
  test("status tells the engine and that the program runs", async () => {
    const { client, delve } = await proxyBetween();
    client.send({ seq: 7, type: "request", command: "goDiagnostics/status" });
    const answer = await client.next(command("goDiagnostics/status"));
    expect(answer).toMatchObject({ request_seq: 7, success: true, body: { engine: "dap", stop: 0, running: true } });
    expect(delve.left).toEqual([]);
  });

  test("an event follows each stop and each resume", async () => {
    const { client, delve } = await proxyBetween();
    delve.send({ seq: 0, type: "event", event: "stopped", body: { reason: "breakpoint" } });
    expect((await client.next(named("goDiagnostics/stop"))).body).toEqual({ stop: 1, running: false });
    expect(client.left.map(({ event }) => event)).toEqual(["stopped"]);
    client.send({ seq: 1, type: "request", command: "next" });
    await delve.next(command("next"));
    delve.send({ seq: 0, type: "response", request_seq: 1, success: true, command: "next" });
    expect((await client.next(named("goDiagnostics/stop"))).body).toEqual({ stop: 1, running: true });
    delve.send({ seq: 0, type: "event", event: "stopped", body: { reason: "step" } });
    expect((await client.next(named("goDiagnostics/stop"))).body).toEqual({ stop: 2, running: false });
  });

  test("where children are followed, nothing that Delve says overtakes a stop while its processes are looked up", async () => {
    const { client, delve } = await proxyBetween();
    client.send({ seq: 1, type: "request", command: "launch", arguments: { followExec: true } });
    await delve.next(command("launch"));
    delve.send({ seq: 0, type: "event", event: "stopped", body: { reason: "breakpoint", threadId: 1 } });
    delve.send({ seq: 0, type: "event", event: "output", body: { output: "after the stop" } });
    delve.send({ seq: 0, type: "response", request_seq: 1, success: true, command: "launch" });
    const list = await delve.next(command("evaluate"));
    expect(client.left).toEqual([]);
    delve.send({ seq: 0, type: "response", request_seq: list.seq, success: false, command: "evaluate" });
    await client.next(command("launch"));
    expect(client.left.map(({ event }) => event)).toEqual(["stopped", "goDiagnostics/stop", "output"]);
  });

  test("a Delve that goes while a stop is looked up ends the session", async () => {
    const { client, delve, proxy } = await proxyBetween();
    client.send({ seq: 1, type: "request", command: "launch", arguments: { followExec: true } });
    await delve.next(command("launch"));
    delve.send({ seq: 0, type: "event", event: "stopped", body: { reason: "breakpoint", threadId: 1 } });
    await delve.next(command("evaluate"));
    delve.socket.destroy();
    expect(await client.next(command("launch"))).toMatchObject({ success: false });
    await client.next(named("terminated"));
    await client.closed;
    await proxy.ended;
  });

  test("a request of its own that does not exist is refused", async () => {
    const { client } = await proxyBetween();
    client.send({ seq: 7, type: "request", command: "goDiagnostics/nonsense" });
    expect(await client.next(command("goDiagnostics/nonsense"))).toMatchObject({ success: false, request_seq: 7 });
  });
});

describe("the end", () => {
  test("when Delve goes, every open request fails, the client hears why once, and nothing is left", async () => {
    const { client, delve, proxy } = await proxyBetween();
    client.send({ seq: 1, type: "request", command: "evaluate" });
    await delve.next(command("evaluate"));
    delve.socket.destroy();
    expect(await client.next(command("evaluate"))).toMatchObject({ success: false, request_seq: 1 });
    await client.next(named("terminated"));
    const said = await client.next(named("output"));
    expect(said.body?.["output"]).toBe("Go Diagnostics: The connection to dlv has ended.\n");
    await client.closed;
    expect(client.left).toEqual([]);
    await proxy.ended;
  });

  test("when the client goes, Delve's end is closed", async () => {
    const { client, delve, proxy } = await proxyBetween();
    client.socket.destroy();
    await delve.closed;
    expect(await proxy.ended).toContain("the client has gone");
  });

  test("when the client does not speak the protocol, the session ends and says so", async () => {
    const { client, proxy } = await proxyBetween();
    client.socket.write("GET / HTTP/1.1\r\n\r\n");
    expect(await proxy.ended).toContain("a header without Content-Length");
    await client.closed;
    expect(client.bytes().length).toBe(0);
  });

  test("terminated by Delve is not said twice", async () => {
    const { client, delve, proxy } = await proxyBetween();
    delve.send({ seq: 0, type: "event", event: "terminated" });
    delve.socket.end();
    await proxy.ended;
    await client.closed;
    expect(client.left.map(({ event }) => event)).toEqual(["terminated"]);
  });
});

describe("who may come", () => {
  test("one client only", async () => {
    const proxy = await startProxy({ connect: { host: "127.0.0.1", port: 1 } });
    const first = endOf(createConnection({ port: proxy.port ?? 0 }));
    first.send({ seq: 1, type: "request", command: "initialize" });
    expect(await first.next(command("initialize"))).toMatchObject({ success: false });
    await proxy.ended;
    const second = endOf(createConnection({ port: proxy.port ?? 0 }));
    await second.closed;
  });

  test("loopback only", async () => {
    await expect(startProxy({ listen: { host: "0.0.0.0" } })).rejects.toThrow("0.0.0.0 is not loopback");
  });

  test("a port in use is said to be", async () => {
    const proxy = await startProxy({});
    await expect(startProxy({ listen: { port: proxy.port ?? 0 } })).rejects.toThrow(`port ${proxy.port} is in use`);
    await proxy.close();
  });

  test("a socket that only this user can reach", async () => {
    const { client, proxy } = await proxyBetween({ listen: "socket" });
    expect(proxy.port).toBeUndefined();
    client.send({ seq: 1, type: "request", command: "goDiagnostics/status" });
    expect(await client.next(command("goDiagnostics/status"))).toMatchObject({ success: true });
  });
});
