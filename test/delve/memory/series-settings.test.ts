/** What a series changes in a program is told before, all of it, so that it is put back whatever happens. */
import { expect, test } from "vitest";
import { bytesOf, type Setting } from "../../../src/delve/dlv/assign.js";
import { SeriesSettings } from "../../../src/delve/memory/paused-sample.js";
import type { PausedProgram } from "../../../src/process/paused-program.js";

test("a series that is begun again, its first sample having failed, still tells all that it has changed", async () => {
  const variables = new Map<string, number>([
    ["runtime.forcegcperiod", 120e9],
    ["runtime.MemProfileRate", 0],
    ["runtime.disableMemoryProfiling", 1],
    ["runtime.allglen", 7],
  ]);
  const program = { number: (name: string) => Promise.resolve(variables.get(name)) } as unknown as PausedProgram;
  const assign = (name: string, value: boolean | number) => Promise.resolve(void variables.set(name, Number(value)));
  const before: (readonly Setting[])[] = [];
  const series = new SeriesSettings();
  for (let attempt = 0; attempt < 2; attempt++) {
    await series.begin(program, assign, 2_000, undefined, (settings) => before.push(settings));
  }
  expect(variables.get("runtime.MemProfileRate")).toBe(512 * 1024);
  expect(before.at(-1)).toEqual([
    { variable: "runtime.forcegcperiod", value: 120e9 },
    { variable: "runtime.MemProfileRate", value: 0 },
  ]);
});

test.each<[Setting, readonly number[]]>([
  [{ variable: "runtime.disableMemoryProfiling", value: true }, [1]],
  [{ variable: "runtime.debug.tracebackancestors", value: 10 }, [10, 0, 0, 0]],
  [{ variable: "runtime.MemProfileRate", value: 65536 }, [0, 0, 1, 0, 0, 0, 0, 0]],
  [{ variable: "runtime.forcegcperiod", value: -1 }, new Array<number>(8).fill(255)],
])("%o takes as many bytes as its type has", (setting, bytes) => expect([...bytesOf(setting)]).toEqual(bytes));
