/**
 * Goroutines read from memory against what the program's own runtime.Stack says of them, and against Delve: in every
 * state that can be held, Go 1.24 and newest, over JSON-RPC, over DAP, and without Delve.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseDump } from "../../../src/core/goroutines/goroutine-dump.js";
import { filterGoroutines, parseFilter } from "../../../src/core/goroutines/goroutine-filter.js";
import {
  ELIDED,
  type GoroutineFrameIndex,
  type Goroutines,
  INLINED_CALL,
  LOCKED_TO_THREAD,
  NO_ANCESTRY,
  NO_FRAME,
  NO_LABELS,
  STACK_UNAVAILABLE,
  SYSTEM,
  tellingFrame,
} from "../../../src/core/goroutines/goroutine.js";
import { openGoroutines } from "../../../src/delve/memory/goroutine-scan.js";
import { dapRunningStack, rpcRunningStack } from "../../../src/delve/memory/running-stacks.js";
import {
  MACHINES,
  NEW_MACHINE,
  type Paused,
  pausedOutside,
  pausedOverDap,
  pausedOverRpc,
} from "../../support/paused-debuggee.js";

interface Account {
  readonly dump: string;
  readonly goroutines: number;
}

const ways = MACHINES.flatMap((machine) => [
  { ...machine, way: "JSON-RPC", start: pausedOverRpc },
  { ...machine, way: "DAP", start: pausedOverDap },
  { ...machine, way: "/proc", start: pausedOutside },
]);

describe.each(ways)("$go over $way", (machine) => {
  let paused: Paused;
  let found: Goroutines;
  let said: Goroutines;
  beforeAll(async () => {
    paused = await machine.start(machine, ["states"]);
    const reader = await openGoroutines(paused.program);
    const { goroutines } = await reader.scan({ runningStack: runningStackOf(paused) });
    found = goroutines;
    said = parseDump(new TextEncoder().encode((paused.account as Account).dump));
  });
  afterAll(() => paused?.stop());

  test("ids, states, creators and labels are the program's own", () => {
    expect(found.complete).toBe(true);
    expect(found.warnings).toEqual([]);
    const isUsers = (row: number) => (found.flags[row] & SYSTEM) === 0;
    expect(rows(found).filter(isUsers).length).toBe((paused.account as Account).goroutines);
    const about = (table: Goroutines, row: number) => ({
      id: table.id[row],
      state: table.states[table.state[row]].replace(/^(running|runnable)$/, "running or ready to"),
      creator: table.creator[row] === NO_FRAME ? undefined : place(table, table.creator[row]),
      creatorId: table.creatorId[row],
      isLocked: (table.flags[row] & LOCKED_TO_THREAD) !== 0,
    });
    expect(
      byId(found)
        .filter(isUsers)
        .map((row) => about(found, row)),
    ).toEqual(byId(said).map((row) => about(said, row)));
    const labelled = filterGoroutines(found, filter("label:req=a"));
    expect(Array.from(labelled, (row) => found.labelSets[found.labels[row]])).toEqual([
      [
        ["req", "a"],
        ["zone", 'eu "1"'],
      ],
    ]);
    expect(rows(found).filter((row) => found.labels[row] !== NO_LABELS).length).toBe(2);
  });

  test("stacks are the program's own, to the line and the inlined call", () => {
    const stopped = (table: Goroutines) =>
      byId(table).filter(
        (row) =>
          table.id[row] !== 1 &&
          !/^(running|runnable)$/.test(table.states[table.state[row]]) &&
          (table.flags[row] & SYSTEM) === 0,
      );
    const shown = (table: Goroutines) =>
      stopped(table).map((row) => {
        const stack = framesOf(table, row).filter((frame) => isShown(table, frame));
        // Of deep stacks Go prints the first 50 frames and the last.
        return [table.id[row], ...(stack.length > 50 ? stack.slice(0, 40) : stack).map((frame) => place(table, frame))];
      });
    expect(shown(found)).toEqual(shown(said));
    const depths = rows(found).map((row) => framesOf(found, row).length);
    expect(Math.max(...depths)).toBe(305); // 301 of main.receive, three of the runtime before and one behind
    const inlined = stopped(found).filter((row) =>
      framesOf(found, row).some(
        (frame) => place(found, frame).startsWith("main.once ") && found.frames.kind[frame] === INLINED_CALL,
      ),
    );
    expect(inlined.length).toBe(1);
  });

  test("those that run are where their threads are", () => {
    const running = rows(found).filter((row) => /^runn/.test(found.states[found.state[row]]));
    const functions = running.map((row) => framesOf(found, row).map((frame) => found.frames.function[frame]));
    expect(functions).toContainEqual(["main.main", "runtime.main", "runtime.goexit"]);
    expect(functions.flat()).toContain("main.spin"); // or it waits for a thread, and is in memory
  });

  test("a list without stacks has all else, and where each started", async () => {
    const reader = await openGoroutines(paused.program);
    const { goroutines: list } = await reader.scan({ stacks: false });
    expect([...list.id]).toEqual([...found.id]);
    expect(rows(list).map((row) => list.states[list.state[row]])).toEqual(
      rows(found).map((row) => found.states[found.state[row]]),
    );
    expect([...list.flags].map((flags) => flags & SYSTEM)).toEqual([...found.flags].map((flags) => flags & SYSTEM));
    const [dozing] = filterGoroutines(list, filter("state:sleep"));
    const [elided, start] = framesOf(list, dozing);
    expect([list.frames.kind[elided], list.frames.function[start]]).toEqual([ELIDED, "main.doze"]);
    // Also of the runtime's own, which have nothing else to tell.
    const telling = rows(list).map((row) => list.frames.kind[tellingFrame(list, list.stack[row])]);
    expect(telling).not.toContain(ELIDED);
  });

  test("reading stops the moment that it is told to", async () => {
    const reader = await openGoroutines(paused.program);
    const abort = new AbortController();
    const scan = reader.scan({ signal: abort.signal, onProgress: () => abort.abort() });
    await expect(scan).rejects.toMatchObject({ code: "interrupted" });
  });

  if (machine.way !== "DAP") {
    test("ids and stacks equal Delve's", async () => {
      const listed = await paused.client!.call<{ Goroutines: { id: number; status: number }[] }>("ListGoroutines", {
        Count: 0,
      });
      // Delve shows those that wait for a call from C (Go 1.27), which Go itself does not count.
      const alive = listed.Goroutines.filter(({ status }) => status !== DEAD_EXTRA);
      expect([...found.id].sort((a, b) => a - b)).toEqual(alive.map(({ id }) => id).sort((a, b) => a - b));
      for (const row of rows(found)) {
        if (/^(running|syscall)$/.test(found.states[found.state[row]])) continue;
        const { Locations } = await paused.client!.call<{ Locations: DelveFrame[] }>("Stacktrace", {
          Id: found.id[row],
          Depth: 1_000,
        });
        const delves = Locations.map(({ function: fn }) => (fn?.name ?? "").replace(/\[.*\]/, "[...]"));
        expect(framesOf(found, row).map((frame) => found.frames.function[frame])).toEqual(
          delves.filter((name) => !/\.gowrap\d+$|^main\.\(\*held\)\.wait$/.test(name)),
        );
      }
    });
  }
});

const DEAD_EXTRA = 11;

interface DelveFrame {
  readonly function?: { readonly name: string };
}

test("without Delve's help, those that run are said to have no stack", async () => {
  const paused = await pausedOverRpc(NEW_MACHINE, ["park", "1"]);
  try {
    const { goroutines } = await (await openGoroutines(paused.program)).scan();
    const [main] = rows(goroutines).filter((row) => goroutines.id[row] === 1);
    expect(goroutines.flags[main] & STACK_UNAVAILABLE).toBe(STACK_UNAVAILABLE);
    expect(goroutines.warnings).toEqual([
      { code: "stack-unavailable", message: "the stacks of 1 goroutines are not known" },
    ]);
  } finally {
    await paused.stop();
  }
});

test("before the runtime has started there are none", async () => {
  let count: number | undefined;
  const paused = await pausedOverRpc(NEW_MACHINE, ["park", "1"], {
    atEntry: async (program) => {
      count = (await (await openGoroutines(program)).scan()).goroutines.count;
    },
  });
  await paused.stop();
  expect(count).toBe(0);
});

test.each(ways)("what a signal or a fault came between is in its own function: $go over $way", async (machine) => {
  const paused = await machine.start(machine, ["interrupted"]);
  try {
    const reader = await openGoroutines(paused.program);
    const mains = (table: Goroutines) =>
      rows(table)
        .filter((row) => (table.flags[row] & SYSTEM) === 0 && table.id[row] !== 1)
        .map((row) => framesOf(table, row).map((frame) => table.frames.function[frame]))
        .map((functions) => functions.filter((name) => !name.startsWith("runtime.")));
    const expected = Array.from({ length: 12 }, () => ["main.spin"]);
    expect(mains((await reader.scan({ runningStack: runningStackOf(paused) })).goroutines)).toEqual(expected);
    // From memory alone: what runs has no stack there, and is shown by where it started.
    expect(mains((await reader.scan()).goroutines).map((names) => names.filter((name) => name !== "..."))).toEqual(
      expected,
    );
  } finally {
    await paused.stop();
  }
});

test.each(MACHINES)("who started whom is what the program itself has recorded: $go", async (machine) => {
  const paused = await pausedOverRpc(machine, ["states"], { env: { GODEBUG: "tracebackancestors=10" } });
  try {
    const { goroutines } = await (await openGoroutines(paused.program)).scan({ runningStack: runningStackOf(paused) });
    const said = parseDump(new TextEncoder().encode((paused.account as Account).dump));
    const ancestors = (table: Goroutines) =>
      byId(table)
        .filter((row) => table.ancestry[row] !== NO_ANCESTRY && (table.flags[row] & SYSTEM) === 0)
        .map((row) => [
          table.id[row],
          ...table.ancestries[table.ancestry[row]].map(({ id, stack }) => [
            id,
            ...Array.from(
              table.stacks.frame.subarray(table.stacks.start[stack], table.stacks.start[stack + 1]),
              (frame) => table.frames.function[frame],
            ).filter((name) => !name.startsWith("runtime.")),
          ]),
        ]);
    expect(ancestors(goroutines)).toEqual(ancestors(said));
    expect(ancestors(said).length).toBeGreaterThan(20);
  } finally {
    await paused.stop();
  }
});

function runningStackOf({ client, session, runningStack }: Paused) {
  if (runningStack !== undefined) return runningStack;
  if (client !== undefined) return rpcRunningStack(client);
  return dapRunningStack(async (command, args) => (await session!.request(command, args)).body);
}

function rows(table: Goroutines): number[] {
  return Array.from({ length: table.count }, (_, row) => row);
}

function byId(table: Goroutines): number[] {
  return rows(table).sort((a, b) => table.id[a] - table.id[b]);
}

function framesOf({ stacks, stack }: Goroutines, row: number): number[] {
  return [...stacks.frame.subarray(stacks.start[stack[row]], stacks.start[stack[row] + 1])];
}

function place({ frames }: Goroutines, frame: GoroutineFrameIndex): string {
  return `${frames.function[frame]} ${frames.file[frame]}:${frames.line[frame]}`;
}

/** Go's dumps leave out the runtime. */
function isShown({ frames }: Goroutines, frame: GoroutineFrameIndex): boolean {
  return frames.kind[frame] !== ELIDED && !/^(runtime\.|panic$)/.test(frames.function[frame]);
}

function filter(text: string) {
  const parsed = parseFilter(text);
  if ("message" in parsed) throw new Error(parsed.message);
  return parsed;
}
