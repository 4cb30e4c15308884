/**
 * A server on loopback for one test: answers as the test says, and is gone when the test ends.
 */
import * as http from "node:http";
import * as net from "node:net";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** Starts an HTTP server; returns its base URL without a slash at its end. */
export function httpServer(answer: http.RequestListener): Promise<string> {
  const server = http.createServer(answer);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return listening(server);
}

/** Starts a server that does with each connection what it likes. */
export function tcpServer(serve: (socket: net.Socket) => void): Promise<string> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    serve(socket);
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return listening(server);
}

/** The URL of a port on which nothing listens. */
export async function closedPort(): Promise<string> {
  const server = net.createServer();
  const url = await listening(server);
  await new Promise((done) => server.close(done));
  return url;
}

function listening(server: net.Server): Promise<string> {
  return new Promise((done) => {
    server.listen(0, "127.0.0.1", () => done(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}
