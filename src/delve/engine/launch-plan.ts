/**
 * What a launch or attach request becomes: passed on as it is, or carried out by another dlv than that which greeted
 * the client. Only this file knows how attributes, which `dlv dap` reads, are said on the command line of a headless
 * dlv (service/dap/types.go and cmd/dlv/cmds/commands.go).
 *
 * Whatever it does not understand (a wrong type, an unknown mode) passes: Delve says best what is wrong with it.
 */
import { HEADLESS } from "../dlv/dlv-process.js";
import { hasFeature, type Version } from "../dlv/delve-versions.js";
import type { EngineName } from "./engine.js";

/** Attributes as they came; any may be missing or of any type. */
export type Attributes = Readonly<Record<string, unknown>>;

export interface PlanFacts {
  readonly engine: "auto" | EngineName;
  readonly version: Version | undefined;
  /** Whether we have a dlv to start; false in front of one that was there before us. */
  readonly canStart: boolean;
  /** Flags with which the greeting dlv was started. */
  readonly flags: readonly string[];
  /** The client can run a command in a terminal. */
  readonly hasTerminal: boolean;
}

export type Plan = {
  /** Why this engine; one sentence, for the log and the status. */
  readonly reason: string;
  /** Our own attributes, taken out of the request. */
  readonly ours: OurAttributes;
} & (
  | {
      readonly kind: "pass";
      /** Undefined: byte for byte. */
      readonly attributes: Attributes | undefined;
    }
  | {
      readonly kind: "dap";
      readonly attributes: Attributes;
      readonly flags: readonly string[];
      readonly terminal: "integrated" | "external" | undefined;
      readonly asRoot: boolean;
    }
  | { readonly kind: "remote"; readonly host: string; readonly port: number }
  | HeadlessPlan
);

export interface HeadlessPlan {
  readonly kind: "headless";
  readonly reason: string;
  readonly ours: OurAttributes;
  /** Subcommand, flags, package or binary. */
  readonly args: readonly string[];
  readonly programArgs: readonly string[];
  readonly cwd: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Of the remote attach that follows. */
  readonly attach: Attributes;
  /** The request's own flags: a `dlv dap` that does it instead is started with them, or refuses them. */
  readonly flags: readonly string[];
  /** What Delve would say while it builds. */
  /** The process that it attaches to. */
  readonly attachTo?: number;
  /** JSON-RPC is for the end of the attach only (process/detach-delve.ts). */
  readonly readsOverDap?: boolean;
  readonly building: string | undefined;
  readonly isExec: boolean;
}

export interface OurAttributes {
  /** Load every goroutine at every stop. */
  readonly loadAll: boolean;
  /** Follow children whose command line matches ("" all of them); undefined: do not. */
  readonly follow: string | undefined;
}

/** Attributes of both requests that a remote attach understands. */
const ATTACH_ATTRIBUTES = [
  ...["stopOnEntry", "stackTraceDepth", "showGlobalVariables", "showRegisters", "hideSystemGoroutines"],
  ...["goroutineFilters", "showPprofLabels", "substitutePath", "guessSubstitutePath"],
  ...["maxStringLen", "maxArrayValues", "showRawStrings"],
];

