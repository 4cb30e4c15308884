/**
 * JSON-RPC to a headless Delve, as Go's net/rpc/jsonrpc speaks it: one JSON document per line, answers by id and in
 * any order. Knows no method; what a call is for is the caller's.
 *
 * Delve reads the next call only after it has answered a synchronous one, and while the program runs most calls wait
 * for its next stop: a long call wants a connection of its own. Calls that are sent together cost one round trip.
 */
import { setMaxListeners } from "node:events";
import { connect, type Socket } from "node:net";
import { MemoryProblem } from "./paused-program.js";

export type DelveAddress = { readonly host: string; readonly port: number } | { readonly path: string };

export interface ConnectOptions {
  readonly signal?: AbortSignal | undefined;
  /** How long the connection may take to come about (5,000). */
  readonly limitMs?: number;
  /** A longer answer ends the connection (256 MiB). */
  readonly maxMessageBytes?: number;
}

/** Connects; rejects with a `MemoryProblem` ("disconnected") that says what to check. */
export function connectRpc(address: DelveAddress, options: ConnectOptions = {}): Promise<RpcClient> {
  const { signal, limitMs = 5_000, maxMessageBytes = 256 * 1_048_576 } = options;
  const shown = "path" in address ? address.path : `${address.host}:${address.port}`;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(interrupted());
    const socket = "path" in address ? connect(address.path) : connect(address.port, address.host);
    socket.setNoDelay(true);
    const settle = (problem?: MemoryProblem) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      socket.off("error", onError);
      if (problem === undefined) return resolve(new RpcClient(socket, maxMessageBytes));
      socket.on("error", () => {}); // what a destroyed socket still has to say
      socket.destroy();
      reject(problem);
    };
    const onAbort = () => settle(interrupted());
    const onError = (error: Error) =>
      settle(new MemoryProblem("disconnected", `no Delve at ${shown}: ${error.message}`));
    const timer = setTimeout(
      () => settle(new MemoryProblem("disconnected", `no Delve at ${shown}: it did not answer within ${limitMs} ms`)),
      limitMs,
    );
    socket.once("connect", () => settle());
    socket.on("error", onError);
    signal?.addEventListener("abort", onAbort);
  });
}

/** One call over a connection of its own. */
export async function askRpc<Result>(address: DelveAddress, method: string, parameters: object): Promise<Result> {
  const rpc = await connectRpc(address);
  try {
    return await rpc.call<Result>(method, parameters);
  } finally {
    rpc.close();
  }
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (problem: MemoryProblem) => void;
}

/** One connection. It is up until `closed` is settled; then every call rejects with why. */
export class RpcClient {
  readonly #socket: Socket;
  readonly #maxMessageBytes: number;
  readonly #waiting = new Map<number, Waiting>();
  readonly #settleClosed: (problem: MemoryProblem) => void;
  /** Settles, never rejects, when the connection is gone. */
  readonly closed: Promise<MemoryProblem>;
  #problem: MemoryProblem | undefined;
  #lastId = 0;
  /** The answer that is not complete yet; joined once, when its last piece has come. */
  #pieces: Buffer[] = [];
  #pieceBytes = 0;

  constructor(socket: Socket, maxMessageBytes: number) {
    this.#socket = socket;
    this.#maxMessageBytes = maxMessageBytes;
    let settle: (problem: MemoryProblem) => void = () => {};
    this.closed = new Promise((resolve) => (settle = resolve));
    this.#settleClosed = settle;
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    socket.on("error", (error) => this.#end(`the connection to Delve broke: ${error.message}`));
    socket.on("close", () => this.#end("Delve closed the connection"));
  }

  /**
   * The result of `RPCServer.<method>`. Rejects with a `MemoryProblem`: "unreadable" with Delve's own words when it
   * answers with an error, "disconnected", or "interrupted" when `signal` is aborted (Delve may still carry it out).
   */
  call<Result>(method: string, parameters: object, signal?: AbortSignal): Promise<Result> {
    if (this.#problem !== undefined) return Promise.reject(this.#problem);
    if (signal?.aborted) return Promise.reject(interrupted());
    // Node warns of a leak where more than ten listen; here every call that is under way does.
    if (signal !== undefined) setMaxListeners(0, signal);
    const id = ++this.#lastId;
    return new Promise<unknown>((resolve, reject) => {
      const onAbort = () => {
        this.#waiting.delete(id);
        reject(interrupted());
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      const done = () => signal?.removeEventListener("abort", onAbort);
      this.#waiting.set(id, {
        resolve: (result) => {
          done();
          resolve(result);
        },
        reject: (problem) => {
          done();
          reject(problem);
        },
      });
      this.#socket.write(`${JSON.stringify({ method: `RPCServer.${method}`, params: [parameters], id })}\n`);
    }) as Promise<Result>;
  }

  close(): void {
    this.#end("the connection to Delve was closed");
  }

  #receive(chunk: Buffer): void {
    let from = 0;
    // Go escapes line feeds inside strings: one on the wire always ends a document.
    for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, from)) {
      const piece = chunk.subarray(from, at);
      from = at + 1;
      const line = this.#pieces.length === 0 ? piece : Buffer.concat([...this.#pieces, piece]);
      this.#pieces = [];
      this.#pieceBytes = 0;
      this.#answer(line);
      if (this.#problem !== undefined) return;
    }
    if (from === chunk.length) return;
    this.#pieces.push(chunk.subarray(from));
    this.#pieceBytes += chunk.length - from;
    if (this.#pieceBytes > this.#maxMessageBytes) {
      this.#end(`Delve's answer is longer than ${this.#maxMessageBytes} bytes`);
    }
  }

  #answer(line: Buffer): void {
    if (line.length === 0) return;
    const answer = parsed(line);
    if (answer === undefined) return this.#end("what answers is not Delve's JSON-RPC");
    const waiting = this.#waiting.get(answer.id);
    if (waiting === undefined) return; // given up on
    this.#waiting.delete(answer.id);
    if (answer.error === null || answer.error === undefined) waiting.resolve(answer.result);
    else waiting.reject(new MemoryProblem("unreadable", wordsOf(answer.error)));
  }

  #end(why: string): void {
    if (this.#problem !== undefined) return;
    const problem = (this.#problem = new MemoryProblem("disconnected", why));
    this.#socket.destroy();
    this.#pieces = [];
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(problem);
    this.#settleClosed(problem);
  }
}

const LINE_FEED = 10;

function parsed(line: Buffer): { id: number; result?: unknown; error?: unknown } | undefined {
  try {
    const answer: unknown = JSON.parse(line.toString("utf8"));
    if (typeof answer !== "object" || answer === null || !("id" in answer)) return undefined;
    return typeof answer.id === "number" ? (answer as { id: number }) : undefined;
  } catch {
    return undefined;
  }
}

function wordsOf(error: unknown): string {
  return typeof error === "string" ? error : JSON.stringify(error);
}

function interrupted(): MemoryProblem {
  return new MemoryProblem("interrupted", "reading was given up");
}
