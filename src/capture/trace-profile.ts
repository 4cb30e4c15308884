/** Profiles of what an execution trace recorded, made by Go's own tool (`go tool trace -pprof=TYPE`). */
import { execFile } from "node:child_process";
import { type Captured, captured, problem, quoted } from "./capture-problem.js";

/** What goroutines waited for: a processor, each other, the network, the system. */
export type TraceProfile = "sched" | "sync" | "net" | "syscall";

/** Profiles of traces are small: one sample for each stack. */
const MOST_BYTES = 256 << 20;

/** A gzipped pprof protobuf profile of contentions and delay. The go command is run in the environment given. */
export function profileOfTrace(
  file: string,
  type: TraceProfile,
  { env, signal }: { readonly env: NodeJS.ProcessEnv; readonly signal: AbortSignal },
): Promise<Captured<Uint8Array>> {
  const what = "cannot make a profile of this trace";
  const options = { env, signal, encoding: "buffer", maxBuffer: MOST_BYTES, windowsHide: true } as const;
  return new Promise((resolve) => {
    execFile("go", ["tool", "trace", `-pprof=${type}`, file], options, (error, stdout, stderr) => {
      if (signal.aborted) resolve(problem("aborted", what, "it was interrupted", "Start it again when you are ready"));
      else if (error?.code === "ENOENT") resolve(problem("start", what, "there is no go command", "Install Go"));
      else if (error) {
        const why = quoted(stderr.toString()) || error.message;
        resolve(problem("undecodable", what, why, "Use a Go that is at least as new as the program's"));
      } else resolve(captured(new Uint8Array(stdout)));
    });
  });
}
