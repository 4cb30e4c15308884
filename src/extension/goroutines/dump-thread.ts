/**
 * The thread that reads an opened goroutine dump and answers for it: 64 MB of text take seconds, and the tables stay
 * here; only pages leave. Its bundle is dist/dump-thread.cjs.
 */
import { parentPort, workerData } from "node:worker_threads";
import { gunzip } from "../../capture/gunzip.js";
import { FormatError } from "../../core/text/format-error.js";
import type { Goroutines } from "../../core/goroutines/goroutine.js";
import { isGzip } from "../../core/text/gzip.js";
import { openGoroutines } from "../../core/open.js";
import { goroutineAnswers, type GoroutineAnswers } from "../../core/goroutines/answers.js";
import type { Requests } from "../../delve/session/requests.js";
import { errorText } from "../../core/text/error-text.js";

export interface DumpJob {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** An earlier dump of the same process, to compare with. */
  readonly base?: { readonly name: string; readonly bytes: Uint8Array };
}

export interface ToDumpThread {
  readonly id: number;
  readonly name: keyof Requests;
  readonly about: Requests[keyof Requests]["arguments"];
}

export type FromDumpThread =
  | { readonly type: "read"; readonly total: number }
  | { readonly type: "unreadable"; readonly why: string }
  | { readonly type: "answer"; readonly id: number; readonly body: unknown }
  | { readonly type: "failed"; readonly id: number; readonly why: string };

const say = (message: FromDumpThread) => parentPort?.postMessage(message);

function read({ name, bytes }: Pick<DumpJob, "name" | "bytes">): Goroutines {
  const plain = isGzip(bytes) ? gunzip(bytes).bytes : bytes;
  try {
    return openGoroutines(plain);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new Error(`${name} has no goroutines: ${error.message}.`, { cause: error });
  }
}

function answer(answers: GoroutineAnswers, { name, about }: ToDumpThread): unknown {
  switch (name) {
    case "goDiagnostics/goroutines":
      return answers.goroutines(about);
    case "goDiagnostics/goroutine": {
      const { id } = about as Requests["goDiagnostics/goroutine"]["arguments"];
      const found = answers.goroutine(about as Requests["goDiagnostics/goroutine"]["arguments"]);
      if (!found) throw new Error(`There is no goroutine ${id}.`);
      return found;
    }
    case "goDiagnostics/changes":
      return answers.changes();
    case "goDiagnostics/leaks":
      return answers.leaks();
    default:
      throw new Error("A dump has no memory to look into.");
  }
}

try {
  const job = workerData as DumpJob;
  const before = job.base && { stop: 1, goroutines: read(job.base) };
  const goroutines = read(job);
  const answers = goroutineAnswers({
    stop: before ? 2 : 1,
    goroutines,
    before,
    history: before && [{ stop: 1, total: before.goroutines.total }],
  });
  parentPort?.on("message", (question: ToDumpThread) => {
    try {
      say({ type: "answer", id: question.id, body: answer(answers, question) });
    } catch (error) {
      say({ type: "failed", id: question.id, why: errorText(error) });
    }
  });
  say({ type: "read", total: goroutines.total });
} catch (error) {
  say({ type: "unreadable", why: errorText(error) });
}
