import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { findPprof } from "../../src/capture/find-pprof.js";
import { findSampled } from "../../src/capture/find-target.js";
import type { Access } from "../../src/capture/pprof-endpoint.js";

/**
 * A process of its own that listens as `script` says; `answer(kind)` in it is a request handler: "profile" answers every
 * request with a threadcreate profile, "page" with a web page of status 200, "silent" never.
 */
async function processThat(script: string): Promise<number> {
  const prelude = `
    const http = require("node:http"), https = require("node:https"), fs = require("node:fs");
    const bodies = { profile: fs.readFileSync("test/fixtures/profiles/app.threadcreate.pb.gz"), page: "<!doctype html>hello" };
    const types = { profile: "application/octet-stream", page: "text/html" };
    const answer = (kind) => (request, response) => kind === "silent" || response.writeHead(200, { "content-type": types[kind] }).end(bodies[kind]);
    const tls = { key: fs.readFileSync("test/fixtures/tls/key.pem"), cert: fs.readFileSync("test/fixtures/tls/certificate.pem") };
    // As Go's server does: HTTP on a TLS port is told so.
    const secure = (kind) => https.createServer(tls, answer(kind)).on("tlsClientError", (error, socket) =>
      error.code === "ERR_SSL_HTTP_REQUEST" && socket._parent?.end?.("HTTP/1.0 400 Bad Request\\r\\n\\r\\nClient sent an HTTP request to an HTTPS server.\\n"));
    let waiting = 0;
    const listen = (server, ...where) => { waiting++; server.listen(...where, () => --waiting || console.log("ready")); };
  `;
  const child: ChildProcess = spawn(process.execPath, ["-e", prelude + script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  await new Promise((done) => child.stdout?.once("data", done));
  return child.pid!;
}

/** "found http://127.0.0.1:PORT/debug/pprof/", or "code: why". */
async function outcome(pid: number, access?: Access): Promise<string> {
  const found = await findPprof(pid, undefined, access);
  return (found.ok ? `found ${found.value.name}` : `${found.problem.code}: ${found.problem.why}`).replace(
    /127\.0\.0\.1:\d+/,
    "HOST",
  );
}

const port = (kind: string) => `listen(http.createServer(answer("${kind}")), 0, "127.0.0.1");`;

test.each([
  ["profiles on one of its ports", port("page") + port("profile"), "found http://HOST/debug/pprof/"],
  [
    "a web page with status 200 for every path",
    port("page"),
    "no-endpoint: none of its one port answers with a profile",
  ],
  [
    "nothing that listens",
    `console.log("ready"); setInterval(() => {}, 1000);`,
    "no-endpoint: it listens on no port that can be seen from here",
  ],
  ["a port that never answers", port("silent"), "no-endpoint: none of its one port answers with a profile"],
])("a process with %s", async (_, script, expected) => {
  expect(await outcome(await processThat(script))).toBe(expected);
});

test("a process with profiles on a Unix socket", async () => {
  const folder = mkdtempSync(join(tmpdir(), "godiag-socket-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "app.sock");
  const pid = await processThat(`listen(http.createServer(answer("profile")), ${JSON.stringify(path)});`);
  expect(await outcome(pid)).toBe(`found unix:${path}:/debug/pprof/`);
});

test("a process that is not there", async () => {
  expect(await outcome(2 ** 22 + 1)).toBe("no-process: there is no such process");
});

test("a search can be given up", async () => {
  const controller = new AbortController();
  const pid = await processThat(port("silent"));
  setTimeout(() => controller.abort(), 100);
  const found = await findPprof(pid, controller.signal);
  expect(!found.ok && found.problem.code).toBe("aborted");
});

test("what is named as a target is understood, or it is said how to write it", async () => {
  const told = async (text: string) => {
    const found = await findSampled(text, {}, { GOPS_CONFIG_DIR: tmpdir() }, new AbortController().signal);
    return found.ok ? found.value.name : `${found.problem.code}: ${found.problem.why}`;
  };
  expect(await told("unix:/run/app.sock")).toBe("unix:/run/app.sock:/debug/pprof/");
  expect(await told("gops:localhost:6061")).toBe("gops:localhost:6061");
  expect(await told("gops:99999999")).toBe("no-endpoint: it has no gops agent that is known here");
  expect(await told("gops:")).toBe("bad-url: gops: wants a process id, or host and port");
  expect(await told("pid:me")).toBe("bad-url: pid: wants the number of a process");
  expect(await told("pid:0")).toBe("bad-url: pid: wants the number of a process");
});

test("a port with a certificate that nobody vouches for is found when it is trusted, and told of before", async () => {
  const pid = await processThat(`listen(secure("profile"), 0, "127.0.0.1");`);
  expect(await outcome(pid)).toMatch(/^untrusted: nobody vouches for the certificate of HOST/);
  expect(await outcome(pid, { anyCertificate: true })).toBe("found https://HOST/debug/pprof/");
});
