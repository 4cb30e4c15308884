/**
 * What is tried: each command that starts or stops something, and each kind of debug session. A kind begins in a process
 * of its own and says what is to be spared.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";

/** Where one run happens, apart from all others. */
export interface Place {
  readonly godiag: string;
  /** Working directory of the run; what lies there afterwards was left behind. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** The program that is there before, for kinds that attach to one. */
  readonly pid: number;
  /** A copy of the heartbeat's sources, and its binary. */
  readonly sources: string;
  readonly binary: string;
}

export interface Begun {
  readonly process: ChildProcess;
  /** Of a DAP session: how its client leaves. */
  readonly leave?: { readonly disconnect: () => void; readonly vanish: () => void };
}

export interface Kind {
  readonly name: string;
  /** Whether a program that is there before is to go on. */
  readonly attaches: boolean;
  readonly begin: (place: Place) => Begun;
}

/** On a busy machine too, it is the end that cuts a reading off, and not the bound of its pause. */
const LONG = ["--max-pause", "60"];

export const KINDS: readonly Kind[] = [
  command("goroutines pid:N", true, ({ pid }) => ["goroutines", `pid:${pid}`, ...LONG]),
  command("leaks pid:N", true, ({ pid }) => ["leaks", `pid:${pid}`, ...LONG]),
  command("capture pid:N", true, ({ pid, folder }) => [
    ...["capture", `pid:${pid}`, "--profile", "heap", "-o", `${folder}/tmp/heap.pb.gz`, ...LONG],
  ]),
  command("diagnose pid:N", true, ({ pid }) => [
    ...["diagnose", `pid:${pid}`, "--samples", "6", "--interval", "0.5", ...LONG],
  ]),
  command("goroutines ./pkg", false, ({ sources }) => ["goroutines", sources, "--after", "2", "--args", "-child"]),
  command("diagnose ./pkg, served", false, ({ sources }) => [
    ...["diagnose", `${sources}/served`, "--samples", "6", "--interval", "0.5", "--warm-up", "0"],
    ...["--args", "-child", "--load", "sleep 3600 & sleep 3600"],
  ]),
  command("diagnose ./pkg, Delve", false, ({ sources }) => [
    ...["diagnose", sources, "--samples", "6", "--interval", "0.5", "--warm-up", "0"],
    ...["--args", "-child", "--load", "sleep 3600 & sleep 3600"],
  ]),
  ...(["rpc", "dap"] as const).flatMap((engine) => [
    session(`dap on stdio, launch (${engine})`, false, engine, "stdio", launch),
    session(`dap on stdio, attach (${engine})`, true, engine, "stdio", attach),
    session(`dap --listen, launch (${engine})`, false, engine, "listen", launch),
    session(`dap --listen, attach, log points fire (${engine})`, true, engine, "listen", logging),
  ]),
];

function command(name: string, attaches: boolean, args: (place: Place) => readonly string[]): Kind {
  return { name, attaches, begin: (place) => ({ process: start(place, args(place)) }) };
}

type Conversation = (talk: Talk, place: Place) => Promise<void>;

function session(
  name: string,
  attaches: boolean,
  engine: "rpc" | "dap",
  over: "stdio" | "listen",
  conversation: Conversation,
): Kind {
  return {
    name,
    attaches,
    begin(place) {
      const where = over === "listen" ? ["--listen", "127.0.0.1:0"] : [];
      const child = start(place, ["dap", "--engine", engine, ...where]);
      let socket: Socket | undefined;
      let isLeaving = false;
      const talk = new Talk((text) => (over === "stdio" ? child.stdin : socket)?.write(text));
      if (over === "stdio") child.stdout?.on("data", (text: Buffer) => talk.receive(text));
      else {
        child.stdout?.once("data", (line: Buffer) => {
          const port = Number(/:(\d+)\s/.exec(line.toString())?.[1]);
          socket = connect(port, "127.0.0.1", () => void conversation(talk, place));
          socket
            .on("error", () => {})
            .on("data", (text: Buffer) => {
              talk.receive(text);
              if (isLeaving) socket?.destroy();
            });
        });
      }
      if (over === "stdio") void conversation(talk, place);
      return {
        process: child,
        leave: {
          disconnect: () => void talk.ask("disconnect", {}),
          // At the door who has not said a word is no client yet, and is waited for.
          vanish: () => {
            isLeaving = true;
            if (over === "stdio") child.stdin?.end();
            else if (talk.hasBegun) socket?.destroy();
          },
        },
      };
    },
  };
}