export function planOf(request: "launch" | "attach", attributes: Attributes, facts: PlanFacts): Plan {
  const { ours, own, isRewritten, flags } = oursOf(request, attributes, facts);
  const pass = (reason: string): Plan => {
    const more = flags.filter((flag) => !facts.flags.includes(flag));
    if (facts.canStart && more.length > 0) {
      const all = [...facts.flags, ...more];
      return { kind: "dap", reason, ours, attributes: own, flags: all, terminal: undefined, asRoot: false };
    }
    return { kind: "pass", reason, ours, attributes: isRewritten ? own : undefined };
  };
  if (request === "attach" && attributes["mode"] === "remote") return remoteOf(attributes, facts, ours, pass);
  const unknown = flags.find((flag) => flag.startsWith("-") && !DAP_FLAG.test(flag));
  if (unknown !== undefined && facts.canStart) return pass(`\`dlv dap\` says whether it knows ${unknown}.`);

  const terminal = TERMINALS.get(String(attributes["console"]));
  if (request === "launch" && terminal !== undefined && facts.canStart && facts.hasTerminal) {
    return {
      kind: "dap",
      reason: "dlv runs in the terminal, as `console` asks for, and speaks DAP alone.",
      ours,
      attributes: own,
      flags: [...new Set([...facts.flags, ...flags])],
      terminal,
      asRoot: attributes["asRoot"] === true,
    };
  }
  if (facts.engine === "dap")
    return overDap(request, attributes, facts, ours, flags, pass("The dap engine was asked for."));
  if (!facts.canStart) return pass("This Delve was there before the proxy, which adds no second connection.");
  const { engine, version } = facts;
  if (engine === "auto" && !followsOverRpcOnly(ours, version) && (!version || !hasFeature(version, "examine-64-kib"))) {
    const reason = `dlv ${version?.join(".") ?? "(of unknown version)"} reads memory over JSON-RPC in small pieces.`;
    return overDap(request, attributes, facts, ours, flags, pass(reason));
  }
  const headless = headlessOf(request, attributes, facts, ours, flags);
  return typeof headless === "string" ? pass(headless) : headless;
}

/**
 * A `dlv dap` lets go of a process in a hurry when its client has gone, with a signal left over that ends it: attached to
 * is by a headless Delve, which outlives its clients.
 */
function overDap(
  request: "launch" | "attach",
  attributes: Attributes,
  facts: PlanFacts,
  ours: OurAttributes,
  flags: readonly string[],
  otherwise: Plan,
): Plan {
  if (request === "launch" || !facts.canStart) return otherwise;
  const headless = headlessOf(request, attributes, facts, ours, flags);
  return typeof headless === "string" ? otherwise : { ...headless, reason: otherwise.reason, readsOverDap: true };
}

/** Before 1.26 Delve follows children over JSON-RPC, not over DAP. */
function followsOverRpcOnly({ follow }: OurAttributes, version: Version | undefined): boolean {
  if (follow === undefined || version === undefined) return false;
  return hasFeature(version, "rpc-follow-exec") && !hasFeature(version, "follow-exec");
}

const TERMINALS = new Map([
  ["integratedTerminal", "integrated"],
  ["externalTerminal", "external"],
] as const) as ReadonlyMap<string, "integrated" | "external">;

function remoteOf(attributes: Attributes, facts: PlanFacts, ours: OurAttributes, pass: (reason: string) => Plan): Plan {
  const { port, host = "127.0.0.1" } = attributes;
  // In front of a Delve that is there already, the attach is meant for that one.
  if (!facts.canStart) return pass("An attach to a Delve that was there before the proxy.");
  if (typeof port !== "number" || typeof host !== "string") return pass("A remote attach needs a port.");
  return { kind: "remote", reason: `A Delve that runs at ${host}:${port}.`, ours, host, port };
}

