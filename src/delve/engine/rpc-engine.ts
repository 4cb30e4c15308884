/**
 * The rpc engine: a headless dlv that answers DAP and JSON-RPC on one port, so that memory is read beside the session
 * and 64 KiB at a time. Before the client's session begins it is asked to follow children, where that is wanted.
 */
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
      attachTo: plan.attachTo,
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
  try {
    // It listens before it has started the program, and ends when it cannot: an answer says that it has.
    const rpc = await connectRpc(started.address, { signal });
    if (follow === undefined) await rpc.call("GetVersion", {}, signal);
    else await rpc.call("FollowExec", { Enable: true, Regex: follow }, signal);
    rpc.close();
    started.reaches("still");
    const socket = await connectDlv(started.address);
    listens = true;
    for (const [category, text] of early) hear(category, text);
    return {
      name: plan.readsOverDap === true ? "dap" : "rpc",
      channel: new Channel(socket),
      isHeadless: true,
      process: started,
      address: started.address,
      rpcAddress: plan.readsOverDap === true ? undefined : started.address,
    };
  } catch (error) {
    await started.stop();
    return { problem: `${options.dlv} listens, but: ${(error as Error).message}.` };
  }
}
