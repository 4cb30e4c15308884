/** The viewer's worker: decodes and computes, so that the page stays free. */
import { answerTo } from "./answer.js";
import { Model } from "./model.js";
import { openBytes } from "./open-bytes.js";
import type { FromWorker, ToWorker } from "./queries.js";

const model = new Model(openBytes);

/** The page compiles against the DOM; this file runs in a worker, of which it needs only these two. */
const scope = self as unknown as {
  onmessage: (event: MessageEvent<ToWorker>) => void;
  postMessage(message: FromWorker, transfer?: Transferable[]): void;
};

scope.onmessage = ({ data }) => void answerTo(model, data).then((message) => scope.postMessage(message));
