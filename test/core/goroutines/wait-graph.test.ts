import { expect, test } from "vitest";
import { describeWait, type WaitGraph, type WaitObject, waitCycles } from "../../../src/core/goroutines/wait-graph.js";

/** `1 waits A of 2, 2 waits B of 1`: goroutine 1 waits for the mutex A, which 2 may hold. */
function graph(text: string): WaitGraph {
  const waitsFor = new Map<number, number[]>();
  const objects: WaitObject[] = text.split(", ").map((line) => {
    const [, waiter, name, servers] = /^(\d+) waits (\w+) of ([\d ]+)$/.exec(line) ?? [];
    const address = name.charCodeAt(0);
    waitsFor.set(Number(waiter), [address]);
    const serving = servers.split(" ").map((id) => ({ goroutine: Number(id), because: "" }));
    const kind = name.length > 1 ? "channel" : "mutex";
    return { address, kind, senders: [], receivers: [], waiters: [Number(waiter)], servers: serving };
  });
  return { objects, waitsFor, notes: [] };
}

test.each([
  ["two locks", "1 waits A of 2, 2 waits B of 1", ["1→2"]],
  ["three locks", "1 waits A of 2, 2 waits B of 3, 3 waits C of 1", ["1→2→3"]],
  ["two circles", "1 waits A of 2, 2 waits B of 1, 3 waits C of 4, 4 waits D of 3", ["1→2", "3→4"]],
  ["the shortest of several", "1 waits A of 2 3, 2 waits B of 3, 3 waits C of 1", ["1→3"]],
  ["a line is no circle", "1 waits A of 2, 2 waits B of 3", []],
  ["who waits beside a circle is not in it", "9 waits Z of 1, 1 waits A of 2, 2 waits B of 1", ["1→2"]],
  ["whoever reaches a channel can serve it", "1 waits AA of 2, 2 waits BB of 1", []],
])("%s", (_, text, cycles) => {
  expect(waitCycles(graph(text)).map((cycle) => cycle.map(({ goroutine }) => goroutine).join("→"))).toEqual(cycles);
});

test("a wait in words", () => {
  const none = { senders: [], receivers: [], waiters: [], servers: [] };
  expect(describeWait({ ...none, address: 0xc000, kind: "channel", length: 0, capacity: 2, senders: [1, 2, 3] })).toBe(
    "It waits on the channel at 0xc000 (buffer 0 of 2): 3 senders wait, no receiver waits.",
  );
  expect(describeWait({ ...none, address: 0xc000, kind: "waitgroup", counter: 2, waiters: [1] })).toBe(
    "It waits for the WaitGroup at 0xc000, 2 Done outstanding, alone.",
  );
  expect(describeWait({ ...none, address: 0xc000, kind: "mutex", waiters: [1, 2, 3] })).toBe(
    "It waits for the Mutex at 0xc000, with 2 others.",
  );
  const server = (goroutine: number) => ({ goroutine, because: "it has it" });
  expect(describeWait({ ...none, address: 0xc000, kind: "mutex", waiters: [1, 2], servers: [server(7)] })).toBe(
    "It waits for the Mutex at 0xc000, with 1 other; the stack of 7 refers to it.",
  );
  const seven = [3, 4, 5, 6, 7, 8, 9].map(server);
  expect(describeWait({ ...none, address: 0xc000, kind: "rwmutex", waiters: [1], servers: seven })).toBe(
    "It waits for the RWMutex at 0xc000, alone; the stacks of 3, 4, 5, 6, 7, … refer to it.",
  );
  expect(describeWait({ ...none, address: 0xc000, kind: "channel", isTimer: true, receivers: [1] })).toBe(
    "It waits on the channel of a timer, at 0xc000.",
  );
});