/** The headless dlv that does what the request asks for, or why none does. */
function headlessOf(
  request: "launch" | "attach",
  attributes: Attributes,
  facts: PlanFacts,
  ours: OurAttributes,
  flags: readonly string[],
): HeadlessPlan | string {
  const text = (name: string) => (typeof attributes[name] === "string" ? attributes[name] : undefined);
  const wrong = ATTRIBUTE_TYPES.find(([name, fits]) => attributes[name] !== undefined && !fits(attributes[name]));
  if (wrong !== undefined) return `\`${wrong[0]}\` is not what Delve expects; it says so itself.`;
  if (attributes["noDebug"] === true) return "Without debugging there is nothing to read.";
  const backend = text("backend");
  if (backend === "rr" || backend === "undo") return `The backend ${backend} plays a recording.`;

  const common = [...HEADLESS, ...(backend === undefined ? [] : [`--backend=${backend}`]), ...flags];
  const attach = {
    mode: "remote",
    ...Object.fromEntries(ATTACH_ATTRIBUTES.flatMap((name) => (name in attributes ? [[name, attributes[name]]] : []))),
  };
  const reason = "JSON-RPC beside DAP reads goroutines and memory fastest.";
  const same = { kind: "headless", reason, ours, attach, flags } as const;
  if (request === "attach") {
    const pid = attributes["processId"];
    if (typeof pid !== "number" || attributes["waitFor"]) return "Delve waits for the process itself.";
    const args = ["attach", ...common, String(pid)];
    // Delve says that it does not follow the children of what it attaches to.
    const follow = attributes["followExec"] === true ? { followExec: true } : {};
    return {
      ...same,
      attach: { ...attach, ...follow },
      args,
      attachTo: pid,
      programArgs: [],
      cwd: undefined,
      env: {},
      building: undefined,
      isExec: false,
    };
  }

  const mode = text("mode") || "debug";
  const program = text("program");
  if (!["debug", "test", "exec"].includes(mode)) return `The mode ${mode} is Delve's own to start.`;
  if (program === undefined || program === "" || program.startsWith("-"))
    return "Delve says what is wrong with `program`.";
  const buildFlags = buildFlagsOf(attributes["buildFlags"]);
  if (buildFlags === undefined) return "These `buildFlags` cannot be written on a command line.";
  const wd = text("cwd");
  const redirects = (["stdin", "stdout", "stderr"] as const).flatMap((stream) => {
    const file = text(stream === "stdin" ? "stdinFrom" : `${stream}To`);
    return file ? [`--redirect=${stream}:${file}`] : [];
  });
  if (redirects.length > 0 && attributes["outputMode"] === "remote")
    return "Delve says what is wrong with `outputMode`.";
  const env = Object.fromEntries(
    Object.entries((attributes["env"] ?? {}) as Record<string, string | null>).map(([key, value]) => [
      key,
      value ?? undefined,
    ]),
  );
  const output = text("output");
  const args = [
    mode,
    ...common,
    ...(wd ? [`--wd=${wd}`] : []),
    ...(mode !== "exec" && buildFlags !== "" ? [`--build-flags=${buildFlags}`] : []),
    ...(mode !== "exec" && output ? [`--output=${output}`] : []),
    ...redirects,
    program,
  ];
  return {
    ...same,
    args,
    programArgs: (attributes["args"] as readonly string[] | undefined) ?? [],
    cwd: text("dlvCwd") || undefined,
    env,
    building: buildingOf(mode, program, facts.version),
    isExec: mode === "exec",
  };
}

/** What `dlv dap` of this version says before it builds. */
function buildingOf(mode: string, program: string, version: Version | undefined): string | undefined {
  if (mode === "exec" || version === undefined || !hasFeature(version, "build-message")) return undefined;
  const lineEnd = hasFeature(version, "build-message-line") ? "\n" : "";
  return `Building ${mode === "test" ? "tests of " : ""}${program}${lineEnd}`;
}

const isText = (value: unknown) => typeof value === "string";
const isTexts = (value: unknown) => Array.isArray(value) && value.every(isText);
const isFlag = (value: unknown) => typeof value === "boolean";
const isCount = (value: unknown) => Number.isInteger(value);
const isEnvironment = (value: unknown) =>
  typeof value === "object" &&
  value !== null &&
  Object.values(value).every((each) => each === null || typeof each === "string");

