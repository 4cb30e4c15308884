import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { run } from "../../src/cli/main.js";
import type { Diagnosis } from "../../src/core/diagnosis/diagnosis.js";
import { closedPort, httpServer } from "../support/local-server.js";
import { testTerminal } from "../support/terminal.js";

const cwd = mkdtempSync(join(tmpdir(), "godiag-diagnose-"));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function diagnose(args: string, signal?: AbortSignal): Promise<Answer> {
  const terminal = testTerminal({ cwd, ...(signal && { signal }) });
  const code = await run(["diagnose", ...args.split(" ")], terminal);
  return { code, ...terminal.written };
}

/** Plays the recorded run of the example; after `heaps` heap profiles it hangs up, or interrupts. */
function leakingProgram(heaps = Infinity, interrupt?: AbortController) {
  let asked = 0;
  return httpServer((request, response) => {
    const kind = /^\/debug\/pprof\/(heap|goroutine)\b/.exec(request.url ?? "")?.[1];
    const isText = request.url?.includes("debug=1") === true; // for its MemStats, which this program does not give
    if (kind === undefined || isText) return void response.writeHead(404).end();
    if (kind === "heap") asked++;
    if (asked > heaps) return void (interrupt === undefined ? response.destroy() : interrupt.abort());
    response.end(readFileSync(`test/fixtures/recorded/leaky/0${asked - 1}.${kind}.pb.gz`));
  });
}

test("a running program is judged, and its profiles are kept", async () => {
  const { code, out } = await diagnose(`${await leakingProgram()} --interval 0.1 --save kept --json`);
  const { verdict, findings, snapshots, notes } = JSON.parse(out) as Diagnosis;
  expect([code, verdict, snapshots.length]).toEqual([0, "leak", 8]);
  expect(findings.map((finding) => finding.function.split("/").at(-1)).sort()).toEqual([
    "metrics.(*Counters).observe",
    "orders.(*Pricer).compute",
    "reports.(*Cache).put",
    "sessions.(*session).refreshForever",
    "shipping.(*Client).Quote",
  ]);
  expect(notes.map((note) => note.code)).not.toContain("partial");
  expect(readdirSync(join(cwd, "kept")).length).toBe(17);
});

test("credentials and tokens in the URL are not in what is shown and kept", async () => {
  const url = await leakingProgram();
  const secret = `${url.replace("//", "//me:secret@")}/debug/pprof/?token=secret`;
  const { out } = await diagnose(`${secret} --interval 0.1 --json`);
  expect((JSON.parse(out) as Diagnosis).target).toBe(`${url}/debug/pprof/`);
  expect(out).not.toContain("secret");
});

test("a build fails on it when asked to", async () => {
  expect((await diagnose(`${await leakingProgram()} --interval 0.1 --fail-on confirmed`)).code).toBe(1);
});

test("a target that dies is judged by what it gave, and that is said", async () => {
  const { code, out, err } = await diagnose(`${await leakingProgram(6)} --interval 0.1`);
  expect(err).toMatch(
    /^godiag: partial: 6 of 8 snapshots, then cannot read .*: 127\.0\.0\.1:\d+ hung up before it answered\n$/,
  );
  expect(out).toMatch(/^Leak: /);
  expect(out).toContain("partial: 6 of 8 snapshots");
  expect(code).toBe(0);
});

test("Ctrl-C judges what there is", async () => {
  const controller = new AbortController();
  const url = await leakingProgram(3, controller);
  const { code, out, err } = await diagnose(`${url} --interval 0.1`, controller.signal);
  expect(code).toBe(130);
  expect(out).toContain("few-snapshots: 3 snapshots cannot show a trend");
  expect(err).toContain("godiag: partial: 3 of 8 snapshots, then stopped sampling");
});

test.each<[string, () => Promise<string>, RegExp]>([
  ["a closed port", closedPort, /^godiag: cannot read .*: nothing listens on .*\. Start the program, and check/],
  [
    "a web page for everything",
    () => httpServer((_, response) => response.writeHead(200, { "content-type": "text/html" }).end("<html>")),
    /^godiag: cannot capture .*: the server answered with a web page, not with a profile\. Check the path/,
  ],
  [
    "a program without pprof",
    () => httpServer((_, response) => response.writeHead(404).end("404 page not found")),
    /^godiag: cannot capture .*: the server has no such page \(404\)\. Import _ "net\/http\/pprof"/,
  ],
])("%s fails in one sentence", async (_, target, words) => {
  const { code, out, err } = await diagnose(await target());
  expect([code, out]).toEqual([2, ""]);
  expect(err).toMatch(words);
  expect(err.split("\n").length).toBe(2);
});

test.each([
  ["pid:4194305", "godiag: cannot find pprof endpoints of process 4194305: there is no such process."],
  ["gops:me", 'godiag: cannot use "gops:me": gops: wants a process id, or host and port.'],
  ["http://h --load x", "godiag: cannot use --load: http://h is a running program."],
  ["http://h --header secret", "godiag: cannot use a --header: it is not of the form Name: value."],
  ["http://h a.pb.gz", "godiag: cannot diagnose several targets: http://h is a running program."],
  ["http://h --samples 0", "godiag: wrong usage: option '--samples <n>' argument '0' is invalid."],
  ["http://h --interval x", "godiag: wrong usage: option '--interval <seconds>' argument 'x' is invalid."],
])("%s is wrong", async (args, words) => {
  const { code, err } = await diagnose(args);
  expect([code, err.slice(0, words.length)]).toEqual([2, words]);
});

test("a webhook gets text and document; one that fails takes nothing back", async () => {
  const posted: string[] = [];
  const hook = await httpServer((request, response) => {
    request.on("data", (chunk: Buffer) => posted.push(chunk.toString()));
    request.on("end", () => response.writeHead(request.url === "/broken" ? 404 : 204).end());
  });
  const url = await leakingProgram();
  expect((await diagnose(`${url} --interval 0.1 --webhook ${hook}/ok`)).code).toBe(0);
  const { text, diagnosis } = JSON.parse(posted.join("")) as { text: string; diagnosis: Diagnosis };
  expect([text.slice(0, 7), diagnosis.verdict]).toEqual(["## Leak", "leak"]);

  const broken = await diagnose(`${await leakingProgram()} --interval 0.1 --webhook ${hook}/broken`);
  expect([broken.code, broken.out.slice(0, 5)]).toEqual([0, "Leak:"]);
  expect(broken.err).toMatch(/^godiag: cannot post to the webhook: 127\.0\.0\.1:\d+ answered 404 Not Found\. /);
});

test("a report that cannot be written takes nothing back", async () => {
  const { code, out, err } = await diagnose(`${await leakingProgram()} --interval 0.1 --html no/such/report.html`);
  expect([code, out.slice(0, 5)]).toEqual([2, "Leak:"]);
  expect(err).toMatch(/^godiag: cannot (make an HTML page|write no\/such\/report\.html): /);
  expect(existsSync(join(cwd, "no"))).toBe(false);
});
