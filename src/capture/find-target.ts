/**
 * What a person names as a target, made ready to be sampled: a URL, `pid:N`, `gops:PID` or `gops:HOST:PORT`.
 */
import { type Captured, captured, problem, quoted } from "./capture-problem.js";
import { findPprof } from "./find-pprof.js";
import { type GopsAgent, gopsAgentOf } from "./gops.js";
import { type Access, parseTarget, type PprofTarget } from "./pprof-endpoint.js";
import { type Sampled, sampledOverHttp, sampledThroughGops } from "./sampled.js";
import { afterKind, processNamed, targetKind } from "./target-text.js";

/** How a program can be asked while it runs. */
export type Reached = { readonly target: PprofTarget } | { readonly agent: GopsAgent };

/** The program to sample. */
export async function findSampled(
  text: string,
  access: Access,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Captured<Sampled>> {
  const reached = await findProgram(text, access, env, signal);
  if (!reached.ok) return reached;
  const { value } = reached;
  return captured("agent" in value ? sampledThroughGops(value.agent) : sampledOverHttp(value.target));
}

/** Of a process its pprof endpoints are looked for first, then its gops agent. */
export async function findProgram(
  text: string,
  access: Access,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Captured<Reached>> {
  if (targetKind(text) === "gops") return gopsTarget(afterKind(text), env);
  const target = await findTarget(text, access, signal);
  if (target.ok) return captured({ target: target.value });
  const pid = processNamed(text);
  if (pid !== undefined && target.problem.code === "no-endpoint") {
    const agent = await gopsAgentOf(pid, env);
    if (agent !== undefined) return captured({ agent });
  }
  return target;
}

/** The pprof endpoints that a text names, or those of the process that it names. */
export async function findTarget(text: string, access: Access, signal: AbortSignal): Promise<Captured<PprofTarget>> {
  if (targetKind(text) !== "pid") return parseTarget(text, access);
  const pid = processNamed(text);
  if (pid === undefined) return notATarget(text, "pid: wants the number of a process", "Give pid:1234");
  const found = await findPprof(pid, signal, access);
  return found.ok ? captured(found.value.target) : found;
}

async function gopsTarget(text: string, env: NodeJS.ProcessEnv): Promise<Captured<Reached>> {
  if (/^\d{1,9}$/.test(text)) {
    const agent = await gopsAgentOf(Number(text), env);
    if (agent !== undefined) return captured({ agent });
    const todo = "Start one in the program: agent.Listen(agent.Options{}) of github.com/google/gops/agent";
    return problem("no-endpoint", `cannot reach process ${text}`, "it has no gops agent that is known here", todo);
  }
  const [, host, port] = /^(\[[^\]]+\]|[^:\s]+):(\d{1,5})$/.exec(text) ?? [];
  if (host === undefined || Number(port) > 65_535) {
    return notATarget(
      `gops:${text}`,
      "gops: wants a process id, or host and port",
      "Give gops:1234 or gops:localhost:6061",
    );
  }
  return captured({ agent: { host: host.replace(/^\[|\]$/g, ""), port: Number(port) } });
}

function notATarget(text: string, why: string, todo: string) {
  return problem("bad-url", `cannot use ${quoted(text) || "the empty target"}`, why, todo);
}
