/** Numbers as Delve writes them: `42`, `64 = 0x40` (DAP), `_Grunning (2)`, `true`, `(*runtime.g)(0xc000002380)`. */
import { MemoryProblem } from "../../process/paused-program.js";

/** Rejects what is not a number, and what a JS number cannot hold exactly. */
export function numberOf(expression: string, value: string): number {
  const text = value.trim();
  if (text === "true") return 1;
  if (text === "false") return 0;
  if (/^(?:nil|.*\bnil)$/.test(text)) return 0;
  const digits =
    /^(-?\d+)(?: = 0x[0-9a-f]+)?$/.exec(text)?.[1] ?? // 64 = 0x40
    /\((-?\d+)\)(?: = 0x[0-9a-f]+)?$/.exec(text)?.[1] ?? // waitReasonSelect (9)
    /\((0x[0-9a-f]+)\)$/.exec(text)?.[1] ?? // (*runtime.g)(0xc000002380)
    /^\*?.*?@?(0x[0-9a-f]+)$/.exec(text)?.[1];
  const number = digits === undefined ? NaN : Number(digits);
  if (Number.isSafeInteger(number)) return number;
  throw new MemoryProblem("unreadable", `${expression} is not a number that can be used: ${text.slice(0, 200)}`);
}
