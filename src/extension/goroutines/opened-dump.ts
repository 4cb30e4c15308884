/** A goroutine dump as a source of the Goroutines view: read and answered for by a thread of its own. */
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { DumpJob, FromDumpThread, ToDumpThread } from "./dump-thread.js";
import type { OpenedDump } from "./goroutine-source.js";

interface Waiting {
  readonly resolve: (body: never) => void;
  readonly reject: (why: Error) => void;
}

/** Rejects with a sentence for a person when there are no goroutines in it. */
export async function readDump(extensionPath: string, job: DumpJob): Promise<OpenedDump> {
  const thread = new Worker(join(extensionPath, "dist", "dump-thread.cjs"), { workerData: job });
  const waiting = new Map<number, Waiting>();
  let count = 0;
  const gone = (why: string) => {
    for (const { reject } of waiting.values()) reject(new Error(why));
    waiting.clear();
  };
  try {
    await new Promise<void>((resolve, reject) => {
      thread.on("message", (message: FromDumpThread) => {
        switch (message.type) {
          case "read":
            return resolve();
          case "unreadable":
            return reject(new Error(message.why));
          case "answer":
            waiting.get(message.id)?.resolve(message.body as never);
            break;
          case "failed":
            waiting.get(message.id)?.reject(new Error(message.why));
            break;
        }
        waiting.delete(message.id);
      });
      thread.on("error", reject);
      thread.on("exit", () => {
        reject(new Error(`Reading ${job.name} ended unexpectedly.`));
        gone(`${job.name} is closed.`);
      });
    });
  } catch (error) {
    void thread.terminate();
    throw error;
  }
  return {
    name: job.base ? `${job.name}, compared with ${job.base.name}` : job.name,
    ask: (name, about) =>
      new Promise((resolve, reject) => {
        const id = ++count;
        waiting.set(id, { resolve, reject });
        thread.postMessage({ id, name, about } satisfies ToDumpThread);
      }),
    close: () => void thread.terminate(),
  };
}
