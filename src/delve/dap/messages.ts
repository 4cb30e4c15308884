/**
 * The messages that the proxy itself writes. Sequence numbers are 0 as Delve's are, except where an answer must find
 * its way back.
 */
import { Event, Response } from "@vscode/debugadapter/lib/messages.js";
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Envelope } from "./framing.js";

/** The `id` of the errors that are ours; Delve's own are below 10,000. */
const ERROR_ID = 31_000;

export function responseTo(request: Envelope, body?: object): DebugProtocol.Response {
  return Object.assign(new Response(asked(request)), body !== undefined && { body });
}

/** `message` is a sentence for a person; with `showUser` the client shows it. */
export function errorTo(request: Envelope, message: string, { showUser = false } = {}): DebugProtocol.ErrorResponse {
  const error = { id: ERROR_ID, format: message, ...(showUser && { showUser }) };
  return Object.assign(new Response(asked(request), message), { body: { error } });
}

export function event(name: string, body: object = {}): DebugProtocol.Event {
  return new Event(name, body);
}

export function output(category: string, text: string): DebugProtocol.Event {
  return event("output", { category, output: text });
}

function asked({ seq = 0, command = "" }: Envelope): DebugProtocol.Request {
  return { seq, type: "request", command };
}
