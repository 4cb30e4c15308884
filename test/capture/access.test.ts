/** Getting through: Unix sockets, headers, passwords, certificates that nobody vouches for. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { httpGet } from "../../src/capture/http-get.js";
import { type Access, endpointUrl, parseTarget, shownTarget } from "../../src/capture/pprof-endpoint.js";
import { httpServer } from "../support/local-server.js";

async function get(text: string, access: Access = {}): Promise<string> {
  const target = parseTarget(text, access);
  if (!target.ok) return target.problem.code;
  const url = endpointUrl(target.value, "heap");
  const answer = await httpGet(url, { timeoutMs: 5000, maxBytes: 1000, access: target.value.access });
  return answer.ok ? new TextDecoder().decode(answer.value.bytes) : answer.problem.code;
}

test.each([
  ["unix:/run/app.sock", "/run/app.sock", "http://localhost/debug/pprof/heap", "unix:/run/app.sock:/debug/pprof/"],
  ["unix:///run/app.sock", "/run/app.sock", "http://localhost/debug/pprof/heap", "unix:/run/app.sock:/debug/pprof/"],
  [
    "unix:/run/app.sock:/admin?token=t",
    "/run/app.sock",
    "http://localhost/admin/debug/pprof/heap?token=t",
    "unix:/run/app.sock:/admin/debug/pprof/",
  ],
  [
    "http+unix://%2Frun%2Fapp.sock/admin",
    "/run/app.sock",
    "http://localhost/admin/debug/pprof/heap",
    "unix:/run/app.sock:/admin/debug/pprof/",
  ],
])("%s is a socket", (text, path, url, shown) => {
  const target = parseTarget(text);
  if (!target.ok) throw new Error(target.problem.why);
  expect(target.value.access?.socketPath).toBe(path);
  expect(endpointUrl(target.value, "heap").href).toBe(url);
  expect(shownTarget(target.value)).toBe(shown);
});

test.each(["unix:", "unix:relative.sock", "http+unix://%zz/", "unix://host/run/app.sock"])("%s is none", (text) => {
  const target = parseTarget(text);
  expect(!target.ok && target.problem.code).toBe("bad-url");
});

test("a program on a Unix socket answers, and one that is not there is told", async () => {
  const folder = mkdtempSync(join(tmpdir(), "godiag-socket-"));
  const server = http.createServer((request, response) => response.end(request.url));
  onTestFinished(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const path = join(folder, "app.sock");
  await new Promise<void>((done) => server.listen(path, done));
  expect(await get(`unix:${path}`)).toBe("/debug/pprof/heap");
  expect(await get(`unix:${path}-not`)).toBe("refused");
});

test("headers go to the server that they are for, and not where it redirects to", async () => {
  const told: http.RequestListener = ({ headers }, response) => response.end(String(headers["x-token"]));
  const other = await httpServer(told);
  const server = await httpServer((request, response) => {
    if (request.url?.startsWith("/elsewhere") === true) response.writeHead(302, { location: other }).end();
    else if (request.url?.startsWith("/here") === true) response.writeHead(302, { location: "/x" }).end();
    else told(request, response);
  });
  const access = { headers: { "x-token": "secret" } };
  expect(await get(server, access)).toBe("secret");
  expect(await get(`${server}/here`, access)).toBe("secret");
  expect(await get(`${server}/elsewhere`, access)).toBe("undefined");
});

test("a redirect from https to http, or from a socket to the network, is not followed", async () => {
  let asked = 0;
  const plain = await httpServer((_, response) => {
    asked++;
    response.end("in clear");
  });
  const elsewhere: http.RequestListener = (_, response) => response.writeHead(307, { location: plain }).end();
  const secure = https.createServer(
    { key: readFileSync("test/fixtures/tls/key.pem"), cert: readFileSync("test/fixtures/tls/certificate.pem") },
    elsewhere,
  );
  const socket = http.createServer(elsewhere);
  const folder = mkdtempSync(join(tmpdir(), "godiag-socket-"));
  onTestFinished(() => {
    secure.close();
    socket.close();
    rmSync(folder, { recursive: true, force: true });
  });
  await new Promise<void>((done) => secure.listen(0, "127.0.0.1", done));
  await new Promise<void>((done) => socket.listen(join(folder, "app.sock"), done));
  const url = `https://127.0.0.1:${(secure.address() as AddressInfo).port}`;
  expect(await get(url, { anyCertificate: true, headers: { "x-token": "secret" } })).toBe("http-status");
  expect(await get(`unix:${join(folder, "app.sock")}`, { headers: { "x-token": "secret" } })).toBe("http-status");
  expect(asked).toBe(0);
});

test("a password in the URL is basic authentication", async () => {
  const url = await httpServer(({ headers }, response) => response.end(headers.authorization));
  expect(await get(url.replace("//", "//me:secret@"))).toBe(`Basic ${btoa("me:secret")}`);
});

test("a certificate that nobody vouches for is accepted when asked for, and only then", async () => {
  const server = https.createServer(
    { key: readFileSync("test/fixtures/tls/key.pem"), cert: readFileSync("test/fixtures/tls/certificate.pem") },
    (_, response) => response.end("through"),
  );
  onTestFinished(() => void server.close());
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(await get(url)).toBe("untrusted");
  expect(await get(url, { anyCertificate: true })).toBe("through");
});
