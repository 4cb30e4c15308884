/**
 * The owner of everything that this process starts or stops: told before it begins, and there when we are not any more
 * (guard-main.ts). One for each thread of ours; it begins with the first thing to guard and ends a little after the last.
 *
 * Nothing waits for it: what is written to its pipe is read before the end of the pipe, however late it comes to that.
 */
import { type ChildProcess, spawn } from "node:child_process";
import type { Writable } from "node:stream";
import { MARK } from "./end-processes.js";
import type { Guarded, GuardMessage } from "./guard-protocol.js";
import { GUARD_SCRIPT } from "./guard-script.js";

/** Told of one thing. */
export interface GuardEntry {
  /** It is otherwise than was told. */
  becomes(guarded: Guarded): void;
  /** It has come to its end. */
  forget(): void;
}

const LINGER_MS = 1_000;
const MAX_HEAP = "--max-old-space-size=64";

const all = new Map<number, Guarded>();
let count = 0;
let guard: (ChildProcess & { readonly stdin: Writable }) | undefined;
let lingering: NodeJS.Timeout | undefined;

/** From now on it ends with us. */
export function guarded(first: Guarded): GuardEntry {
  const id = ++count;
  const becomes = (one: Guarded) => {
    clearTimeout(lingering);
    all.set(id, one);
    if (guard === undefined) start();
    else write(guard.stdin, { id, guarded: one });
  };
  becomes(first);
  return {
    becomes: (one) => {
      if (all.has(id)) becomes(one);
    },
    forget: () => {
      if (!all.delete(id) || guard === undefined) return;
      write(guard.stdin, { id });
      if (all.size > 0) return;
      lingering = setTimeout(retire, LINGER_MS).unref();
    },
  };
}

/** It ends; what is told from now on is told to another one. */
function retire(): void {
  guard?.stdin.end();
  guard = undefined;
}

function start(): void {
  const child = spawn(process.execPath, [MAX_HEAP, GUARD_SCRIPT], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true, // a session of its own: Ctrl-C and the end of the terminal are not for it
    windowsHide: true,
    env: environment(),
  });
  guard = child;
  // It may be killed, too: another one then takes its place.
  const gone = () => {
    if (guard !== child) return;
    guard = undefined;
    if (all.size > 0 && child.pid !== undefined) start();
  };
  child.once("exit", gone);
  child.once("error", gone);
  child.stdin.on("error", () => {});
  for (const [id, one] of all) write(child.stdin, { id, guarded: one });
  child.unref();
  (child.stdin as Writable & { unref(): void }).unref();
}

function write(input: Writable, message: GuardMessage): void {
  input.write(`${JSON.stringify(message)}\n`);
}

/** Without what would make Node wait for a debugger, and without the mark of what somebody else has started. */
function environment(): NodeJS.ProcessEnv {
  return { ...process.env, NODE_OPTIONS: undefined, [MARK]: undefined, ELECTRON_RUN_AS_NODE: "1" };
}
