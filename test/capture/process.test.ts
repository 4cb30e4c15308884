import { expect, test } from "vitest";
import { commandLineOf, isAlive, listeningInodes, pidListeningOn, residentOf } from "../../src/capture/process.js";
import { closedPort, tcpServer } from "../support/local-server.js";

const NOBODY = 2 ** 22 + 1; // beyond the largest process id of Linux

test("this process has memory, and listens where it listens", async () => {
  const port = Number(new URL(await tcpServer(() => {})).port);
  expect((await residentOf(process.pid))?.rss).toBeGreaterThan(10_000_000);
  expect([isAlive(process.pid), isAlive(NOBODY)]).toEqual([true, false]);
  expect(await pidListeningOn(port)).toBe(process.pid);
  expect((await commandLineOf(process.pid))?.length).toBeGreaterThan(0);
});

test("a process that is not there has none, and nobody listens on a closed port", async () => {
  expect(await residentOf(NOBODY)).toBeUndefined();
  expect(await commandLineOf(NOBODY)).toBeUndefined();
  expect(await pidListeningOn(Number(new URL(await closedPort()).port))).toBeUndefined();
});

test("the kernel's table of sockets is read", () => {
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4242 1 0 100 0 0 10 0
   1: 0100007F:1F90 0100007F:D2F0 01 00000000:00000000 00:00000000 00000000     0        0 4243 1 0 20 4 30 10 -1
   2: 00000000000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 4244 1 0 100 0 0 10 0
   3: 0100007F:1F91 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4245 1 0 100 0 0 10 0
`;
  expect(listeningInodes(table, 8080)).toEqual(["4242", "4244"]);
  expect(listeningInodes("", 8080)).toEqual([]);
});
