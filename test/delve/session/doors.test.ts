/**
 * Who gets in where we listen: no web page of a real browser, whatever it sends; the client, also after such a page; and
 * nobody whom a real dlv would not let in.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium as playwright } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { clientChannel } from "../../../src/delve/dap/channel.js";
import { frameOf, FrameReader, FramingError } from "../../../src/delve/dap/framing.js";
import { openDoor } from "../../../src/delve/session/one-client.js";
import { startProxy } from "../../../src/delve/session/start-proxy.js";
import { buildCli, type BuiltCli } from "../../support/built-cli.js";
import { INITIALIZE, talkTo } from "../../support/conversation.js";
import { ended, listening } from "../../support/dap-session.js";
import { delve } from "../../support/delve.js";
import { chromium } from "../../workbench/places.js";

const folder = mkdtempSync(join(tmpdir(), "godiag-doors-"));
let browser: Browser;
let cli: BuiltCli;

beforeAll(async () => {
  browser = await playwright.launch({ executablePath: chromium(), args: ["--no-sandbox", "--disable-gpu"] });
  cli = buildCli({ example: false });
});
afterAll(async () => {
  await browser?.close();
  cli?.remove();
  rmSync(folder, { recursive: true, force: true });
});

interface Listener {
  readonly port: number;
  /** Messages that were taken for a client's. */
  readonly heard: readonly string[];
  readonly close: () => Promise<unknown>;
}

/** Each kind of place where we wait for a client on a port. */
const LISTENERS: Readonly<Record<string, () => Promise<Listener>>> = {
  "the proxy of a session": async () => {
    const proxy = await startProxy({ dlv: delve });
    return { port: proxy.port ?? 0, heard: [], close: () => proxy.close() };
  },
  "godiag dap --listen": async () => {
    const { process: child, ended: over } = cli.start(["dap", "--listen", "127.0.0.1:0", "--dlv", delve]);
    const port = await new Promise<number>((resolve) =>
      child.stdout?.on("data", (said: Buffer) => resolve(Number(/:(\d+)\n/.exec(said.toString())?.[1]))),
    );
    return { port, heard: [], close: () => (child.kill("SIGINT"), over) };
  },
  "the door of a child": async () => {
    const heard: string[] = [];
    const door = await openDoor({}, () => {});
    void door.client.then((socket) => {
      if (socket === undefined) return;
      const channel = clientChannel(socket);
      channel.listen({
        frame: ({ bytes, bodyStart }) => {
          heard.push(bytes.toString("utf8", bodyStart));
          channel.send({ type: "response", request_seq: 1, command: "initialize", success: true });
        },
        end: () => {},
      });
    });
    return { port: door.port ?? 0, heard, close: () => Promise.resolve(door.close()) };
  },
};

/** What a page of another site can send to a port of this machine, as a script that runs in it. */
const WAYS = [
  "fetch(url, { method: 'POST', mode: 'no-cors', body: attack })",
  "fetch(url, { method: 'POST', mode: 'no-cors', headers: { 'content-type': 'text/plain' }, body: '\\r\\n\\r\\n' + attack })",
  "fetch(url, { mode: 'no-cors' })",
  "new Promise((done) => { const x = new XMLHttpRequest(); x.open('POST', url); x.onloadend = done; x.send(attack); })",
  "navigator.sendBeacon(url, attack)",
  "new Promise((done) => { const s = new WebSocket(url.replace('http', 'ws')); s.onopen = () => s.send(attack); s.onerror = s.onclose = done; })",
  `new Promise((done) => {
    const frame = document.body.appendChild(document.createElement('iframe'));
    frame.name = 'target' + Math.random();
    const form = document.body.appendChild(document.createElement('form'));
    Object.assign(form, { action: url, method: 'POST', enctype: 'text/plain', target: frame.name });
    const field = form.appendChild(document.createElement('textarea'));
    field.name = attack;
    frame.onload = done;
    form.submit();
    setTimeout(done, 1000);
  })`,
];

