/**
 * Every attribute of a Go configuration: who reads it, what it does, what it is by default, and since which dlv.
 *
 * Judged by Delve's own types (service/dap/types.go), version by version, and by what golang.go does with the
 * configuration before; not by golang.go's schema, which lags. dlv ignores what it does not know in silence and
 * fails the launch on a wrong type. Rules, hovers and completions read this table.
 */
import type { Json } from "./change.js";

export type AttributeType =
  | "string"
  | "integer"
  | "number"
  | "boolean"
  | "strings"
  | "string or strings"
  | "environment"
  | "path mappings"
  | "process"
  | "task"
  | "object";

export interface AttributeFact {
  readonly type: AttributeType;
  readonly request: "launch" | "attach" | "both";
  /** dlv: sent to Delve. golang.go: used before. legacy: read by the old adapter only. godiag: ours. */
  readonly reader: "dlv" | "golang.go" | "legacy" | "vscode" | "godiag";
  readonly default?: Json;
  readonly values?: readonly string[];
  /** First dlv that reads it; absent: every dlv that speaks DAP. */
  readonly since?: string;
  /** Modes it belongs to; absent: all. */
  readonly modes?: readonly string[];
  /** False where golang.go 0.58's schema does not list it although it works. */
  readonly inSchema?: false;
  readonly effect: string;
}

const BUILDS = ["auto", "debug", "test"];

