import type { RequestListener, ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { parseTarget, type ProfileKind } from "../../src/capture/pprof-endpoint.js";
import { fetchProfile, type FetchOptions } from "../../src/capture/pprof-http.js";
import { closedPort, httpServer, tcpServer } from "../support/local-server.js";

const PROFILE = gzipSync(Buffer.from([0x0a, 0x00]));

/** "ok 22", or "code: what: why. todo" with the address left out. */
async function outcome(url: string, kind: ProfileKind = "heap", options: FetchOptions = {}): Promise<string> {
  const target = parseTarget(url);
  if (!target.ok) return target.problem.code;
  const fetched = await fetchProfile(target.value, kind, { timeoutMs: 5000, ...options });
  if (fetched.ok) return `ok ${fetched.value.bytes.length}`;
  const { code, what, why, todo } = fetched.problem;
  return `${code}: ${what}: ${why}. ${todo}`.replaceAll(/(127\.0\.0\.1|localhost):\d+/g, "HOST");
}

const reply =
  (status: number, body: string | Uint8Array, headers: Record<string, string> = {}): RequestListener =>
  (_, response) => {
    response.writeHead(status, headers).end(body);
  };

test("a profile is fetched from where it is, with what was asked", async () => {
  const asked: (string | undefined)[] = [];
  const url = await httpServer((request, response) => {
    asked.push(request.url);
    response.end(PROFILE);
  });
  expect(await outcome(url, "heap", { gc: true })).toBe(`ok ${PROFILE.length}`);
  expect(await outcome(`${url}/debug/pprof/`, "cpu", { seconds: 0.1 })).toBe(`ok ${PROFILE.length}`);
  expect(await outcome(`${url}/prefix`, "goroutine")).toBe(`ok ${PROFILE.length}`);
  expect(asked).toEqual([
    "/debug/pprof/heap?gc=1",
    "/debug/pprof/profile?seconds=0.1",
    "/prefix/debug/pprof/goroutine",
  ]);
});

test.each<[string, RequestListener, string]>([
  [
    "a web page with status 200",
    reply(200, PROFILE, { "content-type": "text/html; charset=utf-8" }),
    "html: cannot capture http://HOST/debug/pprof/heap: the server answered with a web page, not with a profile. Check the path: a catch-all page or a login answers here; pprof is usually at /debug/pprof/",
  ],
  [
    "a web page that calls itself a profile",
    reply(200, "\n<!-- hi --><!DOCTYPE html><html>", { "content-type": "application/octet-stream" }),
    "html: cannot capture http://HOST/debug/pprof/heap: the server answered with a web page, not with a profile. Check the path: a catch-all page or a login answers here; pprof is usually at /debug/pprof/",
  ],
  [
    "JSON with status 200",
    reply(200, '{"error":"no\u001b[31m such thing"}', { "content-type": "application/json" }),
    'not-a-profile: cannot capture http://HOST/debug/pprof/heap: what came is not a profile: "{"error":"no[31m such thing"}". Check that the URL is a pprof endpoint, such as http://HOST/debug/pprof/',
  ],
  [
    "a picture with status 200",
    reply(200, Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0])),
    "not-a-profile: cannot capture http://HOST/debug/pprof/heap: what came is not a profile. Check that the URL is a pprof endpoint, such as http://HOST/debug/pprof/",
  ],
  [
    "nothing with status 200",
    reply(200, ""),
    "empty: cannot capture http://HOST/debug/pprof/heap: the answer is empty. Check that the URL is a pprof endpoint",
  ],
  [
    "a program without this profile",
    reply(404, "Unknown profile\n", { "x-go-pprof": "1" }),
    "unknown-profile: cannot capture http://HOST/debug/pprof/heap: there is no heap profile at this address (404). Every Go program has one: check the path, it is right below the pprof index page, usually /debug/pprof/",
  ],
  [
    "a program without pprof",
    reply(404, "404 page not found\n"),
    'no-pprof: cannot capture http://HOST/debug/pprof/heap: the server has no such page (404). Import _ "net/http/pprof" in the program, or give the path under which it mounts the pprof pages',
  ],
  [
    "a login",
    reply(401, "who are you?"),
    "auth: cannot capture http://HOST/debug/pprof/heap: the server wants credentials (401). Give them in the URL, https://USER:PASSWORD@HOST/, or as a --header, or use the port inside",
  ],
  [
    "a profile that is being recorded already",
    reply(500, "Could not enable CPU profiling: cpu profiling already in use\n"),
    'http-status: cannot capture http://HOST/debug/pprof/heap: the server answered 500 Internal Server Error: "Could not enable CPU profiling: cpu profiling already in use". Another CPU profile or trace is being recorded: try again when it has ended',
  ],
  [
    "a bad gateway's page",
    reply(502, "<html><body>oops</body></html>"),
    "http-status: cannot capture http://HOST/debug/pprof/heap: the server answered 502 Bad Gateway. Check the program's log",
  ],
  [
    "redirects in circles",
    (request, response) => response.writeHead(302, { location: request.url }).end(),
    "http-status: cannot read http://HOST/debug/pprof/heap: it redirects in circles. Give the URL that it leads to",
  ],
  [
    "a redirect to something else",
    (_, response) => response.writeHead(302, { location: "file:///etc/passwd" }).end(),
    "http-status: cannot read http://HOST/debug/pprof/heap: it redirects to something that is no web address. Give the URL that it leads to",
  ],
  [
    "a target that dies halfway",
    (_, response) => {
      response.writeHead(200, { "content-length": "1000" }).write(PROFILE, () => response.destroy());
    },
    `died: cannot read http://HOST/debug/pprof/heap: the connection broke after ${PROFILE.length} bytes. Check that the program still runs, and capture again`,
  ],
  [
    "a target that dies in the middle of chunks",
    (_, response) => {
      response.write(PROFILE, () => response.destroy());
    },
    `died: cannot read http://HOST/debug/pprof/heap: the connection broke after ${PROFILE.length} bytes. Check that the program still runs, and capture again`,
  ],
  [
    "a target that dies at once",
    (request) => request.socket.destroy(),
    "died: cannot read http://HOST/debug/pprof/heap: HOST hung up before it answered. Check that the program still runs, and its log",
  ],
])("%s is refused", async (_, answer, words) => {
  expect(await outcome(await httpServer(answer))).toBe(words);
});

