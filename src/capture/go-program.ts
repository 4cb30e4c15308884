/**
 * A Go program of this workspace as a child process: built with the installed Go into a temporary folder, started, and
 * never left behind.
 *
 * Three things end it: `stop`, the end of this process in any orderly way, and, for programs that watch it, the end of
 * their standard input when this process is killed.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Captured, captured, problem, quoted } from "./capture-problem.js";

export interface BuiltProgram {
  readonly binary: string;
  /** Removes it with its folder. */
  remove(): Promise<void>;
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

const STOP_TIMEOUT_MS = 3000;
/** The first build also compiles the standard library. */
const BUILD_TIMEOUT_MS = 10 * 60_000;
const LIST_TIMEOUT_MS = 60_000;
const OUTPUT_KEPT = 65_536;

/** The version of the installed Go, such as "go1.26.8"; undefined where there is none. */
export async function goVersion(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const { stdout } = await execute("go", ["version"], { env });
  return /\bgo\d\S*/.exec(stdout)?.[0];
}

/** Builds the main package `name` as seen from `folder`. */
export async function buildProgram(
  folder: string,
  name: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Captured<BuiltProgram>> {
  const place = await mkdtemp(join(tmpdir(), "godiag-run-"));
  const remove = () => rm(place, { recursive: true, force: true, maxRetries: 5 });
  const binary = join(place, process.platform === "win32" ? "program.exe" : "program");
  const options = { cwd: folder, env, signal, timeout: BUILD_TIMEOUT_MS };
  const built = await execute("go", ["build", "-o", binary, name], options);
  if (!built.failed && (await isMain(name, options))) return captured({ binary, remove });
  await remove();
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
async function isMain(name: string, options: Parameters<typeof execute>[2]): Promise<boolean> {
  const { stdout } = await execute("go", ["list", "-f", "{{.Name}}", name], options);
  return stdout.trim() === "main";
}

/** Whether the program has one of these packages in it. Of a program that cannot be listed: no. */
export async function importsAny(
  packages: readonly string[],
  folder: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<boolean> {
  const { stdout } = await execute("go", ["list", "-deps", "."], {
    cwd: folder,
    env,
    signal,
    timeout: LIST_TIMEOUT_MS,
  });
  const imported = new Set(stdout.split("\n"));
  return packages.some((name) => imported.has(name));
}

/** Starts it with its standard input open; resolves as soon as there is a process. */
export async function startProgram(
  binary: string,
  args: readonly string[],
  options: { readonly env: NodeJS.ProcessEnv; readonly cwd?: string },
): Promise<Captured<RunningProgram>> {
  const child = spawn(binary, args, {
    stdio: ["pipe", "pipe", "pipe"], // stdin stays open for as long as this process lives
    ...options,
    // Ctrl-C in the terminal is for us: what was sampled is saved first, then the program is stopped.
    detached: process.platform !== "win32",
  });
  const killNow = () => end(child, "SIGKILL");
  running.add(killNow);
  if (running.size === 1) process.on("exit", killAll);
  const forget = () => {
    running.delete(killNow);
    if (running.size === 0) process.removeListener("exit", killAll);
  };
  child.stdin.on("error", () => {});
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
  child.stdout.on("data", onData);
  child.stderr.on("data", onData);
  const ended = new Promise<void>((done) => {
    child.once("close", () => done());
    child.once("error", ({ message }) => {
      output += message; // it could not even be started
      done();
    });
  });
  const stop = async () => {
    end(child, "SIGTERM");
    const impatience = setTimeout(killNow, STOP_TIMEOUT_MS);
    await ended;
    clearTimeout(impatience);
    forget();
  };
  if (child.pid === undefined) {
    await ended;
    forget();
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
    stop,
  });
}

/** What ends each program that runs, for when this process ends first. */
const running = new Set<() => void>();

function killAll(): void {
  for (const kill of running) kill();
}

/** The program and what it started: on Unix it leads a process group. */
function end(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    if (process.platform === "win32") child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // It has just ended by itself.
  }
}

interface Executed {
  readonly failed: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

function execute(
  command: string,
  args: readonly string[],
  options: { env: NodeJS.ProcessEnv; cwd?: string; signal?: AbortSignal; timeout?: number },
): Promise<Executed> {
  return new Promise((settle) => {
    execFile(command, args, { ...options, maxBuffer: 1 << 24 }, (error, stdout, stderr) => {
      settle({ failed: error !== null, stdout, stderr: stderr || (error?.message ?? "") });
    });
  });
}

/** `go build` starts with the package's name on a line of its own. */
function withoutHeading(stderr: string): string {
  return stderr.replace(/^# .*\n/, "");
}
