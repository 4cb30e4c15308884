/** One question of the page, answered or refused in words: the same in the worker and, without one, in the page. */
import { FormatError } from "../src/core/format-error.js";
import type { Model } from "./model.js";
import type { FromWorker, ToWorker } from "./queries.js";

export async function answerTo(model: Model, { id, question }: ToWorker): Promise<FromWorker> {
  try {
    return { id, answer: await model.answer(question) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { id, problem: { message, offset: error instanceof FormatError ? error.offset : undefined } };
  }
}
