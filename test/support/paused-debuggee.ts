/**
 * test/fixtures/paused-program under a real Delve, stopped at the end of a scene, over JSON-RPC or over DAP.
 * Each binary is built once per Go version and kept in the temporary folder under a name that changes with its source.
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { openProcess } from "../../src/process/go-program.js";
import { OutsideProgram } from "../../src/process/outside-program.js";
import { outsideRunningStack } from "../../src/delve/target/outside-running-stack.js";
import type { RunningStack } from "../../src/delve/memory/running-stacks.js";
import { dapProgram } from "../../src/delve/memory/dap-program.js";
import { parseVersion } from "../../src/delve/dlv/delve-versions.js";
import { connectRpc, type RpcClient } from "../../src/delve/dlv/json-rpc.js";
import type { PausedProgram } from "../../src/process/paused-program.js";
import { rpcProgram } from "../../src/delve/memory/rpc-program.js";
import { type DapSession, ended, listening, startDap } from "./dap-session.js";
import { delve } from "./delve.js";

const old = resolve(".tools/dlv-1.24/dlv");
if (!existsSync(old)) throw new Error("Delve 1.24 is missing. Run: node setup.mjs test");

export interface PausedMachine {
  readonly dlv: string;
  readonly delveVersion: string;
  readonly go: string;
}

/** Each dlv debugs programs of its own range of Go versions only. */
const OLD_MACHINE: PausedMachine = { dlv: old, delveVersion: "1.24.0", go: "go1.24.13" };
export const NEW_MACHINE: PausedMachine = { dlv: delve, delveVersion: "1.27.1", go: "go1.27.3" };
export const MACHINES = [OLD_MACHINE, NEW_MACHINE];

export interface Paused {
  readonly program: PausedProgram;
  /** What the program says of itself: the JSON that it wrote before it stopped. */
  readonly account: unknown;
  readonly client?: RpcClient;
  /** Where Delve answers JSON-RPC and DAP. */
  readonly address?: { readonly host: string; readonly port: number };
  readonly session?: DapSession;
  /** Of a program that is read from outside: Delve only holds it. */
  readonly runningStack?: RunningStack;
  stop(): Promise<void>;
}

export function builtScenes(go: string, buildFlags: readonly string[] = []): string {
  return built(resolve("test/fixtures/paused-program"), ".", go, buildFlags);
}

/** The binary of a package; rejects with what the Go command said. */
export function built(folder: string, name: string, go: string, buildFlags: readonly string[] = []): string {
  const hash = createHash("sha256").update(JSON.stringify([folder, name, go, buildFlags]));
  for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()) {
    if (/\.(go|mod)$/.test(file)) hash.update(file).update(readFileSync(join(folder, file)));
  }
  const cache = join(tmpdir(), "godiag-debuggees");
  const binary = join(cache, `${hash.digest("hex").slice(0, 16)}-${go}`);
  if (existsSync(binary)) return binary;
  mkdirSync(cache, { recursive: true });
  const partial = `${binary}.${process.pid}`;
  const env = { ...process.env, GOTOOLCHAIN: go, GOFLAGS: "" };
  const { status, stderr } = spawnSync("go", ["build", ...buildFlags, "-o", partial, name], { cwd: folder, env });
  if (status !== 0) throw new Error(`GOTOOLCHAIN=${go} go build failed:\n${String(stderr)}`);
  renameSync(partial, binary);
  return binary;
}

export interface PauseOptions {
  readonly binary?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Called at the entry stop, before the program runs. */
  readonly atEntry?: (
    program: PausedProgram,
    session: DapSession | undefined,
    client: RpcClient | undefined,
  ) => Promise<void>;
}

export async function pausedOverRpc(
  machine: PausedMachine,
  scene: readonly string[],
  { binary = builtScenes(machine.go), env = {}, atEntry }: PauseOptions = {},
): Promise<Paused> {
  const flags = ["--headless", "--api-version=2", "--accept-multiclient", "--listen=127.0.0.1:0"];
  const child = spawn(machine.dlv, ["exec", ...flags, binary, "--", ...scene], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { address, printed } = await listening(child);
  const [host, port] = address.split(":");
  const client = await connectRpc({ host, port: Number(port) });
  const program = rpcProgram(client, parseVersion(machine.delveVersion));
  await atEntry?.(program, undefined, client);
  await client.call("Command", { name: "continue" });
  const account = await accountIn(printed);
  return {
    program,
    account,
    client,
    address: { host, port: Number(port) },
    async stop() {
      client.close();
      await ended(child);
    },
  };
}

/** Held by Delve at the same places, and read without it. */
export async function pausedOutside(
  machine: PausedMachine,
  scene: readonly string[],
  options: PauseOptions = {},
): Promise<Paused> {
  const paused = await pausedOverRpc(machine, scene, options);
  const { Pid } = await paused.client!.call<{ Pid: number }>("ProcessPid", {});
  const go = openProcess(Pid);
  return {
    ...paused,
    program: new OutsideProgram(go),
    runningStack: outsideRunningStack(go, go.standStill().threads),
    async stop() {
      go.close();
      await paused.stop();
    },
  };
}

export async function pausedOverDap(
  machine: PausedMachine,
  scene: readonly string[],
  { binary = builtScenes(machine.go), env = {}, atEntry }: PauseOptions = {},
): Promise<Paused> {
  const { session, stop } = await startDap(machine.dlv, [], tmpdir(), { ...process.env, ...env });
  const evaluate = async (expression: string, context: string) => {
    const answer = await session.request("evaluate", { expression, context });
    return String(answer.body?.["result"]);
  };
  const program = dapProgram(evaluate, parseVersion(machine.delveVersion));
  await session.request("initialize", { adapterID: "go" });
  const launched = session.request("launch", { mode: "exec", program: binary, args: scene, outputMode: "remote" });
  await Promise.race([session.event("initialized"), launched.then(() => session.event("initialized"))]);
  await atEntry?.(program, session, undefined);
  await session.request("configurationDone");
  await launched;
  await session.event("stopped");
  const account = await accountIn(() => session.output());
  return {
    program,
    account,
    session,
    async stop() {
      await session.request("disconnect", { terminateDebuggee: true }).catch(() => {});
      await stop();
    },
  };
}

async function accountIn(printed: () => string): Promise<unknown> {
  for (let wait = 0; wait < 5_000; wait += 10) {
    const line = /^\{.*\}$/m.exec(printed())?.[0];
    if (line !== undefined) return JSON.parse(line);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`the program wrote no account of itself: ${printed().slice(0, 500)}`);
}
