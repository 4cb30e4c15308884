/**
 * Who likely holds a lock that others wait for. Go's locks do not know their holder, so it is looked for where it would
 * be: beyond the call of Lock in the same function, or in another method of the same type, and blocked itself.
 */
import {
  type GoroutineFrameIndex,
  type GoroutineRow,
  type Goroutines,
  isWaiting,
  NO_FRAME,
  SYSTEM,
  tellingFrame,
} from "./goroutine.js";

const SAME_TYPE = 1;
const SAME_FUNCTION = 2;

/** One sentence for goroutines (`rows`) that wait for locks at one line; undefined when nobody suits. */
export function likelyHolder(goroutines: Goroutines, rows: Uint32Array): string | undefined {
  const { count, id, creatorId, stack, stacks, frames, flags, states, state } = goroutines;
  const at = tellingFrame(goroutines, stack[rows[0]]);
  if (at === NO_FRAME) return undefined;
  const suits = new Uint8Array(stacks.count);
  const frameOf: GoroutineFrameIndex[] = [];
  const type = receiverType(frames.function[at]);
  for (let index = 0; index < stacks.count; index++) {
    for (let i = stacks.start[index]; i < stacks.start[index + 1]; i++) {
      const frame = stacks.frame[i];
      const name = frames.function[frame];
      const here =
        name === frames.function[at]
          ? frames.line[frame] > frames.line[at]
            ? SAME_FUNCTION
            : 0
          : type !== undefined && receiverType(name) === type
            ? SAME_TYPE
            : 0;
      if (here <= suits[index]) continue;
      suits[index] = here;
      frameOf[index] = frame;
    }
  }

  const waiters = new Set(rows);
  let best: GoroutineRow | undefined;
  let bestScore = 0;
  for (let row = 0; row < count; row++) {
    if (suits[stack[row]] === 0 || waiters.has(row) || flags[row] & SYSTEM || !isWaiting(states[state[row]])) continue;
    // Of several objects of the type, that of the waiter's siblings or parent is the likely one.
    const isRelated = creatorId[row] === creatorId[rows[0]] || id[row] === creatorId[rows[0]];
    const score = 2 * suits[stack[row]] + Number(isRelated);
    if (score > bestScore) {
      best = row;
      bestScore = score;
    }
  }
  if (best === undefined) return undefined;
  const frame = frameOf[stack[best]];
  const place = `${frames.function[frame]} (${frames.file[frame]}:${frames.line[frame]})`;
  const where = suits[stack[best]] === SAME_FUNCTION ? `beyond the lock in ${place}` : `in ${place}`;
  return `Goroutine ${id[best]} is ${where} and waits itself (${states[state[best]]}): it may hold the lock.`;
}

/** "pkg.(*T)" of "pkg.(*T).Method" and of closures in it. */
function receiverType(functionName: string): string | undefined {
  return /^.*?\.\(\*?[^()]+\)(?=\.)/.exec(functionName)?.[0];
}
