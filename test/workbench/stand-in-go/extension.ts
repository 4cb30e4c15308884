/**
 * What golang.go does with a debug configuration, as far as tests need it: completes it, runs `dlv dap` in the package's
 * folder with `dlvFlags`, and connects the editor to it. `GO_DIAGNOSTICS_DLV` names the dlv.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, statSync } from "node:fs";
import { basename, dirname } from "node:path";
import type { Readable } from "node:stream";
import * as vscode from "vscode";

const running = new Set<ChildProcess>();

export function activate(context: vscode.ExtensionContext): void {
  context.subscriptions.push(
    vscode.debug.registerDebugConfigurationProvider("go", {
      // As golang.go: a missing mode is decided before variables are filled in, the package's folder after that.
      resolveDebugConfiguration(_folder, configuration) {
        if (!configuration.request) return configuration;
        if (configuration["mode"] === undefined || configuration["mode"] === "auto")
          configuration["mode"] = configuration.request === "attach" ? "local" : "debug";
        return configuration;
      },
      resolveDebugConfigurationWithSubstitutedVariables(_folder, configuration) {
        if (!["debug", "test"].includes(String(configuration["mode"])) || configuration["port"]) return configuration;
        const program = String(configuration["program"]);
        const isFile = statSync(program).isFile();
        configuration["__buildDir"] = isFile ? dirname(program) : program;
        configuration["program"] = isFile ? `./${basename(program)}` : ".";
        return configuration;
      },
    }),
    vscode.debug.registerDebugAdapterDescriptorFactory("go", {
      async createDebugAdapterDescriptor({ configuration }) {
        const host = (configuration["host"] as string | undefined) ?? "127.0.0.1";
        const port = (configuration["port"] as number | undefined) ?? (await startDelve(configuration));
        return new vscode.DebugAdapterServer(port, host);
      },
    }),
  );
}

export function deactivate(): void {
  for (const child of running) child.kill("SIGKILL");
}

function startDelve(configuration: vscode.DebugConfiguration): Promise<number> {
  const flags = (configuration["dlvFlags"] as string[] | undefined) ?? [];
  const cwd = configuration["__buildDir"] as string | undefined;
  const logDest = configuration["logDest"] as string | undefined;
  const logs = configuration["showLog"] === true;
  // As golang.go: dlv writes its log to a pipe, from which the file is written.
  const logFlags = logs ? ["--log", `--log-output=${String(configuration["logOutput"])}`, "--log-dest=3"] : [];
  const child = spawn(
    process.env["GO_DIAGNOSTICS_DLV"] ?? "dlv",
    ["dap", "--listen=127.0.0.1:0", ...logFlags, ...flags],
    {
      cwd: cwd ?? vscode.workspace.workspaceFolders?.[0]?.uri.fsPath,
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    },
  );
  running.add(child);
  return new Promise((resolve, reject) => {
    let said = "";
    const listen = (chunk: Buffer) => {
      said += chunk.toString();
      const port = /listening at: .*:(\d+)/.exec(said)?.[1];
      if (port !== undefined) resolve(Number(port));
    };
    const log = child.stdio[3] as Readable;
    for (const stream of [child.stdout, child.stderr, log]) stream?.on("data", listen);
    if (logDest !== undefined) log.pipe(createWriteStream(logDest));
    child.on("error", reject);
    // dlv ends with 0 after an unknown flag, too: that it ended is the failure.
    child.on("exit", () => {
      running.delete(child);
      reject(new Error(`dlv ended before it listened: ${said}`));
    });
  });
}
