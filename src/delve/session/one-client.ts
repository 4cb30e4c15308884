/**
 * A door for one client: listens on loopback (or on a socket that only this user can reach), lets in the first who is
 * this user, and is closed from then on.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isForeignPeer } from "../dlv/peer-uid.js";

/** A port of loopback (any free one when left out), or a socket that only this user can reach. */
export type ListenAt = { readonly host?: string; readonly port?: number } | "socket";

export interface Door {
  readonly host?: string;
  readonly port?: number;
  readonly socketPath?: string;
  /** The client; undefined when none came in time, or the door was closed before. */
  readonly client: Promise<Socket | undefined>;
  readonly close: () => void;
}

/** How long the client may take to come. */
const CLIENT_LIMIT_MS = 60_000;
const LOOPBACK = "127.0.0.1";

/** Rejects when it cannot listen: the port is in use, the host is not loopback. */
export async function openDoor(listen: ListenAt, log: (line: string) => void): Promise<Door> {
  if (listen !== "socket" && !isLoopback(listen.host ?? LOOPBACK)) {
    throw new Error(`${listen.host} is not loopback: whoever reaches a debugger can run code as you`);
  }
  const socketFolder = listen === "socket" ? mkdtempSync(join(tmpdir(), "godiag-")) : undefined;
  const server = createServer({ noDelay: true, pauseOnConnect: true });
  let settle: (client: Socket | undefined) => void = () => {};
  const client = new Promise<Socket | undefined>((resolve) => (settle = resolve));
  let isTaken = false;
  let isClosed = false;
  const close = (admitted?: Socket) => {
    if (isClosed) {
      admitted?.destroy();
      return;
    }
    isClosed = true;
    clearTimeout(patience);
    server.close();
    if (socketFolder !== undefined) rmSync(socketFolder, { recursive: true, force: true });
    settle(admitted);
  };
  server.on("connection", (socket: Socket) => {
    socket.on("error", () => {});
    if (isTaken) {
      socket.destroy();
      return;
    }
    isTaken = true;
    void admit(socket, log).then((isAdmitted) => (isAdmitted ? close(socket) : (isTaken = false)));
  });
  await listening(server, listen, socketFolder);
  const patience = setTimeout(() => close(), CLIENT_LIMIT_MS);
  const address = server.address();
  const where =
    typeof address === "object" && address !== null
      ? { host: address.address, port: address.port }
      : { socketPath: String(address) };
  return { ...where, client, close: () => close() };
}

async function admit(socket: Socket, log: (line: string) => void): Promise<boolean> {
  if (process.platform !== "linux" || socket.remotePort === undefined) return true;
  if ((await isForeignPeer(socket)) === false) return true;
  log("refused a connection of another user");
  socket.destroy();
  return false;
}

const isLoopback = (host: string) => host === "localhost" || host === "::1" || /^127\.\d+\.\d+\.\d+$/.test(host);

function listening(server: Server, listen: ListenAt, socketFolder: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "EADDRINUSE" && listen !== "socket"
          ? new Error(`port ${listen.port} is in use by another program`)
          : error,
      ),
    );
    if (listen === "socket") server.listen(socketPathIn(socketFolder ?? tmpdir()), resolve);
    else server.listen(listen.port ?? 0, listen.host ?? LOOPBACK, resolve);
  });
}

function socketPathIn(folder: string): string {
  return process.platform === "win32" ? `\\\\.\\pipe\\${folder.replaceAll(/[\\/:]/g, "-")}` : join(folder, "proxy");
}
