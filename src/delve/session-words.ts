/**
 * The messages that the proxy itself writes. Sequence numbers are 0 as Delve's are, except where an answer must find
 * its way back.
 */
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Envelope } from "./framing.js";

/** The `id` of the errors that are ours; Delve's own are below 10,000. */
const ERROR_ID = 31_000;

export function responseTo(request: Envelope, body?: object): DebugProtocol.Response {
  return {
    seq: 0,
    type: "response",
    request_seq: request.seq ?? 0,
    success: true,
    command: request.command ?? "",
    ...(body !== undefined && { body }),
  };
}

/** `message` is a sentence for a person; with `showUser` the client shows it. */
export function errorTo(request: Envelope, message: string, { showUser = false } = {}): DebugProtocol.ErrorResponse {
  return {
    seq: 0,
    type: "response",
    request_seq: request.seq ?? 0,
    success: false,
    command: request.command ?? "",
    message,
    body: { error: { id: ERROR_ID, format: message, ...(showUser && { showUser }) } },
  };
}

export function event(name: string, body: object = {}): DebugProtocol.Event {
  return { seq: 0, type: "event", event: name, body };
}

export function output(category: string, text: string): DebugProtocol.Event {
  return event("output", { category, output: text });
}
