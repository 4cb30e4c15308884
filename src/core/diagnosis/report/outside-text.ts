/** Growth outside the heap in words: what it consists of, what the numbers cannot tell, and what to do. */
import type { Note, OutsideGrowth, OutsidePart, SnapshotNumbers } from "../diagnosis.js";
import { amount } from "./diagnosis-text.js";

const PARTS: Readonly<Record<OutsidePart["kind"], { readonly what: string; readonly todo: string }>> = {
  native: {
    what: "memory that the Go runtime does not know: C code (cgo), or memory maps",
    todo: "Free what C allocates (C.free, the library's own close function), and unmap what is mapped; /proc/PID/smaps over time shows which mapping grows",
  },
  "idle-heap": {
    what: "heap pages without objects that the runtime keeps: fragmentation, or memory not given back yet after a peak",
    todo: "See whether it levels off; if it does not, look for few long-lived objects among many short-lived ones, or set GOMEMLIMIT",
  },
  "mapped-files": {
    what: "pages of mapped files, which the page cache has too",
    todo: "The system takes them back when memory is short; unmap files that are no longer read",
  },
  "shared-memory": {
    what: "shared memory (tmpfs, memfd, anonymous shared maps)",
    todo: "Unlink and unmap segments that are no longer used",
  },
};

/** Goroutine stacks are told of when they make this part of what the process grew. */
const STACKS_PART = 0.25;
const STACKS_LEAST = 2 * 1024 * 1024;
const PART_TOLD = 0.15;

export function outsideNotes(outside: OutsideGrowth | undefined, numbers: readonly SnapshotNumbers[]): readonly Note[] {
  return [...outsideNote(outside), ...stacksNote(numbers)];
}

function outsideNote(outside: OutsideGrowth | undefined): readonly Note[] {
  if (outside === undefined) return [];
  const { of, growth, outside: whole, parts } = outside;
  const grower = of === "rss" ? "Resident memory" : "Memory taken from the system";
  const told = parts.filter(({ bytes }) => bytes >= PART_TOLD * whole);
  const list = told.map(({ kind, bytes }) => `${amount(bytes, "bytes")} ${PARTS[kind].what}`).join("; ");
  return [
    {
      code: "outside-heap",
      message:
        `${grower} grew by ${amount(growth, "bytes")}, ${amount(whole, "bytes")} of it beyond heap and stacks in use: ${list}. ` +
        `A heap profile does not show it. ${told.map(({ kind }) => `${PARTS[kind].todo}.`).join(" ")}`,
    },
  ];
}

/** What a part is called, for a page. */
export function partWords(kind: OutsidePart["kind"]): string {
  return PARTS[kind].what;
}

function stacksNote(numbers: readonly SnapshotNumbers[]): readonly Note[] {
  const growthOf = (pick: (at: SnapshotNumbers) => number | undefined): number | undefined => {
    const values = numbers.map(pick).filter((value) => value !== undefined);
    return values.length < 2 ? undefined : values[values.length - 1] - values[0];
  };
  const stacks = growthOf(({ stackInuse }) => stackInuse) ?? 0;
  const whole = growthOf(({ rss }) => rss) ?? growthOf(({ sys }) => sys) ?? 0;
  if (stacks < STACKS_LEAST || stacks < STACKS_PART * whole) return [];
  return [
    {
      code: "stacks-grew",
      message: `Goroutine stacks grew by ${amount(stacks, "bytes")}, beside the heap: look at the goroutines that do not end, and at how deep they are.`,
    },
  ];
}
