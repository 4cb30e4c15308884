/**
 * The rpc engine: a headless dlv that answers DAP and JSON-RPC on one port, so that memory is read beside the session
 * and 64 KiB at a time. Before the client's session begins it is asked to follow children, where that is wanted.
 */
import { spawn } from "node:child_process";
import { Channel } from "../dap/channel.js";
import type { DlvOptions } from "./dap-engine.js";
import { connectDlv, type OnOutput, problemWords, startDlv } from "../dlv/dlv-process.js";
import type { Engine, EngineProblem } from "./engine.js";
import { connectRpc } from "../dlv/json-rpc.js";
import type { HeadlessPlan } from "./launch-plan.js";

/** A build can take long; a client that gives up ends it. */
const BUILD_LIMIT_MS = 30 * 60_000;

/** `follow` is the regular expression of the command lines of children that are followed; undefined follows none. */
export async function startRpcEngine(
  options: DlvOptions,
  plan: HeadlessPlan,
  follow: string | undefined,
  hear: OnOutput,
  signal: AbortSignal,
): Promise<Engine | EngineProblem> {
  const { args, programArgs } = plan;
  // What is said before it listens is about the build; when that fails, `dlv dap` will say it again.
  const early: [Parameters<OnOutput>[0], string][] = [];
  let listens = false;
  const started = await startDlv(
    {
      path: options.dlv,
      args,
      programArgs,
      cwd: plan.cwd ?? options.cwd,
      env: { ...(options.env ?? process.env), ...plan.env },
      limitMs: BUILD_LIMIT_MS,
      signal,
    },
    (category, text) => {
      if (listens) hear(category, text);
      else early.push([category, text]);
    },
  );
  if ("code" in started) return { problem: problemWords(options.dlv, started, BUILD_LIMIT_MS) };
  const disarm = endWithUs(started.pid);
  void started.ended.then(disarm);
  try {
    // It listens before it has started the program, and ends when it cannot: an answer says that it has.
    const rpc = await connectRpc(started.address, { signal });
    if (follow === undefined) await rpc.call("GetVersion", {}, signal);
    else await rpc.call("FollowExec", { Enable: true, Regex: follow }, signal);
    rpc.close();
    const socket = await connectDlv(started.address);
    listens = true;
    for (const [category, text] of early) hear(category, text);
    return {
      name: "rpc",
      channel: new Channel(socket),
      process: started,
      address: started.address,
      rpcAddress: started.address,
    };
  } catch (error) {
    await started.stop();
    return { problem: `${options.dlv} listens, but: ${(error as Error).message}.` };
  }
}

/**
 * A headless dlv outlives its clients, so it would outlive us, too, were we killed: a shell waits for the end of a pipe
 * that only we hold, and then ends dlv. Returns what calls it off.
 */
export function endWithUs(pid: number): () => void {
  if (process.platform === "win32") return () => {};
  const script = 'read -r said; test "$said" = over || kill -TERM "$1" 2>/dev/null';
  const guard = spawn("/bin/sh", ["-c", script, "sh", String(pid)], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  guard.on("error", () => {});
  guard.stdin.on("error", () => {});
  guard.unref();
  return () => void guard.stdin.end("over\n");
}
