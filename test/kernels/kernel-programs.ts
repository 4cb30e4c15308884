/**
 * The programs that leak verdicts are held against.
 *
 * The leak kernels that come with Go's own sources: the micro tests and common patterns of `testgoroutineleakprofile`,
 * and its `goker`, leaks that were found in production programs (GoBench, doi:10.1109/CGO51591.2021.9370317). Nothing
 * of them is kept here: they are taken from the GOROOT of the Go that builds them, and so is what is true of them, the
 * expected leaks in `goroutineleakprofile_test.go`. In each, `pprof.Lookup("goroutineleak")` becomes a `moment`
 * (moment.go.txt), which writes dumps before it asks the runtime.
 *
 * Beside them, programs that leak nothing (healthy.go.txt), one for each pattern (patterns.go.txt), and one that keeps
 * the books of its goroutines (bookkeeping.go.txt).
 */
import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

export interface Kernel {
  readonly name: string;
  readonly suite: "simple" | "patterns" | "goker";
  /** Leaks that Go expects, as "function [state]" of the goroutine's first function. */
  readonly leaks: readonly RegExp[];
  /** Whether a run may not show some of them: it is a matter of scheduling. */
  readonly isFlaky: boolean;
  readonly program: string;
}

/** A program of ours with one subject. */
export interface OwnProgram {
  readonly name: string;
  readonly program: string;
}

/** The newest Go; its leak profile needs no experiment. */
export const KERNEL_GO = "go1.27.3";

const HERE = "test/kernels";
const SUITES = [
  ["microTests", "simple"],
  ["patternTestCases", "patterns"],
  ["gokerTestCases", "goker"],
] as const;

/** Builds them in `folder`. Their stress tests are not leaks to find, and left out. */
export async function buildKernels(folder: string): Promise<Kernel[]> {
  const runtime = join(await go(folder, "env", "GOROOT"), "src/runtime");
  const source = (name: string) => {
    const files: Record<string, string> = {};
    const from = join(runtime, "testdata", name);
    for (const file of readdirSync(from).filter((each) => each.endsWith(".go"))) {
      files[file] = readFileSync(join(from, file), "utf8").replaceAll(
        /pprof\.Lookup\("goroutineleak"\)/g,
        "moment{$&}",
      );
    }
    return files;
  };
  const simple = await build(folder, "simple", source("testgoroutineleakprofile"));
  const goker = await build(folder, "goker", source("testgoroutineleakprofile/goker"));
  return kernelsOf(readFileSync(join(runtime, "goroutineleakprofile_test.go"), "utf8"), simple, goker);
}

/** Programs of `healthy.go.txt` or `patterns.go.txt`, each by the name in its table. */
export async function buildOwn(folder: string, source: "healthy" | "patterns"): Promise<OwnProgram[]> {
  const text = sourceOf(source);
  const program = await build(folder, source, { "main.go": text });
  const table = /var programs = [^\n]*\n([\s\S]*?)\n\}/.exec(text)?.[1] ?? "";
  return [...table.matchAll(/^\t"([\w-]+)":/gm)].map(([, name]) => ({ name, program }));
}

/** The program that keeps books. */
export function buildBookkeeping(folder: string): Promise<string> {
  return build(folder, "bookkeeping", { "main.go": sourceOf("bookkeeping") });
}

export function sourceOf(name: "healthy" | "patterns" | "moment" | "bookkeeping"): string {
  return readFileSync(join(HERE, `${name}.go.txt`), "utf8");
}

async function build(folder: string, name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const to = join(folder, name);
  mkdirSync(to);
  writeFileSync(join(to, "go.mod"), `module example.com/${name}\n\ngo 1.26\n`);
  writeFileSync(join(to, "moment.go"), sourceOf("moment"));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(to, file), text);
  const program = join(folder, `${name}.exe`);
  await go(to, "build", "-trimpath", "-o", program, ".");
  return program;
}

async function go(cwd: string, ...args: string[]): Promise<string> {
  const env = { ...process.env, GOTOOLCHAIN: KERNEL_GO, GOFLAGS: "-buildvcs=false", GOWORK: "off" };
  try {
    return (await promisify(execFile)("go", args, { cwd, env })).stdout.trim();
  } catch (error) {
    throw new Error(
      `go ${args.join(" ")} failed. Is Go missing, or can ${KERNEL_GO} not be fetched? To try by hand: GOTOOLCHAIN=${KERNEL_GO} go version`,
      { cause: error },
    );
  }
}

/** Reads the lists of `makeTest("Name", `regexp`, …)` in Go's test. */
function kernelsOf(test: string, simple: string, goker: string): Kernel[] {
  return SUITES.flatMap(([list, suite]) => {
    const start = test.indexOf(`${list} := []testCase{`);
    const body = test.slice(start, test.indexOf("\n\t}\n", start)).replaceAll(/^\s*\/\/.*$/gm, "");
    return [...body.matchAll(/make(Flaky)?Test\("(\w+)"((?:,?\s*`[^`]*`)*)/g)].map(
      ([, flaky, name, leaks]): Kernel => ({
        name,
        suite,
        leaks: [...leaks.matchAll(/`([^`]*)`/g)].map(([, pattern]) => new RegExp(pattern)),
        isFlaky: flaky !== undefined,
        program: suite === "goker" ? goker : simple,
      }),
    );
  });
}
