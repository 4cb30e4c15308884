/** Whose connection it is, from the tables of a kernel and from this machine's own. */
import { createConnection, createServer, type Socket } from "node:net";
import { expect, test } from "vitest";
import { isForeignPeer, peerUid } from "../../../src/delve/dlv/peer-uid.js";

const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0
   1: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 2 1 0 20 4 30 10 -1
   2: 0100007F:C350 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1000        0 3 1 0 20 4 30 10 -1
  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000001000000:D431 00000000000000000000000001000000:1F90 01 00000000:00000000 00:00000000 00000000  1001        0 4 1 0 20 4 30 10 -1`;

test.each([
  [{ from: 0xc350, to: 0x1f90 }, 1000],
  [{ from: 0x1f90, to: 0xc350 }, 0],
  [{ from: 0xd431, to: 0x1f90 }, 1001],
  [{ from: 1, to: 0x1f90 }, undefined],
])("of %j is %j", (ports, uid) => {
  expect(peerUid(table, ports)).toBe(uid);
});

test("our own connection is not foreign", async () => {
  const server = createServer();
  const accepted = new Promise<Socket>((resolve) => server.once("connection", resolve));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const client = createConnection((server.address() as { port: number }).port, "127.0.0.1");
  const socket = await accepted;
  expect(await isForeignPeer(socket)).toBe(process.platform === "linux" ? false : undefined);
  client.destroy();
  socket.destroy();
  server.close();
});
