/**
 * What stands behind the proxy: a debug adapter that speaks DAP, the dlv that we started for it, if any, and how the
 * memory of the paused program is read beside it.
 */
import type { Channel } from "../dap/channel.js";
import type { DlvProcess } from "../dlv/dlv-process.js";
import type { DelveAddress } from "../dlv/json-rpc.js";

export type EngineName = "dap" | "rpc";

export interface Engine {
  readonly name: EngineName;
  readonly channel: Channel;
  /** Whether it is a headless Delve, which does not end with its client. */
  readonly isHeadless: boolean;
  /** Undefined when it was there before us: then it is not ours to end. */
  readonly process: DlvProcess | undefined;
  /** Where it was connected to; undefined when it called us. */
  readonly address: DelveAddress | undefined;
  /** Where a headless Delve answers JSON-RPC beside DAP. */
  readonly rpcAddress: DelveAddress | undefined;
}

/** Resolves when nothing is left of what was started, and what it was attached to goes on. */
export async function stopEngine({ channel, process }: Engine): Promise<void> {
  channel.close();
  await process?.stop();
}

/** Something that a person can read when a session could not be had. */
export interface EngineProblem {
  readonly problem: string;
}
