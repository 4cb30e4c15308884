/**
 * Delve's command-line flags: which exist for which subcommand since when, and what each does under `dlv dap`,
 * which is what golang.go runs with a configuration's `dlvFlags`. Measured on 1.20.2, 1.24.0 and 1.27.1.
 *
 * dlv exits with code 0 on an unknown flag, before it listens: a wrong flag looks like a debugger that never answers.
 */
import type { Node } from "jsonc-parser";
import type { Attribute } from "./document.js";
import { dlvLacks } from "./dlv-version.js";
import type { Facts } from "./facts.js";

export type Subcommand = "dap" | "debug" | "exec" | "attach" | "test" | "trace" | "core";

export interface FlagFact {
  /** Subcommands that accept it; some do nothing with it (`exec` builds nothing). */
  readonly on: readonly Subcommand[];
  /** First dlv that knows it; older than any dlv in use when absent. */
  readonly since?: string;
  /** Whether the flag is followed by a value ("--wd DIR"); booleans take one only after "=". */
  readonly takesValue: boolean;
  /**
   * Under `dlv dap`: works; ignored with a warning; accepted in silence without effect; overridden, because golang.go
   * puts its own after it.
   */
  readonly underDap?: "works" | "ignored" | "silent" | "overridden";
  /** The launch attribute that does it instead. */
  readonly attribute?: string;
  readonly effect: string;
}

const RUN: readonly Subcommand[] = ["debug", "exec", "attach", "test", "core"];

export const FLAGS: Readonly<Record<string, FlagFact>> = {
  "accept-multiclient": {
    on: ["dap", ...RUN],
    takesValue: false,
    underDap: "ignored",
    effect: "lets several clients attach to one headless server, and keeps it alive when a client leaves",
  },
  "allow-non-terminal-interactive": {
    on: ["dap", ...RUN],
    since: "1.5.1",
    takesValue: false,
    underDap: "silent",
    effect: "lets an interactive (non-headless) dlv run although stdin, stdout or stderr is no terminal",
  },
  "api-version": {
    on: ["dap", ...RUN],
    takesValue: true,
    underDap: "ignored",
    effect: "picks the JSON-RPC API of a headless server (2 is the only one left since 1.24)",
  },
  backend: {
    on: ["dap", "debug", "exec", "attach", "test", "trace"],
    takesValue: true,
    underDap: "ignored",
    attribute: "backend",
    effect: "picks what controls the process: native, lldb or rr",
  },
  "build-flags": {
    on: ["dap", "debug", "exec", "attach", "test", "trace"],
    takesValue: true,
    underDap: "ignored",
    attribute: "buildFlags",
    effect: "is handed to go build",
  },
  "check-go-version": {
    on: ["dap", ...RUN, "trace"],
    takesValue: false,
    underDap: "works",
    effect: "refuses programs of a Go version that this dlv does not support; =false goes on, with gaps",
  },
  "client-addr": {
    on: ["dap"],
    takesValue: true,
    underDap: "overridden",
    effect: "makes dlv dial the editor instead of listening",
  },
  continue: {
    on: ["debug", "exec", "attach"],
    takesValue: false,
    attribute: "stopOnEntry",
    effect: "lets the program run at once; needs --headless and --accept-multiclient",
  },
  "disable-aslr": {
    on: ["dap", "debug", "exec", "attach", "test", "trace"],
    takesValue: false,
    underDap: "works",
    effect: "turns address space randomisation off",
  },
  headless: {
    on: ["dap", ...RUN],
    takesValue: false,
    underDap: "ignored",
    effect: "runs a server without a console; dlv dap always does",
  },
  help: { on: ["dap", ...RUN, "trace"], takesValue: false, effect: "prints help and exits" },
  init: {
    on: ["dap", ...RUN],
    takesValue: true,
    underDap: "ignored",
    effect: "runs a file of console commands first",
  },
  listen: {
    on: ["dap", ...RUN],
    takesValue: true,
    underDap: "overridden",
    effect: "is the address of the server; golang.go picks a free port itself",
  },
  log: { on: ["dap", ...RUN, "trace"], takesValue: false, underDap: "works", effect: "turns dlv's own log on" },
  "log-dest": {
    on: ["dap", ...RUN, "trace"],
    takesValue: true,
    underDap: "overridden",
    attribute: "logDest",
    effect: "writes the log to a file or descriptor",
  },
  "log-output": {
    on: ["dap", ...RUN, "trace"],
    takesValue: true,
    underDap: "works",
    effect: "picks the components that log; needs --log",
  },
  "only-same-user": {
    on: ["dap", ...RUN],
    takesValue: false,
    underDap: "works",
    effect: "accepts only connections of the user who started dlv",
  },
  output: {
    on: ["debug", "test", "trace"],
    takesValue: true,
    attribute: "output",
    effect: "is the path of the built program",
  },
  redirect: {
    on: ["dap", "debug", "exec", "attach", "test", "trace"],
    takesValue: true,
    underDap: "ignored",
    attribute: "stdinFrom",
    effect: "redirects stdin, stdout or stderr of the program",
  },
  "rr-cleanup": {
    on: ["debug", "exec"],
    takesValue: false,
    effect: "deletes rr's recording at the end",
  },
  tty: { on: ["debug", "exec"], takesValue: true, attribute: "console", effect: "is the terminal of the program" },
  waitfor: {
    on: ["attach"],
    since: "1.22.1",
    takesValue: true,
    attribute: "waitFor",
    effect: "waits for a process whose name begins so",
  },
  "waitfor-duration": { on: ["attach"], since: "1.22.1", takesValue: true, effect: "gives up waiting after this long" },
  "waitfor-interval": { on: ["attach"], since: "1.22.1", takesValue: true, effect: "looks for the process this often" },
  wd: {
    on: ["dap", "debug", "exec", "attach", "test", "trace"],
    takesValue: true,
    underDap: "ignored",
    attribute: "cwd",
    effect: "is the working directory of the program",
  },
};

