/** Words that we have changed in the memory of a process without a debugger, put back as they were. */
import type { MemoryBytes } from "../guard-protocol.js";
import { writeMemory } from "./live-memory.js";

/** Of a process that runs, too: each is a word of its own, which its runtime reads at once. Nothing happens when it has ended. */
export function putBack(pid: number, before: readonly MemoryBytes[]): void {
  for (const { address, bytes } of before) {
    try {
      writeMemory(pid, address, Uint8Array.from(bytes));
    } catch {
      // It has ended, or may not be written to any more.
    }
  }
}
