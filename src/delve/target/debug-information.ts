/**
 * Whether Delve can name what is in a program. One that was stripped of its debug information runs under Delve, and can
 * be attached to, but no type and no variable of it is known.
 */
import type { RpcClient } from "../dlv/json-rpc.js";
import { TargetProblem } from "./target-problem.js";

/** Rejects with a `TargetProblem` for a program without debug information, and for one that is not Go's. */
export async function expectDebugInformation(client: RpcClient, signal?: AbortSignal): Promise<void> {
  const { Types } = await client.call<{ readonly Types?: readonly string[] | null }>(
    "ListTypes",
    { Filter: "^runtime\\.g$" },
    signal,
  );
  if ((Types ?? []).length > 0) return;
  throw new TargetProblem(
    "it has no debug information, so Delve cannot read its memory",
    "Build it without -s and -w (see GOFLAGS and -ldflags), or import net/http/pprof in it",
    "no-debug-info",
  );
}
