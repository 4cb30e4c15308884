/** Requests of the client that Delve gets in other words than they came: the message that goes, undefined as it is. */
import type { DebugProtocol } from "@vscode/debugprotocol";
import { inDelvesWords, mayNeedDelvesWords, messageInDelvesWords } from "./conditions.js";
import { type Frame, messageOf } from "../dap/framing.js";
import type { Attributes } from "../engine/launch-plan.js";

/** Breakpoints of any kind: their conditions and log messages. */
export function breakpointsInDelvesWords(frame: Frame): object | undefined {
  if (!mayNeedDelvesWords(frame.bytes)) return undefined;
  const message = messageOf<DebugProtocol.SetBreakpointsRequest>(frame);
  const breakpoints = message?.arguments.breakpoints?.map((one) => ({
    ...one,
    ...(one.condition !== undefined && { condition: inDelvesWords(one.condition) }),
    ...(one.logMessage !== undefined && { logMessage: messageInDelvesWords(one.logMessage) }),
  }));
  if (breakpoints === undefined) return undefined;
  return { ...message, arguments: { ...message?.arguments, breakpoints } };
}

export function evaluationInDelvesWords(frame: Frame): object | undefined {
  if (!mayNeedDelvesWords(frame.bytes)) return undefined;
  const message = messageOf<DebugProtocol.EvaluateRequest>(frame);
  if (message === undefined) return undefined;
  const expression = inDelvesWords(message.arguments.expression);
  return { ...message, arguments: { ...message.arguments, expression } };
}

/** Delve cannot build a binary again that it did not build, and ends the session over it. */
export function restartInDelvesWords(frame: Frame, launched: Attributes): object | undefined {
  if (launched["mode"] !== "exec") return undefined;
  const message = messageOf<DebugProtocol.RestartRequest>(frame);
  const given = message?.arguments?.arguments as Attributes | undefined;
  if (message === undefined || given?.["rebuild"] !== undefined) return undefined;
  return { ...message, arguments: { arguments: { ...given, request: "launch", rebuild: false } } };
}
