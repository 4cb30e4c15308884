/** Memory that no runtime of Go would leave so: rings, absurd lengths. Each reading ends, within bounds, and says so. */
import { expect, test } from "vitest";
import { goroutineColumns } from "../../../src/delve/memory/goroutine-columns.js";
import type { GoroutineLayout } from "../../../src/delve/memory/goroutine-layout.js";
import { readBuckets } from "../../../src/delve/memory/profile-buckets.js";
import { type Address, MemoryProblem, type PausedProgram } from "../../../src/process/paused-program.js";

const PAGE = 4096;
const HEADER_BYTES = 48;
const ALLNEXT = 8;
const SIZE = 16;
const NSTK = 24;

/** A program whose memory is what `word` says, one eight-byte word at a time. */
function programOf(word: (address: Address) => number, numbers: Readonly<Record<string, number>>): PausedProgram {
  return {
    read: (address, length) => {
      const bytes = new DataView(new ArrayBuffer(length));
      for (let at = 0; at < length; at += 8) {
        const value = word(address + at);
        bytes.setUint32(at, value >>> 0, true);
        bytes.setUint32(at + 4, Math.floor(value / 2 ** 32), true);
      }
      return Promise.resolve(new Uint8Array(bytes.buffer));
    },
    number: (expression) => {
      const name = Object.keys(numbers).find((part) => expression.includes(part));
      if (name !== undefined) return Promise.resolve(numbers[name]);
      return Promise.reject(new MemoryProblem("unreadable", `could not find ${expression}`));
    },
  };
}

const BUCKET = {
  ").allnext": PAGE + ALLNEXT,
  ").size": PAGE + SIZE,
  ").nstk": PAGE + NSTK,
  "[2]runtime.bucket": PAGE + HEADER_BYTES,
  "runtime.mbuckets": 0x10000,
};

/** Buckets of 16 KB each; which is next says `next`, by the number of the bucket. */
function bucketProgram(depth: number, next: (bucket: number) => number): PausedProgram {
  const bytes = 0x4000;
  return programOf(
    (address) => {
      const bucket = Math.floor(address / bytes);
      switch (address % bytes) {
        case ALLNEXT:
          return next(bucket) * bytes;
        case SIZE:
          return 64;
        case NSTK:
          return depth;
        default:
          return 0x400000 + (address % 512);
      }
    },
    { ...BUCKET, "runtime.mbuckets": bytes },
  );
}

test("a list of profile records that ends is read whole", async () => {
  const buckets = await readBuckets(
    bucketProgram(3, (at) => (at < 9 ? at + 1 : 0)),
    "mbuckets",
  );
  expect(buckets).toMatchObject({ count: 9, isComplete: true });
});

test.each([
  ["one record", 2, () => 1, 1],
  ["two records of the deepest stacks", 1_025, (at: number) => (at === 1 ? 2 : 1), 2],
  ["a ring that is entered from outside", 1_025, (at: number) => (at < 9 ? at + 1 : 5), 9],
])("a ring of profile records (%s) is read once, and is not complete", async (_what, depth, next, count) => {
  expect(await readBuckets(bucketProgram(depth, next), "mbuckets")).toMatchObject({ count, isComplete: false });
});

test("a list of deep records without end stays below its budget", async () => {
  const reading = readBuckets(
    bucketProgram(1_025, (at) => at + 1),
    "mbuckets",
  );
  await expect(reading).rejects.toThrow("a table of the program is longer than 67108864 bytes");
});

const LAYOUT = {
  length: 64,
  offset: { atomicstatus: 0, goid: 8 },
  status: { dead: 6, deadExtra: undefined },
} as unknown as GoroutineLayout;

test("an absurd number of goroutines: so many are read as the budget allows, and the rest is said", async () => {
  const program = programOf(() => 0, { "runtime.allgptr": 0x10000, "runtime.allglen": 2 ** 46 });
  const { count, unread, why } = await goroutineColumns(program, LAYOUT);
  expect(count).toBe(0);
  expect(unread).toBe(2 ** 46 - 2 ** 20);
  expect(why).toBe("the program says that it has 70,368,744,177,664, of which the first 1,048,576 were read");
});

test.each([-5, -1, NaN])("a number of goroutines that is none (%s)", async (length) => {
  const program = programOf(() => 0, { "runtime.allgptr": 0x10000, "runtime.allglen": length });
  expect(await goroutineColumns(program, LAYOUT)).toMatchObject({ count: 0 });
});
