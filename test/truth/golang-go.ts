/**
 * What VS Code and golang.go make of a debug configuration before dlv sees it, or the words with which they stop.
 *
 * Facts from golang.go 0.58, extension/src: goDebugConfiguration.ts (resolveDebugConfiguration, removeGcflags,
 * resolveDebugConfigurationWithSubstitutedVariables, parseDebugProgramArgSync), utils/envUtils.ts (parseEnvFile),
 * utils/argsUtil.ts (parseArgsString), goDebugFactory.ts (getSpawnConfig, spawnDlvDapServerProcess).
 */
import { readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, isAbsolute, join } from "node:path";
import { splitWords } from "../../src/launch/flags.js";

export type Attributes = Readonly<Record<string, unknown>>;

export interface Prepared {
  readonly request: "launch" | "attach";
  /** Arguments of the DAP request. */
  readonly args: Readonly<Record<string, unknown>>;
  /** For `dlv dap`, where golang.go starts it. */
  readonly flags: readonly string[];
  readonly folder: string;
  readonly env: Readonly<Record<string, string | null>>;
  /** Where golang.go connects instead. */
  readonly server: { readonly host: string; readonly port: number } | undefined;
}

/** What a picker picks. */
const PICKED = 1;

export interface Surroundings {
  readonly folder: string;
  readonly inputs: ReadonlySet<string>;
}

export function prepared(written: Attributes, around: Surroundings): Prepared {
  const own = Object.entries(written).filter(([name]) => !["linux", "osx", "windows"].includes(name));
  const merged = { ...Object.fromEntries(own), ...(written["linux"] as Attributes | undefined) };
  const config = substituted(merged, around) as Record<string, unknown>;
  const { request } = config;
  if (request !== "launch" && request !== "attach") throw new Error(`VS Code starts no request ${String(request)}`);
  config["mode"] ||= request === "launch" ? "auto" : "local";
  if (typeof config["cwd"] === "string") config["cwd"] = config["cwd"].replace(/^~/, homedir());
  if (typeof config["buildFlags"] === "string") config["buildFlags"] = stripped(config["buildFlags"]);
  const env = { ...(config["env"] as Record<string, string | null> | undefined) };
  if (typeof env["GOFLAGS"] === "string") env["GOFLAGS"] = stripped(env["GOFLAGS"]);
  const program = config["program"];
  if (config["mode"] === "auto") config["mode"] = /_test\.go$/.test(text(program)) ? "test" : "debug";
  if (config["mode"] === "test" && /_test\.go$/.test(text(program))) config["program"] = dirname(text(program)) || ".";
  const processId = config["processId"];
  if (request === "attach" && config["mode"] === "local" && config["waitFor"] === undefined && !processId)
    config["processId"] = PICKED;
  if (typeof config["processId"] === "string") config["processId"] = Number.parseInt(config["processId"], 10);

  const files = [config["envFile"]].flat().filter((file) => file !== undefined && file !== "" && file !== null);
  const fromFiles = files.map((file) => readEnvironment(text(file)));
  const complete: Record<string, string | null> = Object.assign({}, ...fromFiles, env) as Record<string, string | null>;
  if (config["env"] !== undefined && Array.isArray(config["env"])) config["env"] = Object.assign({}, config["env"]);
  else config["env"] = complete;
  delete config["envFile"];
  for (const name of ["cwd", "output", "program"]) {
    const path = config[name];
    if (typeof path !== "string" || path === "" || isAbsolute(path)) continue;
    config[name] = join(around.folder, path);
  }
  let folder = around.folder;
  const isExternal = Boolean(config["port"]) || Boolean(config["debugServer"]);
  if (request === "launch" && ["debug", "test", "auto"].includes(text(config["mode"]))) {
    const built = builtProgram(text(config["program"]));
    if (!isExternal) {
      folder = built.folder;
      config["program"] = built.name;
    }
  }
  if (request === "launch" && typeof config["args"] === "string") config["args"] = splitWords(config["args"]);
  return { request, args: config, folder, env: complete, flags: flagsOf(config), server: serverOf(config) };
}

const text = (value: unknown) => (typeof value === "string" ? value : "");

function stripped(flags: string): string {
  const gcflags = /(^|\s)-gcflags(=| )('[^']*'|"[^"]*"|[^'"\s]+)+/;
  let rest = flags;
  while (gcflags.test(rest)) rest = rest.replace(gcflags, "");
  return rest;
}

function readEnvironment(path: string): Record<string, string> {
  let content: string;
  try {
    content = readFileSync(path, "utf8");
  } catch (error) {
    throw new Error(`Cannot load environment variables from file ${path}`, { cause: error });
  }
  const lines = content.split("\n").map((line) => /^\s*(?:export\s+)?([\w.-]+)\s*=\s*(.*)$/.exec(line));
  return Object.fromEntries(lines.flatMap((line) => (line ? [[line[1], line[2].replace(/^['"]|['"]$/g, "")]] : [])));
}

function builtProgram(program: string): { folder: string; name: string } {
  if (program === "") throw new Error("The program attribute is missing in the debug configuration in launch.json");
  const found = statSync(program, { throwIfNoEntry: false });
  if (found?.isDirectory()) return { folder: program, name: "." };
  if (found && program.endsWith(".go")) return { folder: dirname(program), name: `./${basename(program)}` };
  throw new Error(`The program attribute '${program}' must be a valid directory or .go file in debug/test/auto modes.`);
}

function flagsOf(config: Attributes): string[] {
  const { logDest } = config;
  if (typeof logDest === "number") throw new Error("Using a file descriptor for `logDest` is not allowed.");
  if (typeof logDest === "string" && logDest !== "" && !isAbsolute(logDest))
    throw new Error("Using a relative path for `logDest` is not allowed");
  // A string is spread into its letters.
  const flags = [...((config["dlvFlags"] as string[] | undefined) ?? [])];
  if (config["showLog"]) {
    flags.push(`--log=${JSON.stringify(config["showLog"]).replaceAll('"', "")}`);
    if (config["logOutput"]) flags.push(`--log-output=${text(config["logOutput"])}`);
  }
  return flags;
}

function serverOf(config: Attributes): Prepared["server"] {
  const port = Number(config["debugServer"] ?? config["port"] ?? 0);
  if (port === 0) return undefined;
  return { host: config["debugServer"] ? "127.0.0.1" : text(config["host"] ?? "127.0.0.1"), port };
}

/** VS Code's variables; it stops on an input that is not declared. */
function substituted(value: unknown, around: Surroundings): unknown {
  if (typeof value === "string") {
    return value.replace(/\$\{([^{}]*)\}/g, (whole, name: string) => {
      if (name === "workspaceFolder" || name === "workspaceRoot") return around.folder;
      if (name === "fileDirname") return around.folder;
      if (name === "userHome") return homedir();
      if (name === "pathSeparator" || name === "/") return "/";
      if (name.startsWith("env:")) return process.env[name.slice(4)] ?? "";
      if (name.startsWith("config:")) return "";
      if (name.startsWith("command:")) return String(PICKED);
      if (name.startsWith("input:")) {
        if (around.inputs.has(name.slice(6))) return "1";
        throw new Error(`Undefined input variable '${name.slice(6)}'`);
      }
      return whole;
    });
  }
  if (Array.isArray(value)) return value.map((one) => substituted(one, around));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, substituted(one, around)]));
}
