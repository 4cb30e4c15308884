/**
 * Goroutines in what `go test` prints: the list that goleak fails a test with, and lines wrapped by `-json`.
 *
 * goleak (go.uber.org/goleak) lists them without ids in brackets and without waiting times:
 *
 *   found unexpected goroutines:
 *   [Goroutine 19 in state chan send, with example.com/leak.Answer.func1 on top of the stack:
 *   example.com/leak.Answer.func1()
 *   	example.com/leak/leak.go:8 +0x1e
 *    Goroutine 20 in state chan send, with …
 *   ]
 */
import type { GoroutineHeader } from "./goroutine-header.js";

/** First line of goleak's list, in messages of tests and of VerifyTestMain. */
export const GOLEAK = "found unexpected goroutines:";

/** The line of one goroutine, without the space or bracket before it; undefined when it is none. */
export function parseGoleakHeader(line: string): { id: number; header: GoroutineHeader } | undefined {
  const match = /^Goroutine (\d{1,15}) in state ([^,]+), with .* on top of the stack:$/.exec(line);
  if (match === null) return undefined;
  return {
    id: Number(match[1]),
    header: { state: match[2], waitMinutes: undefined, flags: 0, bubble: 0, labels: undefined },
  };
}

/** What the program printed in a line of `go test -json`, without its newline; undefined for other lines and events. */
export function printedLine(line: string): string | undefined {
  if (!/^\{"(?:Time|Action|ImportPath)":/.test(line)) return undefined;
  try {
    const { Action: action, Output: output } = JSON.parse(line) as { Action?: unknown; Output?: unknown };
    if ((action !== "output" && action !== "build-output") || typeof output !== "string") return undefined;
    return output.replace(/\r?\n$/, "");
  } catch {
    return undefined;
  }
}
