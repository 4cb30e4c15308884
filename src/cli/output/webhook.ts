/**
 * A diagnosis posted to a webhook: `{text, content, diagnosis}`. Chats show the text, which is Markdown (Slack,
 * Mattermost and Google Chat read `text`, Discord reads `content` and takes no more than 2,000 characters); programs
 * read the diagnosis, which is the document of `--json`.
 *
 * What may pass is tried again: no connection, no answer in time, 429 and 5xx. All attempts together take at most half
 * a minute, then the job goes on without.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Diagnosis } from "../../core/diagnosis/diagnosis.js";
import { diagnosisMarkdown } from "../../core/diagnosis/report/diagnosis-text.js";
import { Failure } from "../failure.js";

/** How the time is spent; tests are in more of a hurry. */
export interface Patience {
  /** For one attempt. */
  readonly attemptMs: number;
  /** Before the second attempt and the ones after it. */
  readonly pausesMs: readonly number[];
  /** In all; a server's Retry-After cannot make it longer. */
  readonly totalMs: number;
}

const PATIENCE: Patience = { attemptMs: 10_000, pausesMs: [1000, 4000], totalMs: 30_000 };
const TEXT_LIMIT = 30_000;
const DISCORD_LIMIT = 2000;

/** Throws Failure when it could not be delivered. */
export async function postDiagnosis(
  url: string,
  diagnosis: Diagnosis,
  signal: AbortSignal,
  patience: Patience = PATIENCE,
): Promise<void> {
  const failure = (why: string) =>
    // The URL of a webhook is its secret: only the host is named.
    new Failure("webhook", "cannot post to the webhook", why, "Check the URL; the diagnosis above is complete");
  const host = hostOf(url);
  if (host === undefined) throw failure("it is not a URL that starts with http:// or https://");
  const text = diagnosisMarkdown(diagnosis);
  const body = JSON.stringify({
    text: cut(text, TEXT_LIMIT),
    content: cut(text, DISCORD_LIMIT),
    diagnosis,
  });
  const until = performance.now() + patience.totalMs;
  for (let attempt = 0; ; attempt++) {
    const left = until - performance.now();
    const outcome = await post(url, host, body, Math.min(patience.attemptMs, left), signal);
    if (outcome === "delivered") return;
    const pause = Math.max(patience.pausesMs[attempt] ?? Infinity, outcome.retryAfterMs);
    const isLast = !outcome.mayPass || performance.now() + pause > until || signal.aborted;
    if (isLast) throw failure(attempt === 0 ? outcome.why : `${outcome.why} (tried ${attempt + 1} times)`);
    await sleep(pause, undefined, { signal }).catch(() => {});
  }
}

interface Undelivered {
  readonly why: string;
  readonly mayPass: boolean;
  readonly retryAfterMs: number;
}

async function post(
  url: string,
  host: string,
  body: string,
  limitMs: number,
  signal: AbortSignal,
): Promise<"delivered" | Undelivered> {
  try {
    const { address, authorization } = withoutCredentials(url);
    const response = await fetch(address, {
      method: "POST",
      // A redirect (307, 308) would post the diagnosis elsewhere.
      redirect: "manual",
      headers: { "content-type": "application/json", ...(authorization !== undefined && { authorization }) },
      body,
      signal: AbortSignal.any([AbortSignal.timeout(Math.max(1, limitMs)), signal]),
    });
    await response.body?.cancel();
    if (response.ok) return "delivered";
    const { status, statusText } = response;
    if (status >= 300 && status < 400) {
      const to = hostOf(new URL(response.headers.get("location") ?? "", url).href) ?? "another address";
      return { why: `${host} redirects to ${to}, where nothing is posted`, mayPass: false, retryAfterMs: 0 };
    }
    const seconds = Number(response.headers.get("retry-after") ?? 0);
    return {
      why: `${host} answered ${status} ${statusText}`.trim(),
      mayPass: status === 429 || status >= 500,
      retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : 0,
    };
  } catch (error) {
    const { name, message, cause } = error as Error;
    const why = cause instanceof Error && cause.message !== "" ? cause.message : message;
    const words =
      name === "TimeoutError" ? `${host} did not answer within ${Math.round(limitMs / 1000)} s` : `${host}: ${why}`;
    return { why: words, mayPass: true, retryAfterMs: 0 };
  }
}

/** fetch refuses a URL with a password, and prints it in its error. */
function withoutCredentials(url: string): { address: string; authorization: string | undefined } {
  const address = new URL(url);
  const { username, password } = address;
  [address.username, address.password] = ["", ""];
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const authorization = pair === ":" ? undefined : `Basic ${Buffer.from(pair).toString("base64")}`;
  return { address: address.href, authorization };
}

function cut(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`;
}

function hostOf(url: string): string | undefined {
  try {
    const { protocol, host } = new URL(url);
    return /^https?:$/.test(protocol) ? host : undefined;
  } catch {
    return undefined;
  }
}
