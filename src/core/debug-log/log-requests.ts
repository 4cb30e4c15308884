/** Requests and answers in a log of Delve: DAP messages, and calls of its JSON-RPC. */
import type { LogLine } from "./log-lines.js";

export interface LoggedRequest {
  readonly layer: "dap" | "rpc";
  readonly command: string;
  /** DAP's number of the request, or the count of the call in the log. */
  readonly seq: number;
  readonly line: number;
  readonly atMs: number;
  /** Until the answer, as exact as the log's clock; absent where there is no answer. */
  readonly ms?: number;
  readonly error?: string;
}

export interface LoggedEvent {
  readonly event: string;
  readonly line: number;
  readonly atMs: number;
  readonly reason?: string;
}

export interface Conversation {
  readonly requests: readonly LoggedRequest[];
  readonly events: readonly LoggedEvent[];
  /** Messages that are cut or are no JSON. */
  readonly unreadable: number;
}

type Growing = { -readonly [K in keyof LoggedRequest]: LoggedRequest[K] };

const FROM_CLIENT = /^\[<- from client\](.*)$/;
const TO_CLIENT = /^\[-> to client\](.*)$/;
const CALL = /^(\(async \d+\) )?<- RPCServer\.(\w+)\(/;
const ANSWER = /^(\(async \d+\) )?-> /;
const RPC_ERROR = / error: "(.*)"$/;

export function conversationIn(lines: readonly LogLine[]): Conversation {
  const requests: Growing[] = [];
  const events: LoggedEvent[] = [];
  const bySeq = new Map<number, Growing>();
  /** Calls of JSON-RPC that wait for their answer: those one after the other under "", the others by their mark. */
  const waiting = new Map<string, Growing[]>();
  let unreadable = 0;
  let calls = 0;

  for (const { layer, text, line, atMs } of lines) {
    if (layer === "dap") {
      const json = (FROM_CLIENT.exec(text) ?? TO_CLIENT.exec(text))?.[1];
      if (json === undefined) continue;
      const message = messageIn(json);
      if (message === undefined) unreadable++;
      else if (message.type === "request") {
        const request: Growing = {
          layer: "dap",
          command: textOf(message.command) ?? "?",
          seq: Number(message.seq),
          line,
          atMs,
        };
        requests.push(request);
        bySeq.set(request.seq, request);
      } else if (message.type === "response") {
        const request = bySeq.get(Number(message.request_seq));
        if (request === undefined) continue;
        request.ms = atMs - request.atMs;
        if (message.success === false) {
          request.error = textOf(message.body?.error?.format) ?? textOf(message.message) ?? "failed";
        }
      } else if (message.type === "event") {
        const reason = textOf(message.body?.reason);
        events.push({ event: textOf(message.event) ?? "?", line, atMs, ...(reason !== undefined && { reason }) });
      }
    } else if (layer === "rpc") {
      const call = CALL.exec(text);
      if (call !== null) {
        const request: Growing = { layer: "rpc", command: call[2], seq: ++calls, line, atMs };
        requests.push(request);
        const mark = call[1] ?? "";
        const others = waiting.get(mark);
        if (others === undefined) waiting.set(mark, [request]);
        else others.push(request);
        continue;
      }
      const answer = ANSWER.exec(text);
      const request = answer === null ? undefined : waiting.get(answer[1] ?? "")?.shift();
      if (request === undefined) continue;
      request.ms = atMs - request.atMs;
      const error = RPC_ERROR.exec(text)?.[1];
      if (error !== undefined && error !== "") request.error = error;
    }
  }
  return { requests, events, unreadable };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

interface DapMessage {
  readonly type?: unknown;
  readonly seq?: unknown;
  readonly command?: unknown;
  readonly request_seq?: unknown;
  readonly success?: unknown;
  readonly message?: unknown;
  readonly event?: unknown;
  readonly body?: { readonly reason?: unknown; readonly error?: { readonly format?: unknown } };
}

function messageIn(json: string): DapMessage | undefined {
  try {
    const message: unknown = JSON.parse(json);
    return typeof message === "object" && message !== null ? message : undefined;
  } catch {
    return undefined;
  }
}
