/**
 * Finds the pprof endpoints of a process by what it listens on: no address needs to be known.
 *
 * Each of its ports and sockets is asked for its smallest profile, and only a profile counts: a status of 200, or a
 * page with the right name, proves nothing. What cannot be told apart from a program that does not answer is left out
 * within two seconds.
 */
import { type Captured, captured, problem } from "./capture-problem.js";
import { FormatError } from "../core/text/format-error.js";
import { openProfile } from "../core/open.js";
import { gunzipped } from "./gunzip.js";
import { httpGet } from "./http-get.js";
import { type Listener, listenersOf } from "./listening.js";
import { type Access, endpointUrl, parseTarget, type PprofTarget, shownTarget } from "./pprof-endpoint.js";
import { isAlive } from "./process.js";

/** For each port: a program that is paused in a debugger accepts connections and never answers. */
const PROBE_TIMEOUT_MS = 2000;
/** Every program has a threadcreate profile, and it is small. */
const PROBED = "threadcreate";
const MAX_PROBE_BYTES = 4 * 1_048_576;

export interface FoundPprof {
  readonly target: PprofTarget;
  /** As a person would write it. */
  readonly name: string;
}

/**
 * The pprof endpoints of a process of this machine, TCP before Unix sockets; the first of several.
 * Problems: "no-process"; "no-endpoint"; "untrusted" where one of its ports has a certificate that nobody vouches for
 * (ask again with `anyCertificate` when the person consents); "aborted".
 */
export async function findPprof(pid: number, signal?: AbortSignal, access?: Access): Promise<Captured<FoundPprof>> {
  const what = `cannot find pprof endpoints of process ${pid}`;
  if (!isAlive(pid)) return problem("no-process", what, "there is no such process", "Check the process id");
  const listeners = await listenersOf(pid);
  const probes = await Promise.all(listeners.map((listener) => probe(listener, signal, access)));
  if (signal?.aborted === true) {
    return problem("aborted", what, "it was interrupted", "Start it again when you are ready");
  }
  const found = probes.find((one) => one?.ok === true);
  if (found !== undefined) return found;
  const untrusted = probes.find((one) => one?.ok === false);
  if (untrusted !== undefined) return untrusted;
  const why =
    listeners.length === 0
      ? "it listens on no port that can be seen from here"
      : `none of its ${listeners.length === 1 ? "one port" : `${listeners.length} ports and sockets`} answers with a profile`;
  return problem(
    "no-endpoint",
    what,
    why,
    'Import _ "net/http/pprof" and serve it on localhost, give the URL with the path where it is mounted, or run the program under Delve',
  );
}

/** Whether pprof answers at a target; the problem says why not. */
async function isPprof(target: PprofTarget, signal?: AbortSignal): Promise<Captured<FoundPprof>> {
  const answer = await httpGet(endpointUrl(target, PROBED), {
    timeoutMs: PROBE_TIMEOUT_MS,
    maxBytes: MAX_PROBE_BYTES,
    access: target.access,
    ...(signal && { signal }),
  });
  if (!answer.ok) return answer;
  const { status, headers, bytes } = answer.value;
  const isBinary = (headers["content-type"] ?? "").startsWith("application/octet-stream");
  if (status === 200 && isBinary && isThreadProfile(bytes)) return captured({ target, name: shownTarget(target) });
  // net/http, crypto/tls: what a TLS port answers to plain HTTP.
  const wantsTls = status === 400 && /HTTP request to an HTTPS server/.test(new TextDecoder().decode(bytes));
  const why = wantsTls ? "it wants https" : "no profile is there";
  return problem(wantsTls ? "tls" : "no-pprof", `cannot use ${shownTarget(target)}`, why, "Give another address");
}

/** Found, or a port that would be asked if its certificate were trusted; undefined for all others. */
async function probe(
  listener: Listener,
  signal: AbortSignal | undefined,
  access: Access | undefined,
): Promise<Captured<FoundPprof> | undefined> {
  const plain = await ask(listener, "http", signal, access);
  if (plain?.ok !== false || plain.problem.code !== "tls" || listener.kind === "unix") {
    return plain?.ok === true ? plain : undefined;
  }
  const secure = await ask(listener, "https", signal, access);
  return secure?.ok === true || secure?.problem.code === "untrusted" ? secure : undefined;
}

async function ask(
  listener: Listener,
  scheme: "http" | "https",
  signal: AbortSignal | undefined,
  access: Access | undefined,
): Promise<Captured<FoundPprof> | undefined> {
  const text = listener.kind === "tcp" ? `${scheme}://${listener.host}:${listener.port}` : `unix:${listener.path}`;
  const target = parseTarget(text, access);
  return target.ok ? isPprof(target.value, signal) : undefined;
}

function isThreadProfile(bytes: Uint8Array): boolean {
  try {
    const { sampleTypes } = openProfile(gunzipped(bytes));
    return sampleTypes.some(({ type }) => type === PROBED);
  } catch (error) {
    if (error instanceof FormatError) return false;
    throw error;
  }
}
