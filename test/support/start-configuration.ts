/**
 * Starts a debug configuration as golang.go 0.58 would (goDebugConfiguration.ts, goDebugFactory.ts), without VS Code:
 * variables filled in, mode auto decided, dlvFlags and log flags on `dlv dap`, dlv in the package's folder, the
 * configuration as arguments of the request. The program then runs to a marked line.
 */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, extname, isAbsolute, join } from "node:path";
import { splitWords } from "../../src/launch/flags.js";
import { type DapSession, connectDap, ended, listening, startDap } from "./dap-session.js";

export type Attributes = Readonly<Record<string, unknown>>;

export interface Stopped {
  readonly reason: string;
  readonly function: string;
  readonly output: string;
  readonly threads: readonly string[];
}

export interface Machine {
  readonly dlv: string;
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What ${command:pickProcess} picks. */
  readonly processId?: number;
}

/** Runs to the line marked `// #marker` (or to the entry when the configuration stops there) and ends the session. */
export async function stopAt(marker: string, configuration: Attributes, machine: Machine): Promise<Stopped> {
  const { session, stop, args, request } = await begin(configuration, machine);
  try {
    await session.request("initialize", {
      adapterID: "go",
      pathFormat: "path",
      linesStartAt1: true,
      columnsStartAt1: true,
    });
    const answered = session.request(request, args);
    await Promise.race([session.event("initialized"), answered.then(() => session.event("initialized"))]);
    const file = join(machine.folder, "main.go");
    const breakpoints = [{ line: lineOf(file, marker) }];
    const set = await session.request("setBreakpoints", { source: { path: file }, breakpoints });
    const [bound] = set.body?.["breakpoints"] as { verified: boolean; message?: string }[];
    if (!bound.verified) throw new Error(`the breakpoint does not bind: ${bound.message}`);
    await session.request("configurationDone");
    await answered;
    const stopped = (await session.event("stopped")).body ?? {};
    const threads = (await session.request("threads")).body?.["threads"] as { name: string }[];
    const trace = await session.request("stackTrace", { threadId: stopped["threadId"] ?? 1, levels: 1 });
    const [frame] = trace.body?.["stackFrames"] as { name: string }[];
    return {
      reason: String(stopped["reason"]),
      function: frame.name,
      output: session.output(),
      threads: threads.map(({ name }) => name),
    };
  } finally {
    await session.request("disconnect", { terminateDebuggee: request === "launch" }).catch(() => {});
    await stop();
  }
}

async function begin(
  configuration: Attributes,
  { dlv, folder, env, processId }: Machine,
): Promise<{ session: DapSession; stop: () => Promise<void>; args: Attributes; request: string }> {
  const args: Record<string, unknown> = substituted(configuration, folder, processId);
  const request = String(args["request"]);
  if (request !== "launch" && request !== "attach") throw new Error(`VS Code starts no request ${request}`);
  if (typeof args["processId"] === "string") args["processId"] = Number(args["processId"]);
  args["mode"] ??= request === "launch" ? "auto" : "local";
  if (args["mode"] === "auto") args["mode"] = "debug";
  if (typeof args["args"] === "string") args["args"] = splitWords(args["args"]);
  if (args["port"] !== undefined && args["port"] !== 0) {
    const session = await connectDap(`${words(args["host"] ?? "127.0.0.1")}:${words(args["port"])}`);
    return { session, stop: () => Promise.resolve(session.close()), args, request };
  }
  let cwd = folder;
  if (request === "launch" && ["debug", "test"].includes(String(args["mode"]))) {
    if (typeof args["program"] !== "string") throw new Error("The program attribute is missing");
    const program = isAbsolute(args["program"]) ? args["program"] : join(folder, args["program"]);
    if (!existsSync(program))
      throw new Error(`The program attribute '${program}' must be a valid directory or .go file`);
    cwd = extname(program) === ".go" ? dirname(program) : program;
    args["program"] = cwd === program ? "." : `./${program.slice(cwd.length + 1)}`;
  }
  // A string is spread into its letters.
  const flags = [...((args["dlvFlags"] as string[] | undefined) ?? [])];
  if (args["showLog"]) {
    flags.push(`--log=${words(args["showLog"])}`);
    if (args["logOutput"]) flags.push(`--log-output=${words(args["logOutput"])}`);
  }
  const ownEnv = (args["env"] ?? {}) as Record<string, string | undefined>;
  return { ...(await startDap(dlv, flags, cwd, { ...env, ...ownEnv })), args, request };
}

/** Starts a headless server with a command line as people type it, for mode remote. */
export async function startServer(
  command: string,
  { dlv, folder, env }: Machine,
): Promise<{ address: string; stop: () => Promise<void> }> {
  const [, ...words] = splitWords(command);
  const child = spawn(dlv, words, { cwd: folder, env: { ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const { address } = await listening(child);
  return { address, stop: () => ended(child) };
}

const words = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));

function substituted(value: Attributes, folder: string, processId: number | undefined): Record<string, unknown> {
  const text = JSON.stringify(value)
    .replaceAll("${workspaceFolder}", JSON.stringify(folder).slice(1, -1))
    .replaceAll("${command:pickProcess}", String(processId ?? 0));
  return JSON.parse(text) as Record<string, unknown>;
}

function lineOf(file: string, marker: string): number {
  const at = readFileSync(file, "utf8")
    .split("\n")
    .findIndex((line) => line.includes(`// #${marker}`));
  if (at < 0) throw new Error(`no line of ${file} is marked #${marker}`);
  return at + 1;
}
