/** A selection of `npm run harm` (test/harm): each kind of command and session, ended in each way at some moment. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { allRuns, someRuns } from "../harm/matrix.js";
import { oneRun } from "../harm/one-run.js";
import { delve } from "../support/delve.js";

const root = mkdtempSync(join(tmpdir(), "harm-"));
const sources = join(root, "heartbeat");
const binary = join(root, "heartbeat-binary");
beforeAll(() => {
  execFileSync(process.execPath, ["esbuild.config.mjs", `--outdir=${join(root, "dist")}`], { stdio: "inherit" });
  cpSync("test/fixtures/heartbeat", sources, { recursive: true });
  execFileSync("go", ["build", "-gcflags=all=-N -l", "-o", binary, "."], { cwd: sources });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const RUNS = someRuns(allRuns(), 31).map((run) => [`${run.kind.name}, ${run.end} at ${run.atMs} ms`, run] as const);

test.each(RUNS)("%s harms nobody", async (_name, run) => {
  const godiag = join(root, "dist", "godiag.cjs");
  expect(await oneRun(run, { godiag, dlvFolder: resolve(delve, ".."), binary, sources, root })).toEqual([]);
});
