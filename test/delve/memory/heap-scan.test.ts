/**
 * Profiles read from the memory of a paused program against what its own runtime/pprof wrote, sample by sample, Go
 * 1.24 and newest, over JSON-RPC and over DAP; and of a program that cannot write any.
 */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { decodeProfile } from "../../../src/core/pprof/decode.js";
import { encodeProfile } from "../../../src/core/pprof/encode.js";
import type { Profile } from "../../../src/core/profile/profile.js";
import { dapAssign, rpcAssign } from "../../../src/delve/dlv/assign.js";
import { contentionProfile, heapProfile } from "../../../src/delve/memory/heap-scan.js";
import { sampleFromNow, switchOnMemoryProfiling } from "../../../src/delve/memory/memory-profiling.js";
import { memoryTotals } from "../../../src/delve/memory/memory-totals.js";
import { openGoroutines } from "../../../src/delve/memory/goroutine-scan.js";
import { pausedProfile } from "../../../src/delve/memory/paused-profile.js";
import { rpcRunningStack } from "../../../src/delve/memory/running-stacks.js";
import { openSymbols } from "../../../src/delve/memory/symbols.js";
import {
  built,
  MACHINES,
  type Paused,
  pausedOutside,
  pausedOverDap,
  pausedOverRpc,
  type PausedMachine,
} from "../../support/paused-debuggee.js";

const ways = MACHINES.flatMap((machine) => [
  { ...machine, way: "JSON-RPC", start: pausedOverRpc },
  { ...machine, way: "DAP", start: pausedOverDap },
  { ...machine, way: "/proc", start: pausedOutside },
]);

describe.each(ways)("$go over $way", ({ start, ...machine }) => {
  test.each([
    ["every allocation", "1", "50"],
    ["one sample per 512 KiB", "524288", "0"],
  ])("the heap is what runtime/pprof writes: %s", async (_, rate, stacks) => {
    await withPaused(start, machine, ["heap", rate, stacks], async (paused) => {
      const { heap } = paused.account as { heap: string };
      const said = samplesOf(decoded(heap));
      const { profile, notes } = await heapProfile(paused.program, await openSymbols(paused.program));
      // As it would be opened.
      const found = samplesOf(decodeProfile(encodeProfile(profile)));
      expect(said.size).toBeGreaterThan(rate === "1" ? 60 : 0);
      const isCounted = ([, values]: readonly [string, readonly number[]]) => values.some((value) => value !== 0);
      for (const [key, values] of [...said].filter(isCounted)) expect([key, found.get(key)]).toEqual([key, values]);
      // What is new since then was allocated by writing that profile.
      const fresh = [...found].filter(([key]) => !said.has(key));
      for (const [, values] of fresh) expect(values).toEqual([0, 0, 0, 0]);
      expect(notes).toEqual([expect.stringContaining("as of a recent garbage collection")]);
      expect(profile.period).toBe(Number(rate));

      const newest = await heapProfile(paused.program, await openSymbols(paused.program), { asOf: "newest" });
      const total = (one: Profile) => [...samplesOf(one).values()].reduce((sum, values) => sum + values[1], 0);
      expect(total(newest.profile)).toBeGreaterThanOrEqual(total(profile));
    });
  });

  test("the totals are those of runtime.ReadMemStats", async () => {
    await withPaused(start, machine, ["heap", "524288", "0"], async ({ account, program }) => {
      const { totals } = account as { totals: Record<string, number> };
      const { heapAlloc, heapInuse, heapIdle, stackInuse, sys, gcCycles, ...rest } = await memoryTotals(program);
      expect(Object.keys(rest)).toEqual(["heapReleased"]);
      expect({ gcCycles, stackInuse }).toEqual({ gcCycles: totals["NumGC"], stackInuse: totals["StackInuse"] });
      // Writing them down took some memory, too.
      for (const [read, said] of [
        [heapAlloc, totals["HeapAlloc"]],
        [heapInuse, totals["HeapInuse"]],
        [(heapInuse ?? 0) + (heapIdle ?? 0), totals["HeapSys"]],
        [sys, totals["Sys"]],
      ]) {
        expect(Math.abs((read ?? 0) - (said ?? 0))).toBeLessThan(1 << 20);
      }
    });
  });

  test("blocking and mutexes, too", async () => {
    await withPaused(start, machine, ["contention"], async (paused) => {
      const account = paused.account as { block: string; mutex: string };
      const symbols = await openSymbols(paused.program);
      for (const kind of ["block", "mutex"] as const) {
        const { profile, notes } = await contentionProfile(paused.program, symbols, kind);
        const said = samplesOf(decoded(account[kind]));
        expect(said.size).toBeGreaterThan(0);
        expect(samplesOf(profile)).toEqual(said);
        expect(notes).toEqual([expect.stringContaining("is off")]);
      }
    });
  });

  const session = { by: "the session", switchOn: switchOnMemoryProfiling, answer: "switched-on" };
  test.each([
    { ...session, linked: "statically", flags: [] },
    { ...session, linked: "dynamically", flags: ["-tags=dynamic"] },
    { ...session, linked: "as a PIE", flags: ["-tags=dynamic", "-buildmode=pie"] },
    { by: "a series that begins there", switchOn: sampleFromNow, answer: false, linked: "statically", flags: [] },
  ])("a program without runtime/pprof, profiled from its entry on by $by, linked $linked", async (entry) => {
    const folder = resolve("test/fixtures/no-pprof");
    const binary = built(folder, ".", machine.go, entry.flags);
    const switched: unknown[] = [];
    const paused = await start(machine, [], {
      binary,
      atEntry: async (program, session, client) => {
        const assign =
          client === undefined
            ? dapAssign(async (command, args) => (await session!.request(command, args)).body)
            : rpcAssign(client);
        switched.push(await entry.switchOn(program, assign));
      },
    });
    try {
      expect(switched).toEqual([entry.answer]);
      const { profile } = await heapProfile(paused.program, await openSymbols(paused.program));
      const largest = [...samplesOf(profile)].sort(([, a], [, b]) => b[3] - a[3])[0];
      const line =
        1 +
        readFileSync(join(folder, "main.go"), "utf8")
          .split("\n")
          .findIndex((text) => text.includes("// #leak"));
      expect(largest[0].split("\n")[0]).toBe(`main.remember ${join(folder, "main.go")}:${line}`);
      expect(largest[1][3]).toBeGreaterThan(50 << 20);
    } finally {
      await paused.stop();
    }
  });
});

