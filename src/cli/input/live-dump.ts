/** The goroutines of a running program, as text over its pprof endpoints or from its gops agent. */
import type { Captured } from "../../capture/capture-problem.js";
import { findProgram } from "../../capture/find-target.js";
import { gopsStacks } from "../../capture/gops.js";
import { fetchProfile } from "../../capture/pprof-http.js";
import type { Access } from "../../capture/pprof-endpoint.js";
import { captureFailure } from "../output/capture-failure.js";
import type { Terminal } from "../terminal.js";

/** What the program at `target` (http:, https:, unix:, pid: or gops:) answers; a dump where it can be had. */
export async function dumpOf(target: string, access: Access, terminal: Terminal): Promise<Uint8Array> {
  const answer = await dumpOrProblem(target, access, terminal);
  if (answer.ok) return answer.value;
  throw captureFailure(answer.problem);
}

async function dumpOrProblem(text: string, access: Access, { env, signal }: Terminal): Promise<Captured<Uint8Array>> {
  const reached = await findProgram(text, access, env, signal);
  if (!reached.ok) return reached;
  if ("agent" in reached.value) return gopsStacks(reached.value.agent, { signal });
  const { target } = reached.value;
  // Only the text has ids and waiting times; a query in the URL is the user's own choice of form.
  const query = target.query.has("debug") ? target.query : new URLSearchParams("debug=2");
  const asked = target.kind === "goroutineleak" ? target.kind : "goroutine";
  const fetched = await fetchProfile({ ...target, query }, asked, { signal });
  return fetched.ok ? { ok: true, value: fetched.value.bytes } : fetched;
}

/**
 * The goroutine profile of the program at `target`: it has the goroutine that runs finalizers, which the text leaves
 * out (runtime/traceback.go, tracebackothers). Undefined where the target asks for something else, or has none.
 */
export async function goroutineProfileOf(
  text: string,
  access: Access,
  { env, signal }: Terminal,
): Promise<Uint8Array | undefined> {
  const reached = await findProgram(text, access, env, signal);
  if (!reached.ok || "agent" in reached.value) return undefined;
  const { target } = reached.value;
  if (target.query.has("debug") || target.kind === "goroutineleak") return undefined;
  const fetched = await fetchProfile(target, "goroutine", { signal });
  return fetched.ok ? fetched.value.bytes : undefined;
}
