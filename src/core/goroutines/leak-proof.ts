/** What needs no likelihood: what the runtime proved, what cannot end, what nothing in the memory can wake. */
import { type Goroutines, LEAKED } from "./goroutine.js";
import { type Case, isMain, MINUTE_NS, stuckIn, type Verdict } from "./leak-case.js";
import { FEW } from "./leak-likelihood.js";
import type { MemoryReading } from "./memory-reading.js";

/** With what was read in the paused process, if it was. */
export interface JudgedCase extends Case {
  readonly memory: MemoryReading | undefined;
  readonly inCycle: ReadonlySet<number>;
}

/** What needs no likelihood: the runtime says so, or the wait cannot end. */
export function provenBy({ goroutines, group, pattern }: Case): Verdict | undefined {
  const first = group.rows[0];
  if (goroutines.flags[first] & LEAKED) {
    const reason = "Proved by the Go runtime: nothing that can still run reaches what they wait for.";
    return { level: "confirmed", basis: "runtime", reason };
  }
  if (pattern === "deadlock") {
    const reason = "Proved by the Go runtime: it found all goroutines asleep.";
    return { level: "confirmed", basis: "runtime", reason };
  }
  if (pattern !== "nil-channel" && pattern !== "select-no-cases") return undefined;
  // Parking main is an idiom. One more that parks itself (select {}, <-context.Background().Done()) does little harm
  // and yet never ends; a send is a mistake.
  const others = group.rows.filter((row) => !isMain(goroutines, row));
  const count = sum(goroutines, others);
  const isSend = goroutines.states[goroutines.state[first]].startsWith("chan send");
  if (count === 0) return undefined;
  const reason = "Nothing can ever wake a goroutine that waits like that.";
  return { level: isSend || count >= FEW ? "confirmed" : "suspect", basis: "wait", reason };
}

/** Beyond the reach of all that may still run. A second sign that time passes and nothing happens makes it sure. */
export function foundInMemory(about: JudgedCase, evidence: string[]): Verdict | undefined {
  const { goroutines, group, earlier, memory, inCycle } = about;
  if (memory === undefined) return undefined;
  const ids = Array.from(group.rows, (row) => goroutines.id[row]);
  const isInCycle = ids.every((id) => inCycle.has(id));
  if (!isInCycle && !ids.every((id) => memory.unreachable.has(id) || inCycle.has(id))) {
    if (about.isReachable) {
      evidence.push("Something that may still run can reach what they wait for; whether it ever will is not known.");
    }
    return undefined;
  }
  const cycle = memory.cycles.find((circle) => circle.includes(ids[0]));
  if (cycle !== undefined) {
    evidence.push(`They wait for each other in a circle: goroutines ${[...cycle, cycle[0]].join(" → ")}.`);
  }
  const stayed = earlier === undefined ? 0 : stuckIn(group.rows, earlier);
  if (stayed > 0) evidence.push(`${stayed} of them were there before and have not moved since.`);
  evidence.push(...memory.limits);
  const isOld = (group.longestWaitNs ?? 0) >= MINUTE_NS;
  return {
    level: isOld || stayed > 0 ? "confirmed" : "suspect",
    basis: "memory",
    reason: "Likely for good: in the memory of the program nothing that may still run reaches what they wait for.",
  };
}

function sum(goroutines: Goroutines, rows: Uint32Array): number {
  return rows.reduce((total, row) => total + goroutines.multiplicity[row], 0);
}
