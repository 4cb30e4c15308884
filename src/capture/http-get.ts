/**
 * One HTTP request that always ends: with the bytes, or with the reason why there are none. A GET, unless it has a body.
 *
 * The answer is read as a stream, so that the limit on its size holds while it comes in and not after. Every way to
 * hang has a clock: connecting, and the whole request. node:http is used rather than fetch because its failures name
 * their cause and its timeouts can be longer than five minutes, which a long CPU profile needs.
 */
import * as http from "node:http";
import * as https from "node:https";
import { type CaptureProblem, type Captured, captured, problem } from "./capture-problem.js";
import { type Access, shownUrl } from "./pprof-endpoint.js";
import { thousands } from "../core/text/format.js";

export interface GetOptions {
  /** The whole request, in milliseconds. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
  readonly access?: Access | undefined;
  /** Sent as a POST; whoever redirects it is not followed, since the body is for the address that was named. */
  readonly body?: { readonly type: string; readonly bytes: Uint8Array };
}

export interface Answer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly bytes: Uint8Array;
}

const CONNECT_TIMEOUT_MS = 10_000;
const MAX_REDIRECTS = 4;
const UNEXPECTED_BYTES = 64 * 1024; // of an answer that is no success: enough to quote from

/** Gets `url`, following redirects. An answer with an error status is an answer; only its first 64 KB are kept. */
export async function httpGet(url: URL, options: GetOptions): Promise<Captured<Answer>> {
  const deadline = performance.now() + options.timeoutMs;
  let current = url;
  let { access } = options;
  for (let redirects = 0; ; redirects++) {
    const answer = await getOnce(current, { ...options, access, timeoutMs: deadline - performance.now() });
    if (!answer.ok) return answer;
    const { status, headers } = answer.value;
    if (status < 300 || status > 399 || headers.location === undefined) return answer;
    if (options.body !== undefined) {
      const to = webAddress(headers.location, current)?.host ?? "another address";
      const what = `cannot ask ${shownUrl(url, options.access)}`;
      return problem(
        "http-status",
        what,
        `it redirects to ${to}, where nothing is sent`,
        "Give the URL that it leads to",
      );
    }
    const next = webAddress(headers.location, current);
    if (next === undefined || redirects === MAX_REDIRECTS) {
      const why = next === undefined ? "it redirects to something that is no web address" : "it redirects in circles";
      const what = `cannot read ${shownUrl(url, options.access)}`;
      return problem("http-status", what, why, "Give the URL that it leads to");
    }
    if (current.protocol === "https:" && next.protocol === "http:") {
      const what = `cannot read ${shownUrl(url, options.access)}`;
      const why = `it redirects from https to http on ${next.host}, where others can read along`;
      return problem("http-status", what, why, "Give that URL if you want it");
    }
    if (access?.socketPath !== undefined && next.origin !== current.origin) {
      const what = `cannot read ${shownUrl(url, options.access)}`;
      const why = `it redirects from a socket to ${next.host}`;
      return problem("http-status", what, why, "Give the URL that it leads to");
    }
    // Credentials, headers and trust are for the origin (scheme, host, port) that they were given for.
    const isSame = next.origin === current.origin;
    if (isSame && next.username === "") [next.username, next.password] = [current.username, current.password];
    if (!isSame) access = undefined;
    current = next;
  }
}

function webAddress(location: string, base: URL): URL | undefined {
  try {
    const url = new URL(location, base);
    return /^https?:$/.test(url.protocol) ? url : undefined;
  } catch {
    return undefined;
  }
}

