/**
 * The heap at which the next collection is to be done, by the runtime's own rules (gcControllerState.heapGoalInternal and
 * memoryLimitHeapGoal in runtime/mgcpacer.go, the same from Go 1.24 to 1.27).
 */

/** Fields of gcControllerState, in bytes. */
export interface Pacer {
  /** By GOGC; 2^64-1 with GOGC=off. */
  readonly gcPercentHeapGoal: number;
  readonly sweepDistMinTrigger: number;
  /** The heap at which the running collection began; 2^64-1 while there is none. */
  readonly triggered: number;
  readonly memoryLimit: number;
  readonly heapMarked: number;
  readonly heapFree: number;
  readonly totalAlloc: number;
  readonly totalFree: number;
  readonly mappedReady: number;
}

const MIN_RUNWAY = 64 * 1024;
const HEADROOM_PERCENT = 3;
const MIN_HEADROOM = 1_048_576;

/** Undefined where nothing but the end of memory sets one. */
export function heapGoal(pacer: Pacer): number | undefined {
  const byLimit = memoryLimitGoal(pacer);
  let goal = pacer.gcPercentHeapGoal;
  if (byLimit < goal) goal = byLimit;
  else {
    goal = Math.max(goal, pacer.sweepDistMinTrigger);
    if (isCollecting(pacer)) goal = Math.max(goal, pacer.triggered + MIN_RUNWAY);
  }
  return Number.isSafeInteger(goal) ? goal : undefined;
}

export function isCollecting({ triggered }: Pick<Pacer, "triggered">): boolean {
  return Number.isSafeInteger(triggered);
}

function memoryLimitGoal(pacer: Pacer): number {
  const { memoryLimit, mappedReady, heapFree, totalAlloc, totalFree, heapMarked } = pacer;
  const beside = mappedReady - heapFree - (totalAlloc - totalFree) + Math.max(0, mappedReady - memoryLimit);
  if (beside >= memoryLimit) return heapMarked;
  const goal = memoryLimit - beside;
  const headroom = Math.max(Math.floor(goal / 100) * HEADROOM_PERCENT, MIN_HEADROOM);
  return Math.max(goal - headroom < headroom ? headroom : goal - headroom, heapMarked);
}
