/** The goroutines of a running program, as text over its pprof endpoints or from its gops agent. */
import type { Captured } from "../capture/capture-problem.js";
import { findSampled, findTarget } from "../capture/find-target.js";
import { fetchProfile } from "../capture/pprof-http.js";
import type { Access } from "../capture/pprof-endpoint.js";
import { targetKind } from "../capture/target-words.js";
import { captureFailure } from "./capture-failure.js";
import type { Terminal } from "./terminal.js";

/** What the program at `target` (http:, https:, unix:, pid: or gops:) answers; a dump where it can be had. */
export async function dumpOf(target: string, access: Access, terminal: Terminal): Promise<Uint8Array> {
  const answer = await dumpOrProblem(target, access, terminal);
  if (answer.ok) return answer.value;
  throw captureFailure(answer.problem);
}

async function dumpOrProblem(text: string, access: Access, { env, signal }: Terminal): Promise<Captured<Uint8Array>> {
  const named = targetKind(text);
  if (named !== "gops") {
    const target = await findTarget(text, access, signal);
    if (target.ok) {
      const { kind } = target.value;
      // Only the text has ids and waiting times; a query in the URL is the user's own choice of form.
      const query = target.value.query.has("debug") ? target.value.query : new URLSearchParams("debug=2");
      const asked = kind === "goroutineleak" ? kind : "goroutine";
      const fetched = await fetchProfile({ ...target.value, query }, asked, { signal });
      return fetched.ok ? { ok: true, value: fetched.value.bytes } : fetched;
    }
    if (named !== "pid") return target;
  }
  const sampled = await findSampled(text, access, env, signal);
  return sampled.ok ? sampled.value.goroutines({ signal }) : sampled;
}
