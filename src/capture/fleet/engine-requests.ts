/**
 * Requests to an engine, each with an end: an answer in the form that was asked for, or a sentence that says why not.
 *
 * An engine says what it does not like in `message`; a proxy before it answers with a web page, also with 200. What may
 * pass (429, 503) is asked again while the time of the whole reading lasts.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { z } from "zod";
import { type Captured, captured, type CaptureProblem, problem, quoted } from "../capture-problem.js";
import { type Answer, httpGet } from "../http-get.js";
import { type Access, shownUrl } from "../pprof-endpoint.js";

export interface EngineTimes {
  /** For one request. */
  readonly requestMs: number;
  /** For all of a reading. */
  readonly wholeMs: number;
}

interface Ask {
  readonly query?: URLSearchParams;
  readonly body?: { readonly type: string; readonly bytes: Uint8Array };
}

const TIMES: EngineTimes = { requestMs: 60_000, wholeMs: 300_000 };
const MAX_BYTES = 128 * 1_048_576;
const PAUSES_MS = [500, 2000, 5000];
const LONGEST_PAUSE_MS = 15_000;

export class EngineRequests {
  readonly #base: URL;
  readonly #access: Access;
  readonly #signal: AbortSignal;
  readonly #requestMs: number;
  readonly #until: number;
  #count = 0;
  #clockMs = 0;

  constructor(base: URL, access: Access, signal: AbortSignal, times: Partial<EngineTimes> = {}) {
    this.#base = base;
    this.#access = access;
    this.#signal = signal;
    this.#requestMs = times.requestMs ?? TIMES.requestMs;
    this.#until = performance.now() + (times.wholeMs ?? TIMES.wholeMs);
  }

  /** How many were sent. */
  get count(): number {
    return this.#count;
  }

  /** By how much the engine's clock is ahead of ours, in milliseconds, as far as answers tell; they tell seconds. */
  get clockMs(): number {
    return this.#clockMs;
  }

  async json<Schema extends z.ZodType>(
    path: string,
    ask: Ask | object,
    schema: Schema,
  ): Promise<Captured<z.infer<Schema>>> {
    const isAsk = "query" in ask;
    const request = isAsk ? ask : { body: { type: "application/json", bytes: Buffer.from(JSON.stringify(ask)) } };
    const answer = await this.bytes(path, request);
    if (!answer.ok) return answer;
    const what = `cannot read the answer of ${this.#shown(path)}`;
    let document: unknown;
    try {
      document = JSON.parse(new TextDecoder().decode(answer.value));
    } catch {
      const text = new TextDecoder().decode(answer.value.subarray(0, 512));
      if (/^\s*<(?:!doctype|html)/i.test(text)) {
        const todo = "Check the address: a login or a catch-all page answers here";
        return problem("html", what, "it is a web page, not an engine's answer", todo);
      }
      return problem("undecodable", what, `it is not JSON: ${quoted(text) || "it is empty"}`, CHECK_ENGINE);
    }
    const parsed = schema.safeParse(document);
    if (parsed.success) return captured(parsed.data);
    const [issue] = parsed.error.issues;
    const why = `${issue.path.join(".") || "it"} is not as the engine's API has it (${issue.message})`;
    return problem("undecodable", what, why, CHECK_ENGINE);
  }

  async bytes(path: string, ask: Ask): Promise<Captured<Uint8Array>> {
    const url = new URL(path, this.#base);
    if (ask.query) url.search = ask.query.toString();
    for (let attempt = 0; ; attempt++) {
      const left = this.#until - performance.now();
      const what = `cannot ask ${this.#shown(path)}`;
      if (left <= 0)
        return problem(
          "timeout",
          what,
          "the time for all requests is over",
          "Ask for less: a shorter --since, a narrower selector",
        );
      this.#count++;
      const answer = await httpGet(url, {
        timeoutMs: Math.min(this.#requestMs, left),
        maxBytes: MAX_BYTES,
        signal: this.#signal,
        access: {
          ...this.#access,
          headers: { accept: "application/json, application/proto", ...this.#access.headers },
        },
        ...(ask.body && { body: ask.body }),
      });
      if (!answer.ok) return { ok: false, problem: ofEngine(answer.problem) };
      this.#compareClocks(answer.value);
      if (answer.value.status === 200) return captured(answer.value.bytes);
      const { status, headers } = answer.value;
      const pause = Math.max(PAUSES_MS[attempt] ?? Infinity, 1000 * (Number(headers["retry-after"]) || 0));
      const mayPass =
        (status === 429 || status === 503) && pause <= LONGEST_PAUSE_MS && performance.now() + pause < this.#until;
      if (!mayPass) return refused(what, answer.value);
      await sleep(pause, undefined, { signal: this.#signal }).catch(() => {});
    }
  }

  #shown(path: string): string {
    return shownUrl(new URL(path, this.#base), this.#access);
  }

  #compareClocks({ headers }: Answer): void {
    const engine = Date.parse(headers.date ?? "");
    const off = engine - Date.now();
    // The header tells whole seconds; less is no difference.
    if (Math.abs(off) > 2000) this.#clockMs = off;
  }
}

const CHECK_ENGINE = "Check that the address is the engine's: Pyroscope 1.x, or Parca";

/** Advice about pprof pages does not fit an engine. */
function ofEngine(given: CaptureProblem): CaptureProblem {
  switch (given.code) {
    case "refused":
      return { ...given, todo: "Start the engine, and check its address" };
    case "timeout":
      return { ...given, todo: "Ask for less (a shorter --since, a narrower selector), or look at the engine's load" };
    case "too-large":
      return { ...given, todo: "Narrow the selector, or ask for a shorter --since" };
    case "died":
      return { ...given, todo: "Look at the engine's log" };
    default:
      return given;
  }
}

function refused(what: string, { status, statusText, bytes }: Answer) {
  const text = new TextDecoder().decode(bytes.subarray(0, 4096));
  const own = messageIn(text);
  const words = own === undefined ? "" : `: ${own}`;
  switch (status) {
    case 401:
    case 403:
      return problem(
        "auth",
        what,
        `the engine wants credentials (${status})${words}`,
        'Give user and password in the URL, or --header "Authorization: Bearer …", or --tenant',
      );
    case 404:
      if (/no data found/i.test(text))
        return problem("empty", what, "there is nothing", "Check the selector and --since");
      return problem("http-status", what, "there is no such page (404)", CHECK_ENGINE);
    case 429:
      return problem(
        "http-status",
        what,
        `the engine says that it is asked too much (429)${words}`,
        "Try again later, or ask for less",
      );
  }
  const why = `the engine answered ${status} ${quoted(statusText).replaceAll('"', "")}`.trim();
  return problem(
    "http-status",
    what,
    `${why}${words}`,
    status < 500 ? "Check the selector" : "Look at the engine's log",
  );
}

/** What the engine itself says, printable; undefined for anything else. */
function messageIn(text: string): string | undefined {
  try {
    const document = JSON.parse(text) as { message?: unknown };
    return typeof document.message === "string" ? quoted(document.message) || undefined : undefined;
  } catch {
    return /^\s*</.test(text) ? undefined : quoted(text) || undefined;
  }
}
