/** What reading the memory of a program at pauses did to it, for the report. */
import type { Note } from "../diagnosis.js";

/** `pausesMs` holds how long each sample stopped the program. */
export function pausesNote(pausesMs: readonly number[]): Note {
  const paused = pausesMs.filter((ms) => ms > 0);
  const mean = paused.reduce((sum, ms) => sum + ms, 0) / Math.max(1, paused.length);
  const times = paused.length === 1 ? "once" : `${paused.length} times`;
  const long =
    paused.length === 0
      ? ""
      : `, for ${Math.round(mean)} ms on average and ${Math.round(Math.max(...paused))} ms at most`;
  return {
    code: "paused",
    message: `Its memory was read by the debugger: the program was paused ${times}${long}. Each heap profile is as of the last garbage collection before it.`,
  };
}
