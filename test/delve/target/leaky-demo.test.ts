/**
 * The main job on the real program, which these tests build with the installed Go.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { leakMarkers } from "../../../src/cli/input/leak-markers.js";
import type { Diagnosis } from "../../../src/core/diagnosis/diagnosis.js";
import { type BuiltCli, buildCli } from "../../support/built-cli.js";

let cli: BuiltCli;
beforeAll(() => {
  try {
    execFileSync("go", ["version"]);
  } catch {
    throw new Error(
      "Go was not found. Install it from https://go.dev/dl, put its bin folder on PATH, and run: npm test",
    );
  }
  cli = buildCli({ example: true });
});
afterAll(() => cli?.remove());

/** An environment whose temporary files lie in a folder of their own: what runs or lies there is ours. */
function ownTemporary(name: string): { env: NodeJS.ProcessEnv; temporary: string } {
  const temporary = join(cli.folder, name);
  mkdirSync(temporary);
  return { env: { ...process.env, TMPDIR: temporary }, temporary };
}

/** Command lines of processes that were started from a folder. */
const runningFrom = (folder: string): string[] =>
  execFileSync("ps", ["-eo", "args"], { encoding: "utf8" })
    .split("\n")
    .filter((args) => args.startsWith(folder));

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await sleep(50); // the test's own timeout ends it
}

test.concurrent("every leak is named with its line, and nothing else", async () => {
  const { env, temporary } = ownTemporary("leaky");
  const { code, out } = await cli.start(["demo", "--json", "--html", "leaky.html"], env).ended;
  const { verdict, findings } = JSON.parse(out) as Diagnosis;
  const markers = await leakMarkers("examples/leaky");
  const found = findings.map(({ file, line }) => {
    const marker = markers.find((one) => file.endsWith(`/${one.file}`) && one.line === line);
    return marker?.leak ?? `${file}:${line}`;
  });
  expect(found.sort()).toEqual(["body", "cache", "goroutine", "mapkeys", "ticker"]);
  expect([code, verdict]).toEqual([0, "leak"]);
  if (process.platform === "linux") {
    const held = findings.flatMap(({ holders }) => (holders === undefined ? [] : [holders[0]]));
    expect(held.map(({ name }) => /[^.]*$/.exec(name)?.[0]).sort()).toEqual(["entries", "routes"]);
    expect(held.every(({ share, grewBytes }) => share > 0.8 && (grewBytes ?? 0) > 1_048_576)).toBe(true);
  }
  expect(existsSync(join(cli.folder, "leaky.html"))).toBe(true);
  expect([runningFrom(temporary), readdirSync(temporary)]).toEqual([[], []]);
});

test.concurrent("the healthy program shows nothing", async () => {
  const { env, temporary } = ownTemporary("healthy");
  const { code, out } = await cli.start(["demo", "--healthy", "--json", "--html", "healthy.html"], env).ended;
  const { verdict, findings } = JSON.parse(out) as Diagnosis;
  expect([code, verdict, findings]).toEqual([0, "no-growth", []]);
  expect([runningFrom(temporary), readdirSync(temporary)]).toEqual([[], []]);
});

test.concurrent("Ctrl-C keeps what was sampled, and leaves nothing behind", async () => {
  const { env, temporary } = ownTemporary("interrupted");
  const { process: godiag, ended } = cli.start(["demo", "--save", "kept", "--html", "interrupted.html"], env);
  await until(() => existsSync(join(cli.folder, "kept", "01.heap.pb.gz")));
  godiag.kill("SIGINT");
  const { code, out, err } = await ended;
  expect(code).toBe(130);
  expect(err).toMatch(/^godiag: partial: [2-7] of 8 snapshots, then stopped sampling .*: it was interrupted$/m);
  expect(out).toContain("Report: ");
  const { snapshots } = JSON.parse(readFileSync(join(cli.folder, "kept", "series.json"), "utf8")) as Diagnosis;
  expect(snapshots.length).toBeGreaterThanOrEqual(2);
  expect(readFileSync(join(cli.folder, "interrupted.html"), "utf8")).toContain("partial");
  expect([runningFrom(temporary), readdirSync(temporary)]).toEqual([[], []]);
});

test.concurrent("the example ends when the command line is killed", async () => {
  const { env, temporary } = ownTemporary("killed");
  const { process: godiag, ended } = cli.start(["demo", "--save", "killed-kept", "--html", "killed.html"], env);
  await until(() => existsSync(join(cli.folder, "killed-kept", "00.heap.pb.gz")));
  expect(runningFrom(temporary).length).toBe(1);
  godiag.kill("SIGKILL");
  await ended;
  await until(() => runningFrom(temporary).length === 0);
});

test.concurrent("what a dying target gave is kept", async () => {
  const { env, temporary } = ownTemporary("dying");
  const { ended } = cli.start(["demo", "--save", "dying-kept", "--html", "dying.html"], env);
  await until(() => existsSync(join(cli.folder, "dying-kept", "01.heap.pb.gz")));
  const example = execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf8" })
    .split("\n")
    .find((row) => row.includes(temporary) && row.includes("-until-stdin-closes"));
  process.kill(Number.parseInt(example ?? "", 10), "SIGKILL");
  const { code, err } = await ended;
  expect(err).toMatch(/^godiag: partial: [2-7] of 8 snapshots, then cannot read .*$/m);
  expect(code).toBe(1); // the leaks that are on were not found: the demo did not do what it promises
  expect(existsSync(join(cli.folder, "dying.html"))).toBe(true);
});

test("an example that does not compile is told", async () => {
  const broken = buildCli({ example: false });
  try {
    const source = join(broken.folder, "..", "examples", "leaky");
    mkdirSync(source, { recursive: true });
    writeFileSync(join(source, "go.mod"), "module example.com/leaky\n\ngo 1.21\n");
    writeFileSync(join(source, "main.go"), "package main\n\nfunc main() { oops() }\n");
    const { code, err } = await broken.start(["demo"]).ended;
    expect(code).toBe(2);
    expect(err).toMatch(/^godiag: cannot build .*: "\.\/main\.go:3:15: undefined: oops"\. See what `go build` says/);
  } finally {
    broken.remove();
  }
});
