/** A `dlv dap` with nothing in between: what a session of our own type has when the proxy is off or cannot start. */
import * as vscode from "vscode";
import { startDlv } from "../../delve/dlv/dlv-process.js";
import type { ProxyOptions } from "../../delve/session/start-proxy.js";

const START_LIMIT_MS = 10_000;

/** It ends by itself when the session disconnects. */
export async function directAdapter(options: ProxyOptions): Promise<vscode.DebugAdapterDescriptor> {
  const { connect, dlv, cwd, env } = options;
  if (connect) return new vscode.DebugAdapterServer(connect.port, connect.host);
  if (dlv === undefined) throw new Error("There is no dlv.");
  // Its own streams belong to nobody here: the program's output comes as events (`outputMode`).
  const started = await startDlv(
    { path: dlv, args: ["dap", "--only-same-user"], cwd, env: { ...env }, limitMs: START_LIMIT_MS },
    () => {},
  );
  if ("code" in started) throw new Error(`${dlv} does not start: ${started.said.trim() || started.code}`);
  const { address } = started;
  return "path" in address
    ? new vscode.DebugAdapterNamedPipeServer(address.path)
    : new vscode.DebugAdapterServer(address.port, address.host);
}
