/**
 * A heap or CPU profile or an execution trace of one test or benchmark: `go test` with it written into a folder of our own, so that
 * nothing is left in the package (neither the profile nor the test's binary, which go test keeps for profiles).
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { runGo } from "../process/go-command.js";
import { temporaryFolder } from "../process/temporary-folder.js";
import { type Captured, captured, problem } from "./capture-problem.js";

export type TestProfileKind = "heap" | "cpu" | "trace";

export interface TestProfile {
  /** Folder of the package. */
  readonly folder: string;
  /** Of the function: TestX, BenchmarkX, ExampleX, FuzzX. */
  readonly name: string;
  readonly kind: TestProfileKind;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** Lines of go test's output as they come. */
  readonly onLine?: (line: string) => void;
}

/** Tests allocate little: every 4 KiB instead of every 512 KiB are sampled. */
const HEAP_RATE = 4096;
const MAX_OUTPUT = 64 * 1024;
/** go test has a limit of its own, of ten minutes for each test binary. */
const MAX_TIME_MS = 60 * 60_000;

export async function profileTest(about: TestProfile): Promise<Captured<{ bytes: Uint8Array; output: string }>> {
  const { folder, name, kind, signal } = about;
  const what = `cannot profile ${name}`;
  if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name)) {
    return problem("start", what, "that is not the name of a test", "Give the name of a test function");
  }
  const place = temporaryFolder();
  try {
    const file = join(place.path, "profile.pb.gz");
    const { code, output } = await run(testArguments(name, kind, file, join(place.path, "test.bin")), about);
    if (signal.aborted) return problem("aborted", what, "it was interrupted", "Start it again when you are ready");
    if (code === undefined) return problem("start", what, output, "Install Go, or put it on the PATH");
    const bytes = await readFile(file).catch(() => undefined);
    if (bytes === undefined || bytes.length === 0) {
      const why = lastWords(output) || `go test ended with ${code}`;
      return problem("build", what, why, `Run go test -run '^${name}$' in ${folder}`);
    }
    return captured({ bytes: new Uint8Array(bytes), output });
  } finally {
    place.remove();
  }
}

/** The arguments of `go`. */
export function testArguments(name: string, kind: TestProfileKind, profile: string, binary: string): string[] {
  const one = `^${name}$`;
  const isBenchmark = name.startsWith("Benchmark");
  return [
    ...["test", "-count=1", "-v"],
    ...(isBenchmark ? ["-run=^$", `-bench=${one}`, "-benchmem"] : [`-run=${one}`]),
    ...FLAGS[kind](profile),
    ...["-o", binary, "."],
  ];
}

const FLAGS: Readonly<Record<TestProfileKind, (file: string) => string[]>> = {
  heap: (file) => [`-memprofile=${file}`, `-memprofilerate=${HEAP_RATE}`],
  cpu: (file) => [`-cpuprofile=${file}`],
  trace: (file) => [`-trace=${file}`],
};

async function run(
  args: readonly string[],
  { folder, env, signal, onLine }: TestProfile,
): Promise<{ code: number | undefined; output: string }> {
  let output = "";
  let rest = "";
  const onOutput = (text: string) => {
    output = (output + text).slice(-MAX_OUTPUT);
    const lines = (rest + text).split("\n");
    rest = (lines.pop() ?? "").slice(-MAX_OUTPUT);
    for (const line of lines) onLine?.(line);
  };
  const answer = await runGo(args, { cwd: folder, env, signal, limitMs: MAX_TIME_MS, maxBytes: 0, onOutput });
  if (answer === "not-found") return { code: undefined, output: "there is no go command" };
  return { code: typeof answer === "string" ? -1 : (answer.exitCode ?? -1), output };
}

/** What go test says about a failure stands in its last lines. */
function lastWords(output: string): string {
  const lines = output.split("\n").filter((line) => line.trim() !== "" && !/^(?:FAIL|ok)\b/.test(line));
  return lines.slice(-3).join("; ").slice(0, 300);
}