test.each(MACHINES)("a wait behind a fault is in the function that faulted: $go", async (machine) => {
  await withPaused(pausedOverRpc, machine, ["interrupted"], async ({ program }) => {
    const { profile } = await contentionProfile(program, await openSymbols(program), "block");
    const stacks = [...samplesOf(profile).keys()].map((lines) => lines.replace(/ .*/gm, "").split("\n"));
    const behindFault = stacks.filter((functions) => functions.includes("main.waitBehindFault.func3"));
    expect(behindFault.map((functions) => functions[functions.indexOf("runtime.sigpanic") + 1])).toEqual([
      "main.loaded",
    ]);
  });
});

test("a file for every kind, of one paused program", async () => {
  await withPaused(pausedOverRpc, MACHINES[1], ["park", "8"], async ({ program, client }) => {
    const reader = await openGoroutines(program);
    const inFiles: Record<string, string[]> = {};
    for (const kind of ["heap", "goroutine", "block", "mutex"] as const) {
      const { bytes, notes } = await pausedProfile(program, reader, kind, { runningStack: rpcRunningStack(client!) });
      const profile = decodeProfile(gunzipSync(bytes));
      expect(profile.timeNanos).toBeGreaterThan(0n);
      if (kind === "heap") {
        expect(profile.comments).toContainEqual(expect.stringMatching(/^HeapInuse = \d{5,}$/));
        expect(notes).toContainEqual(expect.stringMatching(/^Of [\d.]+MB .* the heap uses/));
      }
      inFiles[kind] = profile.sampleTypes.map(({ type }) => type);
      if (kind === "goroutine") {
        const count = [...samplesOf(profile)].reduce((sum, [, values]) => sum + values[0], 0);
        expect(count).toBe((await reader.scan()).goroutines.total);
      }
    }
    expect(inFiles).toEqual({
      heap: ["alloc_objects", "alloc_space", "inuse_objects", "inuse_space"],
      goroutine: ["goroutine"],
      block: ["contentions", "delay"],
      mutex: ["contentions", "delay"],
    });
  });
});

test("switching on is too late once the runtime has started, and needless where it is on", async () => {
  const [, machine] = MACHINES;
  const binary = built(resolve("test/fixtures/no-pprof"), ".", machine.go);
  const paused = await pausedOverRpc(machine, [], { binary });
  try {
    expect(await switchOnMemoryProfiling(paused.program, rpcAssign(paused.client!))).toBe("too-late");
    const { profile, notes } = await heapProfile(paused.program, await openSymbols(paused.program));
    expect(profile.period).toBe(0);
    expect(notes[0]).toMatch(/^Memory profiling is off: the linker/);
  } finally {
    await paused.stop();
  }
  await withPaused(pausedOverRpc, machine, ["park", "1"], async ({ program, client }) => {
    expect(await switchOnMemoryProfiling(program, rpcAssign(client!))).toBe("on-already");
  });
});

async function withPaused(
  start: typeof pausedOverRpc,
  machine: PausedMachine,
  scene: readonly string[],
  use: (paused: Paused) => Promise<void>,
): Promise<void> {
  const paused = await start(machine, scene);
  try {
    await use(paused);
  } finally {
    await paused.stop();
  }
}

function decoded(base64: string): Profile {
  return decodeProfile(gunzipSync(Buffer.from(base64, "base64")));
}

/** Sums by stack ("function file:line" per call, leaf first) and object size: two buckets may look the same. */
function samplesOf({ samples, locations, functions, strings, sampleTypes }: Profile): Map<string, number[]> {
  const sums = new Map<string, number[]>();
  const types = sampleTypes.length;
  for (let sample = 0; sample < samples.count; sample++) {
    const lines: string[] = [];
    for (let i = samples.stackStart[sample]; i < samples.stackStart[sample + 1]; i++) {
      const location = samples.stack[i];
      for (let row = locations.lineStart[location]; row < locations.lineStart[location + 1]; row++) {
        const fn = locations.lineFunction[row];
        const place = `${strings.at(functions.filename[fn])}:${locations.lineNumber[row]}`;
        lines.push(`${strings.at(functions.name[fn])} ${place}`);
      }
    }
    for (let row = samples.labelStart[sample]; row < samples.labelStart[sample + 1]; row++) {
      lines.push(`${strings.at(samples.labels.key[row])}=${samples.labels.number[row]}`);
    }
    const values = [...samples.values.subarray(sample * types, (sample + 1) * types)];
    const before = sums.get(lines.join("\n"));
    sums.set(lines.join("\n"), before === undefined ? values : values.map((value, i) => value + before[i]));
  }
  return sums;
}
