/** `godiag dap`: the DAP proxy in front of Delve, for any editor: on stdio, or for one client on a port of loopback. */
import type { Command } from "commander";
import { findDelve } from "../delve/dlv/capabilities.js";
import { clientChannel } from "../delve/dap/channel.js";
import { type ProxyOptions, serveClient, startProxy } from "../delve/session/start-proxy.js";
import { Failure } from "./failure.js";
import { DONE, type ExitCode, type Terminal } from "./terminal.js";

interface Options {
  readonly listen?: string;
  readonly dlv?: string;
  readonly engine: string;
  readonly childSessions?: boolean;
  readonly memoryProfiling: boolean;
  readonly starters?: boolean;
  readonly log?: boolean;
}

const ENGINES = ["auto", "dap", "rpc"] as const;

export function addDap(program: Command, terminal: Terminal, exit: (code: ExitCode) => void): void {
  program
    .command("dap")
    .option("--listen <host:port>", "wait for one client there instead of speaking on stdin and stdout")
    .option("--dlv <path>", "this dlv instead of the one on PATH")
    .option("--engine <name>", "auto, dap or rpc: how goroutines and memory are read", "auto")
    .option("--child-sessions", "a session of its own for each followed child, where the client can start sessions")
    .option("--no-memory-profiling", "leave it off in programs whose linker has switched it off")
    .option("--starters", "have the runtime keep who led to each goroutine (tracebackancestors)")
    .option("--log", "say on stderr what the proxy does")
    .description("a debug adapter for any editor: Delve, with every goroutine")
    .action(async (options: Options) => {
      await serve(options, terminal);
      exit(DONE);
    });
}

async function serve(options: Options, terminal: Terminal): Promise<void> {
  const engine = ENGINES.find((name) => name === options.engine);
  if (engine === undefined) {
    throw new Failure("usage", "wrong usage", `there is no engine "${options.engine}"`, "Use auto, dap or rpc");
  }
  const delve = await findDelve({ setting: options.dlv, env: terminal.env });
  if (delve === undefined) {
    throw new Failure(
      "no-delve",
      "cannot debug",
      options.dlv === undefined ? "there is no dlv on PATH" : `${options.dlv} cannot be run`,
      "Install it with: go install github.com/go-delve/delve/cmd/dlv@latest",
    );
  }
  const { childSessions = false, memoryProfiling, starters: recordStarters = false } = options;
  const proxy: ProxyOptions = { engine, dlv: delve.path, childSessions, memoryProfiling, recordStarters };
  const log = (line: string) => {
    if (options.log) terminal.err(`godiag: ${line}`);
  };
  if (options.listen === undefined) {
    // eslint-disable-next-line no-restricted-syntax -- frames for a client, no text
    await serveClient(clientChannel(process.stdin, process.stdout), proxy, { log }, terminal.signal);
    return;
  }
  const address = /^(?:\[?([^\]]*?)\]?:)?(\d{1,5})$/.exec(options.listen);
  if (address === null || Number(address[2]) > 65_535) {
    throw new Failure("usage", "wrong usage", `"${options.listen}" is not an address`, "Write 127.0.0.1:4711");
  }
  const listen = { ...(address[1] && { host: address[1] }), port: Number(address[2]) };
  const running = await startProxy({ ...proxy, listen, waitsForEver: true }, { log }).catch((error: Error) => {
    throw new Failure("listen", `cannot listen at ${options.listen}`, error.message, "Choose another port of loopback");
  });
  // The words of dlv, which editors wait for.
  terminal.out(`DAP server listening at: ${running.host}:${running.port}\n`);
  if (terminal.signal.aborted) await running.close();
  terminal.signal.addEventListener("abort", () => void running.close());
  await running.ended;
}
