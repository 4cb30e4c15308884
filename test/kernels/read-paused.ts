/** What is seen of a paused program from outside: its goroutines, and what its memory says of them. */
import type { Goroutines } from "../../src/core/goroutine.js";
import type { MemoryReading } from "../../src/core/memory-reading.js";
import { openGoroutines } from "../../src/delve/goroutine-scan.js";
import type { RpcClient } from "../../src/delve/json-rpc.js";
import type { PausedProgram } from "../../src/delve/paused-program.js";
import { memoryEvidence } from "../../src/delve/memory-evidence.js";
import { rpcRunningStack } from "../../src/delve/running-stacks.js";

export interface Seen {
  readonly goroutines: Goroutines;
  readonly memory: MemoryReading;
}

export async function readPaused(program: PausedProgram, client: RpcClient): Promise<Seen> {
  const reader = await openGoroutines(program);
  const scan = await reader.scan({ runningStack: rpcRunningStack(client) });
  const { reading } = await memoryEvidence(program, scan);
  return { goroutines: scan.goroutines, memory: reading };
}
