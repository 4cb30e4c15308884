/**
 * A stand-in for Delve that answers as the test says, and a client: both ends of a proxy without a process between.
 * What a real Delve does is tested with the real one; this is for what it does not do on demand (die, fall silent).
 */
import { createConnection, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { type Frame, frameOf, FrameReader, messageOf } from "../../src/delve/dap/framing.js";
import { type ProxyOptions, type RunningProxy, startProxy } from "../../src/delve/session/start-proxy.js";

export interface Message {
  readonly seq?: number;
  readonly type?: string;
  readonly command?: string;
  readonly event?: string;
  readonly request_seq?: number;
  readonly success?: boolean;
  readonly message?: string;
  readonly body?: Record<string, unknown>;
  readonly arguments?: Record<string, unknown>;
}

/** One end of a connection: messages in, messages or bytes out. */
export interface End {
  readonly socket: Socket;
  /** All bytes so far. */
  bytes(): Buffer;
  send(message: object): void;
  /** The next message that fits, those that came already included; it is taken out. */
  next(fits: (message: Message) => boolean): Promise<Message>;
  /** Messages that nobody has taken yet. */
  readonly left: Message[];
  readonly closed: Promise<void>;
}

export interface Ends {
  readonly client: End;
  readonly delve: End;
  readonly proxy: RunningProxy;
  readonly log: string[];
}

/** A proxy between two ends in this process. */
export async function proxyBetween(options: ProxyOptions = {}): Promise<Ends> {
  const server = createServer({ noDelay: true });
  const connected = new Promise<End>((resolve) => server.once("connection", (socket) => resolve(endOf(socket))));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const log: string[] = [];
  const { port } = server.address() as { port: number };
  const proxy = await startProxy(
    { connect: { host: "127.0.0.1", port }, ...options },
    { log: (line) => log.push(line) },
  );
  const client = endOf(createConnection(proxy.socketPath ? { path: proxy.socketPath } : { port: proxy.port ?? 0 }));
  const delve = await connected;
  onTestFinished(async () => {
    client.socket.destroy();
    delve.socket.destroy();
    server.close();
    await proxy.close();
  });
  return { client, delve, proxy, log };
}

/** `onMessage` sees each message as it arrives, before anybody takes it. */
export function endOf(socket: Socket, onMessage: (message: Message) => void = () => {}): End {
  const reader = new FrameReader();
  const chunks: Buffer[] = [];
  const left: Message[] = [];
  const listeners = new Set<() => void>();
  socket.on("error", () => {});
  socket.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    const frames: Frame[] = reader.push(chunk);
    const messages = frames.map((frame) => messageOf<Message>(frame) ?? {});
    left.push(...messages);
    messages.forEach(onMessage);
    for (const listener of listeners) listener();
  });
  return {
    socket,
    left,
    bytes: () => Buffer.concat(chunks),
    send: (message) => void socket.write(frameOf(message)),
    closed: new Promise((resolve) => socket.once("close", () => resolve())),
    next: (fits) =>
      new Promise((resolve) => {
        const look = () => {
          const at = left.findIndex(fits);
          if (at < 0) return;
          listeners.delete(look);
          resolve(left.splice(at, 1)[0]);
        };
        listeners.add(look);
        look();
      }),
  };
}
