/** The viewer's worker: decodes and computes, so that the page stays free. */
import { FormatError } from "../../src/core/text/format-error.js";
import { Model } from "./model.js";
import { openBytes } from "./open-bytes.js";
import type { FromWorker, ToWorker } from "./queries.js";
import { errorText } from "../../src/core/text/error-text.js";

const model = new Model(openBytes);

/** The page compiles against the DOM; this file runs in a worker, of which it needs only these two. */
const scope = self as unknown as {
  onmessage: (event: MessageEvent<ToWorker>) => void;
  postMessage(message: FromWorker): void;
};

scope.onmessage = ({ data }) => void answerTo(data).then((message) => scope.postMessage(message));

/** One question of the page, answered or refused in words. */
async function answerTo({ id, question }: ToWorker): Promise<FromWorker> {
  try {
    return { id, answer: await model.answer(question) };
  } catch (error) {
    const message = errorText(error);
    return { id, problem: { message, offset: error instanceof FormatError ? error.offset : undefined } };
  }
}
