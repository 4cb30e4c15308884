/**
 * A Go program of this workspace as a child process: built with the installed Go into a temporary folder, started, and
 * never left behind.
 */
import { join } from "node:path";
import { askGo } from "../process/go-command.js";
import type { RunOptions } from "../process/run-to-end.js";
import { startProcess } from "../process/start-process.js";
import { temporaryFolder } from "../process/temporary-folder.js";
import { type Captured, captured, problem, quoted } from "./capture-problem.js";

export interface BuiltProgram {
  readonly binary: string;
  /** Removes it with its folder. */
  remove(): void;
}

export interface RunningProgram {
  readonly pid: number;
  /** What it printed so far, at most the first 64 KB. */
  output(): string;
  /** Calls `listener` with each piece of output until it returns true. */
  onOutput(listener: (output: string) => boolean): void;
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** The first build also compiles the standard library. */
const BUILD_TIMEOUT_MS = 10 * 60_000;
const LIST_TIMEOUT_MS = 60_000;
const OUTPUT_KEPT = 65_536;
const MAX_OUTPUT = 1 << 24;

/** The version of the installed Go, such as "go1.26.8"; undefined where there is none. */
export async function goVersion(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const { stdout } = await execute(["version"], { env });
  return /\bgo\d\S*/.exec(stdout)?.[0];
}

/** Builds the main package `name` as seen from `folder`. */
export async function buildProgram(
  folder: string,
  name: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Captured<BuiltProgram>> {
  const place = temporaryFolder();
  const remove = () => place.remove();
  const binary = join(place.path, process.platform === "win32" ? "program.exe" : "program");
  const options = { cwd: folder, env, signal, limitMs: BUILD_TIMEOUT_MS };
  const built = await execute(["build", "-o", binary, name], options);
  if (!built.failed && (await isMain(name, options))) return captured({ binary, remove });
  remove();
  if (signal.aborted) {
    return problem("aborted", `stopped building ${name}`, "it was interrupted", "Start it again when you are ready");
  }
  return built.failed
    ? problem(
        "build",
        `cannot build ${name === "." ? folder : name}`,
        quoted(withoutHeading(built.stderr)) || "go build failed without a word",
        "See what `go build` says in that folder",
      )
    : problem("build", `cannot run ${name}`, "it is not a main package", "Name the package of a program");
}

/** `go build -o` of a package without main writes its archive, and is content. */
async function isMain(name: string, options: Partial<RunOptions>): Promise<boolean> {
  const { stdout } = await execute(["list", "-f", "{{.Name}}", name], options);
  return stdout.trim() === "main";
}

/** Whether the program has one of these packages in it. Of a program that cannot be listed: no. */
export async function importsAny(
  packages: readonly string[],
  folder: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<boolean> {
  const { stdout } = await execute(["list", "-deps", "."], { cwd: folder, env, signal });
  const imported = new Set(stdout.split("\n"));
  return packages.some((name) => imported.has(name));
}

/** Starts it with its standard input open; resolves as soon as there is a process. */
export async function startProgram(
  binary: string,
  args: readonly string[],
  options: { readonly env: NodeJS.ProcessEnv; readonly cwd?: string },
): Promise<Captured<RunningProgram>> {
  // stdin stays open for as long as this process lives
  const started = startProcess(binary, args, { stdio: ["pipe", "pipe", "pipe"], ...options });
  const { child } = started;
  child.stdin?.on("error", () => {});
  let output = "";
  let listener: ((output: string) => boolean) | undefined;
  const tell = () => {
    if (listener?.(output) === true) listener = undefined;
  };
  const onData = (chunk: Buffer) => {
    if (output.length < OUTPUT_KEPT) output += chunk.toString();
    tell();
  };
  // Both are read to the end of its life, or the program would stop at a full pipe.
  child.stdout?.on("data", onData);
  child.stderr?.on("data", onData);
  const ended = new Promise<void>((done) => {
    child.once("close", () => done());
    child.once("error", ({ message }) => {
      output += message; // it could not even be started
      done();
    });
  });
  if (child.pid === undefined) {
    await ended;
    return problem("start", `cannot start ${binary}`, output, "Check that it is a program for this machine");
  }
  return captured({
    pid: child.pid,
    output: () => output,
    onOutput: (given) => {
      listener = given;
      tell();
    },
    ended,
    stop: () => started.stop(),
  });
}

interface Executed {
  readonly failed: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

async function execute(
  args: readonly string[],
  { limitMs = LIST_TIMEOUT_MS, ...options }: Partial<RunOptions>,
): Promise<Executed> {
  const answer = await askGo(args, { ...options, limitMs, maxBytes: MAX_OUTPUT });
  if (typeof answer !== "string") return { ...answer, failed: answer.exitCode !== 0 };
  const why = answer === "timed-out" ? `it did not end within ${limitMs / 1000} s` : "there is no go command on PATH";
  return { failed: true, stdout: "", stderr: why };
}

/** `go build` starts with the package's name on a line of its own. */
function withoutHeading(stderr: string): string {
  return stderr.replace(/^# .*\n/, "");
}