/** What Delve fails the launch for when it is of another type, of the attributes that we put into words. */
const ATTRIBUTE_TYPES: readonly (readonly [string, (value: unknown) => boolean])[] = [
  ...["mode", "program", "cwd", "dlvCwd", "output", "backend", "stdinFrom", "stdoutTo", "stderrTo"].map(
    (name) => [name, isText] as const,
  ),
  ["args", isTexts],
  ["env", isEnvironment],
  ["buildFlags", (value) => isText(value) || isTexts(value)],
  ["noDebug", isFlag],
  ["stopOnEntry", isFlag],
  ["processId", isCount],
  ["outputMode", (value) => value === "" || value === "local" || value === "remote"],
];

/** As one argument of --build-flags, which Delve splits at spaces outside of single quotes. */
function buildFlagsOf(value: unknown): string | undefined {
  if (value === undefined) return "";
  if (typeof value === "string") return value;
  const words = value as readonly string[];
  if (words.some((word) => word.includes("'") || word === "")) return undefined;
  return words.map((word) => (/\s/.test(word) ? `'${word}'` : word)).join(" ");
}

const FOLLOW_FLAG = /^--?follow-?(?:fork|exec|child(?:ren)?)(?:=(.*))?$/i;
/** Flags that are the proxy's business, or that mean nothing on `dlv dap`. */
const DROPPED_FLAG =
  /^--?(?:headless|accept-multiclient|allow-non-terminal-interactive|continue-on-start|continue|api-version|listen|l|log-dest|client-addr|only-same-user|preload|wd|init|tty|redirect|r|output)(?:=|$)/i;
/** Flags of `dlv dap` in all versions; other subcommands have more, with which a session over DAP alone would not start. */
const DAP_FLAG = /^--(?:log|log-output|check-go-version|disable-aslr)(?:=|$)/;
const SWITCHES = ["followFork", "followForks", "followChildren", "subprocess", "subprocesses"];
const FILTERS = ["followForkFilter", "followForkRegex", "followChildrenRegex", "subprocessFilter", "subprocessRegex"];

/**
 * What is for us in a request, and the request for a `dlv dap` that follows children by itself where it can. Old words
 * for following, which no dlv knows, are understood; a flag that stands alone takes no value after a space.
 */
function oursOf(
  request: "launch" | "attach",
  attributes: Attributes,
  facts: PlanFacts,
): { ours: OurAttributes; own: Attributes; isRewritten: boolean; flags: readonly string[] } {
  const given = isTexts(attributes["dlvFlags"]) ? (attributes["dlvFlags"] as readonly string[]) : [];
  const followFlags = given.flatMap((flag) => {
    const match = FOLLOW_FLAG.exec(flag);
    return match === null ? [] : [match[1] ?? ""];
  });
  // A value that stands apart belongs to the flag before it.
  const isKept = (flag: string) => flag.startsWith("-") && !FOLLOW_FLAG.test(flag) && !DROPPED_FLAG.test(flag);
  const flags = given.filter((word, i) => isKept(word) || (!word.startsWith("-") && i > 0 && isKept(given[i - 1])));
  const native = attributes["followExec"] === true;
  const switches = SWITCHES.some((name) => isOn(attributes[name]));
  const filter = [attributes["followExecRegex"], ...FILTERS.map((name) => attributes[name]), ...followFlags].find(
    (value) => typeof value === "string" && value !== "" && !/^(?:true|false|all|both|child)$/i.test(value),
  ) as string | undefined;
  const follows =
    request === "launch" && (native || switches || (followFlags.length > 0 && !followFlags.includes("false")));
  const ours = { loadAll: attributes["dlvLoadAll"] === true, follow: follows ? (filter ?? "") : undefined };
  const isRewritten = follows && !native && facts.version !== undefined && hasFeature(facts.version, "follow-exec");
  const own = isRewritten ? { ...attributes, followExec: true, followExecRegex: filter ?? "" } : attributes;
  return { ours, own, isRewritten, flags };
}

const isOn = (value: unknown) =>
  value === true || (typeof value === "string" && /^(?:true|child|both|all|on)$/i.test(value));
