/**
 * Where a program's profiles are: the URL that a person gave, understood.
 *
 * People paste a host (`http://host:6060`), the index page (`http://host/api/debug/pprof/`) or one endpoint
 * (`http://host/debug/pprof/heap?gc=1`), or a Unix socket (`unix:/run/app.sock`, with a path behind a second colon:
 * `unix:/run/app.sock:/admin/debug/pprof/`; `http+unix://%2Frun%2Fapp.sock/admin` as other tools write it). All mean
 * the same folder of endpoints. Queries, headers and credentials are kept for every request, since gateways ask for
 * them; they are never shown.
 */
import { type Captured, captured, problem, quoted } from "./capture-problem.js";

/** What can be captured; the names are those of the endpoints, but for the CPU profile ("profile"). */
export const PROFILE_KINDS = [
  "heap",
  "allocs",
  "goroutine",
  "goroutineleak",
  "cpu",
  "block",
  "mutex",
  "threadcreate",
  "trace",
  /** The last seconds of a `trace.FlightRecorder`, where the program serves it under this name. */
  "flightrecorder",
] as const;
export type ProfileKind = (typeof PROFILE_KINDS)[number];

export interface PprofTarget {
  /** The folder of endpoints, with a slash at its end: `http://host:6060/debug/pprof/`. */
  readonly folder: URL;
  /** The profile that the URL named, if it named one. */
  readonly kind: ProfileKind | undefined;
  /** The query that the URL came with; `gc` and `seconds` in it are defaults. */
  readonly query: URLSearchParams;
  readonly access?: Access;
}

/** How to get through to a server, beyond its URL. */
export interface Access {
  /** Sent with every request to the host of the URL, and to no other host. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Take any certificate: somebody has said that they trust this server. */
  readonly anyCertificate?: boolean;
  /** The Unix socket, or Windows pipe, on which the server listens. */
  readonly socketPath?: string;
}

const ENDPOINTS: Readonly<Record<string, ProfileKind>> = {
  ...Object.fromEntries(PROFILE_KINDS.map((kind) => [kind, kind])),
  profile: "cpu",
};

export function parseTarget(given: string, access: Access = {}): Captured<PprofTarget> {
  const socket = unixSocket(given);
  const text = socket?.url ?? given;
  const through = { ...access, ...(socket && { socketPath: socket.path }) };
  const what = `cannot use ${quoted(given.replace(/\/\/[^/\s]*@/, "//")) || "the empty target"}`;
  const example = "Give a URL such as http://localhost:6060/debug/pprof/";
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return problem("bad-url", what, "it is not a URL", example);
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    // "localhost:6060" parses as a URL of the scheme "localhost:".
    const hint = /^[\w.-]+:\d+(\/|$)/.test(text) ? `Did you mean http://${text}?` : example;
    return problem("bad-url", what, "it does not start with http:// or https://", hint);
  }
  const query = new URLSearchParams(url.search);
  url.search = "";
  url.hash = "";
  const segments = url.pathname.split("/").filter((segment) => segment !== "");
  const last = segments.at(-1);
  let kind: ProfileKind | undefined;
  if (last !== undefined && Object.hasOwn(ENDPOINTS, last)) {
    kind = ENDPOINTS[last];
    segments.pop();
  } else if (last !== "pprof") {
    // A host, or the prefix under which a program mounts its debug pages.
    segments.push(...(last === "debug" ? ["pprof"] : ["debug", "pprof"]));
  }
  url.pathname = segments.map((segment) => `/${segment}`).join("") + "/";
  return captured({ folder: url, kind, query, ...(Object.keys(through).length > 0 && { access: through }) });
}

/** The socket of a target that names one, and the URL of what is asked there. */
function unixSocket(text: string): { readonly path: string; readonly url: string } | undefined {
  const named = /^unix:(?:\/\/(?=\/))?(\/(?!\/)[^:?]+)(?::(\/[^?]*))?(\?.*)?$/i.exec(text);
  if (named !== null) return { path: named[1], url: `http://localhost${named[2] ?? "/"}${named[3] ?? ""}` };
  const encoded = /^http\+unix:\/\/([^/?]+)(.*)$/i.exec(text);
  if (encoded === null) return undefined;
  try {
    return { path: decodeURIComponent(encoded[1]), url: `http://localhost${encoded[2]}` };
  } catch {
    return undefined; // parseTarget says that it is no URL that it knows
  }
}

export interface EndpointOptions {
  /** Collect garbage first, so that a heap profile shows what is really live. */
  readonly gc?: boolean;
  /** How long to record: CPU profile and trace, or the difference over that time for the others. */
  readonly seconds?: number;
  /** Text instead of protobuf: 1 for people, 2 for goroutines one by one. */
  readonly debug?: number;
}

/** The URL of one profile. */
export function endpointUrl(target: PprofTarget, kind: ProfileKind, { gc, seconds, debug }: EndpointOptions = {}): URL {
  const url = new URL(kind === "cpu" ? "profile" : kind, target.folder);
  for (const [key, value] of target.query) url.searchParams.append(key, value);
  if (debug !== undefined) url.searchParams.set("debug", String(debug));
  if (gc === true) url.searchParams.set("gc", "1");
  if (seconds !== undefined) url.searchParams.set("seconds", String(seconds));
  return url;
}

/** The page `name` beside the folder: `/debug/vars` for `vars`, or of the host's root for `/metrics`. */
export function besideUrl(target: PprofTarget, name: string): URL {
  const url = new URL(name.startsWith("/") ? name : `../${name}`, target.folder);
  for (const [key, value] of target.query) {
    if (key !== "gc" && key !== "seconds" && key !== "debug") url.searchParams.append(key, value);
  }
  return url;
}

/** A URL for people: without credentials, and without a query, which may hold a token. */
export function shownUrl(url: URL, access: Access = {}): string {
  if (access.socketPath !== undefined) return `unix:${access.socketPath}:${url.pathname}`;
  return `${url.protocol}//${url.host}${url.pathname}`;
}

/** A target for people. */
export function shownTarget({ folder, access }: PprofTarget): string {
  return shownUrl(folder, access);
}
