/**
 * `npm run harm`: ends every command and every kind of session in every way, at many moments, and looks whether that
 * harms anybody. Prints the table of docs/safety.md; fails with what was found.
 *
 * `--runs N` takes N of them, spread over all; `--only TEXT` those whose kind contains it, `--end NAME` those that end
 * so; `--at-once N` (3) in parallel.
 */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { allRuns, someRuns, tableOf } from "./matrix.js";
import { type Machine, oneRun, type Run } from "./one-run.js";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "100000" },
    only: { type: "string", default: "" },
    end: { type: "string" },
    "at-once": { type: "string", default: "3" },
  },
});
const dlvFolder = resolve(".tools/bin");
if (!existsSync(join(dlvFolder, "dlv"))) throw new Error("Delve is missing. Run: node setup.mjs test");

const root = mkdtempSync(join(tmpdir(), "harm-"));
const sources = join(root, "heartbeat");
cpSync("test/fixtures/heartbeat", sources, { recursive: true });
const binary = join(root, "heartbeat-binary");
execFileSync("go", ["build", "-gcflags=all=-N -l", "-o", binary, "."], { cwd: sources, stdio: "inherit" });
const machine: Machine = { godiag: resolve("dist/godiag.cjs"), dlvFolder, binary, sources, root };

const chosen = allRuns().filter(
  ({ kind, end }) => kind.name.includes(values.only) && (values.end === undefined || values.end === end),
);
const runs = someRuns(chosen, Number(values.runs));
const results: { readonly run: Run; readonly problems: readonly string[] }[] = [];
const startedAt = performance.now();

const queue = [...runs];
async function worker(): Promise<void> {
  for (let run = queue.shift(); run !== undefined; run = queue.shift()) {
    const problems = await oneRun(run, machine);
    results.push({ run, problems });
    if (problems.length > 0)
      console.log(`harm: ${run.kind.name}, ${run.end} at ${run.atMs} ms: ${problems.join("; ")}`);
  }
}

try {
  await Promise.all(Array.from({ length: Number(values["at-once"]) }, worker));
} finally {
  rmSync(root, { recursive: true, force: true, maxRetries: 5 });
}
const harmful = results.filter(({ problems }) => problems.length > 0).length;
console.log(`\n${tableOf(results)}`);
console.log(
  `${results.length} runs in ${((performance.now() - startedAt) / 1000).toFixed(0)} s, ${harmful} of them harmful`,
);
process.exitCode = harmful > 0 ? 1 : 0;