export const ATTRIBUTES: Readonly<Record<string, AttributeFact>> = {
  // What VS Code itself reads.
  name: { type: "string", request: "both", reader: "vscode", effect: "The name in the list of configurations." },
  type: { type: "string", request: "both", reader: "vscode", effect: "The kind of debugger: go." },
  request: {
    type: "string",
    request: "both",
    reader: "vscode",
    values: ["launch", "attach"],
    effect: "launch starts the program, attach joins one that runs.",
  },
  preLaunchTask: { type: "task", request: "both", reader: "vscode", effect: "A task to run before the start." },
  postDebugTask: { type: "task", request: "both", reader: "vscode", effect: "A task to run after the end." },
  internalConsoleOptions: {
    type: "string",
    request: "both",
    reader: "vscode",
    default: "openOnFirstSessionStart",
    values: ["neverOpen", "openOnSessionStart", "openOnFirstSessionStart"],
    effect: "When to show the Debug Console.",
  },
  debugServer: {
    type: "integer",
    request: "both",
    reader: "vscode",
    effect: "Connects to a debug adapter that listens on this port instead of starting one.",
  },
  serverReadyAction: {
    type: "object",
    request: "both",
    reader: "vscode",
    effect: "Opens a URL when the program prints a line that matches.",
  },
  presentation: { type: "object", request: "both", reader: "vscode", effect: "Order, group and visibility in lists." },
  suppressMultipleSessionWarning: {
    type: "boolean",
    request: "both",
    reader: "vscode",
    default: false,
    effect: "Starts a second session of the same configuration without asking.",
  },
  windows: { type: "object", request: "both", reader: "vscode", effect: "Attributes that differ on Windows." },
  osx: { type: "object", request: "both", reader: "vscode", effect: "Attributes that differ on macOS." },
  linux: { type: "object", request: "both", reader: "vscode", effect: "Attributes that differ on Linux." },

  // What golang.go uses before Delve sees the configuration.
  debugAdapter: {
    type: "string",
    request: "both",
    reader: "golang.go",
    default: "dlv-dap",
    values: ["dlv-dap", "legacy"],
    effect: "dlv-dap lets the editor talk to Delve itself; legacy is the old adapter in between.",
  },
  dlvFlags: {
    type: "strings",
    request: "both",
    reader: "golang.go",
    default: [],
    effect: "Extra flags for `dlv dap`; an unknown one keeps dlv from starting.",
  },
  showLog: {
    type: "boolean",
    request: "both",
    reader: "golang.go",
    default: false,
    effect: "Starts dlv with --log: its own log appears in the Debug Console.",
  },
  logOutput: {
    type: "string",
    request: "both",
    reader: "golang.go",
    default: "debugger",
    effect: "Comma-separated components of dlv that log (dlv's --log-output); needs showLog.",
  },
  logDest: {
    type: "string",
    request: "both",
    reader: "golang.go",
    effect: "Absolute path of the file for dlv's log; not on Windows.",
  },
  port: {
    type: "integer",
    request: "both",
    reader: "golang.go",
    default: 2345,
    effect:
      "Port of a dlv that is already running: with mode remote the headless server to join; in any other configuration golang.go connects there and starts no dlv.",
  },
  host: {
    type: "string",
    request: "both",
    reader: "golang.go",
    default: "127.0.0.1",
    effect: "Host of the dlv that is already running.",
  },
  envFile: {
    type: "string or strings",
    request: "launch",
    reader: "golang.go",
    default: "",
    effect: "Files of KEY=value lines for the program's environment; env wins over them.",
  },
  console: {
    type: "string",
    request: "both",
    reader: "golang.go",
    default: "internalConsole",
    values: ["internalConsole", "integratedTerminal", "externalTerminal"],
    effect: "Where the program runs. Only a terminal gives it a standard input that you can type into.",
  },
  asRoot: {
    type: "boolean",
    request: "both",
    reader: "golang.go",
    default: false,
    effect: "Debugs with sudo; needs console integratedTerminal or externalTerminal.",
  },
  trace: {
    type: "string",
    request: "both",
    reader: "legacy",
    default: "error",
    values: ["verbose", "trace", "log", "info", "warn", "error"],
    effect: "How much the adapter logs to the Go Debug output.",
  },
  apiVersion: {
    type: "integer",
    request: "both",
    reader: "legacy",
    default: 2,
    effect: "The JSON-RPC API that the legacy adapter speaks; dlv-dap does not use it.",
  },
  useApiV1: { type: "boolean", request: "both", reader: "legacy", effect: "Old name for apiVersion 1." },
  dlvLoadConfig: {
    type: "object",
    request: "both",
    reader: "legacy",
    effect: "How much of a variable the legacy adapter loads; dlv-dap loads on demand and ignores it.",
  },
  remotePath: {
    type: "string",
    request: "attach",
    reader: "legacy",
    default: "",
    effect: "Source folder on the remote machine; substitutePath does that with dlv-dap.",
  },

  // What Delve reads, both requests.
  mode: {
    type: "string",
    request: "both",
    reader: "dlv",
    effect:
      "launch: debug builds a package, test builds its tests, exec runs a built binary, replay and core look at a recording; auto picks debug or test by the open file. attach: local or remote.",
  },
  stopOnEntry: {
    type: "boolean",
    request: "both",
    reader: "dlv",
    default: false,
    effect: "Stops the program before its first statement.",
  },
  backend: {
    type: "string",
    request: "both",
    reader: "dlv",
    default: "default",
    values: ["default", "native", "lldb", "rr"],
    effect: "What controls the process.",
  },
  stackTraceDepth: {
    type: "integer",
    request: "both",
    reader: "dlv",
    default: 50,
    effect: "The most frames of a stack that are read.",
  },
  showGlobalVariables: {
    type: "boolean",
    request: "both",
    reader: "dlv",
    default: false,
    effect: "Shows package variables in the Variables view.",
  },
  showRegisters: {
    type: "boolean",
    request: "both",
    reader: "dlv",
    default: false,
    effect: "Shows CPU registers in the Variables view.",
  },
  hideSystemGoroutines: {
    type: "boolean",
    request: "both",
    reader: "dlv",
    default: false,
    effect: "Leaves the runtime's own goroutines out of the Call Stack view.",
  },
  goroutineFilters: {
    type: "string",
    request: "both",
    reader: "dlv",
    default: "",
    since: "1.8.0",
    effect: "Filters the goroutines in the Call Stack view, after Delve has cut the list at 1,024.",
  },
  showPprofLabels: {
    type: "strings",
    request: "both",
    reader: "dlv",
    default: [],
    since: "1.22.0",
    effect: 'Puts these pprof labels into the names of goroutines; "*" stands for all.',
  },
  substitutePath: {
    type: "path mappings",
    request: "both",
    reader: "dlv",
    default: [],
    effect: "Maps folders of this machine (from) to folders the program was built in (to).",
  },
  maxStringLen: {
    type: "integer",
    request: "both",
    reader: "dlv",
    default: 512,
    since: "1.27.1",
    effect: "Bytes of a string that are loaded.",
  },
  maxArrayValues: {
    type: "integer",
    request: "both",
    reader: "dlv",
    default: 64,
    since: "1.27.1",
    effect: "Elements of a list or map that are loaded.",
  },
  showRawStrings: {
    type: "boolean",
    request: "both",
    reader: "dlv",
    default: false,
    since: "1.27.1",
    inSchema: false,
    effect: "Shows line breaks and tabs in strings as such.",
  },

  // Launch only.
  program: {
    type: "string",
    request: "launch",
    reader: "dlv",
    default: "${workspaceFolder}",
    effect: "The package folder or a .go file in it; with mode exec and core the built binary.",
  },
  args: {
    type: "string or strings",
    request: "launch",
    reader: "dlv",
    default: [],
    effect: "Arguments of the program. dlv and go build never see them.",
  },
  cwd: {
    type: "string",
    request: "launch",
    reader: "dlv",
    default: "",
    effect: "Working directory of the program; by default the folder of program.",
  },
  env: {
    type: "environment",
    request: "launch",
    reader: "dlv",
    default: {},
    effect: "Environment variables of the program and of go build; null takes one away.",
  },
  buildFlags: {
    type: "string or strings",
    request: "launch",
    reader: "dlv",
    default: [],
    modes: BUILDS,
    effect: "Flags for go build or go test -c, such as -race or -tags=x.",
  },
  output: {
    type: "string",
    request: "launch",
    reader: "dlv",
    default: "__debug_bin…",
    modes: BUILDS,
    effect: "Path of the built program; it is deleted at the end.",
  },
  noDebug: {
    type: "boolean",
    request: "launch",
    reader: "dlv",
    default: false,
    inSchema: false,
    effect: "Runs the program without the debugger.",
  },
  traceDirPath: {
    type: "string",
    request: "launch",
    reader: "dlv",
    default: "",
    modes: ["replay"],
    effect: "Folder of the rr recording.",
  },
  coreFilePath: {
    type: "string",
    request: "launch",
    reader: "dlv",
    default: "",
    modes: ["core"],
    effect: "The core dump.",
  },
  dlvCwd: {
    type: "string",
    request: "launch",
    reader: "dlv",
    inSchema: false,
    effect: "Working directory of dlv itself, where go build runs.",
  },
  outputMode: {
    type: "string",
    request: "launch",
    reader: "dlv",
    default: "local",
    values: ["local", "remote"],
    since: "1.21.1",
    effect: "remote sends the program's output through the debugger to the Debug Console.",
  },
  stdinFrom: {
    type: "string",
    request: "launch",
    reader: "dlv",
    default: "",
    since: "1.26.0",
    effect: "File that the program reads as standard input.",
  },
  stdoutTo: {
    type: "string",
    request: "launch",
    reader: "dlv",
    default: "",
    since: "1.26.0",
    effect: "File for the program's standard output; not with outputMode remote.",
  },
  stderrTo: {
    type: "string",
    request: "launch",
    reader: "dlv",
    default: "",
    since: "1.26.0",
    effect: "File for the program's standard error; not with outputMode remote.",
  },
  followExec: {
    type: "boolean",
    request: "launch",
    reader: "dlv",
    default: false,
    since: "1.26.0",
    effect: "Debugs child processes too (those started with exec, not plain fork; not on macOS).",
  },
  followExecRegex: {
    type: "string",
    request: "launch",
    reader: "dlv",
    default: "",
    since: "1.26.0",
    effect: "Follows only children whose command line matches this regular expression.",
  },

  // Attach only.
  processId: {
    type: "process",
    request: "attach",
    reader: "dlv",
    default: 0,
    effect: "The process to join: its id, its name, or ${command:pickProcess}.",
  },
  waitFor: {
    type: "string",
    request: "attach",
    reader: "dlv",
    default: "",
    since: "1.22.1",
    effect: "Waits for a process whose name begins so, and joins it.",
  },
  guessSubstitutePath: {
    type: "object",
    request: "attach",
    reader: "dlv",
    since: "1.24.0",
    inSchema: false,
    effect: "What dlv needs to guess substitutePath; golang.go fills it in itself.",
  },

  // Ours.
  dlvLoadAll: {
    type: "boolean",
    request: "both",
    reader: "godiag",
    default: false,
    inSchema: false,
    effect: "Go Diagnostics: every goroutine with its stack, beyond Delve's limit of 1,024. dlv itself ignores it.",
  },
};

export function attributeFact(name: string): AttributeFact | undefined {
  return byName.get(name);
}

const byName: ReadonlyMap<string, AttributeFact> = new Map(Object.entries(ATTRIBUTES));

export const LAUNCH_MODES = ["auto", "debug", "test", "exec", "replay", "core"];
export const ATTACH_MODES = ["local", "remote"];
