/**
 * Asks the model, wherever it lives: in a worker made from the script that the page carries, or, where a page may
 * have no worker, in the page itself, which then runs that same script.
 */
import { WORKER_BLOCK } from "../../src/core/views/page.js";
import type { AnswerTo, FromWorker, Question, QuestionName, Questions, ToWorker } from "../worker/queries.js";
import { errorText } from "../../src/core/text/error-text.js";

/** Refused with words for people; `offset` is where in the file. */
export class Refusal extends Error {
  readonly offset: number | undefined;

  constructor(message: string, offset: number | undefined) {
    super(message);
    this.offset = offset;
  }
}

export type Ask = <Name extends QuestionName>(type: Name, ask: Questions[Name]["ask"]) => Promise<AnswerTo<Name>>;

/** Only while a script runs does the document tell which one, and only scripts with its nonce may run. */
const nonce = (document.currentScript as HTMLScriptElement | null)?.nonce ?? "";

export function startAsking(log: (message: string) => void): Ask {
  const waiting = new Map<number, (message: FromWorker) => void>();
  const asked = new Map<number, ToWorker>();
  let next = 0;
  const settle = (message: FromWorker) => {
    waiting.get(message.id)?.(message);
    waiting.delete(message.id);
    asked.delete(message.id);
  };
  let send = (message: ToWorker) => worker.postMessage(message);
  const here = (why: string) => {
    log(`no worker (${why}): the page computes by itself`);
    send = runHere(settle);
    for (const message of asked.values()) send(message);
  };
  let worker: Worker;
  try {
    worker = createWorker();
    let alive = false;
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      alive = true;
      settle(data);
    };
    worker.onerror = (event) => {
      if (!alive) return here(event.message || "it did not start");
      for (const id of [...waiting.keys()]) settle({ id, problem: { message: event.message || "The worker failed." } });
    };
  } catch (error) {
    here(errorText(error));
  }
  return (type, ask) =>
    new Promise((resolve, reject) => {
      const id = next++;
      const message: ToWorker = { id, question: { type, ...ask } as Question };
      waiting.set(id, (reply) => {
        if ("problem" in reply) reject(new Refusal(reply.problem.message, reply.problem.offset));
        else resolve(reply.answer);
      });
      asked.set(id, message);
      send(message);
    });
}

function workerScript(): string {
  return JSON.parse(document.getElementById(WORKER_BLOCK)!.textContent) as string;
}

function createWorker(): Worker {
  const url = URL.createObjectURL(new Blob([workerScript()], { type: "text/javascript" }));
  try {
    return new Worker(url);
  } finally {
    setTimeout(() => URL.revokeObjectURL(url), 10_000); // a worker that starts slowly still has to read it
  }
}

/** Runs the worker's script in the page, with a stand-in for the two members of its scope that it uses. */
function runHere(settle: (message: FromWorker) => void): (message: ToWorker) => void {
  const scope = { postMessage: settle, onmessage: (_event: { readonly data: ToWorker }) => {} };
  Object.assign(window, { viewerWorkerScope: scope });
  const script = document.createElement("script");
  script.nonce = nonce;
  // eslint-disable-next-line no-restricted-syntax -- a script of ours
  script.textContent = `((self) => {${workerScript()}\n})(window.viewerWorkerScope)`;
  document.body.append(script);
  script.remove();
  return (data) => scope.onmessage({ data });
}
