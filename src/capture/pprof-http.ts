/**
 * Profiles over HTTP from net/http/pprof, checked to be profiles.
 *
 * A status of 200 proves nothing: catch-all routes (gopls' debug server, single-page apps, login portals) answer every
 * path with an HTML page. So the content decides, and the words that a person gets say what came instead.
 */
import { isGzip } from "../core/text/gzip.js";
import { type Captured, captured, problem, quoted } from "./capture-problem.js";
import { type Answer, httpGet } from "./http-get.js";
import { type EndpointOptions, endpointUrl, type PprofTarget, type ProfileKind, shownUrl } from "./pprof-endpoint.js";

export interface FetchOptions extends EndpointOptions {
  /** For the whole request, beyond the `seconds` that the target records. */
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

export interface FetchedProfile {
  /** As sent: usually gzipped pprof protobuf; text where the URL asked for `debug=1` or `debug=2`. */
  readonly bytes: Uint8Array;
  readonly kind: ProfileKind;
  readonly durationMs: number;
}

/** Collecting garbage first takes a second per gigabyte and more on a busy machine. */
const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_MAX_BYTES = 256 * 1_048_576;
/** What net/http/pprof records when no duration is given. */
const DEFAULT_SECONDS: Partial<Record<ProfileKind, number>> = { cpu: 30, trace: 1 };

export async function fetchProfile(
  target: PprofTarget,
  kind: ProfileKind,
  options: FetchOptions = {},
): Promise<Captured<FetchedProfile>> {
  const url = endpointUrl(target, kind, options);
  const recording = Number(url.searchParams.get("seconds") ?? DEFAULT_SECONDS[kind] ?? 0);
  const startedMs = performance.now();
  const answer = await httpGet(url, {
    timeoutMs: (options.timeoutMs ?? DEFAULT_TIMEOUT_MS) + (Number.isFinite(recording) ? recording * 1000 : 0),
    maxBytes: options.maxBytes ?? DEFAULT_MAX_BYTES,
    ...(options.signal && { signal: options.signal }),
    access: target.access,
  });
  if (!answer.ok) return answer;
  const checked = checkProfile(answer.value, shownUrl(url, target.access), kind);
  if (!checked.ok) return checked;
  return captured({ bytes: checked.value, kind, durationMs: performance.now() - startedMs });
}

function checkProfile(answer: Answer, shown: string, kind: ProfileKind): Captured<Uint8Array> {
  const { status, statusText, headers, bytes } = answer;
  const what = `cannot capture ${shown}`;
  const text = () => new TextDecoder().decode(bytes.subarray(0, 4096));
  const isHtml = /^text\/html|^application\/xhtml/i.test(headers["content-type"] ?? "") || looksLikeHtml(text());
  switch (status) {
    case 200:
      break;
    case 404:
      if (kind === "flightrecorder" || /unknown profile/i.test(text()))
        return problem(
          "unknown-profile",
          what,
          `there is no ${kind} profile at this address (404)`,
          unknownProfileAdvice(kind),
        );
      return problem(
        "no-pprof",
        what,
        "the server has no such page (404)",
        'Import _ "net/http/pprof" in the program, or give the path under which it mounts the pprof pages',
      );
    case 401:
    case 403:
      return problem(
        "auth",
        what,
        `the server wants credentials (${status})`,
        "Give them in the URL, https://USER:PASSWORD@HOST/, or as a --header, or use the port inside",
      );
    default: {
      const words = isHtml ? "" : quoted(text());
      const why = `the server answered ${status} ${quoted(statusText).replaceAll('"', "")}`.trim();
      return problem("http-status", what, words === "" ? why : `${why}: ${words}`, statusAdvice(text()));
    }
  }
  if (bytes.length === 0)
    return problem("empty", what, "the answer is empty", "Check that the URL is a pprof endpoint");
  if (isHtml) {
    return problem(
      "html",
      what,
      "the server answered with a web page, not with a profile",
      "Check the path: a catch-all page or a login answers here; pprof is usually at /debug/pprof/",
    );
  }
  if (!looksLikeProfile(bytes, kind, text())) {
    const sent = isText(bytes) ? quoted(text()) : "";
    return problem(
      "not-a-profile",
      what,
      sent === "" ? "what came is not a profile" : `what came is not a profile: ${sent}`,
      "Check that the URL is a pprof endpoint, such as http://localhost:6060/debug/pprof/",
    );
  }
  return captured(bytes);
}

function looksLikeHtml(text: string): boolean {
  return /^\s*(?:<!--[\s\S]*?-->\s*)*<(?:!doctype html|html|head|body)\b/i.test(text);
}

const TEXT_PROFILE =
  /^(?:heap profile: |goroutine profile: |threadcreate profile: |goroutineleak profile: |--- (?:contention|mutex)|goroutine \d+ )/;

function looksLikeProfile(bytes: Uint8Array, kind: ProfileKind, text: string): boolean {
  if (kind === "trace" || kind === "flightrecorder") return /^go 1\.\d+ trace/.test(text);
  // Field 1, sample_type, is written first; text that starts with a line feed is no profile.
  const isRawPprof = bytes[0] === 0x0a && !isText(bytes);
  return isGzip(bytes) || isRawPprof || TEXT_PROFILE.test(text);
}

function isText(bytes: Uint8Array): boolean {
  // eslint-disable-next-line no-control-regex
  return !/[\u0000-\u0008\u000e-\u001a\u001c-\u001f\ufffd]/.test(
    new TextDecoder().decode(bytes.subarray(0, 256)).slice(0, -4),
  );
}

/** net/http/pprof's index page knows every profile that the runtime has, but the CPU profile and the traces. */
function unknownProfileAdvice(kind: ProfileKind): string {
  switch (kind) {
    case "goroutineleak":
      return "Build it with Go 1.27, or with GOEXPERIMENT=goroutineleakprofile on Go 1.26";
    case "cpu":
      return "It serves pprof.Index only: register pprof.Profile at /debug/pprof/profile too";
    case "flightrecorder":
      return "Go has no handler for it: let the program keep a trace.FlightRecorder (Go 1.25) and write it at /debug/pprof/flightrecorder, as docs/traces.md shows";
    case "trace":
      return "It serves pprof.Index only: register pprof.Trace at /debug/pprof/trace too";
    default:
      return "Every Go program has one: check the path, it is right below the pprof index page, usually /debug/pprof/";
  }
}

function statusAdvice(body: string): string {
  if (/already in use/i.test(body))
    return "Another CPU profile or trace is being recorded: try again when it has ended";
  if (/WriteTimeout/i.test(body)) return "Ask for fewer --seconds than the server's WriteTimeout";
  return "Check the program's log";
}
