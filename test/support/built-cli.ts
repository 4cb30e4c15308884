/**
 * The command line as users have it: bundled, in a process of its own, with the example beside it.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export interface BuiltCli {
  /** A folder for the test's own files; gone after `remove`. */
  readonly folder: string;
  start(args: readonly string[], env?: NodeJS.ProcessEnv): Started;
  remove(): void;
}

interface Started {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
}

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Bundles the sources as they are, into a new folder. `example`: whether examples/leaky is there too. */
export function buildCli({ example }: { example: boolean }): BuiltCli {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "godiag-test-")));
  execFileSync(process.execPath, ["esbuild.config.mjs", `--outdir=${join(root, "dist")}`], { stdio: "inherit" });
  if (example) symlinkSync(resolve("examples"), join(root, "examples"), "junction");
  const folder = join(root, "work");
  mkdirSync(folder);
  return {
    folder,
    start: (args, env = process.env) => start(join(root, "dist", "godiag.cjs"), args, env, folder),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

function start(script: string, args: readonly string[], env: NodeJS.ProcessEnv, cwd: string): Started {
  const child = spawn(process.execPath, [script, ...args], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  const ended = new Promise<Ended>((done) => child.on("close", (code) => done({ code, out, err })));
  return { process: child, ended };
}
