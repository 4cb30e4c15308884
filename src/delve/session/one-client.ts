/**
 * A door for one client: listens on loopback (or on a socket that only this user can reach), lets in the first who is
 * this user and speaks the Debug Adapter Protocol, and is closed from then on.
 *
 * Who begins with anything but a frame's header is a web page or a mistake: its connection closes without an answer,
 * and the door stays open for the client.
 */
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { temporaryFolder } from "../../process/temporary-folder.js";
import { beginsFrame } from "../dap/framing.js";
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

/** How long the client may take to come, unless told otherwise. */
const CLIENT_LIMIT_MS = 60_000;
/** A client speaks first, and at once. A client that does not is let in when no other has spoken by then. */
const SILENCE_LIMIT_MS = 100;
const LOOPBACK = "127.0.0.1";

/** Rejects when it cannot listen: the port is in use, the host is not loopback. */
export async function openDoor(
  listen: ListenAt,
  log: (line: string) => void,
  { waitsForEver = false } = {},
): Promise<Door> {
  if (listen !== "socket" && !isLoopback(listen.host ?? LOOPBACK)) {
    throw new Error(`${listen.host} is not loopback: anyone who reaches a debugger can run code as you`);
  }
  const socketFolder = listen === "socket" ? temporaryFolder() : undefined;
  const server = createServer({ noDelay: true, pauseOnConnect: true });
  let settle: (client: Socket | undefined) => void = () => {};
  const client = new Promise<Socket | undefined>((resolve) => (settle = resolve));
  const waiting = new Set<Socket>();
  let isClosed = false;
  const close = (admitted?: Socket) => {
    if (isClosed) {
      admitted?.destroy();
      return;
    }
    isClosed = true;
    clearTimeout(patience);
    server.close();
    for (const socket of waiting) if (socket !== admitted) socket.destroy();
    socketFolder?.remove();
    settle(admitted);
  };
  server.on("connection", (socket: Socket) => {
    socket.on("error", () => {});
    if (isClosed) {
      socket.destroy();
      return;
    }
    waiting.add(socket);
    void admit(socket, log).then((isAdmitted) => {
      waiting.delete(socket);
      if (isAdmitted) close(socket);
      else socket.destroy();
    });
  });
  await listening(server, listen, socketFolder?.path);
  const patience = waitsForEver ? undefined : setTimeout(() => close(), CLIENT_LIMIT_MS);
  const address = server.address();
  const where =
    typeof address === "object" && address !== null
      ? { host: address.address, port: address.port }
      : { socketPath: String(address) };
  return { ...where, client, close: () => close() };
}

async function admit(socket: Socket, log: (line: string) => void): Promise<boolean> {
  const isTcpOfLinux = process.platform === "linux" && socket.remotePort !== undefined;
  if (isTcpOfLinux && (await isForeignPeer(socket)) !== false) {
    log("refused a connection of another user");
    return false;
  }
  const first = await firstBytes(socket);
  if (first === "gone") return false;
  if (first === "silent" || beginsFrame(first)) return true;
  log("refused a connection that does not speak the Debug Adapter Protocol");
  return false;
}

/** What it says first, which stays to be read. */
function firstBytes(socket: Socket): Promise<Buffer | "silent" | "gone"> {
  return new Promise((resolve) => {
    const settle = (first: Buffer | "silent" | "gone") => {
      clearTimeout(timer);
      socket.off("data", settle).off("end", isGone).off("close", isGone);
      socket.pause();
      if (typeof first !== "string") socket.unshift(first);
      resolve(first);
    };
    const isGone = () => settle("gone");
    const timer = setTimeout(() => settle("silent"), SILENCE_LIMIT_MS);
    socket.on("data", settle).on("end", isGone).on("close", isGone);
    socket.resume();
  });
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