export const LOG_OUTPUT: Readonly<Record<string, { readonly since?: string; readonly effect: string }>> = {
  debugger: { effect: "what the debugger does; the default" },
  gdbwire: { effect: "the connection to lldb or rr" },
  lldbout: { effect: "what debugserver or lldb prints" },
  debuglineerr: { effect: "errors while reading line tables" },
  rpc: { effect: "every JSON-RPC message" },
  dap: { effect: "every DAP message" },
  fncall: { effect: "function calls made for evaluations" },
  minidump: { effect: "reading of Windows minidumps" },
  stack: { since: "1.24.0", effect: "the stack unwinder" },
};

/** Whether `dlv dap` of this machine takes `--NAME`; the probe decides, else the table for the version. */
export function dapTakes(facts: Facts, name: string): boolean {
  const probed = facts.dlv?.dapFlags;
  if (probed && Object.hasOwn(probed, name)) return probed[name];
  const fact = Object.hasOwn(FLAGS, name) ? FLAGS[name] : undefined;
  return fact !== undefined && fact.on.includes("dap") && !dlvLacks(facts, fact.since);
}

export interface FlagUse {
  /** Without dashes and value: "log-output". */
  readonly name: string;
  readonly dashes: number;
  readonly value: string | undefined;
  /** As written (without quotes), a separate value included. */
  readonly text: string;
  readonly words: readonly string[];
  /** The elements it takes up; for a flag inside one string, that string. */
  readonly nodes: readonly Node[];
  readonly attribute: Attribute;
}

/** A dozen rules ask for the flags of an attribute; each attribute is read once. */
const readBefore = new WeakMap<Attribute, readonly FlagUse[]>();

/** The flags in an attribute, which may be a list or one string. Other words (values, program arguments) are left out. */
export function flagsIn(attribute: Attribute | undefined): readonly FlagUse[] {
  if (!attribute) return NONE;
  let flags = readBefore.get(attribute);
  if (!flags) readBefore.set(attribute, (flags = readFlags(attribute)));
  return flags;
}

function readFlags(attribute: Attribute): readonly FlagUse[] {
  const { value } = attribute;
  // golang.go hands on the letters of a string, one by one: nothing of it is a flag until it is a list.
  if (attribute.name === "dlvFlags" && value.type === "string") return NONE;
  const words: Word[] =
    value.type === "string"
      ? splitWords(String(value.value)).map((text) => ({ text, node: value }))
      : (value.children ?? [])
          .filter(({ type }) => type === "string")
          .map((node) => ({ text: String(node.value), node }));
  const uses: FlagUse[] = [];
  for (let i = 0; i < words.length; i++) {
    const { text, node } = words[i];
    const match = FLAG.exec(text);
    if (!match) continue;
    const [, dashes, name, , inline] = match;
    const next = words.at(i + 1);
    const separate =
      inline === undefined &&
      next &&
      !next.text.startsWith("-") &&
      Object.hasOwn(FLAGS, name) &&
      FLAGS[name].takesValue;
    uses.push({
      name,
      dashes: dashes.length,
      value: separate ? next.text : inline,
      text: separate ? `${text} ${next.text}` : text,
      words: separate ? [text, next.text] : [text],
      nodes: separate && value.type === "array" ? [node, next.node] : [node],
      attribute,
    });
    if (separate) i++;
  }
  return uses;
}

/** Splits as a shell does, as far as quotes go. */
export function splitWords(text: string): string[] {
  return rawWords(text).map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, "$1$2"));
}

/** The same, quotes kept. */
export function rawWords(text: string): string[] {
  return text.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? [];
}

const NONE: readonly FlagUse[] = [];
/** dashes, name, [= or blank, value]; a blank inside one element is a common mistake. */
const FLAG = /^(--?)([A-Za-z][\w.-]*)(?:([= ])([^]*))?$/;

interface Word {
  readonly text: string;
  readonly node: Node;
}
