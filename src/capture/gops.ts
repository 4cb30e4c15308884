/**
 * Programs with a gops agent (github.com/google/gops/agent): found by the files that agents leave, asked over TCP.
 *
 * The protocol is one byte there and bytes until the end back (gops/signal/signal.go, agent/agent.go). An agent checks
 * nobody, so it listens on loopback; the file is called like the process and contains the port.
 */
import { readFile } from "node:fs/promises";
import * as net from "node:net";
import { homedir } from "node:os";
import { join } from "node:path";
import { isGzip } from "../core/text/gzip.js";
import { type Captured, captured, problem } from "./capture-problem.js";
import { entriesOf, isAlive } from "./process.js";
import { parseGopsMemStats, type RuntimeNumbers } from "./live/runtime-numbers.js";
import type { SampleOptions } from "./sample-options.js";

export interface GopsAgent {
  readonly host: string;
  readonly port: number;
  readonly pid?: number;
}

const STACK_TRACE = 0x1;
const GC = 0x2;
const MEM_STATS = 0x3;
const HEAP_PROFILE = 0x5;

const TIMEOUT_MS = 60_000;
const MAX_BYTES = 256 * 1_048_576;

/** Agents of processes that live; files of dead ones stay behind. */
export async function gopsAgents(env: NodeJS.ProcessEnv = process.env): Promise<readonly GopsAgent[]> {
  const folder = gopsFolder(env);
  const pids = (await entriesOf(folder)).filter((name) => /^\d+$/.test(name)).map(Number);
  const agents = await Promise.all(pids.filter(isAlive).map((pid) => gopsAgentOf(pid, env)));
  return agents.filter((agent) => agent !== undefined);
}

export async function gopsAgentOf(pid: number, env: NodeJS.ProcessEnv = process.env): Promise<GopsAgent | undefined> {
  const text = await readFile(join(gopsFolder(env), String(pid)), "utf8").catch(() => "");
  const port = /^\s*(\d{1,5})\s*$/.exec(text)?.[1];
  return port === undefined || !isAlive(pid) ? undefined : { host: "127.0.0.1", port: Number(port), pid };
}

/** As in gops/internal/internal.go: GOPS_CONFIG_DIR, or gops in the user's folder for configuration. */
export function gopsFolder(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): string {
  const own = env["GOPS_CONFIG_DIR"];
  if (own) return own;
  const home = env["HOME"] ?? homedir();
  switch (platform) {
    case "win32":
      return join(env["AppData"] ?? env["APPDATA"] ?? join(home, "AppData", "Roaming"), "gops");
    case "darwin":
      return join(home, "Library", "Application Support", "gops");
    default:
      return join(env["XDG_CONFIG_HOME"] || join(home, ".config"), "gops");
  }
}

/** The heap profile after a collection. */
export async function gopsHeap(agent: GopsAgent, options: SampleOptions): Promise<Captured<Uint8Array>> {
  const collected = await ask(agent, GC, options);
  if (!collected.ok) return collected;
  const profile = await ask(agent, HEAP_PROFILE, options);
  if (!profile.ok) return profile;
  return isGzip(profile.value) ? profile : notAnAgent(agent, "what came is no heap profile");
}

/** The stacks of all goroutines as text: an agent has no goroutine profile. */
export async function gopsStacks(agent: GopsAgent, options: SampleOptions): Promise<Captured<Uint8Array>> {
  const stacks = await ask(agent, STACK_TRACE, options);
  if (!stacks.ok) return stacks;
  const isDump = /^goroutine \d+ /.test(new TextDecoder().decode(stacks.value.subarray(0, 64)));
  return isDump ? stacks : notAnAgent(agent, "what came are no goroutines");
}

export async function gopsNumbers(agent: GopsAgent, options: SampleOptions): Promise<RuntimeNumbers | undefined> {
  const stats = await ask(agent, MEM_STATS, { ...options, timeoutMs: 5000, maxBytes: 65_536 });
  return stats.ok ? parseGopsMemStats(new TextDecoder().decode(stats.value)) : undefined;
}

const nameOf = ({ host, port, pid }: GopsAgent): string =>
  `the gops agent ${pid === undefined ? "" : `of process ${pid} `}on ${host}:${port}`;

function notAnAgent(agent: GopsAgent, why: string) {
  return problem("not-a-profile", `cannot read ${nameOf(agent)}`, why, "Check that a gops agent listens there");
}

/** One signal and its answer. */
function ask(
  agent: GopsAgent,
  signalByte: number,
  { signal, timeoutMs = TIMEOUT_MS, maxBytes = MAX_BYTES }: SampleOptions,
): Promise<Captured<Uint8Array>> {
  const what = `cannot read ${nameOf(agent)}`;
  const aborted = problem("aborted", what, "it was interrupted", "Start it again when you are ready");
  if (signal?.aborted === true) return Promise.resolve(aborted);
  return new Promise((settle) => {
    const socket = net.connect({ host: agent.host, port: agent.port });
    const chunks: Buffer[] = [];
    let size = 0;
    const end = (result: Captured<Uint8Array>) => {
      clearTimeout(clock);
      signal?.removeEventListener("abort", onAbort);
      settle(result);
      socket.destroy();
    };
    const onAbort = () => end(aborted);
    signal?.addEventListener("abort", onAbort);
    const clock = setTimeout(() => {
      const todo = "Check that the program is not paused";
      end(problem("timeout", what, `there was no complete answer within ${timeoutMs / 1000} s`, todo));
    }, timeoutMs);
    socket.on("connect", () => socket.write(Uint8Array.of(signalByte)));
    socket.on("data", (chunk) => {
      size += chunk.length;
      if (size <= maxBytes) chunks.push(chunk);
      else {
        const why = `the answer is larger than ${Math.floor(maxBytes / 1_048_576)} MB`;
        end(problem("too-large", what, why, "Use the program's pprof endpoints instead"));
      }
    });
    socket.on("end", () => end(captured(Buffer.concat(chunks))));
    socket.on("error", (error: NodeJS.ErrnoException) => {
      const isRefused = error.code === "ECONNREFUSED";
      const why = isRefused ? "nothing listens there" : `the connection failed (${error.code ?? error.message})`;
      end(problem(isRefused ? "refused" : "died", what, why, "Check that the program still runs, with its agent"));
    });
  });
}
