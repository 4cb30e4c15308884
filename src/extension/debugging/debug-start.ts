/**
 * Puts the proxy into debug sessions: those of type `go` that golang.go starts, and those of our own type.
 *
 * For `go` the provider is registered for every type, since such providers run after those of one type, and acts in the
 * second stage (see proxied-start.ts). Whatever goes wrong, the session starts as if we were not there.
 */
import { readFile, stat } from "node:fs/promises";
import { isAbsolute, resolve } from "node:path";
import * as vscode from "vscode";
import { findDelve } from "../../delve/dlv/capabilities.js";
import type { ProxyOptions } from "../../delve/session/start-proxy.js";
import { dlvSetting, toolsEnvironment } from "../configurations/go-tools.js";
import type { GoroutineSources } from "../goroutines/goroutine-source.js";
import { log } from "../log.js";
import { completed, envFileValues, isOfChild, planStart, type StartPlan } from "./proxied-start.js";
import { type ProxyAddress, ProxyHost } from "./proxy-host.js";
import { setting } from "../settings.js";
import { errorText } from "../../core/text/error-text.js";

/** For those who do not have golang.go. */
const OWN_TYPE = "go-diagnostics";

export function registerDebugStart(context: vscode.ExtensionContext, sources: GoroutineSources): vscode.Disposable[] {
  const host = new ProxyHost(context.extensionPath);
  /** Ports of ours that a session of type `go` is to connect to. */
  const ports = new Set<number>();
  return [
    host,
    vscode.debug.registerDebugConfigurationProvider("*", {
      resolveDebugConfiguration: (_folder, configuration) =>
        configuration.type === "go" && !hasGoDebugger() ? { ...configuration, type: OWN_TYPE } : configuration,
      async resolveDebugConfigurationWithSubstitutedVariables(folder, configuration) {
        if (configuration.type !== "go" || !isWanted(folder)) return configuration;
        if (isOfChild(configuration)) {
          ports.add(Number(configuration["port"]));
          return configuration;
        }
        try {
          const proxied = await throughProxy(host, folder, configuration);
          if (!proxied) return configuration;
          ports.add(Number(proxied["port"]));
          return proxied;
        } catch (error) {
          log().warn(`"${configuration.name}" starts without the proxy: ${errorText(error)}`);
          return configuration;
        }
      },
    }),
    vscode.debug.registerDebugConfigurationProvider(OWN_TYPE, {
      resolveDebugConfiguration: (_folder, configuration) =>
        configuration.request ? configuration : ready(configuration),
      resolveDebugConfigurationWithSubstitutedVariables: (folder, configuration) => whole(folder, configuration),
    }),
    vscode.debug.registerDebugAdapterDescriptorFactory(OWN_TYPE, {
      createDebugAdapterDescriptor: (session) => descriptor(host, session),
    }),
    vscode.debug.onDidStartDebugSession((session) => {
      const { type, port } = session.configuration as { type: string; port?: unknown };
      const isOurs = type === OWN_TYPE ? isWanted(session.workspaceFolder) : ports.delete(Number(port));
      if (isOurs) void sources.add(session);
    }),
  ];
}

function isWanted(folder: vscode.WorkspaceFolder | undefined): boolean {
  return vscode.workspace.isTrusted && setting("goDiagnostics.proxy.enabled", folder?.uri);
}

/** Whether another extension debugs Go: golang.go, or one that stands in for it. */
function hasGoDebugger(): boolean {
  return vscode.extensions.all.some(({ packageJSON }) => {
    const { contributes } = packageJSON as { contributes?: { debuggers?: { type?: string; label?: string }[] } };
    return contributes?.debuggers?.some(({ type, label }) => type === "go" && label !== undefined) ?? false;
  });
}

/** The configuration with the proxy's address; undefined where it is not for the proxy, which the log says. */
async function throughProxy(
  host: ProxyHost,
  folder: vscode.WorkspaceFolder | undefined,
  configuration: vscode.DebugConfiguration,
): Promise<vscode.DebugConfiguration | undefined> {
  const plan = await planOf(folder, configuration);
  if ("without" in plan) {
    log().info(`"${configuration.name}" starts without the proxy: ${plan.without}`);
    return undefined;
  }
  const address = await host.start(configuration.name, plan.options);
  return {
    ...(plan.configuration as vscode.DebugConfiguration),
    debugAdapter: "dlv-dap",
    host: address.host,
    port: address.port,
  };
}

