import { mkdtempSync, rmSync } from "node:fs";
import * as net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { listenersOf, tcpListeners, unixListeners } from "../../src/capture/listening.js";
import { tcpServer } from "../support/local-server.js";

test("this process listens where it listens", async () => {
  const port = Number(new URL(await tcpServer(() => {})).port);
  expect(await listenersOf(process.pid)).toContainEqual({ kind: "tcp", host: "127.0.0.1", port });
});

test.runIf(process.platform === "linux")("Unix sockets are found", async () => {
  const folder = mkdtempSync(join(tmpdir(), "godiag-socket-"));
  const path = join(folder, "app.sock");
  const server = net.createServer();
  onTestFinished(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  await new Promise<void>((done) => server.listen(path, done));
  expect(await listenersOf(process.pid)).toContainEqual({ kind: "unix", path });
});

test("a process that is not there listens nowhere", async () => {
  expect(await listenersOf(2 ** 22 + 1)).toEqual([]);
});

test("addresses in the kernel's tables", () => {
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0
   1: 0100007F:1F90 0100007F:D2F0 01 00000000:00000000 00:00000000 00000000     0        0 2 1 0 20 4 30 10 -1
   2: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 3 1 0 100 0 0 10 0
   3: 0200A8C0:0051 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4 1 0 100 0 0 10 0
   4: 0100007F:0052 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 5 1 0 100 0 0 10 0
`;
  const table6 = `  sl  local_address remote_address st
   0: 00000000000000000000000001000000:1F91 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 6 1 0 100 0 0 10 0
   1: 00000000000000000000000000000000:1F92 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 7 1 0 100 0 0 10 0
   2: 0000000000000000FFFF00000100007F:1F93 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 8 1 0 100 0 0 10 0
`;
  const told = (text: string, inodes: string[]) =>
    tcpListeners(text, new Set(inodes)).map((at) => (at.kind === "tcp" ? `${at.host}:${at.port}` : at.path));
  expect(told(table, ["1", "2", "3", "4"])).toEqual(["127.0.0.1:8080", "127.0.0.1:80", "192.168.0.2:81"]);
  expect(told(table6, ["6", "7", "8"])).toEqual(["[::1]:8081", "127.0.0.1:8082", "127.0.0.1:8083"]);
  expect(told("", ["1"])).toEqual([]);
});

test("listening sockets in the kernel's table of Unix sockets", () => {
  const table = `Num       RefCount Protocol Flags    Type St Inode Path
0000000000000000: 00000002 00000000 00010000 0001 01 11 /run/app.sock
0000000000000000: 00000003 00000000 00000000 0001 03 12 /run/app.sock
0000000000000000: 00000002 00000000 00010000 0001 01 13 @abstract
0000000000000000: 00000002 00000000 00010000 0002 01 14 /run/datagrams.sock
`;
  expect(unixListeners(table, new Set(["11", "12", "13", "14"]))).toEqual([{ kind: "unix", path: "/run/app.sock" }]);
});
