/** What can be known of a Delve that we did not start: its version, and whether it answers JSON-RPC beside DAP. */
import type { DebugProtocol } from "@vscode/debugprotocol";
import { parseVersion, type Version } from "./delve-versions.js";
import { connectRpc, type DelveAddress } from "./json-rpc.js";

/** The first version that can all of this; undefined reads as the oldest. */
export function leastVersionWith(capabilities: DebugProtocol.Capabilities | undefined): Version | undefined {
  if (capabilities?.supportsWriteMemoryRequest) return [1, 27, 0];
  if (capabilities?.supportsDataBreakpoints) return [1, 26, 2];
  if (capabilities?.supportsReadMemoryRequest) return [1, 26, 0];
  if (capabilities?.supportsRestartRequest) return [1, 25, 1];
  return undefined;
}

/** Its version, if it can be read, as it says over JSON-RPC. Rejects when it does not answer: it takes one client only. */
export async function versionOverRpc(address: DelveAddress, limitMs: number): Promise<Version | undefined> {
  const rpc = await connectRpc(address, { limitMs });
  try {
    const signal = AbortSignal.timeout(limitMs);
    const { DelveVersion } = await rpc.call<{ readonly DelveVersion: string }>("GetVersion", {}, signal);
    return parseVersion(DelveVersion);
  } finally {
    rpc.close();
  }
}
