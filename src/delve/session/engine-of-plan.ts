/** The Delve that a launch or attach needs (launch-plan.ts), started or connected to, with the client's help if need be. */
import { connectDapEngine, startDapEngine, terminalDapEngine } from "../engine/dap-engine.js";
import { hasFeature, type Version } from "../dlv/delve-versions.js";
import type { Engine, EngineProblem } from "../engine/engine.js";
import { LIKELY_GO } from "../children/foreign-children.js";
import type { Plan } from "../engine/launch-plan.js";
import { startRpcEngine } from "../engine/rpc-engine.js";
import type { SessionSettings } from "./session-settings.js";
import type { Forwarder } from "./forwarder.js";

/** Of the plans, those that need another Delve than that which greeted the client. */
export type TakeOver = Exclude<Plan, { kind: "pass" }>;

/** `signal` gives up on one that is on its way. */
export function engineOf(
  plan: TakeOver,
  { dlv = "", flags, cwd, env }: SessionSettings,
  forwarder: Forwarder,
  version: Version | undefined,
  signal: AbortSignal,
): Promise<Engine | EngineProblem> {
  const hear = (category: string, text: string) => forwarder.say(category, text);
  if (plan.kind === "remote") return connectDapEngine(plan);
  if (plan.kind === "headless") {
    return startRpcEngine({ dlv, flags, cwd, env }, plan, followed(plan.ours.follow, version, forwarder), hear, signal);
  }
  const options = { dlv, cwd, env, flags: plan.flags };
  if (plan.terminal === undefined) return startDapEngine(options, hear);
  const kind = plan.terminal;
  const runInTerminal = async (args: readonly string[], folder: string): Promise<string | undefined> => {
    const request = { kind, title: "Go Debug", cwd: folder, args };
    const answer = await forwarder.askClient("runInTerminal", request).catch((error: Error) => error);
    if (answer instanceof Error) return answer.message;
    return answer.success ? undefined : (answer.message ?? "it failed");
  };
  return terminalDapEngine({ ...options, asRoot: plan.asRoot }, runInTerminal, signal);
}

/** Which children an old Delve is to follow where neither client nor setting says which. */
function followed(asked: string | undefined, version: Version | undefined, forwarder: Forwarder): string | undefined {
  if (asked !== "" || version === undefined || hasFeature(version, "follow-exec")) return asked;
  const words =
    "loses breakpoints over children that are no Go programs: only those are followed that are started by a";
  forwarder.say(
    "console",
    `Go Diagnostics: dlv ${version.join(".")} ${words} path outside of the system's folders. Name others in followExecRegex.\n`,
  );
  return LIKELY_GO;
}
