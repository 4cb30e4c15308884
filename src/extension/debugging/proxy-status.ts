/** The status bar item that says that the proxy is in the session in front, and which engine it has. */
import * as vscode from "vscode";
import { joined } from "../goroutines/goroutine-text.js";
import type { GoroutineSources } from "../goroutines/goroutine-source.js";

export function registerProxyStatus(sources: GoroutineSources): vscode.Disposable {
  const item = vscode.window.createStatusBarItem("proxy", vscode.StatusBarAlignment.Left);
  item.name = "Go Diagnostics: debug proxy";
  item.command = "goDiagnostics.log.show";
  const show = () => {
    const proxied = sources.activeSession;
    if (!proxied) return item.hide();
    const { status } = proxied;
    const engine = status ? { dap: "DAP", rpc: "JSON-RPC" }[status.engine] : undefined;
    item.text = joined(["$(server-process) Go proxy", engine], ": ");
    item.accessibilityInformation = {
      label: joined(["The Go Diagnostics proxy is in this debug session", engine], ", engine "),
    };
    item.tooltip = joined(
      [
        "Go Diagnostics is between the editor and Delve in this session: every goroutine, leaks, profiles.",
        status && `Engine: ${engine}. ${status.reason}`,
        status?.memoryProfiling === "switched-on" &&
          "It has switched on memory profiling, which the linker leaves out of programs that do not import pprof: the heap can be read when the program is paused (goDiagnostics.proxy.memoryProfiling).",
        status?.dlv.version && `Delve ${status.dlv.version}`,
        "Switch it off with goDiagnostics.proxy.enabled.",
      ],
      "\n",
    );
    item.show();
  };
  show();
  return vscode.Disposable.from(item, sources.onDidChange(show));
}
