/**
 * A proxy for one debug session: listens on loopback for one client, starts (or connects to) Delve, and is gone with
 * the session. Everything that a host needs to know is in `ProxyOptions`, which can be sent to a worker thread.
 */
import { delveVersion } from "../dlv/capabilities.js";
import { type Channel, clientChannel } from "../dap/channel.js";
import { connectDapEngine, startDapEngine } from "../engine/dap-engine.js";
import { envelopeOf } from "../dap/framing.js";
import { type ListenAt, openDoor } from "./one-client.js";
import { ProxySession } from "./proxy.js";
import { errorTo, event } from "../dap/messages.js";

export type EngineChoice = "auto" | "dap" | "rpc";

export interface ProxyOptions {
  /** Which engine; `auto` (the default) takes what the installed dlv offers. */
  readonly engine?: EngineChoice;
  /** Path of dlv; not needed with `connect`. */
  readonly dlv?: string;
  /** Further flags of dlv (golang.go's `dlvFlags`). */
  readonly dlvFlags?: readonly string[];
  /** Working directory of dlv, against which relative paths and builds are resolved. */
  readonly cwd?: string;
  /** The whole environment of dlv; ours when left out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** A Delve that listens already (attach remote): it is connected to, not started and not ended. */
  readonly connect?: { readonly host: string; readonly port: number };
  /** Read every goroutine at every stop, as `dlvLoadAll` asks for in a launch request. */
  readonly loadAll?: boolean;
  /** Where to listen: a port of loopback (any free one when left out), or a socket that only this user can reach. */
  readonly listen?: ListenAt;
  /** Wait for the client as long as it takes, as dlv does: an editor may start the proxy long before it needs it. */
  readonly waitsForEver?: boolean;
  /**
   * Where the client can start sessions (`startDebugging`): each child that is followed becomes one of its own. Left out,
   * all processes share one session.
   */
  readonly childSessions?: boolean;
  /**
   * Whether memory profiling is switched on, at the entry of a launched program and in its children, where the linker
   * has switched it off; left out it is, for a heap profile cannot be read without.
   */
  readonly memoryProfiling?: boolean;
  /** Whether the runtime of a launched program keeps who led to each goroutine; left out it does not. */
  readonly recordStarters?: boolean;
}

export interface ProxyEvents {
  readonly log?: (line: string) => void;
}

export interface RunningProxy {
  readonly host?: string;
  readonly port?: number;
  readonly socketPath?: string;
  /** Settles when the session is over and nothing of it remains, with how it came to that. */
  readonly ended: Promise<string>;
  close(): Promise<void>;
}

const REFUSED_LIMIT_MS = 10_000;

/** Listens. Rejects when it cannot: the port is in use, the host is not loopback. */
export async function startProxy(options: ProxyOptions, events: ProxyEvents = {}): Promise<RunningProxy> {
  const log = events.log ?? (() => {});
  const door = await openDoor(options.listen ?? {}, log, { waitsForEver: options.waitsForEver ?? false });
  const { client, close, ...where } = door;
  let isClosed = false;
  let settle: (how: string) => void = () => {};
  const ended = new Promise<string>((resolve) => (settle = resolve));
  const over = (how: string) => {
    close();
    settle(how);
  };
  const session = client.then((socket) => {
    if (socket !== undefined) return serve(clientChannel(socket), options, log, over);
    over(isClosed ? "it was closed" : "no client came");
    return undefined;
  });
  return {
    ...where,
    ended,
    close: async () => {
      isClosed = true;
      close();
      const running = await session;
      if (running === undefined) over("it was closed");
      else await running.close();
      await ended;
    },
  };
}

/** The session itself, for a client that is there already (stdio). Resolves when it is over, with how; `signal` ends it. */
export async function serveClient(
  client: Channel,
  options: ProxyOptions,
  events: ProxyEvents,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve) => {
    const session = serve(client, options, events.log ?? (() => {}), resolve);
    const end = () => void session.then((running) => (running ? running.close() : resolve("it was closed")));
    if (signal.aborted) end();
    signal.addEventListener("abort", end);
  });
}

async function serve(
  client: Channel,
  options: ProxyOptions,
  log: (line: string) => void,
  over: (how: string) => void,
): Promise<ProxySession | undefined> {
  const { connect, dlv, dlvFlags: flags = [], cwd, env } = options;
  // Until the session is there, what is said waits for it.
  const early: [string, string][] = [];
  let hear = (category: string, text: string): unknown => early.push([category, text]);
  const [engine, version] = await Promise.all([
    connect !== undefined
      ? connectDapEngine(connect)
      : dlv === undefined
        ? { problem: "There is no dlv to start." }
        : startDapEngine({ dlv, flags, cwd, env }, (category, text) => void hear(category, text)),
    dlv === undefined ? undefined : delveVersion(dlv),
  ]);
  if ("problem" in engine) {
    log(engine.problem);
    refuse(client, engine.problem, over);
    return undefined;
  }
  const session = new ProxySession(client, engine, {
    engine: options.engine ?? "auto",
    dlv: connect === undefined ? dlv : undefined,
    flags,
    cwd,
    env,
    version,
    loadAll: options.loadAll ?? false,
    childSessions: options.childSessions ?? false,
    memoryProfiling: options.memoryProfiling ?? true,
    recordStarters: options.recordStarters ?? false,
    log,
  });
  for (const [category, text] of early) session.say(category, text);
  hear = (category, text) => session.say(category, text);
  void session.ended.then(over);
  return session;
}

/** Tells a client why there is no session: its first request fails with the reason. */
function refuse(client: Channel, why: string, over: (how: string) => void): void {
  const end = () => {
    client.close();
    over(why);
  };
  const timer = setTimeout(end, REFUSED_LIMIT_MS);
  client.listen({
    frame: (frame) => {
      const about = envelopeOf(frame);
      if (about?.type !== "request") return;
      client.send(errorTo(about, why, { showUser: true }));
      client.send(event("terminated"));
      clearTimeout(timer);
      end();
    },
    end: () => {
      clearTimeout(timer);
      end();
    },
  });
}
