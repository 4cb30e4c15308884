import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { run } from "../../src/cli/main.js";
import type { Diagnosis } from "../../src/core/diagnosis/diagnosis.js";
import { testTerminal } from "../support/terminal.js";

const series = fileURLToPath(new URL("../fixtures/gopls-series/", import.meta.url));
const profiles = fileURLToPath(new URL("../fixtures/profiles/", import.meta.url));
let folder: string;
let growth: string[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "diagnose-"));
  growth = await phase("growth");
});
afterAll(() => rm(folder, { recursive: true }));

const phase = async (name: string, end = ".heap.pb.gz") =>
  (await readdir(series)).filter((file) => file.endsWith(`-${name}${end}`)).map((file) => join(series, file));

async function godiag(...args: string[]) {
  const terminal = testTerminal({ cwd: folder });
  const code = await run(["diagnose", ...args], terminal);
  return { code, ...terminal.written };
}

const diagnosisIn = (text: string) => JSON.parse(text) as Diagnosis;
const written = (name: string) => readFile(join(folder, name), "utf8");

test("--json prints one document and nothing else; findings alone do not fail", async () => {
  const { code, out, err } = await godiag("--json", ...growth);
  expect([code, err]).toEqual([0, ""]);
  expect(out.trimEnd().split("\n")).toHaveLength(1);
  const { verdict, snapshots, findings } = diagnosisIn(out);
  expect([verdict, snapshots.length, findings.length]).toEqual(["suspect", 8, 2]);
});

test("profiles are ordered by their own time, whatever order they are given in", async () => {
  const forwards = diagnosisIn((await godiag(...growth, "--json")).out);
  const backwards = diagnosisIn((await godiag(...[...growth].reverse(), "--json")).out);
  expect({ ...backwards, target: "" }).toEqual({ ...forwards, target: "" });
});

test("heap and goroutine profiles may be mixed", async () => {
  const { out } = await godiag(...(await phase("growth", ".goroutine.txt")), ...growth, "--json");
  const { snapshots } = diagnosisIn(out);
  expect(snapshots.map(({ goroutines }) => goroutines !== undefined)).toEqual(new Array(8).fill(true));
});

test.each([
  ["suspect", 1],
  ["confirmed", 0],
])("--fail-on %s exits with %d for suspects", async (level, code) => {
  expect((await godiag(...growth, "--fail-on", level)).code).toBe(code);
});

test("a baseline that knows the findings does not fail", async () => {
  await godiag(...growth, "--json", "baseline.json");
  const { code, out } = await godiag(...growth, "--baseline", "baseline.json", "--fail-on", "suspect");
  expect(code).toBe(0);
  expect(out).toContain("[unchanged since baseline]");
});

test("--json FILE and --sarif FILE are written, the text is printed", async () => {
  const { out } = await godiag(...growth, "--json", "out.json", "--sarif", "out.sarif");
  expect(out).toMatch(/^Suspect: 2 places may keep growing/);
  expect(diagnosisIn(await written("out.json")).verdict).toBe("suspect");
  expect((JSON.parse(await written("out.sarif")) as { version: string }).version).toBe("2.1.0");
});

test("a profile after --json is not overwritten", async () => {
  const bytes = await readFile(growth[0]);
  const { out } = await godiag("--json", ...growth);
  expect(diagnosisIn(out).snapshots).toHaveLength(8);
  expect(await readFile(growth[0])).toEqual(bytes);
});

test.each([
  [["--fail-on", "always"], "usage", "--fail-on"],
  [[], "usage", "nothing to diagnose"],
  [["missing.pb.gz"], "no-file", "missing.pb.gz"],
  [[join(profiles, "app.cpu.pb.gz")], "wrong-profile", "neither a heap nor a goroutine profile"],
  [["x.pb.gz", "--baseline", "missing.json"], "unreadable", "missing.json"],
  [["x.pb.gz", "--baseline", "text.json"], "not-json", "not JSON"],
  [["x.pb.gz", "--baseline", "other.json"], "not-a-diagnosis", "not a diagnosis"],
  [["x.pb.gz", "--sarif", "-"], "usage", "both want stdout"],
])("%j is refused: %s", async (args, code, words) => {
  await writeFile(join(folder, "text.json"), "hello");
  await writeFile(join(folder, "other.json"), "{}");
  const given = args.map((arg) => (arg === "x.pb.gz" ? growth[0] : arg));
  const { code: exit, out, err } = await godiag(...given, "--json");
  expect(exit).toBe(2);
  expect(err).toContain(words);
  expect((JSON.parse(out) as { error: { code: string } }).error.code).toBe(code);
});

test("a file that cannot be written is said", async () => {
  const { code, err } = await godiag(...growth, "--json", "no/such/folder.json");
  expect(code).toBe(2);
  expect(err).toContain("cannot write no/such/folder.json");
});