describe.each(Object.keys(LISTENERS))("%s", (kind) => {
  test("runs nothing for a web page, and still waits for its client", async () => {
    const listener = await LISTENERS[kind]();
    onTestFinished(() => void listener.close());
    const site = createServer((_, answer) => answer.end("<!doctype html><title>Another site</title><body>"));
    await new Promise<void>((done) => site.listen(0, "127.0.0.1", done));
    onTestFinished(() => void site.close());
    const marker = join(folder, `marker-${kind.replaceAll(" ", "-")}`);
    const attack = [
      { seq: 1, type: "request", command: "initialize", arguments: INITIALIZE },
      {
        ...{ seq: 2, type: "request", command: "launch" },
        // What go build runs for each tool leaves a mark, before there is anything to debug.
        arguments: {
          mode: "debug",
          program: ".",
          dlvCwd: "test/fixtures/conversation",
          buildFlags: `-a -toolexec='touch ${marker}'`,
        },
      },
    ].map((message) => frameOf(message).toString());
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(site.address() as { port: number }).port}/`);
    for (const way of WAYS) {
      const script = `{ const url = 'http://127.0.0.1:${listener.port}/'; const attack = ${JSON.stringify(attack.join(""))};
        Promise.resolve(${way}).then(() => 'done', () => 'refused') }`;
      expect(["done", "refused"]).toContain(await page.evaluate(script));
    }
    await page.close();
    expect(listener.heard).toEqual([]);
    const talk = await talkTo(listener.port);
    expect((await talk.ask("initialize", INITIALIZE)).success).toBe(true);
    expect(existsSync(marker)).toBe(false);
    talk.end.socket.destroy();
  });
});

const REQUEST = frameOf({ seq: 1, type: "request", command: "initialize", arguments: INITIALIZE }).toString();
const BODY = REQUEST.slice(REQUEST.indexOf("{"));

/** Whether a real dlv closes a connection that says this, without an answer. */
async function isClosedByDlv(bytes: string): Promise<boolean> {
  const child = spawn(delve, ["dap", "--listen=127.0.0.1:0", "--log-dest=3"], {
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  const { address } = await listening(child);
  const socket = createConnection({ port: Number(address.split(":")[1]) });
  const isClosed = await new Promise<boolean>((resolve) => {
    socket.once("data", () => resolve(false));
    socket.once("close", () => resolve(true));
    socket.on("error", () => {});
    socket.write(bytes);
  });
  socket.destroy();
  await ended(child);
  return isClosed;
}

test.each([
  ["the length alone", REQUEST, false],
  ["a number with zeros before", `Content-Length: 00${BODY.length}\r\n\r\n${BODY}`, false],
  ["an HTTP POST", `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`, true],
  ["a frame in the body of an HTTP POST", `POST / HTTP/1.1\r\nHost: x\r\n\r\n${REQUEST}`, true],
  ["another line", `Content-Length: ${BODY.length}\r\nHost: x\r\n\r\n${BODY}`, true],
  ["lower case", `content-length: ${BODY.length}\r\n\r\n${BODY}`, true],
  ["no space", `Content-Length:${BODY.length}\r\n\r\n${BODY}`, true],
  ["two spaces", `Content-Length:  ${BODY.length}\r\n\r\n${BODY}`, true],
  ["a space behind", `Content-Length: ${BODY.length} \r\n\r\n${BODY}`, true],
  ["an empty line before", `\r\n${REQUEST}`, true],
  ["line feeds alone", `Content-Length: ${BODY.length}\n\n${BODY}\r\n\r\n`, true],
])("dlv and we agree on %s", async (_what, bytes, isClosed) => {
  const reads = () => new FrameReader().push(Buffer.from(bytes));
  if (isClosed) expect(reads).toThrow(FramingError);
  else expect(reads()).toHaveLength(1);
  expect(await isClosedByDlv(bytes)).toBe(isClosed);
});