async function launch(talk: Talk, { binary }: Place): Promise<void> {
  await talk.ask("initialize", { adapterID: "go" });
  void talk.ask("launch", { mode: "exec", program: binary, args: ["-child"] });
  await talk.event("initialized");
  await talk.ask("configurationDone", {});
}

async function attach(talk: Talk, { pid }: Place): Promise<void> {
  await talk.ask("initialize", { adapterID: "go" });
  void talk.ask("attach", { mode: "local", processId: pid });
  await talk.event("initialized");
  await talk.ask("configurationDone", {});
}

/** Log points that fire a thousand times a second: the program stops at each. */
async function logging(talk: Talk, { pid, sources }: Place): Promise<void> {
  await talk.ask("initialize", { adapterID: "go" });
  void talk.ask("attach", { mode: "local", processId: pid });
  await talk.event("initialized");
  const source = { path: `${sources}/beat/beat.go` };
  const line =
    readFileSync(source.path, "utf8")
      .split("\n")
      .findIndex((text) => text.includes("// #tick")) + 1;
  await talk.ask("setBreakpoints", { source, breakpoints: [{ line, logMessage: "tick" }] });
  await talk.ask("configurationDone", {});
}

function start({ godiag, folder, env }: Place, args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [godiag, ...args], {
    cwd: `${folder}/tmp`,
    env: { ...env, TMPDIR: `${folder}/tmp` },
    stdio: ["pipe", "pipe", "pipe"],
    detached: true, // a group of its own, as a shell gives it, for the terminal's Ctrl-C
  });
  child.stdin?.on("error", () => {});
  child.stdout?.resume();
  child.stderr?.resume();
  return child;
}

/** As little of a DAP client as it takes. */
class Talk {
  readonly #write: (text: string) => void;
  readonly #waiting = new Map<string, () => void>();
  readonly #seen = new Set<string>();
  #received = "";
  #seq = 0;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  get hasBegun(): boolean {
    return this.#seen.size > 0;
  }

  receive(bytes: Buffer): void {
    this.#received += bytes.toString("latin1");
    for (;;) {
      const header = /^Content-Length: (\d+)\r\n\r\n/.exec(this.#received);
      if (header === null) return;
      const end = header[0].length + Number(header[1]);
      if (this.#received.length < end) return;
      const {
        type,
        event,
        request_seq: seq,
      } = JSON.parse(this.#received.slice(header[0].length, end)) as {
        readonly type: string;
        readonly event?: string;
        readonly request_seq?: number;
      };
      this.#received = this.#received.slice(end);
      this.#see(type === "event" ? `event ${event}` : `answer ${seq}`);
    }
  }

  ask(command: string, args: object): Promise<void> {
    const seq = ++this.#seq;
    const text = JSON.stringify({ seq, type: "request", command, arguments: args });
    this.#write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
    return this.#until(`answer ${seq}`);
  }

  event(name: string): Promise<void> {
    return this.#until(`event ${name}`);
  }

  #until(what: string): Promise<void> {
    if (this.#seen.has(what)) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.set(what, resolve));
  }

  #see(what: string): void {
    if (what.startsWith("event output")) return;
    this.#seen.add(what);
    this.#waiting.get(what)?.();
  }
}
