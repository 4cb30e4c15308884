/**
 * Which debug configurations go through the proxy, with which options, and what the configuration is then. Values in,
 * values out: VS Code's part is in debug-start.ts.
 *
 * For type `go` this happens after golang.go has completed the configuration (second stage): its warning about `port`
 * belongs to the first stage, and only now is it known in which folder the package is built. golang.go starts dlv in
 * that folder (`__buildDir`) with `program` relative to it; behind a port of ours it starts nothing, so the folder
 * becomes dlv's own attribute `dlvCwd` and `program` is made whole.
 */
import { dirname, isAbsolute, resolve } from "node:path";
import type { ProxyOptions } from "../../delve/session/start-proxy.js";

export type Attributes = Readonly<Record<string, unknown>>;

export interface StartFacts {
  /** Path of the dlv to start, where one was found. */
  readonly dlv: string | undefined;
  /** What golang.go gives its tools. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly engine: "auto" | "dap" | "rpc";
  /** The setting that all goroutines are read at every stop. */
  readonly loadAll: boolean;
  /** The setting that children are sessions of their own. */
  readonly childSessions: boolean;
  /** The setting that memory profiling is switched on where the linker has switched it off. */
  readonly memoryProfiling: boolean;
  /** The setting that the runtime keeps who led to each goroutine. */
  readonly recordStarters: boolean;
  /** Where dlv runs when nothing else is said. */
  readonly folder: string | undefined;
}

export type StartPlan =
  | {
      readonly options: ProxyOptions;
      /** What the session has instead of the configuration; the proxy's address comes on top. */
      readonly configuration: Attributes;
    }
  /** Why the session starts without the proxy. */
  | { readonly without: string };

/** The session of a child that the proxy of its parent has asked for: it connects there, and starts nothing. */
export function isOfChild(configuration: Attributes): boolean {
  return typeof configuration["__childOf"] === "number";
}

export function planStart(configuration: Attributes, facts: StartFacts): StartPlan {
  const without = reasonAgainst(configuration);
  if (without !== undefined) return { without };
  const { engine } = facts;
  const asked = {
    ...(facts.childSessions && { childSessions: true }),
    ...(!facts.memoryProfiling && { memoryProfiling: false }),
    ...(facts.recordStarters && { recordStarters: true }),
  };
  const buildDir = text(configuration["__buildDir"]);
  const program = text(configuration["program"]);
  const whole = {
    ...configuration,
    ...(buildDir !== undefined && program !== undefined && { program: resolve(buildDir, program) }),
    ...(buildDir !== undefined && configuration["dlvCwd"] === undefined && { dlvCwd: buildDir }),
    ...(facts.loadAll && configuration["dlvLoadAll"] === undefined && { dlvLoadAll: true }),
  };
  const port = configuration["port"];
  const isRemote = configuration["request"] === "attach" && configuration["mode"] === "remote";
  if (isRemote || (typeof port === "number" && port > 0)) {
    // A Delve that is already running, by itself or to be joined.
    const host = text(configuration["host"]) ?? "127.0.0.1";
    if (typeof port !== "number") return { without: "a remote attach needs a port" };
    return { options: { engine, connect: { host, port } }, configuration: whole };
  }
  const dlv = text(configuration["dlvToolPath"]) ?? facts.dlv;
  if (dlv === undefined) return { without: "there is no dlv" };
  const env = { ...facts.env, ...texts(configuration["env"]) };
  const cwd = buildDir ?? text(configuration["dlvCwd"]) ?? facts.folder;
  return {
    options: { engine, dlv, env, ...asked, ...(cwd !== undefined && { cwd }) },
    configuration: whole,
  };
}

function reasonAgainst(configuration: Attributes): string | undefined {
  if (configuration["debugAdapter"] === "legacy") return "the legacy adapter does not speak DAP with dlv";
  if (configuration["debugServer"] !== undefined) return "`debugServer` names another debug adapter";
  if (configuration["noDebug"] === true) return "without debugging there is nothing to add";
  if (configuration["showLog"] === true)
    return "`showLog` asks for dlv's own log, which dlv alone writes to the editor";
  return undefined;
}

/**
 * A configuration of our own type as dlv reads it, as golang.go completes its own: `mode` decided, `program` made whole,
 * dlv in the folder of the package. `isFile` says what `program` is on the disk; `openFile` is the file in front.
 */
export function completed(
  configuration: Attributes,
  about: {
    readonly folder: string | undefined;
    readonly openFile: string | undefined;
    readonly isFile: boolean;
    readonly envFile: Readonly<Record<string, string>>;
  },
): Attributes {
  const isAttach = configuration["request"] === "attach";
  const mode = modeOf(configuration, about.openFile);
  const program = text(configuration["program"]);
  const whole = program === undefined || isAbsolute(program) ? program : resolve(about.folder ?? ".", program);
  const builds = mode === "debug" || mode === "test";
  const packageFolder = whole !== undefined && builds ? (about.isFile ? dirname(whole) : whole) : undefined;
  return {
    ...configuration,
    mode,
    ...(whole !== undefined &&
      !isAttach && {
        // A test file is no package by itself.
        program: about.isFile && mode === "test" ? packageFolder : whole,
      }),
    ...(packageFolder !== undefined && configuration["dlvCwd"] === undefined && { dlvCwd: packageFolder }),
    ...(Object.keys(about.envFile).length > 0 && { env: { ...about.envFile, ...texts(configuration["env"]) } }),
  };
}

function modeOf(configuration: Attributes, openFile: string | undefined): string {
  const mode = text(configuration["mode"]);
  if (mode !== undefined && mode !== "auto") return mode;
  if (configuration["request"] === "attach") return "local";
  const program = text(configuration["program"]);
  const file = program?.endsWith(".go") ? program : (openFile ?? "");
  return file.endsWith("_test.go") ? "test" : "debug";
}

/** KEY=value lines, as golang.go reads `envFile`: comments, `export`, quotes. */
export function envFileValues(content: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const line of content.replace(/^\ufeff/, "").split(/\r?\n/)) {
    const match = /^\s*(?:export\s+)?([\w.-]+)\s*=\s*(.*?)\s*$/.exec(line);
    if (!match) continue;
    const [, key, raw] = match;
    const quoted = /^(["'])(.*)\1$/s.exec(raw);
    values[key] = !quoted ? raw : quoted[1] === '"' ? quoted[2].replaceAll("\\n", "\n") : quoted[2];
  }
  return values;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The entries that are texts; `null` takes a variable away, which dlv does itself. */
function texts(value: unknown): Record<string, string> {
  const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}
