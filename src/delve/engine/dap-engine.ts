/**
 * The dap engine: a `dlv dap` of our own, one that the client's terminal runs, or any DAP server that is there already.
 * All that it can do it does over a single DAP connection.
 */
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { temporaryFolder } from "../../process/temporary-folder.js";
import { Channel } from "../dap/channel.js";
import { connectDlv, type OnOutput, problemWords, startDlv, wordsOf } from "../dlv/dlv-process.js";
import type { Engine, EngineProblem } from "./engine.js";
import type { DelveAddress } from "../dlv/json-rpc.js";

export interface DlvOptions {
  readonly dlv: string;
  readonly flags: readonly string[];
  readonly cwd: string | undefined;
  readonly env: NodeJS.ProcessEnv | undefined;
}

const LISTEN_LIMIT_MS = 10_000;
/** A person may have to type a password first. */
const TERMINAL_LIMIT_MS = 120_000;

export async function startDapEngine(options: DlvOptions, hear: OnOutput): Promise<Engine | EngineProblem> {
  const { dlv: path, flags, cwd, env } = options;
  const args = ["dap", "--only-same-user", ...flags];
  const started = await startDlv({ path, args, cwd, env, limitMs: LISTEN_LIMIT_MS }, hear);
  if ("code" in started) return { problem: problemWords(path, started, LISTEN_LIMIT_MS) };
  try {
    const channel = new Channel(await connectDlv(started.address));
    return {
      name: "dap",
      channel,
      isHeadless: false,
      process: started,
      address: started.address,
      rpcAddress: undefined,
    };
  } catch (error) {
    await started.stop();
    return { problem: `${path} listens, but: ${(error as Error).message}.` };
  }
}

export async function connectDapEngine(address: DelveAddress): Promise<Engine | EngineProblem> {
  try {
    return {
      name: "dap",
      channel: new Channel(await connectDlv(address)),
      isHeadless: false,
      process: undefined,
      address,
      rpcAddress: undefined,
    };
  } catch (error) {
    return { problem: `There is no Delve at ${wordsOf(address)}: ${(error as Error).message}.` };
  }
}

/** Has the client run dlv in its terminal (DAP's runInTerminal); dlv then calls us. */
export async function terminalDapEngine(
  options: DlvOptions & { readonly asRoot: boolean },
  runInTerminal: (args: readonly string[], cwd: string) => Promise<string | undefined>,
  signal: AbortSignal,
): Promise<Engine | EngineProblem> {
  const { dlv, flags, cwd = process.cwd(), asRoot } = options;
  const { server, address, close } = await callBack();
  try {
    const connection = firstConnection(server, signal);
    const command = [dlv, "dap", ...flags, `--client-addr=${address}`];
    const refused = await runInTerminal(asRoot ? ["sudo", ...command] : command, cwd);
    if (refused !== undefined) return { problem: `The client did not run dlv in its terminal: ${refused}.` };
    const socket = await connection;
    if (socket === undefined)
      return { problem: `dlv did not call from the terminal within ${TERMINAL_LIMIT_MS / 1000} s.` };
    return {
      name: "dap",
      channel: new Channel(socket),
      isHeadless: false,
      process: undefined,
      address: undefined,
      rpcAddress: undefined,
    };
  } finally {
    close();
  }
}

/** A place where only this user, or root, can call. */
async function callBack(): Promise<{ server: Server; address: string; close: () => void }> {
  const server = createServer({ noDelay: true, pauseOnConnect: true });
  if (process.platform === "win32") {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    return { server, address: `127.0.0.1:${port}`, close: () => server.close() };
  }
  const folder = temporaryFolder();
  const path = join(folder.path, "proxy");
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const close = () => {
    server.close();
    folder.remove();
  };
  return { server, address: `unix:${path}`, close };
}

function firstConnection(server: Server, signal: AbortSignal): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), TERMINAL_LIMIT_MS);
    const settle = (socket: Socket | undefined) => {
      clearTimeout(timer);
      resolve(socket);
    };
    server.once("connection", settle);
    signal.addEventListener("abort", () => settle(undefined));
  });
}
