/**
 * The example program as a child process: built with the installed Go, started, and never left behind.
 *
 * Three things end it: `stop`, the end of this process in any orderly way, and, when this process is killed, the end of
 * its standard input, which the example watches.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Captured, captured, problem, quoted } from "./capture-problem.js";

export interface Shop {
  /** Where customers go: http://127.0.0.1:PORT. */
  readonly url: string;
  readonly pprofUrl: string;
  readonly pid: number;
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 15_000;
const STOP_TIMEOUT_MS = 3000;
/** The first build also compiles the standard library. */
const BUILD_TIMEOUT_MS = 10 * 60_000;

/** The version of the installed Go, such as "go1.26.8"; undefined where there is none. */
export async function goVersion(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const { stdout } = await execute("go", ["version"], { env });
  return /\bgo\d\S*/.exec(stdout)?.[0];
}

/** Builds the example into a new temporary folder, which `stop` removes, and starts it. */
export async function startShop(
  source: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Captured<Shop>> {
  const folder = await mkdtemp(join(tmpdir(), "godiag-demo-"));
  const removeFolder = () => rm(folder, { recursive: true, force: true, maxRetries: 5 });
  const binary = join(folder, process.platform === "win32" ? "leaky.exe" : "leaky");
  const built = await execute("go", ["build", "-o", binary, "."], {
    cwd: source,
    env,
    signal,
    timeout: BUILD_TIMEOUT_MS,
  });
  if (built.failed) {
    await removeFolder();
    return signal.aborted
      ? problem("aborted", "stopped building the example", "it was interrupted", "Start it again when you are ready")
      : problem(
          "build",
          `cannot build ${source}`,
          quoted(withoutHeading(built.stderr)) || "go build failed without a word",
          "See what `go build` says in that folder; the example needs Go 1.21 or newer",
        );
  }
  const started = await start(binary, args, env, removeFolder);
  // A program that runs does not need its file any more, except on Windows, where it cannot be removed before the end.
  if (process.platform !== "win32" || !started.ok) await removeFolder();
  return started;
}

async function start(
  binary: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  removeFolder: () => Promise<void>,
): Promise<Captured<Shop>> {
  const child = spawn(binary, ["-until-stdin-closes", ...args], {
    stdio: ["pipe", "pipe", "pipe"], // stdin stays open for as long as this process lives
    env,
    // Ctrl-C in the terminal is for us: what was sampled is saved first, then the example is stopped.
    detached: process.platform !== "win32",
  });
  const killNow = () => child.kill("SIGKILL");
  process.once("exit", killNow);
  child.stdin.on("error", () => {});
  const ended = new Promise<void>((done) => {
    child.once("close", () => done());
    child.once("error", () => done());
  });
  const stop = async () => {
    child.kill("SIGTERM");
    const impatience = setTimeout(killNow, STOP_TIMEOUT_MS);
    await ended;
    clearTimeout(impatience);
    process.removeListener("exit", killNow);
    await removeFolder();
  };
  const output = await firstOutput(child, ended);
  const url = /^listening on (http:\S+)$/m.exec(output)?.[1];
  const pprofUrl = /^pprof on (http:\S+)$/m.exec(output)?.[1];
  if (url === undefined || pprofUrl === undefined || child.pid === undefined) {
    await stop();
    return problem(
      "start",
      "cannot start the example",
      quoted(output) || "it said nothing",
      "Start it by hand with `go run .` in examples/leaky",
    );
  }
  return captured({ url, pprofUrl, pid: child.pid, stop });
}

/** What the program printed until it listens, ended, or took too long. */
async function firstOutput(child: ChildProcess, ended: Promise<void>): Promise<string> {
  let output = "";
  let clock: NodeJS.Timeout | undefined;
  const listens = new Promise<void>((done) => {
    const onData = (chunk: Buffer) => {
      if (output.length < 65_536) output += chunk.toString();
      if (/^pprof on .*\n/m.test(output)) done();
    };
    // Both are read to the end of its life, or the program would stop at a full pipe.
    child.stdout?.on("data", onData);
    child.stderr?.on("data", onData);
    child.on("error", ({ message }) => (output += message)); // it could not even be started
    clock = setTimeout(done, START_TIMEOUT_MS);
  });
  await Promise.race([listens, ended]);
  clearTimeout(clock);
  return output;
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
