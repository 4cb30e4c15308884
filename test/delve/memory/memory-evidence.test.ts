/**
 * Who waits for what, and who can still be woken, on a real paused process: a deadlock of two locks, a pool of workers
 * on one channel, a WaitGroup, a condition, and goroutines that nobody can reach; Go 1.24 and newest.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Goroutines } from "../../../src/core/goroutines/goroutine.js";
import { findLeaks } from "../../../src/core/goroutines/leak.js";
import { type WaitObject, waitCycles } from "../../../src/core/goroutines/wait-graph.js";
import { openGoroutines } from "../../../src/delve/memory/goroutine-scan.js";
import { type MemoryEvidence, memoryEvidence, waitsBody } from "../../../src/delve/memory/memory-evidence.js";
import { rpcRunningStack } from "../../../src/delve/memory/running-stacks.js";
import { MACHINES, type Paused, pausedOverRpc } from "../../support/paused-debuggee.js";

describe.each(MACHINES)("$go", (machine) => {
  let paused: Paused;
  let goroutines: Goroutines;
  let evidence: MemoryEvidence;
  let addresses: Record<string, string>;
  beforeAll(async () => {
    paused = await pausedOverRpc(machine, ["waits"]);
    ({ addresses } = paused.account as { addresses: Record<string, string> });
    const scan = await (await openGoroutines(paused.program)).scan({ runningStack: rpcRunningStack(paused.client!) });
    goroutines = scan.goroutines;
    evidence = await memoryEvidence(paused.program, scan);
  });
  afterAll(() => paused?.stop());

  const object = (name: string): WaitObject | undefined =>
    evidence.graph.objects.find(({ address }) => address === Number(addresses[name]));
  const ids = (fn: string): number[] => idsIn(goroutines, `main.${fn}`);

  test("a deadlock of two locks is a circle", () => {
    const [a] = ids("firstThenSecond");
    const [b] = ids("secondThenFirst");
    expect(object("second")).toMatchObject({ kind: "mutex", waiters: [a] });
    expect(object("first")).toMatchObject({ kind: "mutex", waiters: [b] });
    expect(object("second")?.servers.map(({ goroutine }) => goroutine)).toContain(b);
    expect(object("first")?.servers.map(({ goroutine }) => goroutine)).toContain(a);
    const cycles = waitCycles(evidence.graph).map((cycle) => cycle.map(({ goroutine }) => goroutine).sort());
    expect(cycles).toEqual([[a, b].sort()]);
  });

  test("workers wait for one channel", () => {
    const jobs = object("jobs");
    expect(jobs).toMatchObject({ kind: "channel", length: 0, capacity: 3, closed: false, senders: [] });
    expect([...(jobs?.receivers ?? [])].sort()).toEqual(ids("poolWorker"));
  });

  test("a WaitGroup, who waits for it and who still has it", () => {
    const group = object("group");
    expect(group).toMatchObject({ kind: "waitgroup", counter: 2, waiters: ids("groupWaiter") });
    expect(group?.servers.map(({ goroutine }) => goroutine)).toEqual(expect.arrayContaining(ids("groupWorker")));
  });

  test("a condition", () => {
    expect(object("ready")).toMatchObject({ kind: "cond" });
    expect([...(object("ready")?.waiters ?? [])].sort()).toEqual(ids("condWaiter"));
  });

  test("a select waits for all of its channels", () => {
    const [id] = ids("abandonedSelect");
    expect(evidence.graph.waitsFor.get(id)?.length).toBe(2);
  });

  test("what nobody reaches is told from what may go on", () => {
    const { unreachable, reachable } = evidence.reading;
    const lost = [
      "abandonedSender",
      "abandonedSelect",
      "chainLost",
      "chainLostTail",
      "firstThenSecond",
      "secondThenFirst",
    ];
    expect([...unreachable].sort()).toEqual(lost.flatMap(ids).sort());
    const safe = ["poolWorker", "chainSafe", "chainSafeTail", "groupWaiter", "condWaiter"];
    expect([...reachable].sort()).toEqual(safe.flatMap(ids).sort());
  });

  test("the leak verdicts rest on it", () => {
    const findings = findLeaks(goroutines, undefined, evidence.reading);
    expect(findings.map(({ basis }) => basis)).toEqual(findings.map(() => "memory"));
    expect(findings.flatMap((finding) => finding.ids).sort()).toEqual([...evidence.reading.unreachable].sort());
  });

  test("the wire form has it all, or what one goroutine waits for", () => {
    expect(waitsBody(evidence, 3)).toMatchObject({ stop: 3, objects: { length: evidence.graph.objects.length } });
    const [sender] = ids("abandonedSender");
    expect(waitsBody(evidence, 3, sender).objects.map(({ senders }) => [...senders].sort())).toEqual([
      ids("abandonedSender"),
    ]);
  });
});

/** Goroutines that started with a function, in order. */
function idsIn({ count, id, stack, stacks, frames }: Goroutines, fn: string): number[] {
  const rows = Array.from({ length: count }, (_, row) => row).filter((row) => {
    const list = stacks.frame.subarray(stacks.start[stack[row]], stacks.start[stack[row] + 1]);
    return Array.from(list, (frame) => frames.function[frame]).includes(fn);
  });
  return rows.map((row) => id[row]).sort();
}
