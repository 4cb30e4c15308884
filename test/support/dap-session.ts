/**
 * A small DAP client for tests: one session with a real `dlv`, requests answered by promises, events awaited by name.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { type Socket, connect } from "node:net";

export interface DapMessage {
  readonly type: string;
  readonly event?: string;
  readonly command?: string;
  readonly request_seq?: number;
  readonly success?: boolean;
  readonly message?: string;
  readonly body?: Readonly<Record<string, unknown>>;
}

export interface DapSession {
  /** Rejects with Delve's own words when the answer is a failure. */
  request(command: string, args?: object): Promise<DapMessage>;
  /** The next event of that name, those that came already included. */
  event(name: string): Promise<DapMessage>;
  /** Program and debugger output so far. */
  output(): string;
  close(): void;
}

const LIMIT_MS = 60_000;

/** Starts `dlv dap` as golang.go does and connects; rejects with what dlv printed when it ends before it listens. */
export async function startDap(
  dlv: string,
  flags: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<{ session: DapSession; stop: () => Promise<void> }> {
  const child = spawn(dlv, ["dap", ...flags, "--listen=127.0.0.1:0", "--log-dest=3"], {
    cwd,
    env: { ...env },
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  const { address, printed } = await listening(child);
  const session = await connectDap(address, printed);
  return { session, stop: () => ended(child, session) };
}

export async function connectDap(address: string, printed: () => string = () => ""): Promise<DapSession> {
  const [host, port] = address.split(":");
  const socket = connect(Number(port), host);
  await new Promise<void>((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  return sessionOn(socket, printed);
}

/** The address that dlv says it listens on. */
export function listening(child: ChildProcess): Promise<{ address: string; printed: () => string }> {
  let printed = "";
  return new Promise((resolve, reject) => {
    const failed = () => reject(new Error(`dlv ended before it listened: ${printed.trim().slice(0, 300)}`));
    const timer = setTimeout(() => reject(new Error(`dlv does not listen: ${printed}`)), LIMIT_MS);
    for (const stream of child.stdio.slice(1)) {
      stream?.on("data", (chunk: Buffer) => {
        printed += chunk.toString();
        const address = /listening at: (\S+)/.exec(printed)?.[1];
        if (!address) return;
        clearTimeout(timer);
        child.off("close", failed);
        resolve({ address, printed: () => printed });
      });
    }
    child.once("error", reject);
    child.once("close", failed);
  });
}

export async function ended(child: ChildProcess, session?: DapSession): Promise<void> {
  session?.close();
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  const timer = setTimeout(() => child.kill("SIGKILL"), 5_000);
  child.kill("SIGTERM");
  await gone;
  clearTimeout(timer);
}

function sessionOn(socket: Socket, printed: () => string): DapSession {
  const waiting = new Map<number, (message: DapMessage) => void>();
  const events: DapMessage[] = [];
  const listeners = new Set<() => void>();
  let received = Buffer.alloc(0);
  let output = "";
  let sequence = 0;
  socket.on("data", (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    for (;;) {
      const header = /^Content-Length: (\d+)\r\n\r\n/.exec(received.toString("latin1", 0, 64));
      if (!header) return;
      const end = header[0].length + Number(header[1]);
      if (received.length < end) return;
      const message = JSON.parse(received.toString("utf8", header[0].length, end)) as DapMessage;
      received = received.subarray(end);
      if (message.event === "output") output += String(message.body?.["output"]);
      if (message.type === "event") events.push(message);
      if (message.type === "response") waiting.get(message.request_seq ?? 0)?.(message);
      for (const listener of listeners) listener();
    }
  });
  socket.on("error", () => {});
  return {
    output: () => output + printed(),
    close: () => socket.destroy(),
    request: (command, args = {}) =>
      limited(
        `${command} is not answered`,
        new Promise((resolve, reject) => {
          sequence++;
          waiting.set(sequence, (message) =>
            message.success ? resolve(message) : reject(new Error(`${command}: ${wordsOf(message)} ${output}`)),
          );
          const text = JSON.stringify({ seq: sequence, type: "request", command, arguments: args });
          socket.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
        }),
      ),
    event: (name) =>
      limited(
        `no event ${name}`,
        new Promise((resolve) => {
          const look = () => {
            const at = events.findIndex(({ event }) => event === name);
            if (at < 0) return;
            listeners.delete(look);
            resolve(events.splice(at, 1)[0]);
          };
          listeners.add(look);
          look();
        }),
      ),
  };
}

function wordsOf(message: DapMessage): string {
  const error = message.body?.["error"] as { format?: string } | undefined;
  return error?.format ?? message.message ?? "failed";
}

function limited<T>(what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} within ${LIMIT_MS} ms`)), LIMIT_MS);
  });
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}