async function directAdapter(options: ProxyOptions): Promise<vscode.DebugAdapterDescriptor> {
  return (await import("./direct-dlv.js")).directAdapter(options);
}

/** Of our own type: the proxy on a socket that nobody else can reach; dlv itself where the proxy is off or fails. */
async function descriptor(host: ProxyHost, session: vscode.DebugSession): Promise<vscode.DebugAdapterDescriptor> {
  const { configuration, workspaceFolder } = session;
  if (!vscode.workspace.isTrusted) throw new Error("This workspace is not trusted to run programs.");
  if (isOfChild(configuration)) return new vscode.DebugAdapterServer(Number(configuration["port"]), "127.0.0.1");
  const plan = await planOf(workspaceFolder, configuration);
  if ("without" in plan) throw new Error(`"${configuration.name}" cannot start: ${plan.without}.`);
  if (!isWanted(workspaceFolder)) return directAdapter(plan.options);
  try {
    return adapterAt(await host.start(configuration.name, { ...plan.options, listen: "socket" }));
  } catch (error) {
    log().warn(`"${configuration.name}" starts without the proxy: ${errorText(error)}`);
    return directAdapter(plan.options);
  }
}

function adapterAt({ host, port, socketPath }: ProxyAddress): vscode.DebugAdapterDescriptor {
  if (socketPath !== undefined) return new vscode.DebugAdapterNamedPipeServer(socketPath);
  return new vscode.DebugAdapterServer(port ?? 0, host);
}

async function planOf(
  folder: vscode.WorkspaceFolder | undefined,
  configuration: vscode.DebugConfiguration,
): Promise<StartPlan> {
  const place = folder ?? vscode.workspace.workspaceFolders?.[0];
  const path = place?.uri.scheme === "file" ? place.uri.fsPath : undefined;
  const env = toolsEnvironment(place?.uri);
  const delve = await findDelve({ setting: dlvSetting(place?.uri), env });
  return planStart(configuration, {
    dlv: delve?.path,
    env,
    engine: setting("goDiagnostics.proxy.engine", place?.uri) as "auto" | "dap" | "rpc",
    loadAll: setting("goDiagnostics.goroutines.loadAll", place?.uri),
    childSessions: setting("goDiagnostics.proxy.childSessions", place?.uri),
    memoryProfiling: setting("goDiagnostics.proxy.memoryProfiling", place?.uri),
    recordStarters: setting("goDiagnostics.proxy.recordStarters", place?.uri),
    folder: path,
  });
}

/** F5 without a launch.json. */
function ready(configuration: vscode.DebugConfiguration): vscode.DebugConfiguration | undefined {
  if (vscode.window.activeTextEditor?.document.languageId !== "go") return undefined;
  return {
    ...configuration,
    ...{ type: OWN_TYPE, name: "Debug the package", request: "launch", mode: "auto", program: "${fileDirname}" },
  };
}

async function whole(
  folder: vscode.WorkspaceFolder | undefined,
  configuration: vscode.DebugConfiguration,
): Promise<vscode.DebugConfiguration> {
  const path = folder?.uri.scheme === "file" ? folder.uri.fsPath : undefined;
  const program = configuration["program"] as unknown;
  const isFile = typeof program === "string" && (await isFileAt(resolve(path ?? ".", program)));
  const files = [configuration["envFile"] ?? []].flat().filter((one): one is string => typeof one === "string");
  const envFile: Record<string, string> = {};
  for (const file of files.filter((one) => one !== "")) {
    const at = isAbsolute(file) ? file : resolve(path ?? ".", file);
    Object.assign(envFile, envFileValues(await readFile(at, "utf8")));
  }
  const openFile = vscode.window.activeTextEditor?.document.fileName;
  return completed(configuration, { folder: path, openFile, isFile, envFile }) as vscode.DebugConfiguration;
}

function isFileAt(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isFile(),
    () => false,
  );
}
