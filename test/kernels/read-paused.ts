/** What is seen of a paused program from outside: its goroutines, and what its memory says of them. */
import type { Goroutines } from "../../src/core/goroutines/goroutine.js";
import type { MemoryReading } from "../../src/core/goroutines/memory-reading.js";
import { openProcess } from "../../src/process/go-program.js";
import { readHeap } from "../../src/process/heap-reading.js";
import { openGoroutines } from "../../src/delve/memory/goroutine-scan.js";
import type { RpcClient } from "../../src/delve/dlv/json-rpc.js";
import type { PausedProgram } from "../../src/process/paused-program.js";
import { memoryEvidence } from "../../src/delve/memory/memory-evidence.js";
import { rpcRunningStack } from "../../src/delve/memory/running-stacks.js";

export interface Seen {
  readonly goroutines: Goroutines;
  readonly memory: MemoryReading;
}

export async function readPaused(program: PausedProgram, client: RpcClient): Promise<Seen> {
  const reader = await openGoroutines(program);
  const scan = await reader.scan({ runningStack: rpcRunningStack(client) });
  const { Pid } = await client.call<{ Pid: number }>("ProcessPid", {});
  const held = openProcess(Pid);
  const heap = readHeap(held);
  held.close();
  const { reading } = await memoryEvidence(program, scan, { heap });
  return { goroutines: scan.goroutines, memory: reading };
}
