/**
 * Goroutines in the list that goleak (go.uber.org/goleak) fails a test with: without ids in brackets and without waiting
 * times. Before 1.3.0 each line of its own is followed by the header that Go writes.
 *
 *   found unexpected goroutines:
 *   [Goroutine 19 in state chan send, with example.com/leak.Answer.func1 on top of the stack:
 *   example.com/leak.Answer.func1()
 *   	example.com/leak/leak.go:8 +0x1e
 *    Goroutine 20 in state chan send, with …
 *   ]
 */
import { ascii } from "../../text/ascii.js";
import type { GoroutineHeader } from "../goroutine-header.js";

/** First line of goleak's list, in messages of tests and of VerifyTestMain. */
export const GOLEAK = "found unexpected goroutines:";

/** How its line of one goroutine begins. */
export const GOLEAK_GOROUTINE = ascii("Goroutine ");

/** The line of one goroutine, without the space or bracket before it; undefined when it is none. */
export function parseGoleakHeader(line: string): { id: number; header: GoroutineHeader } | undefined {
  const match = /^Goroutine (\d{1,15}) in state ([^,]+), with .* on top of the stack:$/.exec(line);
  if (match === null) return undefined;
  return {
    id: Number(match[1]),
    header: { state: match[2], waitMinutes: undefined, flags: 0, bubble: 0, labels: undefined },
  };
}
