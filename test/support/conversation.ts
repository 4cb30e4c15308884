/**
 * Conversations with a debug adapter as golden text: what was asked, and all that came back, one message a line,
 * without what differs from run to run (sequence numbers, process ids, addresses, folders).
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createConnection } from "node:net";
import { join } from "node:path";
import {
  type EngineChoice,
  type ProxyOptions,
  type RunningProxy,
  startProxy,
} from "../../src/delve/session/start-proxy.js";
import { ended, listening } from "./dap-session.js";
import { StrictClient } from "./strict-client.js";
import { type End, endOf, type Message } from "./fake-delve.js";

export interface Talk {
  readonly end: End;
  /** Asks, waits for the answer, and keeps both. A failure is an answer, too. */
  ask(command: string, args?: object): Promise<Message>;
  /** Asks without waiting. */
  send(command: string, args?: object): void;
  /** The next event of that name; it and all that came before it are kept. */
  event(name: string): Promise<Message>;
  /** The next request of that command to the client, and the next answer to one that was sent; kept as events are. */
  request(command: string): Promise<Message>;
  response(command: string): Promise<Message>;
  /** What was said so far, readable. */
  text(): string;
  readonly output: () => string;
}

export interface Machine {
  readonly version: string;
  readonly dlv: string;
  readonly env: NodeJS.ProcessEnv;
}

export interface Connection {
  readonly talk: Talk;
  readonly proxy: RunningProxy | undefined;
  readonly log: readonly string[];
  readonly close: () => Promise<void>;
}

/** A client of `dlv dap` itself, or of the proxy with one of its engines. */
export async function connection(
  machine: Machine,
  through: "direct" | EngineChoice,
  cwd: string,
  more: ProxyOptions = {},
): Promise<Connection> {
  const { dlv, env } = machine;
  const saysProcess = machine.version !== "1.24.0";
  if (through === "direct") {
    const child = spawn(dlv, ["dap", "--listen=127.0.0.1:0", "--log-dest=3"], {
      cwd,
      env,
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    });
    const { address } = await listening(child);
    const end = await connected(Number(address.split(":")[1]));
    return {
      talk: talkOn(end, cwd, saysProcess),
      proxy: undefined,
      log: [],
      close: () => (end.socket.destroy(), ended(child)),
    };
  }
  const log: string[] = [];
  const proxy = await startProxy({ dlv, env, cwd, engine: through, ...more }, { log: (line) => log.push(line) });
  const end = await connected(proxy.port ?? 0, new StrictClient());
  return {
    talk: talkOn(end, cwd, saysProcess),
    proxy,
    log,
    close: () => (end.socket.destroy(), proxy.close()),
  };
}

/** A strict client of a proxy that listens already. */
export async function talkTo(port: number): Promise<Talk> {
  return talkOn(await connected(port, new StrictClient()), "\0", true);
}

/** A client of a Delve that listens already. Delve 1.24 numbers nothing: only what comes through the proxy is held strictly. */
export async function talkToDelve(port: number, folder: string): Promise<Talk> {
  return talkOn(await connected(port), folder, true);
}

/** What a strict client finds wrong is thrown where it arrives, whatever the test waits for: the run fails with it. */
async function connected(port: number, strict?: StrictClient): Promise<End> {
  const socket = createConnection(port, "127.0.0.1");
  await new Promise<void>((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  if (strict === undefined) return endOf(socket);
  const end = endOf(socket, (message) => strict.got(message));
  return {
    ...end,
    send: (message: Message) => {
      if (message.type === "request") strict.asked(message.seq ?? 0, message.command ?? "");
      end.send(message);
    },
  };
}

function talkOn(end: End, folder: string, saysProcess: boolean): Talk {
  const lines: string[] = [];
  let seq = 0;
  let output = "";
  const kept = (message: Message) => {
    if (message.event === "output") output += String(message.body?.["output"]);
    const line = shown(message, folder, saysProcess);
    if (line !== undefined) lines.push(line);
  };
  const until = async (fits: (message: Message) => boolean): Promise<Message> => {
    let found: Message | undefined;
    while (found === undefined) {
      const message = await end.next(() => true);
      if (fits(message)) found = message;
      kept(message);
    }
    return found;
  };
  const send = (command: string, args: object | undefined) => {
    seq++;
    lines.push(`> ${command} ${plain(JSON.stringify(args ?? {}), folder)}`);
    end.send({ seq, type: "request", command, ...(args !== undefined && { arguments: args }) });
    return seq;
  };
  return {
    end,
    ask: (command, args) => {
      const asked = send(command, args);
      return until((message) => message.type === "response" && message.request_seq === asked);
    },
    send,
    event: (name) => until((message) => message.event === name),
    request: (command) => until((message) => message.type === "request" && message.command === command),
    response: (command) => until((message) => message.type === "response" && message.command === command),
    text: () => lines.join("\n") + "\n",
    output: () => output,
  };
}

/** Undefined for what only a session behind the proxy has: its own event, the program's output, an old dlv's process. */
function shown(message: Message, folder: string, saysProcess: boolean): string | undefined {
  const body = message.body === undefined ? "" : ` ${plain(JSON.stringify(message.body), folder)}`;
  // The runtime numbers its own goroutines as they come.
  if (message.command === "threads") return `  < threads ${own(message)}`;
  if (message.type === "response") {
    const success = message.success ? "" : ` failed: ${message.message}`;
    return `  < ${message.command}${success}${body}`;
  }
  if (message.event?.startsWith("goDiagnostics/")) return undefined;
  if (message.event === "process" && !saysProcess) return undefined;
  if (message.event === "output") {
    const { category, output } = message.body as { category: string; output: string };
    if ((category === "stdout" || category === "stderr") && !/^Build/.test(output)) return undefined;
  }
  return `  < event ${message.event}${body}`;
}

function own(message: Message): string {
  const threads = (message.body?.["threads"] ?? []) as { id: number; name: string }[];
  const users = threads.filter(({ name }) => !/\] runtime\./.test(name));
  return plain(JSON.stringify(users), "\0") + ` and ${threads.length - users.length} of the runtime`;
}

function plain(text: string, folder: string): string {
  return text
    .replaceAll(folder, "FOLDER")
    .replaceAll(/0x[0-9a-f]{4,}/g, "0xADDRESS")
    .replaceAll(/__debug_bin\d+|debug\.test\d+/g, "BINARY")
    .replaceAll(/\(Thread \d+\)/g, "(Thread N)")
    .replaceAll(/(rocessId":|[Pp]rocess )\d+/g, "$1PID")
    .replaceAll(/"port":\d+/g, '"port":"PORT"')
    .replaceAll(/"threadId":(?!1\b)\d+/g, '"threadId":"N"')
    .replaceAll(/"memoryReference":"[^"]*"/g, '"memoryReference":"…"')
    .replaceAll(/"path":"[^"]*\/src\/(runtime|os|fmt|internal)[^"]*"/g, '"path":"GO/$1"');
}

/** The line with `// #MARKER`. */
export function markedLine(folder: string, marker: string): number {
  return (
    readFileSync(join(folder, "main.go"), "utf8")
      .split("\n")
      .findIndex((line) => line.includes(`// #${marker}`)) + 1
  );
}

export const INITIALIZE = {
  adapterID: "go",
  pathFormat: "path",
  linesStartAt1: true,
  columnsStartAt1: true,
  supportsVariableType: true,
};
