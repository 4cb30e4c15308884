/**
 * JSON-RPC to a headless Delve, as Go's net/rpc/jsonrpc speaks it: one JSON document per line, answers by id and in
 * any order. Knows no method; what a call is for is the caller's.
 *
 * Delve reads the next call only after it has answered a synchronous one, and while the program runs most calls wait
 * for its next stop: a long call wants a connection of its own. Calls that are sent together cost one round trip.
 */
import { setMaxListeners } from "node:events";
import { connect, type Socket } from "node:net";
import { MemoryProblem } from "../../process/paused-program.js";

export type DelveAddress = { readonly host: string; readonly port: number } | { readonly path: string };

export interface ConnectOptions {
  readonly signal?: AbortSignal | undefined;
  /** How long the connection may take to come about (5,000). */
  readonly limitMs?: number;
  /** A longer answer ends the connection (32 MiB). */
  readonly maxMessageBytes?: number;
}

/** Connects; rejects with a `MemoryProblem` ("disconnected") that says what to check. */
export function connectRpc(address: DelveAddress, options: ConnectOptions = {}): Promise<RpcClient> {
  const { signal, limitMs = 5_000, maxMessageBytes = MAX_ANSWER_BYTES } = options;
  const shown = "path" in address ? address.path : `${address.host}:${address.port}`;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(interrupted());
    let client: RpcClient | undefined;
    // All that comes goes through one buffer: tables of memory would leave hundreds of megabytes to be collected.
    const onread = {
      buffer: Buffer.allocUnsafeSlow(READ_BYTES),
      callback: (length: number, buffer: Uint8Array) => {
        client?.receive(buffer.subarray(0, length));
        return true;
      },
    };
    const socket = connect({ ...address, noDelay: true, onread });
    const settle = (problem?: MemoryProblem) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      socket.off("error", onError);
      if (problem === undefined) return resolve((client = new RpcClient(socket, maxMessageBytes)));
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

/**
 * Reads the result from an answer's line without making objects of it; undefined where that does not do, and then the
 * line is read as JSON.
 */
export type ResultOfLine = (line: Uint8Array) => unknown;

/** How long Delve may take over one call: it first reads debug information, which takes half a minute of the largest. */
const ANSWER_LIMIT_MS = 60_000;
/** … and over what takes no time, which is asked first: one that does not answer is no Delve, or is stuck. */
const QUICK_LIMIT_MS = 8_000;
const QUICK: ReadonlySet<string> = new Set(["GetVersion", "ProcessPid", "FollowExec"]);
/** These last as long as the program runs, or stands where it cannot be let go. */
const UNLIMITED: ReadonlySet<string> = new Set(["Command", "State", "Detach", "Restart"]);

interface Waiting {
  readonly ofLine: ResultOfLine | undefined;
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
  readonly #limitsMs: { readonly quick: number; readonly other: number };
  /** The answer that is not complete yet: so many bytes of `#held`, which is kept for the next one. */
  #held: Uint8Array = new Uint8Array(0);
  #heldBytes = 0;

  constructor(socket: Socket, maxMessageBytes: number, limitsMs = { quick: QUICK_LIMIT_MS, other: ANSWER_LIMIT_MS }) {
    this.#limitsMs = limitsMs;
    this.#socket = socket;
    this.#maxMessageBytes = maxMessageBytes;
    let settle: (problem: MemoryProblem) => void = () => {};
    this.closed = new Promise((resolve) => (settle = resolve));
    this.#settleClosed = settle;
    socket.on("error", (error) => this.#end(`the connection to Delve broke: ${error.message}`));
    socket.on("close", () => this.#end("Delve closed the connection"));
  }

  /**
   * The result of `RPCServer.<method>`. Rejects with a `MemoryProblem`: "unreadable" with Delve's own words when it
   * answers with an error, "disconnected" (also when it does not answer in time), or "interrupted" when `signal` is aborted (Delve may still carry it out).
   */
  call<Result>(method: string, parameters: object, signal?: AbortSignal, ofLine?: ResultOfLine): Promise<Result> {
    if (this.#problem !== undefined) return Promise.reject(this.#problem);
    if (signal?.aborted) return Promise.reject(interrupted());
    // Node warns of a leak where more than ten listen; here every call that is under way does.
    if (signal !== undefined) setMaxListeners(0, signal);
    const id = ++this.#lastId;
    return new Promise<unknown>((resolve, reject) => {
      const onAbort = () => {
        this.#waiting.delete(id);
        clearTimeout(timer);
        reject(interrupted());
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      const { quick, other } = this.#limitsMs;
      const limitMs = UNLIMITED.has(method) ? undefined : QUICK.has(method) ? quick : other;
      const timer =
        limitMs === undefined
          ? undefined
          : setTimeout(() => this.#end(`Delve does not answer (${method}, ${limitMs / 1000} s)`), limitMs);
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", onAbort);
      };
      this.#waiting.set(id, {
        ofLine,
        resolve: (result) => {
          done();
          resolve(result);
        },
        reject: (problem) => {
          done();
          reject(problem);
        },
      });
      this.#cork();
      this.#socket.write(`${JSON.stringify({ method: `RPCServer.${method}`, params: [parameters], id })}\n`);
    }) as Promise<Result>;
  }

  /** Calls that are made in one go leave together. */
  #cork(): void {
    if (this.#socket.writableCorked > 0) return;
    this.#socket.cork();
    process.nextTick(() => this.#socket.uncork());
  }

  /** With what every call from now on rejects; undefined while the connection is up. */
  get problem(): MemoryProblem | undefined {
    return this.#problem;
  }

  close(): void {
    this.#end("the connection to Delve was closed");
  }

  /** What has come; the bytes are another's from then on. */
  receive(chunk: Uint8Array): void {
    let from = 0;
    // Go escapes line feeds inside strings: one on the wire always ends a document.
    for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, from)) {
      let line = chunk.subarray(from, at);
      if (this.#heldBytes > 0) {
        this.#hold(line);
        line = this.#held.subarray(0, this.#heldBytes);
        this.#heldBytes = 0;
      }
      from = at + 1;
      this.#answer(Buffer.from(line.buffer, line.byteOffset, line.length));
      if (this.#held.length > MAX_KEPT) this.#held = new Uint8Array(0);
      if (this.#problem !== undefined) return;
    }
    this.#hold(chunk.subarray(from));
    if (this.#heldBytes > this.#maxMessageBytes) {
      this.#end(`Delve's answer is longer than ${this.#maxMessageBytes} bytes`);
    }
  }

  #hold(piece: Uint8Array): void {
    const bytes = this.#heldBytes + piece.length;
    if (bytes > this.#held.length) {
      const grown = new Uint8Array(Math.max(bytes, this.#held.length * 2, READ_BYTES * 2));
      grown.set(this.#held.subarray(0, this.#heldBytes));
      this.#held = grown;
    }
    this.#held.set(piece, this.#heldBytes);
    this.#heldBytes = bytes;
  }

  #answer(line: Buffer): void {
    if (line.length === 0) return;
    const id = idOf(line);
    const result = this.#waiting.get(id)?.ofLine?.(line);
    const answer = result === undefined ? parsed(line) : { id, result };
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
    this.#held = new Uint8Array(0);
    this.#heldBytes = 0;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(problem);
    this.#settleClosed(problem);
  }
}

/** Of memory they are 87 kB; the largest, all types of a large program, a few megabytes. */
const MAX_ANSWER_BYTES = 32 << 20;
const LINE_FEED = 10;
const READ_BYTES = 65_536;
/** Of the room for an answer: those of memory are 87 kB, others can be a thousand times longer. */
const MAX_KEPT = 1 << 20;

/** Where it stands first, as Go writes it; -1 where not. */
function idOf(line: Buffer): number {
  return Number(/^\{"id":(\d{1,15}),/.exec(line.toString("latin1", 0, 24))?.[1] ?? -1);
}

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