function getOnce(url: URL, { timeoutMs, maxBytes, signal, access, body }: GetOptions): Promise<Captured<Answer>> {
  const what = `cannot read ${shownUrl(url, access)}`;
  const aborted = problem("aborted", what, "it was interrupted", "Start it again when you are ready");
  if (signal?.aborted === true) return Promise.resolve(aborted);
  return new Promise((settle) => {
    const clocks: NodeJS.Timeout[] = [];
    const end = (result: Captured<Answer>) => {
      for (const clock of clocks) clearTimeout(clock);
      signal?.removeEventListener("abort", onAbort);
      settle(result);
      request.destroy();
    };
    const onAbort = () => end(aborted);
    signal?.addEventListener("abort", onAbort);

    // A connection of its own: a kept one may have died since, which would look like a dead target.
    const request = (url.protocol === "https:" ? https : http).request(url, {
      agent: false,
      method: body === undefined ? "GET" : "POST",
      headers: {
        accept: "application/octet-stream, */*;q=0.5",
        "accept-encoding": "identity",
        "user-agent": "godiag",
        ...access?.headers,
        ...(body && { "content-type": body.type, "content-length": body.bytes.length }),
      },
      ...(access?.socketPath !== undefined && { socketPath: access.socketPath }),
      ...(access?.anyCertificate === true && { rejectUnauthorized: false }),
    });
    const whole = setTimeout(() => {
      const todo = "Check that the target is not paused, or allow more time";
      end(problem("timeout", what, `there was no complete answer within ${seconds(timeoutMs)}`, todo));
    }, timeoutMs);
    const connecting = setTimeout(() => {
      const todo = "Check the address, and that no firewall is in between";
      end(
        problem(
          "timeout",
          what,
          `${addressOf(url, access)} did not accept a connection within ${seconds(CONNECT_TIMEOUT_MS)}`,
          todo,
        ),
      );
    }, CONNECT_TIMEOUT_MS);
    clocks.push(whole, connecting);

    request.on("socket", (socket) => {
      socket.once(url.protocol === "https:" ? "secureConnect" : "connect", () => clearTimeout(connecting));
    });
    request.on("error", (error: NodeJS.ErrnoException) =>
      end({ ok: false, problem: failedRequest(what, addressOf(url, access), error) }),
    );
    request.on("response", (response) => {
      const status = response.statusCode ?? 0;
      const isSuccess = status === 200;
      const limit = isSuccess ? maxBytes : UNEXPECTED_BYTES;
      const tooLarge = problem(
        "too-large",
        what,
        `the answer is larger than ${Math.floor(maxBytes / 1_048_576)} MB`,
        "Check that the URL is a profile, or allow a larger one",
      );
      const chunks: Buffer[] = [];
      let size = 0;
      const complete = () =>
        end(
          captured({
            status,
            statusText: response.statusMessage ?? "",
            headers: response.headers,
            bytes: Buffer.concat(chunks),
          }),
        );
      if (isSuccess && Number(response.headers["content-length"]) > limit) return end(tooLarge);
      response.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size <= limit) chunks.push(chunk);
        else if (isSuccess) end(tooLarge);
        else complete();
      });
      response.on("end", complete);
      response.on("error", () => {
        const todo = "Check that the program still runs, and capture again";
        end(problem("died", what, `the connection broke after ${thousands(size)} bytes`, todo));
      });
    });
    request.end(body?.bytes);
  });
}

const addressOf = (url: URL, access: Access | undefined): string => access?.socketPath ?? url.host;

function failedRequest(what: string, address: string, error: NodeJS.ErrnoException): CaptureProblem {
  const code = error.code ?? "";
  const fail = (kind: CaptureProblem["code"], why: string, todo: string): CaptureProblem => ({
    code: kind,
    what,
    why,
    todo,
  });
  switch (code) {
    case "ECONNREFUSED":
      return fail(
        "refused",
        `nothing listens on ${address}`,
        "Start the program, and check that it serves net/http/pprof on this port",
      );
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return fail("dns", `the name ${address.replace(/:\d+$/, "")} is unknown`, "Check the spelling and the network");
    case "ECONNRESET":
    case "EPIPE":
    case "HPE_CLOSED_CONNECTION":
    case "HPE_INVALID_EOF_STATE":
      return fail("died", `${address} hung up before it answered`, "Check that the program still runs, and its log");
    case "ENOENT":
      return fail("refused", `there is no socket ${address}`, "Start the program, and check the path of its socket");
    case "EHOSTUNREACH":
    case "ENETUNREACH":
    case "EADDRNOTAVAIL":
    case "EACCES":
    case "ETIMEDOUT":
      return fail("unreachable", `${address} cannot be reached (${code})`, "Check the address and the network");
  }
  if (code.startsWith("HPE_")) {
    return fail("not-a-profile", `${address} does not speak HTTP`, "Check the port, and whether it wants https://");
  }
  // OpenSSL's names: openssl/include/openssl/x509_vfy.h, as Node calls them.
  if (/SELF_SIGNED|UNABLE_TO_|^CERT_|ERR_TLS_CERT/.test(code)) {
    return fail(
      "untrusted",
      `nobody vouches for the certificate of ${address} (${code})`,
      "If it is yours and you trust it, say so: --insecure on the command line",
    );
  }
  if (/CERT|SSL|TLS/.test(code) || code === "EPROTO") {
    return fail(
      "tls",
      `no secure connection (${code})`,
      "Use http:// where the server has no TLS, or trust its certificate",
    );
  }
  return fail("unreachable", error.message || code || "the request failed", "Check the URL");
}

const seconds = (ms: number): string =>
  `${Math.max(ms / 1000, 0.1)
    .toFixed(ms < 10_000 ? 1 : 0)
    .replace(/\.0$/, "")} s`;