test("a redirect is followed", async () => {
  const url = await httpServer((request, response) => {
    if (request.url?.startsWith("/moved/") === true) response.end(PROFILE);
    else response.writeHead(301, { location: `/moved${request.url}` }).end();
  });
  expect(await outcome(url)).toBe(`ok ${PROFILE.length}`);
});

test("text profiles and traces are profiles too", async () => {
  const url = await httpServer((request, response) => {
    response.end(
      request.url?.includes("trace") === true ? "go 1.26 trace\0\0\0\u0001" : "goroutine profile: total 5\n",
    );
  });
  expect(await outcome(`${url}/debug/pprof/goroutine?debug=1`, "goroutine")).toBe("ok 27");
  expect(await outcome(url, "trace", { seconds: 0.1 })).toBe("ok 17");
});

test("the advice for goroutineleak names the Go version that has it", async () => {
  expect(await outcome(await httpServer(reply(404, "Unknown profile\n")), "goroutineleak")).toBe(
    "unknown-profile: cannot capture http://HOST/debug/pprof/goroutineleak: there is no goroutineleak profile at this address (404). Build it with Go 1.27, or with GOEXPERIMENT=goroutineleakprofile on Go 1.26",
  );
});

test.each([
  ["127.0.0.1", (url: string) => url],
  ["localhost, which is two addresses", (url: string) => url.replace("127.0.0.1", "localhost")],
])("a closed port of %s is refused", async (_, change) => {
  expect(await outcome(change(await closedPort()))).toBe(
    "refused: cannot read http://HOST/debug/pprof/heap: nothing listens on HOST. Start the program, and check that it serves net/http/pprof on this port",
  );
});

test("an unknown name is told", async () => {
  expect(await outcome("http://no-such-host.invalid:1")).toBe(
    "dns: cannot read http://no-such-host.invalid:1/debug/pprof/heap: the name no-such-host.invalid is unknown. Check the spelling and the network",
  );
});

test("a server that does not speak HTTP is told", async () => {
  const url = await tcpServer((socket) => socket.end("SSH-2.0-OpenSSH_9.2p1\r\n"));
  expect(await outcome(url)).toBe(
    "not-a-profile: cannot read http://HOST/debug/pprof/heap: HOST does not speak HTTP. Check the port, and whether it wants https://",
  );
});

test("https towards a server without TLS is told", async () => {
  const url = await httpServer(reply(200, PROFILE));
  expect(await outcome(url.replace("http:", "https:"))).toMatch(/^tls: .* Use http:\/\/ where the server has no TLS/);
});

test.each<[string, (response: ServerResponse) => void]>([
  ["never answers", () => {}],
  ["stops in the middle", (response) => response.write(PROFILE)],
])("a server that %s runs into the timeout", async (_, answer) => {
  const url = await httpServer((__, response) => answer(response));
  expect(await outcome(url, "heap", { timeoutMs: 200 })).toBe(
    "timeout: cannot read http://HOST/debug/pprof/heap: there was no complete answer within 0.2 s. Check that the target is not paused, or allow more time",
  );
});

test.each<[string, Record<string, string>]>([
  ["an endless answer", {}],
  ["an answer that announces too much", { "content-length": "99999999" }],
])("%s is cut off at the limit, and the server sees the connection end", async (_, headers) => {
  let ended: (() => void) | undefined;
  const hungUp = new Promise<void>((done) => (ended = done));
  const url = await httpServer((__, response) => {
    response.writeHead(200, headers);
    const pump = () => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536, 0x1f)));
    };
    response.on("drain", pump);
    response.on("close", () => ended?.());
    pump();
  });
  expect(await outcome(url, "heap", { maxBytes: 2 * 1_048_576 })).toBe(
    "too-large: cannot read http://HOST/debug/pprof/heap: the answer is larger than 2 MB. Check that the URL is a profile, or allow a larger one",
  );
  await hungUp;
});

test("an abort ends the request on both sides, and none is made after it", async () => {
  const controller = new AbortController();
  let requests = 0;
  let ended: (() => void) | undefined;
  const hungUp = new Promise<void>((done) => (ended = done));
  const url = await httpServer((_, response) => {
    requests++;
    response.on("close", () => ended?.());
    controller.abort();
  });
  const options = { signal: controller.signal };
  const words =
    "aborted: cannot read http://HOST/debug/pprof/heap: it was interrupted. Start it again when you are ready";
  expect(await outcome(url, "heap", options)).toBe(words);
  await hungUp;
  expect(await outcome(url, "heap", options)).toBe(words);
  expect(requests).toBe(1);
});

test("credentials in the URL are sent and never shown", async () => {
  const url = await httpServer((request, response) => {
    response.writeHead(request.headers.authorization === `Basic ${btoa("me:secret")}` ? 404 : 401).end("no");
  });
  const words = await outcome(url.replace("http://", "http://me:secret@"));
  expect(words).toMatch(/^no-pprof: cannot capture http:\/\/HOST\/debug/);
  expect(words).not.toContain("secret");
});
