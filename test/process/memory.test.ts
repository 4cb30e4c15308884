/** Lengths come from the memory of programs that may be corrupt or hostile. */
import { expect, test } from "vitest";
import { bytesAt, type Memory, UnreadableMemory } from "../../src/process/memory/memory.js";

/** So many bytes from 4096 on; remembers how much room was made at most. */
function memoryOf(length: number): Memory & { largest: number } {
  return {
    largest: 0,
    readInto(address, target) {
      this.largest = Math.max(this.largest, target.length);
      return Math.max(0, Math.min(target.length, 4096 + length - address));
    },
  };
}

test.each([2 ** 30, 2 ** 40, NaN, -1, Infinity])("a list of %d bytes that is not there is given no room", (length) => {
  const memory = memoryOf(3 * 2 ** 20);
  expect(() => bytesAt(memory, 4096, length)).toThrow(UnreadableMemory);
  expect(memory.largest).toBeLessThan(2);
});

test("what is there is read whole", () => {
  expect(bytesAt(memoryOf(3 * 2 ** 20), 4096, 3 * 2 ** 20).length).toBe(3 * 2 ** 20);
  expect(() => bytesAt(memoryOf(100), 4096, 101)).toThrow(UnreadableMemory);
});
