/** Runs one job in a thread of its own, with progress that can be cancelled; asks for a token where the engine wants one. */
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type * as vscode from "vscode";
import { sentenceOf } from "../../capture/capture-problem.js";
import { withCancel } from "../with-cancel.js";
import { accessTo, askToken } from "./engine-tokens.js";
import type { FleetJob, FromFleetThread } from "./fleet-thread.js";

type Wanted = FleetJob extends infer Job ? (Job extends FleetJob ? Omit<Job, "access"> : never) : never;
type Answer = Exclude<FromFleetThread, { type: "step" }>;
type Done = Exclude<Answer, { type: "failed" }>;

/** Undefined where it was cancelled; throws with a sentence where it failed. */
export async function runFleetJob(
  context: vscode.ExtensionContext,
  title: string,
  wanted: Wanted,
): Promise<Done | undefined> {
  for (let isAsked = false; ; isAsked = true) {
    const done = await runOnce(context, title, { ...wanted, access: await accessTo(context, wanted.engine) });
    if (done.type !== "failed") return done;
    if (done.problem.code === "aborted") return undefined;
    const mayAsk = done.problem.code === "auth" && !isAsked;
    if (!mayAsk || !(await askToken(context, wanted.engine))) throw new Error(sentenceOf(done.problem));
  }
}

function runOnce(context: vscode.ExtensionContext, title: string, job: FleetJob): Thenable<Answer> {
  const stop = new AbortController();
  return withCancel(title, stop, (report) => {
    const thread = new Worker(join(context.extensionPath, "dist", "fleet-thread.cjs"), { workerData: job });
    stop.signal.addEventListener("abort", () => thread.postMessage("stop"));
    return new Promise<Answer>((resolve, reject) => {
      thread.on("message", (message: FromFleetThread) => {
        if (message.type === "step") report(`asking for ${message.text}`);
        else resolve(message);
      });
      thread.on("error", reject);
      thread.on("exit", (code) => reject(new Error(`The diagnosis ended unexpectedly (exit code ${code}).`)));
    }).finally(() => void thread.terminate());
  });
}
