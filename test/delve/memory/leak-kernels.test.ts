/**
 * Leak verdicts on Go's own leak kernels: what the runtime proves at the end of a run, found before it is asked. All of
 * its micro tests and common patterns, and a choice of `goker`, one for each kind of wait; `npm run kernels` runs all
 * and writes docs/leak-kernels.md.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { run } from "../../../src/cli/main.js";
import { testTerminal } from "../../support/terminal.js";
import { lookAtLeak } from "../../kernels/kernel-pause.js";
import { buildKernels, type Kernel } from "../../kernels/kernel-programs.js";
import { leaksOf, provedBy } from "../../kernels/kernel-run.js";
import { type Score, scoreOf, sumOf } from "../../kernels/kernel-score.js";
import { judged, type Way, WAYS } from "../../kernels/kernel-verdicts.js";

const folder = mkdtempSync(join(tmpdir(), "godiag-kernels-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CHOSEN = [
  ...["Cockroach7504", "Cockroach13197", "Cockroach24808", "Etcd5509", "Etcd10492", "Grpc1275", "Kubernetes5316"],
  ...["Kubernetes6632", "Kubernetes30872", "Moby17176", "Moby25348", "Moby30408", "Syncthing4829", "Syncthing5795"],
];
const isChosen = ({ suite, name }: Kernel) => suite !== "goker" || CHOSEN.includes(name);
const kernels = await buildKernels(folder);

test("the kernels are those of Go's own test", () => {
  expect(kernels.filter(isChosen)).toHaveLength(21 + CHOSEN.length);
  expect(kernels.every(({ leaks, name }) => leaks.length > 0 || name === "NoLeakGlobal")).toBe(true);
});

test("nobody is accused who has not leaked, and nearly everybody who has", { timeout: 600_000 }, async () => {
  const scores: Record<Way, Score[]> = { dump: [], dumps: [], memory: [], runtime: [] };
  for (const kernel of kernels.filter(isChosen)) {
    const { moments, findings } = await judged(kernel.program, kernel.name, kernel);
    const leaks = leaksOf(kernel, moments);
    const proved = provedBy(moments.proof);
    for (const way of WAYS) {
      const score = scoreOf(findings[way], leaks, proved);
      expect(score.wrong, `${kernel.name}, ${way}`).toBe(0);
      scores[way].push(score);
    }
    // What the runtime proves, its dump and profile are believed.
    const provedLeaks = leaks.filter(({ isProved }) => isProved);
    const { found, sites } = scoreOf(findings.runtime, provedLeaks, proved);
    expect(found, kernel.name).toBe(sites);
  }
  const recall = (way: Way) => {
    const { found, sites } = sumOf(scores[way]);
    return found / sites;
  };
  expect(recall("runtime")).toBe(1);
  expect(recall("memory")).toBe(1);
});

test("godiag leaks asks the memory of a program that Delve holds", async () => {
  const kernel = kernels.find(({ name }) => name === "Mixed");
  if (kernel === undefined) throw new Error("Go's test has no kernel Mixed any more");
  const { moments, seen } = await lookAtLeak(kernel.program, kernel.name, kernel, async (_, __, address) => {
    const terminal = testTerminal({});
    const code = await run(["leaks", `dlv:${address}`, "--json", "--fail-on", "suspect"], terminal);
    return {
      code,
      out: JSON.parse(terminal.written.out) as { findings: { basis: string; pattern: string; ids: number[] }[] },
    };
  });
  expect([seen.code, seen.out.findings.map(({ basis, pattern }) => `${basis} ${pattern}`).toSorted()]).toEqual([
    1,
    ["memory chan-send", "memory waitgroup"],
  ]);
  const accused = seen.out.findings.flatMap(({ ids }) => ids);
  expect(accused.toSorted()).toEqual(
    leaksOf(kernel, moments)
      .map(({ id }) => id)
      .toSorted(),
  );
});
