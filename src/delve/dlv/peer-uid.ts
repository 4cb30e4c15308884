/**
 * Who is at the other end of a TCP connection on this machine, as Linux tells: the same question that dlv asks with
 * --only-same-user (github.com/go-delve/delve/service/internal/sameuser).
 */
import { readFile } from "node:fs/promises";
import type { Socket } from "node:net";

/**
 * Whether another user has opened this connection; undefined where that cannot be known (not Linux, not TCP, a peer
 * of another machine or network namespace).
 */
export async function isForeignPeer(socket: Socket): Promise<boolean | undefined> {
  const own = process.getuid?.();
  if (process.platform !== "linux" || own === undefined || socket.remotePort === undefined) return undefined;
  const tables = await Promise.all(
    ["/proc/net/tcp", "/proc/net/tcp6"].map((table) => readFile(table, "utf8").catch(() => "")),
  );
  const uid = peerUid(tables.join("\n"), { from: socket.remotePort, to: socket.localPort ?? 0 });
  return uid === undefined ? undefined : uid !== own;
}

/** The owner of the loopback connection between two ports, as its opener's row says it; ports are enough on loopback. */
export function peerUid(table: string, ports: { from: number; to: number }): number | undefined {
  const hex = (port: number) => port.toString(16).toUpperCase().padStart(4, "0");
  for (const line of table.split("\n")) {
    // sl local_address rem_address st tx:rx tr:when retrnsmt uid …
    const [, local, remote, , , , , uid] = line.trim().split(/\s+/);
    if (uid === undefined || !local?.endsWith(`:${hex(ports.from)}`) || !remote?.endsWith(`:${hex(ports.to)}`))
      continue;
    return Number(uid);
  }
  return undefined;
}
