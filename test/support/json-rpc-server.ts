/** A server that says what a test tells it to, as pieces of bytes. */
import { createServer, type Socket } from "node:net";

export interface SpokenServer {
  readonly port: number;
  close(): Promise<void>;
}

/** `onLine` is called for each complete line that came, with the socket to answer on. */
export function spokenServer(onLine: (line: string, socket: Socket) => void): Promise<SpokenServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk.toString();
      const lines = text.split("\n");
      text = lines.pop() ?? "";
      for (const line of lines) onLine(line, socket);
    });
    socket.on("error", () => {});
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve({
        port: typeof address === "object" && address !== null ? address.port : 0,
        close: () =>
          new Promise((closed) => {
            for (const socket of sockets) socket.destroy();
            server.close(() => closed());
          }),
      });
    });
  });
}
