/**
 * A diagnosis posted to a webhook: `{text, diagnosis}`. Chats (Slack, Mattermost, Google Chat, …) show the text, which
 * is Markdown; programs read the diagnosis, which is the document of `--json`.
 */
import type { Diagnosis } from "../core/diagnosis.js";
import { diagnosisMarkdown } from "../core/diagnosis-text.js";
import { Failure } from "./failure.js";

const TIMEOUT_MS = 15_000;

export async function postDiagnosis(url: string, diagnosis: Diagnosis): Promise<void> {
  const failure = (why: string) =>
    // The URL of a webhook is its secret: only the host is named.
    new Failure("webhook", "cannot post to the webhook", why, "Check the URL; the diagnosis above is complete");
  const host = hostOf(url);
  if (host === undefined) throw failure("it is not a URL that starts with http:// or https://");
  let response: Response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ text: diagnosisMarkdown(diagnosis), diagnosis }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.body?.cancel();
  } catch (error) {
    const { name, message, cause } = error as Error;
    const why = cause instanceof Error && cause.message !== "" ? cause.message : message;
    throw failure(name === "TimeoutError" ? `${host} did not answer within ${TIMEOUT_MS / 1000} s` : `${host}: ${why}`);
  }
  if (!response.ok) throw failure(`${host} answered ${response.status} ${response.statusText}`.trim());
}

function hostOf(url: string): string | undefined {
  try {
    const { protocol, host } = new URL(url);
    return /^https?:$/.test(protocol) ? host : undefined;
  } catch {
    return undefined;
  }
}
