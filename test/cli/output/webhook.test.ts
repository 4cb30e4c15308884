import type { RequestListener } from "node:http";
import { expect, test } from "vitest";
import { type Patience, postDiagnosis } from "../../../src/cli/output/webhook.js";
import { aDiagnosis } from "../../support/a-diagnosis.js";
import { closedPort, httpServer } from "../../support/local-server.js";

const HURRY: Patience = { attemptMs: 200, pausesMs: [10, 20], totalMs: 2000 };
const never = new AbortController().signal;

/** "delivered" or why not, and how often it was tried. */
async function outcome(answers: readonly RequestListener[], patience = HURRY): Promise<string> {
  let tried = 0;
  const url = await httpServer((request, response) => {
    request.resume();
    answers[Math.min(tried++, answers.length - 1)](request, response);
  });
  const why = await postDiagnosis(url, aDiagnosis(), never, patience).then(
    () => "delivered",
    (error: Error) => /: (.*)\. Check/.exec(error.message)?.[1].replace(/127\.0\.0\.1:\d+/, "HOST"),
  );
  return `${why}, ${tried} attempts`;
}

const status =
  (code: number, headers: Record<string, string> = {}): RequestListener =>
  (_, response) =>
    void response.writeHead(code, headers).end();
const silent: RequestListener = () => {};
const hangUp: RequestListener = (_, response) => void response.destroy();

test.each<[string, readonly RequestListener[], string]>([
  ["it is taken at once", [status(204)], "delivered, 1 attempts"],
  ["a busy server takes it later", [status(503), status(429), status(200)], "delivered, 3 attempts"],
  ["a connection that breaks is made again", [hangUp, status(200)], "delivered, 2 attempts"],
  ["silence is not waited out", [silent, status(200)], "delivered, 2 attempts"],
  ["a refusal is final", [status(403)], "HOST answered 403 Forbidden, 1 attempts"],
  ["a broken server is given up", [status(500)], "HOST answered 500 Internal Server Error (tried 3 times), 3 attempts"],
  [
    "a server that wants to be asked much later is given up",
    [status(429, { "retry-after": "3600" })],
    "HOST answered 429 Too Many Requests, 1 attempts",
  ],
])("%s", async (_, answers, told) => {
  expect(await outcome(answers)).toBe(told);
});

test.each([301, 302, 307, 308])("a redirect (%s) does not get the diagnosis", async (code) => {
  let reached = 0;
  const elsewhere = await httpServer((_, response) => void (reached++, response.end()));
  const said = await outcome([status(code, { location: `${elsewhere}/collect` })]);
  expect(said).toMatch(/^HOST redirects to 127\.0\.0\.1:\d+, where nothing is posted, 1 attempts$/);
  expect(reached).toBe(0);
});

test("a password in the URL is sent as one, and is in no error", async () => {
  let sent: string | undefined;
  const url = await httpServer((request, response) => {
    sent = request.headers.authorization;
    request.resume();
    response.writeHead(403).end();
  });
  const posted = postDiagnosis(url.replace("http://", "http://me:hunter2@"), aDiagnosis(), never, HURRY);
  const error = await posted.catch((why: Error) => why);
  expect(String(error)).toContain("answered 403");
  expect(String(error)).not.toContain("hunter2");
  expect(sent).toBe(`Basic ${Buffer.from("me:hunter2").toString("base64")}`);
});

test("all attempts together have a limit", async () => {
  expect(await outcome([status(500)], { ...HURRY, pausesMs: [500, 5000], totalMs: 2000 })).toMatch(/, 2 attempts$/);
});

test("nobody there, and no URL, are told without the secret in the URL", async () => {
  const url = `${await closedPort()}/services/secret`;
  await expect(postDiagnosis(url, aDiagnosis(), never, HURRY)).rejects.toThrow(/127\.0\.0\.1:\d+: .*ECONNREFUSED/);
  await expect(postDiagnosis(url, aDiagnosis(), never, HURRY)).rejects.not.toThrow(/secret/);
  await expect(postDiagnosis("secret", aDiagnosis(), never)).rejects.toThrow(/it is not a URL/);
});

test("chats find their text: Slack the whole of it, Discord what it takes", async () => {
  let body = "";
  const url = await httpServer((request, response) => {
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => response.end());
  });
  const many = { ...aDiagnosis(), notes: Array.from({ length: 2000 }, () => ({ code: "x", message: "y".repeat(50) })) };
  await postDiagnosis(url, many, never);
  const { text, content, diagnosis } = JSON.parse(body) as Record<string, string>;
  expect([text.length, content.length]).toEqual([30_000, 2000]);
  expect(diagnosis).toEqual(JSON.parse(JSON.stringify(many)));
});
